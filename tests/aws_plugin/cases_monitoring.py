"""Cases of what watches a stack: see cases.py."""

from __future__ import annotations

import json

from tests.aws_plugin.case import TAGS, Case


def _board(title: str) -> str:
    widget = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": title}}
    return json.dumps({"widgets": [widget]})


CASES: dict[str, Case] = {
    "dashboard": Case(
        "aws:cloudwatch/dashboard:Dashboard",
        lambda _, n: {"dashboardName": n, "dashboardBody": _board("before")},
        {"dashboardBody": _board("after")},
    ),
    "composite_alarm": Case(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        lambda m, n: {
            "alarmName": n, "alarmRule": f'ALARM("{m("alarm")["name"]}")', "alarmDescription": "of a test",
            "alarmActions": [m("topic")["arn"]],
            "actionsSuppressor": {"alarm": m("alarm")["name"], "extensionPeriod": 60, "waitPeriod": 60},
            "tags": {"Name": n},
        },
        {"alarmDescription": "changed", **TAGS},
    ),
    "metric_filter": Case(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        lambda m, n: {
            "name": n, "logGroupName": m("log_group")["name"], "pattern": '?"refused" ?"timeout"',
            "metricTransformation": {
                "name": "Failures", "namespace": "Shop/Production", "value": "1", "defaultValue": "0", "unit": "Count",
            },
        },
        {"pattern": '"refused"'},
    ),
    "query_definition": Case(
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        lambda m, n: {
            "name": n, "logGroupNames": [m("log_group")["name"]], "queryString": "fields @message | limit 10",
        },
        {"queryString": "fields @message | limit 100"},
        import_id="arn:aws:logs:us-west-2:000000000000:query-definition:{id}",
    ),
    "anomaly_alarm": Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda _, n: {
            "name": n, "comparisonOperator": "GreaterThanUpperThreshold", "evaluationPeriods": 5,
            "thresholdMetricId": "band",
            "metricQueries": [
                {"id": "band", "expression": "ANOMALY_DETECTION_BAND(m, 2)", "returnData": True},
                {"id": "m", "returnData": True,
                 "metric": {"namespace": "AWS/ApplicationELB", "metricName": "RequestCount",
                            "period": 60, "stat": "Sum"}},
            ],
        },
        {"evaluationPeriods": 3},
    ),
}  # fmt: skip
