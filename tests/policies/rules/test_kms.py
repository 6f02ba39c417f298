from __future__ import annotations

import json

import pytest

KEY = "aws:kms/key:Key"


def policy(principal, effect="Allow", **condition):
    statement = {"Effect": effect, "Action": "kms:*", "Resource": "*", "Principal": principal, "Condition": condition}
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({}, False),
        ({"enableKeyRotation": False}, False),
        ({"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "keyUsage": "ENCRYPT_DECRYPT"}, False),
        ({"enableKeyRotation": True}, True),
        ({"enableKeyRotation": "true"}, True),
        ({"customerMasterKeySpec": "RSA_2048"}, True),
        ({"customerMasterKeySpec": "HMAC_256", "keyUsage": "GENERATE_VERIFY_MAC"}, True),
        ({"customKeyStoreId": "cks-1"}, True),
    ],
)
def test_keys_rotate_that_can(program, properties, good):
    program.add(KEY, "key", properties)
    assert program.flaws("KMS-1") == (set() if good else {("rotation", "key")})


@pytest.mark.parametrize(
    ("document", "good"),
    [
        (policy("*"), False),
        (policy({"AWS": "*"}), False),
        (policy({"AWS": "*"}, Bool={"kms:GrantIsForAWSResource": "true"}), False),
        (policy({"AWS": "*"}, StringNotEquals={"kms:CallerAccount": "1"}), False),
        (policy({"AWS": "*"}, StringEquals={"kms:CallerAccount": "111122223333"}), True),
        (policy({"AWS": "*"}, StringEquals={"kms:ViaService": "rds.us-east-1.amazonaws.com"}), True),
        (policy({"AWS": "arn:aws:iam::111122223333:root"}), True),
        (policy("*", "Deny"), True),
    ],
)
@pytest.mark.parametrize("token", [KEY, "aws:kms/keyPolicy:KeyPolicy", "aws:kms/replicaKey:ReplicaKey"])
def test_a_keys_policy_names_somebody(program, token, document, good):
    program.add(token, "key", {"policy": document})
    assert program.flaws("KMS-2") == (set() if good else {("policy-for-everybody", "key")})


@pytest.mark.parametrize(("tier", "bad"), [("production", {"short"}), ("staging", set())])
def test_keys_can_be_had_back(program, tier, bad):
    program.tags = {"Tier": tier}
    for name, days in {"short": 7.0, "enough": 14.0, "default": None}.items():
        program.add(KEY, name, {"deletionWindowInDays": days})
    assert program.flaws("KMS-3") == {("deletion-window", name) for name in bad}


def test_the_check_against_locking_out_stays_on(program):
    program.add(KEY, "bad", {"bypassPolicyLockoutSafetyCheck": True})
    program.add("aws:kms/keyPolicy:KeyPolicy", "policy", {"bypassPolicyLockoutSafetyCheck": "true"})
    program.add(KEY, "good", {"bypassPolicyLockoutSafetyCheck": False})
    assert program.flaws("KMS-4") == {("lockout-check", "bad"), ("lockout-check", "policy")}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({}, False),  # AWS's own policy lets the account's users in, and no service
        ({"policy": policy({"AWS": "arn:aws:iam::111122223333:root"})}, False),
        ({"policy": policy({"Service": "sns.amazonaws.com"})}, False),
        ({"policy": policy({"Service": "logs.us-east-1.amazonaws.com"}, "Deny")}, False),
        ({"policy": policy({"Service": ["sns.amazonaws.com", "logs.us-east-1.amazonaws.com"]})}, True),
        ({"policy": policy({"Service": "logs.amazonaws.com"})}, True),
        ({"policy": policy({"AWS": "*"}, StringEquals={"kms:CallerAccount": "111122223333"})}, True),
    ],
)
def test_a_log_groups_key_lets_logs_in(program, properties, good):
    key = program.add(KEY, "key", properties)
    alias = program.add("aws:kms/alias:Alias", "alias", {}, targetKeyId=key)
    program.add("aws:cloudwatch/logGroup:LogGroup", "group", {}, kmsKeyId=key)
    program.add("aws:cloudwatch/logGroup:LogGroup", "aliased", {}, kmsKeyId=alias)
    program.add("aws:cloudwatch/logGroup:LogGroup", "plain", {})
    program.add("aws:cloudwatch/logGroup:LogGroup", "elsewhere", {"kmsKeyId": "arn:aws:kms:us-east-1:1:key/x"})
    bad = set() if good else {("services-let-in", "group"), ("services-let-in", "aliased")}
    assert program.flaws("KMS-5") == bad


def test_a_policy_of_its_own_counts_and_one_that_is_not_known_cannot_be_told(program):
    key, later = program.add(KEY, "key"), program.add(KEY, "later", {"policy": program.unknown})
    program.add(
        "aws:kms/keyPolicy:KeyPolicy", "own", {"policy": policy({"Service": "cloudtrail.amazonaws.com"})}, keyId=key
    )
    program.add("aws:cloudtrail/trail:Trail", "good", {}, kmsKeyId=key)
    program.add("aws:cloudtrail/trail:Trail", "unknown", {}, kmsKeyId=later)
    assert program.flaws("KMS-5", preview=True) == set()
    assert ("KMS-5", "later.policy") in program.unjudged("unknown")


def test_who_writes_to_topics_and_queues_is_let_in(program):
    key = program.add(KEY, "key", {"policy": policy({"AWS": "arn:aws:iam::111122223333:root"})})
    topic = program.add("aws:sns/topic:Topic", "topic", {}, kmsMasterKeyId=key)
    queue = program.add("aws:sqs/queue:Queue", "queue", {}, kmsMasterKeyId=key)
    heard = program.add("aws:sqs/queue:Queue", "heard", {}, kmsMasterKeyId=key)
    program.add("aws:sqs/queue:Queue", "own", {}, kmsMasterKeyId=key)  # only roles write to it
    program.add("aws:s3/bucketNotification:BucketNotification", "notification", {}, queues=queue)
    program.add("aws:cloudwatch/eventTarget:EventTarget", "target", {}, arn=topic)
    program.add("aws:sns/topicSubscription:TopicSubscription", "subscription", {"protocol": "sqs"}, endpoint=heard)
    assert program.flaws("KMS-5") == {("services-let-in", name) for name in ("topic", "queue", "heard")}


def test_what_is_not_known_of_a_key_cannot_be_told(program):
    program.add(KEY, "later", dict.fromkeys(("policy", "deletionWindowInDays", "enableKeyRotation"), program.unknown))
    program.add(KEY, "spec", {"customerMasterKeySpec": program.unknown})
    wanted = {("KMS-1", "enableKeyRotation"), ("KMS-2", "policy"), ("KMS-3", "deletionWindowInDays")}
    assert wanted <= program.unjudged("later")
    assert ("KMS-1", "customerMasterKeySpec") in program.unjudged("spec")
