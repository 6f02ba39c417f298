"""What ECR is told to copy to other regions: kept and told as it was set; no image is copied."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, json_response
from ministack.services import ecr

_PUT = "PutReplicationConfiguration"
_rules = AccountRegionScopedDict()  # "rules" -> what was put


def install() -> None:
    """Lays it over MiniStack's own."""
    handle = ecr.handle_request

    async def handle_replication(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(f".{_PUT}"):
            return put_rules(json.loads(body))
        return await handle(method, path, headers, body, query)

    ecr.handle_request = handle_replication
    ecr._describe_registry = describe_registry


def put_rules(request: dict[str, Any]) -> Any:
    """ECR's PutReplicationConfiguration: the one setting of a registry in a region."""
    configuration = request["replicationConfiguration"]
    targets = [each for rule in configuration["rules"] for each in rule["destinations"]]
    if any((each["region"], each["registryId"]) == (get_region(), get_account_id()) for each in targets):
        message = "The destination is the registry itself"
        return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(
            {"__type": "InvalidParameterException", "message": message}
        ).encode()  # fmt: skip
    _rules["rules"] = configuration["rules"]
    return json_response(request)


def describe_registry(_request: Any) -> Any:
    """ECR's DescribeRegistry."""
    rules = _rules.get("rules", [])
    return json_response({"registryId": get_account_id(), "replicationConfiguration": {"rules": rules}})
