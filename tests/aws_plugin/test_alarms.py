"""Alarms as the program makes them: a value goes over the threshold, and whoever listens to the topic hears of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from tests.aws_plugin.conftest import SETTINGS, World
from tests.components.test_monitoring import ALARM, COMPOSITE, watching
from tests.components.test_systems import built

pytestmark = pytest.mark.emulator
SECONDS = 5


@dataclass(frozen=True)
class Listener:
    """A topic, and a queue that is subscribed to it."""

    topic: str
    queue: str
    sqs: Any

    def hears(self) -> list[tuple[str, str]]:
        """What has been told since: the alarm, and its new state."""
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=SECONDS)
        told = [json.loads(json.loads(each["Body"])["Message"]) for each in found.get("Messages", [])]
        for each in found.get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return [(each["AlarmName"], each["NewStateValue"]) for each in told]


def make(world: World, token: str, inputs: dict[str, Any]) -> str:
    """Makes it; the engine's numbers, which the program's are by now, are all floats."""
    whole = {
        name: int(each) if isinstance(each, float) and each.is_integer() else each for name, each in inputs.items()
    }
    return world.lifecycle(token).create(world.checked(token, whole))[0]


def listen(world: World, name: str, region: str) -> Listener:
    topic = make(world, "aws:sns/topic:Topic", {"name": name, "region": region})
    sqs = boto3.client("sqs", region_name=region)
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
                 "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    boto3.client("sns", region_name=region).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Listener(topic, queue, sqs)


def measure(alarm: dict[str, Any], value: float, region: str) -> None:
    dimensions = [{"Name": name, "Value": each} for name, each in alarm.get("dimensions", {}).items()]
    datum: Any = {"MetricName": alarm["metricName"], "Value": value, "Dimensions": dimensions}
    boto3.client("cloudwatch", region_name=region).put_metric_data(Namespace=alarm["namespace"], MetricData=[datum])


@pytest.mark.requirement("CRT-SEC-08", "CRT-MON-05")
def test_several_events_are_told_once(world: World) -> None:
    """Court Case's security events, by the composite alarm."""
    region = SETTINGS.region
    listener = listen(world, "security-events", region)
    made = built("court-case-prod")
    events = [each for key, each in watching(made).items() if key.startswith("audit-")]
    for each in events:
        make(world, f"aws:{ALARM}", each)
    told = {"alarmActions": [listener.topic], "okActions": [listener.topic]}
    joint = dict(made.one(COMPOSITE, "monitoring-security").inputs)
    make(world, f"aws:{COMPOSITE}", {**joint, **told})
    first, second, *_ = events
    measure(first, 0, region)
    assert listener.hears() == [(joint["alarmName"], "OK")]
    measure(first, 1, region)
    measure(second, 1, region)
    assert listener.hears() == [(joint["alarmName"], "ALARM")]
    assert listener.hears() == []
    states = boto3.client("cloudwatch", region_name=region).describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert {first["name"], second["name"]} <= {each["AlarmName"] for each in states}


@pytest.mark.parametrize("errors", [3, 30])
def test_the_cdns_errors_are_told_where_they_are_measured(world: World, errors: int) -> None:
    """UTJFC's distribution, at level free: the alarm tells by itself, in us-east-1."""
    alarm = watching(built("utjfc-prod"))["us-east-1-cdn-errors-critical"]
    listener = listen(world, f"cdn-errors-{errors}", "us-east-1")
    name = f"{alarm['name']}-{errors}"
    told = {"alarmActions": [listener.topic], "okActions": [], "name": name}
    # Each with a metric of its own: the emulator does not tell metrics apart by their dimensions.
    make(world, f"aws:{ALARM}", {**alarm, **told, "metricName": f"{alarm['metricName']}{errors}"})
    for region in ("eu-north-1", "us-east-1"):
        measure({**alarm, "metricName": f"{alarm['metricName']}{errors}"}, errors, region)
    assert listener.hears() == ([(name, "ALARM")] if errors > alarm["threshold"] else [])
