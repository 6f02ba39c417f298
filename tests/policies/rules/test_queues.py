from __future__ import annotations

import json

import pytest

QUEUE = "aws:sqs/queue:Queue"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SEND = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}
TLS = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({}, True),
        ({"sqsManagedSseEnabled": True}, True),
        ({"sqsManagedSseEnabled": False}, False),
        ({"sqsManagedSseEnabled": False, "kmsMasterKeyId": "alias/mine"}, True),
    ],
)
def test_queues_are_encrypted(program, properties, good):
    program.add(QUEUE, "it", properties)
    assert program.flaws("SQS-1") == (set() if good else {("encrypted", "it")})


@pytest.mark.parametrize(
    ("statement", "good"),
    [
        (SEND, False),
        (SEND | {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}}, True),
        (SEND | {"Principal": {"Service": "sns.amazonaws.com"}}, True),
    ],
)
def test_no_policy_lets_everybody_in(program, statement, good):
    policy = json.dumps({"Statement": [statement, TLS]})
    program.add(POLICY, "separate", {"policy": policy})
    program.add(QUEUE, "inline", {"policy": policy})
    found = {("policy-for-everybody", "separate"), ("policy-for-everybody", "inline")}
    assert program.flaws("SQS-2") == (set() if good else found)


@pytest.mark.requirement("GRD-16", "RPH-SEC-05")
def test_what_a_queue_cannot_deliver_is_kept_and_raises_an_alarm(program):
    dead = program.add(QUEUE, "dead")
    program.add(QUEUE, "work", redrivePolicy=dead)
    program.add(QUEUE, "bare")
    quiet = program.add(QUEUE, "quiet", {"name": "quiet"})
    other = program.add(QUEUE, "other")
    program.add(REDRIVE, "redrive", queueUrl=other, redrivePolicy=quiet)
    program.add(ALARM, "alarm", {"dimensions": {"QueueName": program.unknown}}, dimensions=dead)
    assert program.flaws("SQS-3") == {("dead-letters", "bare"), ("dead-letter-alarm", "quiet")}


@pytest.mark.requirement("GRD-16", "RPH-SEC-05")
@pytest.mark.parametrize(
    "alarm",
    [
        {"dimensions": {"QueueName": "shop-dead"}},
        {"metricQueries": [{"metric": {"dimensions": {"QueueName": "shop-dead"}}}]},
    ],
)
def test_dead_letters_and_alarms_may_be_named(program, alarm):
    program.add(QUEUE, "dead", {"name": "shop-dead"})
    redrive = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-west-2:1:shop-dead", "maxReceiveCount": 3})
    program.add(QUEUE, "work", {"redrivePolicy": redrive})
    assert program.flaws("SQS-3") == {("dead-letter-alarm", "dead")}
    program.add(ALARM, "alarm", alarm)
    assert program.flaws("SQS-3") == set()


@pytest.mark.parametrize("token", [POLICY, "aws:sns/topicPolicy:TopicPolicy"])
@pytest.mark.parametrize(
    ("statements", "good"),
    [
        ([SEND, TLS], True),
        ([SEND], False),
        ([SEND, TLS | {"Effect": "Allow"}], False),
        ([SEND, TLS | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}], False),
    ],
)
def test_policies_refuse_plain_http(program, token, statements, good):
    program.add(token, "it", {"policy": json.dumps({"Statement": statements})})
    assert program.flaws("SQS-4") == (set() if good else {("tls-only", "it")})


@pytest.mark.parametrize(("id_", "token"), [("SQS-2", POLICY), ("SQS-4", POLICY)])
def test_a_policy_that_is_not_known_yet_cannot_be_told(program, id_, token):
    program.add(token, "it", {"policy": program.unknown})
    assert program.flaws(id_, preview=True) == set()
    assert (id_, "policy") in program.unjudged("it")
