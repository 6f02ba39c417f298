"""Topics: Amazon SNS, and who hears what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies import documents
from policies.alarms import METRIC_ALARM
from policies.rule import CannotTell, Finding, Verdict, View, expect, rule
from policies.rules.kms import keys_of, policies_of
from policies.values import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

TOPIC: Final = "aws:sns/topic:Topic"
_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
_ALARMS: Final = (METRIC_ALARM, "aws:cloudwatch/compositeAlarm:CompositeAlarm")


@rule(
    "SNS-1",
    "Topics are encrypted",
    types=(TOPIC,),
    severity=Severity.MEDIUM,
    reason="messages would lie on AWS's disks in plain text.",
    remedy="Set kmsMasterKeyId: to a key of one's own where alarms publish, else alias/aws/sns will do.",
)
def encrypted(topic: Resource) -> Iterator[Verdict]:
    """Not unless set. One that is not known yet is one."""
    if not topic.is_set("kmsMasterKeyId"):
        yield Finding(path="kmsMasterKeyId", found=show(None))


@rule(
    "SNS-2",
    "No topic's policy lets everybody in",
    types=(TOPIC, _POLICY),
    severity=Severity.HIGH,
    reason="everybody on the internet subscribes to it, or publishes to those who do.",
    remedy="Name who may come in Principal, or narrow it in Condition by aws:SourceArn or aws:SourceAccount.",
)
def policy_for_everybody(resource: Resource) -> Iterator[Verdict]:
    """A policy of its own, or the topic's."""
    yield documents.expect_nobody_unnamed(resource, "policy")


@rule(
    "SNS-3",
    "Nobody hears a topic over plain HTTP",
    types=(_SUBSCRIPTION,),
    severity=Severity.HIGH,
    reason="messages travel in plain text, and so does the token that confirms the subscription.",
    remedy="Set protocol to https.",
)
def no_plain_http(subscription: Resource) -> Iterator[Verdict]:
    """Others are of AWS, or end at an address."""
    yield expect(subscription, "protocol", lambda protocol: protocol != "http")


@rule(
    "SNS-4",
    "Alarms can publish to an encrypted topic",
    types=(TOPIC,),
    severity=Severity.MEDIUM,
    reason="CloudWatch may use a topic's key only if the key's policy says so: otherwise alarms ring and nobody hears.",
    remedy="Give the topic a key of one's own whose policy lets cloudwatch.amazonaws.com use kms:Decrypt and "
    "kms:GenerateDataKey*.",
    view=View.STACK,
)
def alarms_may_publish(topic: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of topics that alarms of the stack name; the key that AWS has for SNS lets no alarm in."""
    path = "kmsMasterKeyId"
    if not topic.is_set(path) or not stack.referrers(topic, "alarmActions", _ALARMS):
        return
    keys = keys_of(topic, path, stack)
    if str(topic.get(path)).endswith("alias/aws/sns"):
        yield Finding(path=path, found="alias/aws/sns, which alarms may not use")
    elif not keys:
        yield CannotTell(path=path, why="a key that is not in this program")
    for key in keys:
        written = policies_of(key, stack)
        if any(map(documents.is_unknown, written)):
            yield CannotTell(path=f"{key.name}.policy")
        elif not any(documents.lets_service_in(policy, "cloudwatch.amazonaws.com") for policy in written):
            yield Finding(path=path, found=f"{key.name}, whose policy does not let cloudwatch.amazonaws.com in")
