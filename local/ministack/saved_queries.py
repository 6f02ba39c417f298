"""Saved queries of CloudWatch Logs Insights: MiniStack runs queries and keeps none.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import cloudwatch_logs

_queries: Any = AccountRegionScopedDict()


def install() -> None:
    """Lays it over the requests for logs."""
    handle = cloudwatch_logs.handle_request

    async def handle_request(method: str, path: str, headers: Mapping[str, str], body: Any, query: Any) -> Any:
        operation = _OPERATIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if operation is None:
            return await handle(method, path, headers, body, query)
        return operation(json.loads(body or b"{}"))

    cloudwatch_logs.handle_request = handle_request


def _put(request: Mapping[str, Any]) -> Any:
    missing = [name for name in ("name", "queryString") if not request.get(name)]
    if missing:
        return error_response_json("InvalidParameterException", f"{', '.join(missing)}: must be set", 400)
    key = request.get("queryDefinitionId") or str(uuid.uuid4())
    if "queryDefinitionId" in request and key not in _queries:
        return _unknown(key)
    kept = {name: request[name] for name in ("name", "queryString", "logGroupNames") if name in request}
    _queries[key] = {**kept, "queryDefinitionId": key, "lastModified": int(time.time() * 1000)}
    return json_response({"queryDefinitionId": key})


def _describe(request: Mapping[str, Any]) -> Any:
    prefix = request.get("queryDefinitionNamePrefix", "")
    return json_response({"queryDefinitions": [each for each in _queries.values() if each["name"].startswith(prefix)]})


def _delete(request: Mapping[str, Any]) -> Any:
    key = request.get("queryDefinitionId", "")
    if key not in _queries:
        return _unknown(key)
    del _queries[key]
    return json_response({"success": True})


def _unknown(key: str) -> Any:
    return error_response_json("ResourceNotFoundException", f"There is no query definition {key}", 400)


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "PutQueryDefinition": _put,
    "DescribeQueryDefinitions": _describe,
    "DeleteQueryDefinition": _delete,
}
