"""Who did what in the account: CloudTrail (GRD-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.model import PRODUCTION
from policies.rule import Finding, Verdict, View, expect, rule
from policies.values import is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

TRAIL: Final = ("aws:cloudtrail/trail:Trail",)
_VPC: Final = ("aws:ec2/vpc:Vpc",)


@rule(
    "TRL-1",
    "The trail follows all regions",
    types=TRAIL,
    severity=Severity.MEDIUM,
    reason="who breaks in works in the region that nobody looks at.",
    remedy="Set isMultiRegionTrail to true.",
)
def all_regions(trail: Resource) -> Iterator[Verdict]:
    """One region unless set."""
    yield expect(trail, "isMultiRegionTrail", is_true)


@rule(
    "TRL-2",
    "The trail's files prove themselves unchanged",
    types=TRAIL,
    severity=Severity.MEDIUM,
    reason="who may write to the bucket takes his own traces out, and nobody can tell.",
    remedy="Set enableLogFileValidation to true.",
)
def validated_files(trail: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield expect(trail, "enableLogFileValidation", is_true)


@rule(
    "TRL-3",
    "The trail is under a key of one's own",
    types=TRAIL,
    severity=Severity.MEDIUM,
    reason="with a key of one's own it takes leave of the key, too, to read who did what.",
    remedy="Set kmsKeyId to a key whose policy lets cloudtrail.amazonaws.com in.",
    strict=True,
)
def customer_key(trail: Resource) -> Iterator[Verdict]:
    """Its bucket encrypts in any case."""
    if not trail.is_set("kmsKeyId"):
        yield Finding(path="kmsKeyId", found=show(None))


@rule(
    "TRL-4",
    "The trail runs",
    types=TRAIL,
    severity=Severity.HIGH,
    reason="a trail that is switched off records nothing, and looks as if all was quiet.",
    remedy="Leave enableLogging out, or set it to true.",
)
def runs(trail: Resource) -> Iterator[Verdict]:
    """On unless set."""
    yield expect(trail, "enableLogging", lambda value: value is None or is_true(value))


@rule(
    "TRL-5",
    "The trail goes to CloudWatch as well",
    types=TRAIL,
    severity=Severity.LOW,
    reason="in a bucket nothing raises an alarm when somebody uses the root account or opens a security group.",
    remedy="Set cloudWatchLogsGroupArn and cloudWatchLogsRoleArn.",
    strict=True,
)
def to_cloudwatch(trail: Resource) -> Iterator[Verdict]:
    """Strict: EventBridge tells of the same events, and every record is paid for a second time."""
    if not trail.is_set("cloudWatchLogsGroupArn"):
        yield Finding(path="cloudWatchLogsGroupArn", found=show(None))


@rule(
    "GRD-19",
    "A production stack has a trail",
    types=_VPC,
    severity=Severity.MEDIUM,
    reason="without one nobody can say who opened a port, or read a secret.",
    remedy="Add aws.cloudtrail.Trail, unless the account or its organization has one.",
    view=View.STACK,
)
def trail_present(vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """Advice, since one trail is enough for an account, and a stack cannot see those of others.

    It is said of the network, because a stack is no resource.
    """
    if vpc.tier == PRODUCTION and not any(stack.of(TRAIL)):
        yield Finding(path="aws.cloudtrail.Trail", found="missing", advisory=True)
