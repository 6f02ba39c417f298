from __future__ import annotations

import pytest

from policies.documents import lets_everybody_in
from policies.values import UNKNOWN


def allow(principal="*", **condition):
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": condition,
    }


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::1:root", "*"]}, ["*"]])
def test_everybody_however_written(principal):
    assert lets_everybody_in(allow(principal))


@pytest.mark.parametrize(
    "principal",
    [{"AWS": "arn:aws:iam::111122223333:root"}, {"Service": "cloudfront.amazonaws.com"}, {"Service": "*"}, UNKNOWN, {}],
)
def test_somebody(principal):
    assert not lets_everybody_in(allow(principal))


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEquals": {"AWS:PrincipalOrgID": ["o-1", "o-2"]}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}},
        {"StringLike": {"kms:ViaService": "rds.*.amazonaws.com"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringEquals": {"aws:SourceVpce": UNKNOWN}},
        {"StringEquals": UNKNOWN},
        {"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-1/r-1/"}},
        {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}},
    ],
)
def test_a_condition_that_says_who(condition):
    assert not lets_everybody_in(allow(**condition))


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringNotEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
        {"ForAllValues:StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"Null": {"aws:SourceAccount": "true"}},
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
        {"StringEquals": {"aws:SourceAccount": ["111122223333", "*"]}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}},
        {"StringEquals": {"aws:SourceAccount": []}},
        {"StringEquals": {"aws:RequestedRegion": "us-west-2"}},
        "malformed",
    ],
)
def test_a_condition_that_does_not(condition):
    assert lets_everybody_in(allow() | {"Condition": condition})


def test_everybody_but_some():
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::1:root"}, "Action": "*"}
    assert lets_everybody_in(statement)


@pytest.mark.parametrize("statement", [allow() | {"Effect": "Deny"}, {"Effect": "Allow", "Action": "s3:*"}, {}])
def test_what_allows_nobody(statement):
    assert not lets_everybody_in(statement)
