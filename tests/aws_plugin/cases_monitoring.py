"""Cases of what watches a stack: see cases.py."""

from __future__ import annotations

import json
from typing import Any

from tests.aws_plugin.case import TAGS, Case, Made


def _board(title: str) -> str:
    widget = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": title}}
    return json.dumps({"widgets": [widget]})


def _canary(m: Made, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "artifactS3Location": f"s3://{m('bucket')['id']}/runs/",
        "executionRoleArn": m("lambda_role")["arn"],
        "handler": "canary.handler",
        "runtimeVersion": "syn-python-selenium-14.0",
        "schedule": {"expression": "rate(5 minutes)"},
        "runConfig": {"timeoutInSeconds": 60, "memoryInMb": 960, "environmentVariables": {"URLS": "http://a/"}},
        "tags": {"Name": name},
    }


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
    "sampling_rule": Case(
        "aws:xray/samplingRule:SamplingRule",
        lambda _, n: {
            "ruleName": n, "priority": 1000, "reservoirSize": 1, "fixedRate": 0.05, "serviceName": n,
            "serviceType": "*", "host": "*", "httpMethod": "*", "urlPath": "*", "resourceArn": "*", "version": 1,
            "tags": {"Name": n},
        },
        {"fixedRate": 0.1, "reservoirSize": 2, **TAGS},
    ),
    "trace_group": Case(
        "aws:xray/group:Group",
        lambda _, n: {
            "groupName": n, "filterExpression": f'service("{n}")',
            "insightsConfiguration": {"insightsEnabled": False}, "tags": {"Name": n},
        },
        {"filterExpression": "responsetime > 2", "insightsConfiguration": {"insightsEnabled": True}, **TAGS},
    ),
    "canary": Case(
        "aws:synthetics/canary:Canary",
        lambda m, n: {
            **_canary(m, n), "s3Bucket": m("object")["bucket"], "s3Key": m("object")["key"],
            "startCanary": True, "deleteLambda": True,
        },
        {
            "schedule": {"expression": "rate(1 minute)"}, "successRetentionPeriod": 7,
            "runConfig": {"timeoutInSeconds": 30, "memoryInMb": 960, "environmentVariables": {"URLS": "http://b/"}},
            "startCanary": False, **TAGS,
        },
        unread={
            "s3Bucket": "b", "s3Key": "k", "startCanary": True, "deleteLambda": True,
            "runConfig": {"timeoutInSeconds": 60, "memoryInMb": 960, "activeTracing": False},
        },
    ),
}  # fmt: skip
