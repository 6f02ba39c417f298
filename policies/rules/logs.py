"""Logs and measurements: CloudWatch log groups, Container Insights (GRD-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.model import PRODUCTION
from policies.rule import CannotTell, Finding, Verdict, expect, rule
from policies.values import UNKNOWN, at, at_least, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
_DAYS: Final = {PRODUCTION: 30, "staging": 14}
_INSIGHTS: Final = ("enabled", "enhanced")


def _kept_long_enough(group: Resource) -> dict[str, Any]:
    """The least that the tier asks, where nothing is set; what is set too short may be meant, and is refused."""
    unset = group.get("retentionInDays") in (None, 0) and group.get("logGroupClass") != "DELIVERY"
    return {"retentionInDays": _DAYS.get(str(group.tier), _DAYS["staging"])} if unset else {}


@rule(
    "LOG-1",
    "Log groups keep logs long enough, and not for ever",
    types=(LOG_GROUP,),
    severity=Severity.MEDIUM,
    reason="without a retention logs are paid for for ever; with too short a one they are gone when somebody asks.",
    remedy="Set retentionInDays: at least 30 in production, 14 in staging.",
    mend=_kept_long_enough,
)
def retention(group: Resource) -> Iterator[Verdict]:
    """0 keeps for ever. The class DELIVERY has a retention of its own, which cannot be set."""
    if group.get("logGroupClass") == "DELIVERY":
        return
    least = expect(group, "retentionInDays", at_least(1))
    if least or group.tier is UNKNOWN:
        yield least or CannotTell(path="tags.Tier")
    else:
        yield expect(group, "retentionInDays", at_least(_DAYS.get(str(group.tier), 1)))


@rule(
    "ECS-11",
    "Container Insights is on",
    types=(CLUSTER,),
    severity=Severity.LOW,
    reason="without it nobody sees tasks' memory, restarts and network when something goes wrong.",
    remedy='Add the setting containerInsights with the value "enabled" or "enhanced".',
)
def container_insights(cluster: Resource) -> Iterator[Verdict]:
    """Off unless the cluster, or the account, says so; the account is not to be seen here."""
    settings = cluster.items("settings")
    values = [at(setting, "value") for setting in settings if at(setting, "name") == "containerInsights"]
    if UNKNOWN in values or any(at(setting, "name") is UNKNOWN for setting in settings):
        yield CannotTell(path="settings")
    elif not any(value in _INSIGHTS for value in values):
        yield Finding(path="settings.containerInsights", found=show(values[0] if values else None))
