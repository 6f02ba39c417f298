"""Keys: AWS KMS, and who may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.values import UNKNOWN, at, is_true, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

KEY: Final = "aws:kms/key:Key"
KEYS: Final = (
    KEY,
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
_ALIAS: Final = ("aws:kms/alias:Alias",)
_LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
_TRAIL: Final = "aws:cloudtrail/trail:Trail"
_TOPIC: Final = "aws:sns/topic:Topic"
_QUEUE: Final = "aws:sqs/queue:Queue"
_SUBSCRIPTION: Final = ("aws:sns/topicSubscription:TopicSubscription",)
_NOTIFICATION: Final = ("aws:s3/bucketNotification:BucketNotification",)
_TARGET: Final = ("aws:cloudwatch/eventTarget:EventTarget",)
_LEAST_DAYS: Final = 14


@rule(
    "KMS-1",
    "Keys rotate",
    types=(KEY,),
    severity=Severity.MEDIUM,
    reason="what one key material encrypts in ten years is lost with it at once; the old material stays readable.",
    remedy="Set enableKeyRotation to true.",
)
def rotation(key: Resource) -> Iterator[Verdict]:
    """Off unless set. KMS rotates symmetric keys for encryption only, and none of a key store of one's own."""
    spec, usage = key.get("customerMasterKeySpec"), key.get("keyUsage")
    if key.is_set("customKeyStoreId") or spec not in (None, "SYMMETRIC_DEFAULT", UNKNOWN):
        return
    if usage not in (None, "ENCRYPT_DECRYPT", UNKNOWN) or is_true(key.get("enableKeyRotation")):
        return
    if UNKNOWN in (spec, usage):
        yield CannotTell(path="customerMasterKeySpec" if spec is UNKNOWN else "keyUsage")
    else:
        yield expect(key, "enableKeyRotation", is_true)


@rule(
    "KMS-2",
    "No key's policy lets everybody in",
    types=(*KEYS, _POLICY),
    severity=Severity.CRITICAL,
    reason="everybody with any AWS account decrypts what the key protects.",
    remedy="Name who may use the key in Principal, or narrow it in Condition by kms:CallerAccount, kms:ViaService or "
    "aws:PrincipalOrgID.",
)
def policy_for_everybody(resource: Resource) -> Iterator[Verdict]:
    """A policy of its own, or the key's."""
    yield documents.expect_nobody_unnamed(resource, "policy")


@rule(
    "KMS-3",
    "Production keys can be had back for two weeks",
    types=KEYS,
    severity=Severity.LOW,
    reason="with the key everything is gone that it encrypted, backups too.",
    remedy="Set deletionWindowInDays to at least 14, or leave it out for 30.",
)
def deletion_window(key: Resource) -> Iterator[Verdict]:
    """30 days unless set."""
    accepted = expect(
        key,
        "deletionWindowInDays",
        lambda days: not isinstance(days, int | float) or isinstance(days, bool) or days >= _LEAST_DAYS,
    )
    yield from in_production(key, accepted)


@rule(
    "KMS-4",
    "The check against locking oneself out stays on",
    types=(*KEYS, _POLICY),
    severity=Severity.MEDIUM,
    reason="a policy that lets nobody change it makes a key that only AWS's support can give back.",
    remedy="Leave bypassPolicyLockoutSafetyCheck out.",
)
def lockout_check(resource: Resource) -> Iterator[Verdict]:
    """On unless set."""
    yield expect(resource, "bypassPolicyLockoutSafetyCheck", lambda value: not is_true(value))


@rule(
    "KMS-5",
    "A key lets in the services that write with it",
    types=(_LOG_GROUP, _TRAIL, _TOPIC, _QUEUE),
    severity=Severity.HIGH,
    reason="a log group or trail cannot be made, and messages to a topic or queue vanish without a word.",
    remedy="Add a statement to the key's policy that lets the service use kms:Decrypt and kms:GenerateDataKey*.",
    view=View.STACK,
)
def services_let_in(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Services that write with a key of the program, directly or by alias. Alarms and their topics are SNS-4's."""
    path = "kmsMasterKeyId" if resource.type in (_TOPIC, _QUEUE) else "kmsKeyId"
    if not resource.is_set(path):
        return
    services = sorted(set(_writers(resource, stack)))
    for key in keys_of(resource, path, stack):
        written = policies_of(key, stack)
        for service in services:
            if any(_lets_in(policy, service) for policy in written):
                continue
            if any(map(documents.is_unknown, written)):
                yield CannotTell(path=f"{key.name}.policy")
            else:
                lacks = (
                    f"whose policy does not let {service} in" if written else f"without a policy that lets {service} in"
                )
                yield Finding(path=path, found=f"{key.name}, {lacks}")


def keys_of(resource: Resource, name: str, stack: Stack) -> list[Resource]:
    """The keys of the program that a property names, by themselves or by an alias."""
    aliased = [key for alias in stack.links(resource, name, _ALIAS) for key in stack.links(alias, "targetKeyId", KEYS)]
    direct = stack.links(resource, name, KEYS)
    return [*direct, *(key for key in aliased if key not in direct)]


def policies_of(key: Resource, stack: Stack) -> list[Any]:
    """The documents that say who may use a key: its own, and those that resources of their own give it."""
    policies = [key.get("policy"), *(each.get("policy") for each in stack.referrers(key, "keyId", (_POLICY,)))]
    return [policy for policy in policies if policy is not None]


def _writers(resource: Resource, stack: Stack) -> Iterator[str]:
    """The services that write to a resource."""
    if resource.type == _LOG_GROUP:
        yield "logs.REGION.amazonaws.com"
    elif resource.type == _TRAIL:
        yield "cloudtrail.amazonaws.com"
    else:
        if stack.referrers(resource, "topics" if resource.type == _TOPIC else "queues", _NOTIFICATION):
            yield "s3.amazonaws.com"
        if stack.referrers(resource, "arn", _TARGET):
            yield "events.amazonaws.com"
        if resource.type == _QUEUE and stack.referrers(resource, "endpoint", _SUBSCRIPTION):
            yield "sns.amazonaws.com"


def _lets_in(document: Any, service: str) -> bool:
    """Whether a policy lets a service in; logs have a name in each region, and one that is not known yet may be it."""
    name = service.partition(".")[0]
    for statement in documents.statements(document):
        if documents.lets_service_in({"Statement": statement}, service):
            return True
        named = items(at(statement.get("Principal"), "Service"))
        if statement.get("Effect") == "Allow" and any(
            each is UNKNOWN or show(each).startswith(f"{name}.") for each in named
        ):
            return True
    return False
