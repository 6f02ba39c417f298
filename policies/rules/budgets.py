"""What a stack may cost, and who hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

BUDGET: Final = ("aws:budgets/budget:Budget",)
_VPC: Final = ("aws:ec2/vpc:Vpc",)
_LISTENERS: Final = ("subscriberEmailAddresses", "subscriberSnsTopicArns")


@rule(
    "BUD-1",
    "A budget tells somebody",
    types=BUDGET,
    severity=Severity.LOW,
    reason="a budget stops nothing: without a notification the bill is the first to tell.",
    remedy="Add notifications with subscriberEmailAddresses or subscriberSnsTopicArns.",
)
def notifies(budget: Resource) -> Iterator[Verdict]:
    """Each notification has somebody who hears it."""
    notifications = budget.items("notifications")
    if not notifications:
        yield Finding(path="notifications", found=show(None))
    for index, notification in enumerate(notifications):
        if notification is UNKNOWN:
            yield CannotTell(path="notifications")
        elif not any(at(notification, name) for name in _LISTENERS):
            yield Finding(path=f"notifications.{index}", found="heard by nobody")


@rule(
    "BUD-1",
    "A stack has a budget",
    types=_VPC,
    severity=Severity.LOW,
    reason="what was left running is noticed when it has been paid for.",
    remedy="Add aws.budgets.Budget with a filter by one of the stack's tags.",
    view=View.STACK,
    strict=True,
)
def present(_vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """Strict: an account may have its budgets elsewhere. It is said of the network: a stack is no resource."""
    if not any(stack.of(BUDGET)):
        yield Finding(path="aws.budgets.Budget", found="missing")
