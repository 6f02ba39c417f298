"""Secrets: Secrets Manager, and where else a program gives one away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import Finding, Verdict, View, expect, in_production, rule
from policies.values import Secret, Unknown, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_OF: Final = "aws:secretsmanager/secret:Secret"
_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"
_ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"
_PARAMETER: Final = "aws:ssm/parameter:Parameter"
_MOST_DAYS: Final = 90  # SecretsManager.4 of Security Hub, 2026-11
_LEAST_LETTERS: Final = 6  # of a secret that another value is made with
_RATE: Final = re.compile(r"rate\(\s*(\d+)\s+days?\s*\)")
# Where each type takes a secret; the databases of RDS are RDS-9's.
_VALUES: Final = {
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretString", "secretBinary", "secretStringWo"),
    _PARAMETER: ("value", "valueWo"),
    "aws:docdb/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken", "authTokenWo"),
    "aws:elasticache/user:User": ("passwords", "authenticationMode.passwords"),
    "aws:memorydb/user:User": ("authenticationMode.passwords",),
    "aws:mq/broker:Broker": ("users",),
    "aws:opensearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:redshift/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
}


@rule(
    "SEC-1",
    "Secrets rotate",
    types=(_OF,),
    severity=Severity.MEDIUM,
    reason="who once had the secret has it for ever.",
    remedy="Add aws.secretsmanager.SecretRotation with a function that changes the secret.",
    view=View.STACK,
    strict=True,
)
def rotation(secret: Resource, stack: Stack) -> Iterator[Verdict]:
    """Strict: a key that somebody else gives out cannot be changed by a function."""
    if not stack.referrers(secret, "secretId", (_ROTATION,)):
        yield Finding(path="aws.secretsmanager.SecretRotation", found="missing")


@rule(
    "SEC-1",
    "Secrets that rotate do so within 90 days",
    types=(_ROTATION,),
    severity=Severity.MEDIUM,
    reason="the longer a secret holds, the more places have a copy of it.",
    remedy="Set rotationRules.automaticallyAfterDays to 90 or less, or a scheduleExpression to match.",
)
def rotation_days(rotation: Resource) -> Iterator[Verdict]:
    """A schedule by cron runs at least once a year; what it says is not read."""
    yield expect(
        rotation,
        "rotationRules.automaticallyAfterDays",
        lambda days: not isinstance(days, int | float) or days <= _MOST_DAYS,
    )
    yield expect(
        rotation,
        "rotationRules.scheduleExpression",
        lambda text: not (rate := _RATE.fullmatch(str(text))) or int(rate[1]) <= _MOST_DAYS,
    )


@rule(
    "SEC-2",
    "Secrets are under a key of one's own",
    types=(_OF,),
    severity=Severity.LOW,
    reason="who may read a secret under AWS's own key is decided in one place; with one's own the key has a say too.",
    remedy="Set kmsKeyId to a key of one's own.",
    strict=True,
)
def customer_key(secret: Resource) -> Iterator[Verdict]:
    """Secrets Manager encrypts in any case."""
    key = secret.get("kmsKeyId")
    if not key or str(key).endswith("alias/aws/secretsmanager"):
        yield Finding(path="kmsKeyId", found=show(key))


@rule(
    "SEC-3",
    "Production secrets can be had back",
    types=(_OF,),
    severity=Severity.LOW,
    reason="a secret that goes with a renamed resource is gone at once, and so is whatever only it opened.",
    remedy="Leave recoveryWindowInDays out, or set it to 7 or more.",
)
def recovery_window(secret: Resource) -> Iterator[Verdict]:
    """30 days unless set; 0 is none."""
    yield from in_production(secret, expect(secret, "recoveryWindowInDays", lambda days: days != 0))


@rule(
    "SEC-4",
    "No secret's policy lets everybody in",
    types=(_OF, _POLICY),
    severity=Severity.CRITICAL,
    reason="everybody with any AWS account reads the secret.",
    remedy="Name who may read it in Principal, or narrow it in Condition by aws:PrincipalOrgID.",
)
def policy_for_everybody(resource: Resource) -> Iterator[Verdict]:
    """A policy of its own, or the secret's."""
    yield documents.expect_nobody_unnamed(resource, "policy")


@rule(
    "SEC-5",
    "No secret is written in the program",
    types=tuple(_VALUES),
    severity=Severity.CRITICAL,
    reason="a secret in source code is known to all who ever saw the repository, and is never changed.",
    remedy="Take it from a secret of the stack's configuration (pulumi config set --secret) or from another resource, "
    "or let it be changed in AWS and set ignoreChanges to the property.",
    view=View.STACK,
)
def not_literal(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Judge where a value comes from: Pulumi's AWS SDKs mark whatever they are given as secret.

    It passes if another resource made it, if the stack's configuration holds what it is made with as a secret, or if
    changes to it are ignored: then it is a first value, and what holds is set in AWS.
    """
    if resource.type == _PARAMETER and resource.get("type") != "SecureString":
        return
    for path in _VALUES[resource.type]:
        name = path.partition(".")[0]
        if resource.dependencies.get(name) or resource.ignores(name):
            continue
        values = [at(user, "password") for user in resource.items(path)] if path == "users" else resource.items(path)
        for value in values:
            if value and not isinstance(value, Unknown) and not _from_configuration(value, stack):
                yield Finding(path=path, found="a literal of the program, or made from one")
                break


def _from_configuration(value: object, stack: Stack) -> bool:
    return isinstance(value, Secret) and any(
        value == secret or (len(secret) >= _LEAST_LETTERS and secret in value) for secret in stack.secrets
    )
