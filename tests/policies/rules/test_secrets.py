from __future__ import annotations

import pytest

SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
PARAMETER = "aws:ssm/parameter:Parameter"
EVERYBODY = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue"}}


@pytest.mark.parametrize(
    ("rules", "good"),
    [
        ({"automaticallyAfterDays": 90.0}, True),
        ({"automaticallyAfterDays": 91.0}, False),
        ({"scheduleExpression": "rate(30 days)"}, True),
        ({"scheduleExpression": "rate(365 days)"}, False),
        ({"scheduleExpression": "rate(4 hours)"}, True),
        ({"scheduleExpression": "cron(0 8 1 * ? *)"}, True),
    ],
)
def test_secrets_that_rotate_do_so_often_enough(program, rules, good):
    program.add(ROTATION, "rotation", {"rotationRules": rules})
    assert program.flaws("SEC-1") == (set() if good else {("rotation-days", "rotation")})


def test_strictly_secrets_rotate_under_a_key_of_ones_own(program):
    rotated = program.add(SECRET, "rotated", {"kmsKeyId": program.unknown})
    program.add(ROTATION, "rotation", {"rotationRules": {"automaticallyAfterDays": 30}}, secretId=rotated)
    program.add(SECRET, "bare", {})
    program.add(SECRET, "aws", {"kmsKeyId": "alias/aws/secretsmanager"})
    assert program.flaws("SEC-1") == program.flaws("SEC-2") == set()
    program.pack = {"strict": True}
    assert program.flaws("SEC-1") == {("rotation", "bare"), ("rotation", "aws")}
    assert program.flaws("SEC-2") == {("customer-key", "bare"), ("customer-key", "aws")}


@pytest.mark.parametrize(("tier", "bad"), [("production", {"gone"}), ("development", set())])
def test_secrets_can_be_had_back(program, tier, bad):
    program.tags = {"Tier": tier}
    for name, days in {"gone": 0.0, "week": 7.0, "default": None}.items():
        program.add(SECRET, name, {"recoveryWindowInDays": days})
    assert program.flaws("SEC-3") == {("recovery-window", name) for name in bad}


def test_no_secret_is_everybodys(program):
    program.add(SECRET, "inline", {"policy": EVERYBODY})
    program.add("aws:secretsmanager/secretPolicy:SecretPolicy", "own", {"policy": EVERYBODY})
    account = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    program.add(SECRET, "narrow", {"policy": {"Statement": EVERYBODY["Statement"] | account}})
    program.add(SECRET, "later", {"policy": program.unknown})
    assert program.flaws("SEC-4", preview=True) == {("policy-for-everybody", name) for name in ("inline", "own")}
    assert ("SEC-4", "policy") in program.unjudged("later")


def test_a_secret_is_not_written_in_the_program(program):
    program.config = {"key": "from the configuration"}
    made = program.add("random:index/randomPassword:RandomPassword", "password")
    hidden = program.secret
    program.add(VERSION, "literal", {"secretString": hidden("s3cret")})  # Pulumi's SDK marks it in any case
    program.add(VERSION, "plain", {"secretString": "s3cret"})
    program.add(VERSION, "configured", {"secretString": hidden("from the configuration")})
    program.add(VERSION, "built", {"secretString": hidden('{"key": "from the configuration"}')})
    program.add(VERSION, "made", {}, secretString=made)
    program.add(VERSION, "kept", {"secretString": hidden("a first value")})
    program.ignored = {"kept": ["secretString"]}
    program.add(VERSION, "later", {"secretString": program.unknown})
    program.add(VERSION, "empty", {})
    assert program.flaws("SEC-5") == {("not-literal", "literal"), ("not-literal", "plain")}


@pytest.mark.parametrize(
    ("token", "properties", "good"),
    [
        (PARAMETER, {"type": "SecureString", "value": "s3cret"}, False),
        (PARAMETER, {"type": "String", "value": "blue"}, True),
        ("aws:elasticache/replicationGroup:ReplicationGroup", {"authToken": "t0ken"}, False),
        ("aws:elasticache/user:User", {"passwords": ["p"]}, False),
        ("aws:elasticache/user:User", {"authenticationMode": {"type": "iam"}}, True),
        ("aws:memorydb/user:User", {"authenticationMode": {"type": "password", "passwords": ["p"]}}, False),
        ("aws:mq/broker:Broker", {"users": [{"username": "a", "password": "p"}]}, False),
        ("aws:mq/broker:Broker", {"users": [{"username": "a"}]}, True),
        ("aws:docdb/cluster:Cluster", {"masterPassword": "p"}, False),
        ("aws:docdb/cluster:Cluster", {"manageMasterUserPassword": True}, True),
        (
            "aws:opensearch/domain:Domain",
            {"advancedSecurityOptions": {"masterUserOptions": {"masterUserPassword": "p"}}},
            False,
        ),
    ],
)
def test_wherever_a_type_takes_one(program, token, properties, good):
    program.add(token, "it", properties)
    assert program.flaws("SEC-5") == (set() if good else {("not-literal", "it")})
