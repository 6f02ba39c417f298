"""Tags that a trail is created with: MiniStack keeps only those that are added later."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cloudtrail

_OK = 200


def install() -> None:
    """Lays it over the making of trails."""
    create = cloudtrail._DISPATCH["CreateTrail"]

    def create_with_tags(request: dict[str, Any]) -> Any:
        answer = create(request)
        if answer[0] == _OK and request.get("TagsList"):
            arn = json.loads(answer[2])["TrailARN"]
            cloudtrail._add_tags({"ResourceId": arn, "TagsList": request["TagsList"]})
        return answer

    cloudtrail._DISPATCH["CreateTrail"] = create_with_tags
