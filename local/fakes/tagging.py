"""Tags of what a fake keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

Params = Mapping[str, Any]


class Tagging(ABC):
    """The operations on tags, as services have them that take and give a mapping."""

    @abstractmethod
    def _tagged(self, params: Params) -> dict[str, str]:
        """The tags of the resource that a request names; raises ApiError where there is none."""

    def _list_tags(self, params: Params, _region: str) -> dict[str, Any]:
        return {"Tags": self._tagged(params)}

    def _tag(self, params: Params, _region: str) -> dict[str, Any]:
        self._tagged(params).update(params["Tags"])
        return {}

    def _untag(self, params: Params, _region: str) -> dict[str, Any]:
        for key in params["TagKeys"]:
            self._tagged(params).pop(key, None)
        return {}
