"""Cases of SQS and Lambda: see cases.py."""

from __future__ import annotations

import hashlib
import json

from local.aws_plugin.assets import Archive, Asset
from tests.aws_plugin.case import TAGS, Case


def _policy(arn: str, effect: str = "Deny") -> str:
    statement = {
        "Sid": "TlsOnly", "Effect": effect, "Principal": "*", "Action": "sqs:*", "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _redrive(arn: str, receives: int) -> str:
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})


def _code(body: str) -> Archive:
    source = f"def handler(event, context):\n    {body}\n"
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Archive(digest, assets={"app.py": Asset(digest, text=source)})


CASES: dict[str, Case] = {
    "queue": Case(
        "aws:sqs/queue:Queue",
        lambda _, n: {
            "name": n, "visibilityTimeoutSeconds": 180, "sqsManagedSseEnabled": True, "tags": {"Name": n},
        },
        {**TAGS, "visibilityTimeoutSeconds": 60, "messageRetentionSeconds": 1_209_600},
    ),
    "queue_with_dead_letters": Case(
        "aws:sqs/queue:Queue",
        lambda made, n: {"name": n, "redrivePolicy": _redrive(made("queue")["arn"], 5)},
        {"maxMessageSize": 2048},
    ),
    "queue_policy": Case(
        "aws:sqs/queuePolicy:QueuePolicy",
        lambda made, _: {"queueUrl": made("queue")["id"], "policy": _policy(made("queue")["arn"])},
        {"policy": _policy("*")},
    ),
    "redrive_policy": Case(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        lambda made, _: {
            "queueUrl": made("queue_with_dead_letters")["id"], "redrivePolicy": _redrive(made("queue")["arn"], 5),
        },
    ),
    "redrive_allow_policy": Case(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        lambda made, _: {
            "queueUrl": made("queue")["id"],
            "redriveAllowPolicy": json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [made("queue_with_dead_letters")["arn"]]}
            ),
        },
        {"redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})},
    ),
    "lambda_function": Case(
        "aws:lambda/function:Function",
        lambda made, n: {
            "name": n, "role": made("lambda_role")["arn"], "runtime": "python3.11", "handler": "app.handler",
            "code": _code("return event"), "publish": True, "architectures": ["x86_64"], "timeout": 30,
            "environment": {"variables": {"A": "1"}}, "tracingConfig": {"mode": "Active"}, "tags": {"Name": n},
        },
        {**TAGS, "code": _code("return {}"), "memorySize": 256, "environment": {"variables": {"A": "2"}}},
        unread={"code": _code("return event")},
    ),
    "lambda_role": Case(
        "aws:iam/role:Role",
        lambda _, n: {
            "name": n,
            "assumeRolePolicy": json.dumps({
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
                ],
            }),
        },
    ),
    "lambda_alias": Case(
        "aws:lambda/alias:Alias",
        lambda made, n: {"name": n, "functionName": made("lambda_function")["name"], "functionVersion": "1"},
        {"functionVersion": "$LATEST", "description": "changed"},
        import_id="{functionName}/{name}",
    ),
    "event_source_mapping": Case(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        lambda made, _: {
            "functionName": made("lambda_alias")["arn"], "eventSourceArn": made("queue")["arn"], "batchSize": 5,
            "functionResponseTypes": ["ReportBatchItemFailures"], "scalingConfig": {"maximumConcurrency": 2},
        },
        {"batchSize": 10, "scalingConfig": {"maximumConcurrency": 4}},
    ),
    "lambda_permission": Case(
        "aws:lambda/permission:Permission",
        lambda made, n: {
            "function": made("lambda_function")["name"], "statementId": n, "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com", "sourceArn": "arn:aws:events:us-west-2:000000000000:rule/r",
        },
        import_id="{function}/{statementId}",
    ),
}  # fmt: skip
