"""Queues: Amazon SQS (GRD-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies import documents
from policies.alarms import alarms_of
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, from_json, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

QUEUE: Final = "aws:sqs/queue:Queue"
_POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
_REDRIVE: Final = "aws:sqs/redrivePolicy:RedrivePolicy"


@rule(
    "SQS-1",
    "Queues are encrypted",
    types=(QUEUE,),
    severity=Severity.MEDIUM,
    reason="messages would lie on AWS's disks in plain text.",
    remedy="Leave sqsManagedSseEnabled out or set it to true, or set kmsMasterKeyId.",
)
def encrypted(queue: Resource) -> Iterator[Verdict]:
    """AWS encrypts unless told otherwise."""
    value = queue.get("sqsManagedSseEnabled")
    if queue.is_set("kmsMasterKeyId"):
        return
    if value is UNKNOWN:
        yield CannotTell(path="sqsManagedSseEnabled")
    elif str(value).lower() == "false":
        yield Finding(path="sqsManagedSseEnabled", found="false, without kmsMasterKeyId")


@rule(
    "SQS-2",
    "No queue's policy lets everybody in",
    types=(QUEUE, _POLICY),
    severity=Severity.CRITICAL,
    reason="everybody on the internet sends to it, or takes what is in it.",
    remedy="Name who may come in Principal, or narrow it in Condition by aws:SourceArn or aws:SourceAccount.",
)
def policy_for_everybody(resource: Resource) -> Iterator[Verdict]:
    """A policy of its own, or the queue's."""
    yield documents.expect_nobody_unnamed(resource, "policy")


@rule(
    "SQS-3",
    "What a queue cannot deliver is kept",
    types=(QUEUE,),
    severity=Severity.LOW,
    reason="a message that always fails is tried again and again, and is lost when its time is over.",
    remedy="Set redrivePolicy with a deadLetterTargetArn and a maxReceiveCount, or add aws.sqs.RedrivePolicy.",
    view=View.STACK,
)
def dead_letters(queue: Resource, stack: Stack) -> Iterator[Verdict]:
    """A queue has dead letters, or is where another's go."""
    has = queue.is_set("redrivePolicy") or stack.referrers(queue, "queueUrl", (_REDRIVE,))
    if not has and not _is_for_dead_letters(queue, stack):
        yield Finding(path="redrivePolicy", found="not set, and no other queue's dead letters come here")


@rule(
    "SQS-3",
    "Dead letters raise an alarm",
    types=(QUEUE,),
    severity=Severity.LOW,
    reason="what nobody could process waits there until it is deleted, and nobody knows.",
    remedy="Add aws.cloudwatch.MetricAlarm on ApproximateNumberOfMessagesVisible with the queue as QueueName.",
    view=View.STACK,
)
def dead_letter_alarm(queue: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of a queue where another's dead letters go."""
    if _is_for_dead_letters(queue, stack) and not alarms_of(queue, stack):
        yield Finding(path="aws.cloudwatch.MetricAlarm", found="missing")


@rule(
    "SQS-4",
    "Policies of queues and topics refuse requests without TLS",
    types=(_POLICY, "aws:sns/topicPolicy:TopicPolicy"),
    severity=Severity.LOW,
    reason="both answer plain HTTP as well, unless their policy denies it.",
    remedy="Add a statement that denies everybody where aws:SecureTransport is false.",
)
def tls_only(policy: Resource) -> Iterator[Verdict]:
    """Where there is a policy at all; without one only the account's own roles come in."""
    document = policy.get("policy")
    if documents.is_unknown(document):
        yield CannotTell(path="policy")
    elif not any(map(documents.denies_plain_http, documents.statements(document))):
        yield Finding(path="policy", found="without a statement that denies requests without TLS")


def _is_for_dead_letters(queue: Resource, stack: Stack) -> bool:
    """Whether another queue's dead letters go here, by what the other refers to or by the name that ends its ARN."""
    if stack.referrers(queue, "redrivePolicy", (QUEUE, _REDRIVE)):
        return True
    targets = (from_json(each.get("redrivePolicy")) for each in stack.of((QUEUE, _REDRIVE)))
    return any(show(at(target, "deadLetterTargetArn")).rpartition(":")[2] in queue.names for target in targets)
