from __future__ import annotations

import json

import pytest

TOPIC = "aws:sns/topic:Topic"
POLICY = "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
KEY = "aws:kms/key:Key"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
PUBLISH = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish"}
USE = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*", "Resource": "*"}


def test_topics_are_encrypted(program):
    program.add(TOPIC, "bare")
    program.add(TOPIC, "own", kmsMasterKeyId=program.add(KEY, "key"))
    program.add(TOPIC, "managed", {"kmsMasterKeyId": "alias/aws/sns"})
    assert program.flaws("SNS-1") == {("encrypted", "bare")}


@pytest.mark.parametrize(
    ("statement", "good"),
    [
        (PUBLISH, False),
        (PUBLISH | {"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}, True),
        (PUBLISH | {"Principal": {"Service": "cloudwatch.amazonaws.com"}}, True),
    ],
)
def test_no_policy_lets_everybody_in(program, statement, good):
    program.add(POLICY, "it", {"policy": json.dumps({"Statement": statement})})
    assert program.flaws("SNS-2") == (set() if good else {("policy-for-everybody", "it")})


@pytest.mark.parametrize(("protocol", "good"), [("http", False), ("https", True), ("email", True), ("sqs", True)])
def test_nobody_hears_over_plain_http(program, protocol, good):
    program.add(SUBSCRIPTION, "it", {"protocol": protocol})
    assert program.flaws("SNS-3") == (set() if good else {("no-plain-http", "it")})


@pytest.mark.parametrize("alarm", [ALARM, COMPOSITE])
@pytest.mark.parametrize(
    ("statements", "separate", "good"),
    [([ROOT, USE], False, True), ([ROOT], False, False), ([ROOT, USE], True, True), (None, False, False)],
)
def test_alarms_can_publish_to_an_encrypted_topic(program, alarm, statements, separate, good):
    policy = {} if statements is None else {"policy": json.dumps({"Statement": statements})}
    key = program.add(KEY, "key", {} if separate else policy)
    if separate:
        program.add("aws:kms/keyPolicy:KeyPolicy", "key-policy", policy, keyId=key)
    topic = program.add(TOPIC, "topic", kmsMasterKeyId=key)
    program.add(alarm, "alarm", alarmActions=[topic])
    assert program.flaws("SNS-4") == (set() if good else {("alarms-may-publish", "topic")})


def test_a_key_may_be_named_by_its_alias(program):
    key = program.add(KEY, "key", {"policy": json.dumps({"Statement": [ROOT]})})
    alias = program.add("aws:kms/alias:Alias", "alias", targetKeyId=key)
    topic = program.add(TOPIC, "topic", kmsMasterKeyId=alias)
    program.add(ALARM, "alarm", alarmActions=[topic])
    assert program.flaws("SNS-4") == {("alarms-may-publish", "topic")}


def test_alarms_may_not_use_the_key_that_aws_has(program):
    topic = program.add(TOPIC, "topic", {"kmsMasterKeyId": "alias/aws/sns"})
    program.add(TOPIC, "of-no-alarm", {"kmsMasterKeyId": "alias/aws/sns"})
    program.add(ALARM, "alarm", alarmActions=[topic])
    assert program.flaws("SNS-4") == {("alarms-may-publish", "topic")}


def test_a_key_or_a_policy_that_cannot_be_seen_cannot_be_told(program):
    topic = program.add(TOPIC, "elsewhere", {"kmsMasterKeyId": "alias/shared"})
    program.add(ALARM, "alarm", alarmActions=[topic])
    key = program.add(KEY, "key", {"policy": program.unknown})
    other = program.add(TOPIC, "other", kmsMasterKeyId=key)
    program.add(ALARM, "second", alarmActions=[other])
    assert program.flaws("SNS-4", preview=True) == set()
    assert ("SNS-4", "kmsMasterKeyId") in program.unjudged("elsewhere")
    assert ("SNS-4", "key.policy") in program.unjudged("other")
