"""X-Ray: sampling rules and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

TAGS = TagCalls(add="TagResource", remove="UntagResource", params={"ResourceARN": "$arn"})
_READ_TAGS = Call(op="ListTagsForResource", params={"ResourceARN": "$arn"}, needs=("arn",), optional=True)
_NAME = Limit(min=1, max=32, why="a name has at most 32 characters")
_MEMBERS = {
    "attributes": "Attributes", "fixedRate": "FixedRate", "host": "Host", "httpMethod": "HTTPMethod",
    "priority": "Priority", "reservoirSize": "ReservoirSize", "resourceArn": "ResourceARN",
    "serviceName": "ServiceName", "serviceType": "ServiceType", "urlPath": "URLPath",
}  # fmt: skip
_TOLD = {**_MEMBERS, "ruleName": "RuleName", "version": "Version"}


def _named(state: Mapping[str, Any], response: Any) -> Any:
    """The rule among all: AWS tells of none by its name."""
    rules = (each["SamplingRule"] for each in response["SamplingRuleRecords"])
    return next((rule for rule in rules if rule["RuleName"] == state["id"]), None)


SAMPLING_RULE = Resource(
    token="aws:xray/samplingRule:SamplingRule",
    service="xray",
    create=Call(op="CreateSamplingRule", at="SamplingRuleRecord.SamplingRule"),
    id="{ruleName}",
    read=(Call(op="GetSamplingRules", at=_named), _READ_TAGS),
    update=(
        Call(
            op="UpdateSamplingRule",
            rename={
                "ruleName": "SamplingRuleUpdate.RuleName",
                **{name: f"SamplingRuleUpdate.{member}" for name, member in _MEMBERS.items()},
            },
            whole=True,
        ),
    ),
    delete=(Call(op="DeleteSamplingRule", params={"RuleName": "$id"}),),
    name="ruleName",
    rename={
        **{name: f"SamplingRule.{member}" for name, member in _TOLD.items()}, "arn": "RuleARN",
    },
    outputs=_TOLD,
    replace=("ruleName",),
    limits={"ruleName": _NAME},
    gone_codes=("InvalidRequestException",),
    tags=TAGS,
)  # fmt: skip

GROUP = Resource(
    token="aws:xray/group:Group",
    service="xray",
    create=Call(op="CreateGroup", at="Group"),
    id="Group.GroupARN",
    read=(Call(op="GetGroup", params={"GroupARN": "$id"}, at="Group"), _READ_TAGS),
    update=(Call(op="UpdateGroup", params={"GroupARN": "$id"}, props=("filterExpression", "insightsConfiguration")),),
    delete=(Call(op="DeleteGroup", params={"GroupARN": "$id"}),),
    rename={"arn": "GroupARN"},
    limits={"groupName": _NAME},
    gone_codes=("InvalidRequestException",),
    tags=TAGS,
)

RESOURCES = (SAMPLING_RULE, GROUP)
