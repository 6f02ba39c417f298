"""CloudWatch: log groups, who may write to them, alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import ALARM_QUERIES
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_RETENTION = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


def _retention(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html."""
    days = inputs.get("retentionInDays")
    if isinstance(days, int) and days not in _RETENTION:
        return [
            ("retentionInDays", f"{days} days cannot be had; offered: {', '.join(map(str, _RETENTION))} (0: for ever)")
        ]
    return []


def _unlimited(lifecycle: Any, _olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if not news.get("retentionInDays"):
        lifecycle.request("DeleteRetentionPolicy", {"logGroupName": state["id"]}, state)


LOG_GROUP = Resource(
    token="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    create=Call(op="CreateLogGroup"),
    id="{name}",
    read=(
        Call(op="DescribeLogGroups", params={"logGroupNamePrefix": "$id"}, at="logGroups[?logGroupName=='{id}']|[0]"),
        Call(
            op="ListTagsForResource",
            params={"resourceArn": "arn:aws:logs:{region}:{account}:log-group:{id}"},
            optional=True,
        ),
    ),
    update=(
        Call(op="PutRetentionPolicy", params={"logGroupName": "$id"}, needs=("retentionInDays",)),
        Call(op="AssociateKmsKey", params={"logGroupName": "$id"}, needs=("kmsKeyId",)),
        Call(
            op="PutLogGroupDeletionProtection",
            params={"logGroupIdentifier": "$id"},
            props=("deletionProtectionEnabled",),
        ),
    ),
    delete=(Call(op="DeleteLogGroup", params={"logGroupName": "$id"}),),
    name="name",
    rename={"name": "logGroupName"},
    local=("skipDestroy", "namePrefix"),
    defaults={"skipDestroy": False},
    outputs={"arn": "arn:aws:logs:{region}:{account}:log-group:{id}"},
    after_update=_unlimited,
    limits={
        "name": Limit(pattern=r"[\.\-_/#A-Za-z0-9]+", max=512, why="a name has letters, digits and ._-/#, at most 512")
    },
    checks=(_retention,),
    tags=TagCalls(
        add="TagResource",
        remove="UntagResource",
        params={"resourceArn": "$arn"},
        member="tags",
        keys="tagKeys",
        form="map",
    ),
)

_PUT_POLICY = Call(op="PutResourcePolicy", params={"policyName": "$policyName"}, needs=("policyName",))

LOG_RESOURCE_POLICY = Resource(
    token="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    service="logs",
    create=Call(op="PutResourcePolicy"),
    id="{policyName}",
    read=(Call(op="DescribeResourcePolicies", at="resourcePolicies[?policyName=='{id}']|[0]"),),
    update=(_PUT_POLICY,),
    delete=(Call(op="DeleteResourcePolicy", params={"policyName": "$id"}),),
    json=("policyDocument",),
    required_one=(("policyName", "resourceArn"),),
    outputs={"revisionId": lambda *_: None},
)


def _queries(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A query's metric in AWS's form: what is measured apart from how."""
    queries = []
    for query in value:
        rest = {name: item for name, item in query.items() if name != "metric"}
        metric = query.get("metric")
        if metric:
            what = {name: metric[name] for name in ("namespace", "metricName", "dimensions") if name in metric}
            how = {name: metric[name] for name in ("period", "stat", "unit") if name in metric}
            rest["metricStat"] = {"metric": what, **how}
        queries.append(rest)
    return queries


def _queried(_state: Mapping[str, Any], found: Mapping[str, Any]) -> Any:
    return [
        {**{k: v for k, v in query.items() if k != "MetricStat"}}
        | ({"Metric": {**query["MetricStat"].pop("Metric"), **query["MetricStat"]}} if "MetricStat" in query else {})
        for query in found.get("Metrics") or []
    ]


METRIC_ALARM = Resource(
    token="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    create=Call(op="PutMetricAlarm"),
    id="{name}",
    read=(
        Call(op="DescribeAlarms", params={"AlarmNames": ["$id"]}, at="MetricAlarms[0]"),
        Call(op="ListTagsForResource", params={"ResourceARN": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(Call(op="PutMetricAlarm", params={"AlarmName": "$id"}, whole=True),),
    delete=(Call(op="DeleteAlarms", params={"AlarmNames": ["$id"]}),),
    name="name",
    rename={"name": "AlarmName", "arn": "AlarmArn", "metricQueries": "Metrics",
            "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile"},
    encode={"metricQueries": _queries},
    defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    outputs={"metricQueries": _queried},
    unechoed={"metricQueries": ALARM_QUERIES, "thresholdMetricId": ALARM_QUERIES},
    limits={"name": Limit(min=1, max=255, why="a name has at most 255 characters")},
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"ResourceARN": "$arn"}),
)  # fmt: skip

RESOURCES = (LOG_GROUP, LOG_RESOURCE_POLICY, METRIC_ALARM)
