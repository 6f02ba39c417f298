"""CloudWatch: composite alarms, dashboards, and what is made of logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import SUPPRESSED_ALARMS
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_SUPPRESSOR = {"alarm": "", "extensionPeriod": "ExtensionPeriod", "waitPeriod": "WaitPeriod"}


def _suppressor(_state: Mapping[str, Any], found: Mapping[str, Any]) -> Any:
    members = {name: found.get(f"ActionsSuppressor{end}") for name, end in _SUPPRESSOR.items()}
    return members if members["alarm"] else None


COMPOSITE_ALARM = Resource(
    token="aws:cloudwatch/compositeAlarm:CompositeAlarm",
    service="cloudwatch",
    create=Call(op="PutCompositeAlarm"),
    id="{alarmName}",
    read=(
        Call(
            op="DescribeAlarms",
            params={"AlarmNames": ["$id"], "AlarmTypes": ["CompositeAlarm"]},
            at="CompositeAlarms[0]",
        ),
        Call(op="ListTagsForResource", params={"ResourceARN": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(Call(op="PutCompositeAlarm", params={"AlarmName": "$id"}, whole=True),),
    delete=(Call(op="DeleteAlarms", params={"AlarmNames": ["$id"]}),),
    rename={
        "arn": "AlarmArn",
        "actionsSuppressor": "",
        **{f"actionsSuppressor.{name}": f"ActionsSuppressor{end}" for name, end in _SUPPRESSOR.items()},
    },
    defaults={"actionsEnabled": True},
    outputs={"actionsSuppressor": _suppressor},
    unechoed={"actionsSuppressor": SUPPRESSED_ALARMS},
    limits={
        "alarmName": Limit(min=1, max=255, why="a name has at most 255 characters"),
        "alarmRule": Limit(min=1, max=10240, why="a rule has at most 10240 characters"),
    },
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"ResourceARN": "$arn"}),
)

DASHBOARD = Resource(
    token="aws:cloudwatch/dashboard:Dashboard",
    service="cloudwatch",
    create=Call(op="PutDashboard"),
    id="{dashboardName}",
    read=(Call(op="GetDashboard", params={"DashboardName": "$id"}),),
    update=(Call(op="PutDashboard", params={"DashboardName": "$id"}, whole=True),),
    delete=(Call(op="DeleteDashboards", params={"DashboardNames": ["$id"]}),),
    json=("dashboardBody",),
    limits={
        "dashboardName": Limit(
            pattern=r"[A-Za-z0-9_-]+", max=255, why="a name has at most 255 letters, digits, - and _"
        )
    },
)

_TRANSFORMATION = {
    "name": "metricName",
    "namespace": "metricNamespace",
    "value": "metricValue",
    "defaultValue": "defaultValue",
    "dimensions": "dimensions",
    "unit": "unit",
}


def _transformations(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The one that Pulumi has, in the list that AWS has; a default is a number there."""
    return [
        {
            _TRANSFORMATION[name]: float(item) if name == "defaultValue" else item
            for name, item in value.items()
            if name in _TRANSFORMATION
        }
    ]


def _transformation(_state: Mapping[str, Any], found: Mapping[str, Any]) -> Any:
    transformation = found["metricTransformations"][0]
    default = transformation.get("defaultValue")
    pairs = {name: transformation.get(member) for name, member in _TRANSFORMATION.items()}
    return {**pairs, "defaultValue": None if default is None else f"{default:g}"}


METRIC_FILTER = Resource(
    token="aws:cloudwatch/logMetricFilter:LogMetricFilter",
    service="logs",
    create=Call(op="PutMetricFilter"),
    id="{name}",
    import_id="{logGroupName}:{name}",
    read=(
        Call(
            op="DescribeMetricFilters",
            params={"logGroupName": "$logGroupName", "filterNamePrefix": "$id"},
            at="metricFilters[?filterName=='{id}']|[0]",
        ),
    ),
    update=(Call(op="PutMetricFilter", params={"logGroupName": "$logGroupName", "filterName": "$id"}, whole=True),),
    delete=(Call(op="DeleteMetricFilter", params={"logGroupName": "$logGroupName", "filterName": "$id"}),),
    rename={
        "name": "filterName",
        "pattern": "filterPattern",
        "metricTransformation": "metricTransformations",
    },
    encode={"metricTransformation": _transformations},
    outputs={"metricTransformation": _transformation},
    replace=("logGroupName",),
    limits={"name": Limit(pattern=r"[^:*]+", max=512, why="a name has at most 512 characters, none of them : or *")},
)

QUERY_DEFINITION = Resource(
    token="aws:cloudwatch/queryDefinition:QueryDefinition",
    service="logs",
    create=Call(op="PutQueryDefinition"),
    id="queryDefinitionId",
    import_id="arn:[^:]+:logs:[^:]+:[^:]+:query-definition:(?P<id>.+)",
    read=(Call(op="DescribeQueryDefinitions", at="queryDefinitions[?queryDefinitionId=='{id}']|[0]"),),
    update=(Call(op="PutQueryDefinition", params={"queryDefinitionId": "$id"}, whole=True),),
    delete=(Call(op="DeleteQueryDefinition", params={"queryDefinitionId": "$id"}),),
    limits={"name": Limit(min=1, max=255, why="a name has at most 255 characters")},
)

RESOURCES = (COMPOSITE_ALARM, DASHBOARD, METRIC_FILTER, QUERY_DEFINITION)
