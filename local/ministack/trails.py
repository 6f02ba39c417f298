"""What a trail is created with: MiniStack keeps tags, and where records go besides S3, only when they are set later."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cloudtrail

_OK = 200
_LOGS = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


def install() -> None:
    """Lays it over the making of trails."""
    create = cloudtrail._DISPATCH["CreateTrail"]

    def create_with_all(request: dict[str, Any]) -> Any:
        answer = create(request)
        if answer[0] != _OK:
            return answer
        made = json.loads(answer[2])
        if request.get("TagsList"):
            cloudtrail._add_tags({"ResourceId": made["TrailARN"], "TagsList": request["TagsList"]})
        logs = {name: request[name] for name in _LOGS if name in request}
        if not logs:
            return answer
        return cloudtrail._DISPATCH["UpdateTrail"]({"Name": made["Name"], **logs})

    cloudtrail._DISPATCH["CreateTrail"] = create_with_all
