"""X-Ray: keeps groups and sampling rules, as https://docs.aws.amazon.com/xray/latest/api/ describes them. It takes no
traces, so that there are none to map or sum up, and samples nothing.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.fakes.errors import ApiError
from local.fakes.tagging import Params, Tagging

_ACCOUNT = "000000000000"


class XRay(Tagging):
    """The state of the service, by region, and its operations by name."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, Any]] = {}
        self._rules: dict[str, dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def operation(self, name: str) -> Callable[[Params, str], dict[str, Any]] | None:
        """The method for an operation, from its parameters and region to its response."""
        known: dict[str, Callable[[Params, str], dict[str, Any]]] = {
            "CreateGroup": self._create_group,
            "GetGroup": self._get_group,
            "UpdateGroup": self._update_group,
            "DeleteGroup": self._delete_group,
            "CreateSamplingRule": self._create_rule,
            "GetSamplingRules": self._get_rules,
            "UpdateSamplingRule": self._update_rule,
            "DeleteSamplingRule": self._delete_rule,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return known.get(name)

    def _create_group(self, params: Params, region: str) -> dict[str, Any]:
        name = params["GroupName"]
        if name == "Default" or any(each["GroupName"] == name for each in _in(region, self._groups)):
            raise ApiError("InvalidRequestException", f"There is a group {name} already")
        arn = f"arn:aws:xray:{region}:{_ACCOUNT}:group/{name}/{uuid.uuid4().hex[:26].upper()}"
        self._groups[arn] = {
            "GroupName": name,
            "GroupARN": arn,
            "FilterExpression": params.get("FilterExpression", ""),
            "InsightsConfiguration": _insights(params.get("InsightsConfiguration", {})),
        }
        self._tags[arn] = _pairs(params)
        return {"Group": self._groups[arn]}

    def _get_group(self, params: Params, region: str) -> dict[str, Any]:
        return {"Group": self._group(params, region)}

    def _update_group(self, params: Params, region: str) -> dict[str, Any]:
        group = self._group(params, region)
        if "FilterExpression" in params:
            group["FilterExpression"] = params["FilterExpression"]
        if "InsightsConfiguration" in params:
            group["InsightsConfiguration"] = _insights(params["InsightsConfiguration"])
        return {"Group": group}

    def _delete_group(self, params: Params, region: str) -> dict[str, Any]:
        arn = self._group(params, region)["GroupARN"]
        del self._groups[arn], self._tags[arn]
        return {}

    def _group(self, params: Params, region: str) -> dict[str, Any]:
        for group in _in(region, self._groups):
            if params.get("GroupARN") == group["GroupARN"] or params.get("GroupName") == group["GroupName"]:
                return group
        raise ApiError("InvalidRequestException", "Group not found")

    def _create_rule(self, params: Params, region: str) -> dict[str, Any]:
        rule = params["SamplingRule"]
        name = rule.get("RuleName")
        if name is None:
            raise ApiError("InvalidRequestException", "RuleName is required")
        arn = f"arn:aws:xray:{region}:{_ACCOUNT}:sampling-rule/{name}"
        if arn in self._rules:
            raise ApiError("InvalidRequestException", f"There is a sampling rule {name} already")
        now = time.time()
        kept = {**rule, "RuleARN": arn, "Attributes": rule.get("Attributes", {})}
        self._rules[arn] = {"SamplingRule": kept, "CreatedAt": now, "ModifiedAt": now}
        self._tags[arn] = _pairs(params)
        return {"SamplingRuleRecord": self._rules[arn]}

    def _get_rules(self, _params: Params, region: str) -> dict[str, Any]:
        return {"SamplingRuleRecords": _in(region, self._rules)}

    def _update_rule(self, params: Params, region: str) -> dict[str, Any]:
        update = params["SamplingRuleUpdate"]
        record = self._rule(update, region)
        record["SamplingRule"].update(update)
        record["ModifiedAt"] = time.time()
        return {"SamplingRuleRecord": record}

    def _delete_rule(self, params: Params, region: str) -> dict[str, Any]:
        record = self._rule(params, region)
        arn = record["SamplingRule"]["RuleARN"]
        del self._rules[arn], self._tags[arn]
        return {"SamplingRuleRecord": record}

    def _rule(self, params: Params, region: str) -> dict[str, Any]:
        for record in _in(region, self._rules):
            rule = record["SamplingRule"]
            if params.get("RuleARN") == rule["RuleARN"] or params.get("RuleName") == rule["RuleName"]:
                return record
        raise ApiError("InvalidRequestException", "Sampling rule does not exist")

    def _list_tags(self, params: Params, _region: str) -> dict[str, Any]:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(params).items()]}

    def _tag(self, params: Params, _region: str) -> dict[str, Any]:
        self._tagged(params).update(_pairs(params))
        return {}

    def _tagged(self, params: Params) -> dict[str, str]:
        if params["ResourceARN"] not in self._tags:
            raise ApiError("ResourceNotFoundException", f"There is no {params['ResourceARN']}")
        return self._tags[params["ResourceARN"]]


def _in(region: str, by_arn: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for arn, each in by_arn.items() if arn.split(":")[3] == region]


def _insights(wanted: Params) -> dict[str, bool]:
    enabled, notified = wanted.get("InsightsEnabled", False), wanted.get("NotificationsEnabled", False)
    if notified and not enabled:
        raise ApiError("InvalidRequestException", "Notifications need insights")
    return {"InsightsEnabled": enabled, "NotificationsEnabled": notified}


def _pairs(params: Params) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
