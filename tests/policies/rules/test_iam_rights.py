from __future__ import annotations

import json

import pytest

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
BUCKET = "arn:aws:s3:::b/*"


def allow(action, resource="*", **more):
    return {"Statement": {"Effect": "Allow", "Action": action, "Resource": resource} | more}


@pytest.mark.parametrize(
    ("document", "good"),
    [
        (allow("s3:*"), False),
        (allow("S3:*"), False),
        (allow(["logs:PutLogEvents", "dynamodb:*"], ["*"]), False),
        (allow("s3:*", "arn:aws:s3:::*"), False),
        (allow("s3:*", "arn:aws:s3:::*/*"), False),
        (allow("sqs:*", "arn:aws:sqs:us-east-1:111122223333:*"), False),
        (allow("*", "arn:aws:s3:::*"), False),
        (allow("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), False),
        (allow("ec2:*", Condition={"StringNotEquals": {"aws:ResourceTag/Project": "x"}}), False),
        (allow("ec2:*", Condition={"StringLike": {"aws:ResourceTag/Project": "*"}}), False),
        ({"Statement": {"Effect": "Allow", "Action": "s3:*", "NotResource": BUCKET}}, False),
        (allow("ec2:*", Condition={"StringEquals": {"aws:ResourceTag/Project": "x"}}), True),
        (allow("ec2:*", Condition={"StringEquals": {"ec2:ResourceTag/Project": "x"}}), True),
        (allow("s3:*", [BUCKET]), True),
        (allow("s3:Get*"), True),
        (allow("ssmmessages:*"), True),  # whose actions take no resource
        (allow("sqs:*", "arn:aws:sqs:*:*:app-*"), True),
        (allow("*"), True),  # IAM-1's
        (allow("s3:*", Effect="Deny"), True),
    ],
)
def test_a_whole_service_is_too_much(program, document, good):
    program.add(ROLE_POLICY, "text", {"policy": json.dumps(document)})
    program.add("aws:iam/role:Role", "role", {"inlinePolicies": [{"policy": document}]})
    assert program.flaws("IAM-2") == (set() if good else {("no-whole-service", name) for name in ("text", "role")})


@pytest.mark.parametrize(
    ("document", "good"),
    [
        (allow("iam:PassRole"), False),
        (allow("iam:passrole", ["arn:aws:iam::*:role/*"]), False),
        (allow(["ecs:RunTask", "iam:PassRole"], "arn:aws:iam::111122223333:role/*"), False),
        (allow("iam:Create*"), False),
        (allow("iam:*", "arn:aws:iam::*:role/*"), False),
        (allow("*", "arn:aws:iam::*:role/*"), False),
        (allow("iam:AttachRolePolicy", "arn:aws:iam::*:*"), False),
        (allow("sts:AssumeRole"), False),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*"}}), False),
        (allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}), True),
        (allow("iam:PassRole", "arn:aws:iam::111122223333:role/app-*"), True),
        (allow("iam:Get*"), True),
        (allow("iam:CreateServiceLinkedRole"), True),
        (allow("iam:*"), True),  # IAM-2's
        (allow("*"), True),  # IAM-1's
        (allow("iam:PassRole", Effect="Deny"), True),
    ],
)
def test_a_way_to_more_rights(program, document, good):
    program.add("aws:iam/policy:Policy", "policy", {"policy": json.dumps(document)})
    assert program.flaws("IAM-6") == (set() if good else {("no-way-up", "policy")})


def test_policies_that_are_not_known_yet_cannot_be_told(program):
    program.add(ROLE_POLICY, "later", {"policy": program.unknown})
    program.add(ROLE_POLICY, "bucket", {"policy": allow("s3:*", program.unknown)})  # of a resource
    assert {("IAM-2", "policy"), ("IAM-6", "policy")} <= program.unjudged("later")
    assert program.flaws("IAM-2") == set()
