"""Logs, alarms and measurements: CloudWatch log groups, Container Insights (GRD-15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.alarms import METRIC_ALARM
from policies.model import PRODUCTION
from policies.rule import CannotTell, Finding, Verdict, View, expect, rule
from policies.values import UNKNOWN, at, at_least, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
_COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
# Who acts on an alarm without being told by it, by the property that names it.
_WATCHERS: Final = {
    "alarmRule": (_COMPOSITE,),
    "actionsSuppressor": (_COMPOSITE,),
    "alarms": ("aws:ecs/service:Service",),
    "deploymentConfiguration": ("aws:ecs/service:Service",),
    "cloudwatchAlarmName": ("aws:route53/healthCheck:HealthCheck",),
    "alarmConfiguration": ("aws:codedeploy/deploymentGroup:DeploymentGroup",),
}
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
    "LOG-2",
    "Log groups are under a key of one's own",
    types=(LOG_GROUP,),
    severity=Severity.LOW,
    reason="with a key of one's own it takes leave of the key, too, to read the logs.",
    remedy="Set kmsKeyId to a key whose policy lets logs.REGION.amazonaws.com in.",
    strict=True,
)
def customer_key(group: Resource) -> Iterator[Verdict]:
    """CloudWatch encrypts in any case."""
    if not group.is_set("kmsKeyId"):
        yield Finding(path="kmsKeyId", found=show(None))


@rule(
    "LOG-3",
    "Alarms act",
    types=(METRIC_ALARM, _COMPOSITE),
    severity=Severity.MEDIUM,
    reason="an alarm that tells nobody is red on a page that nobody looks at.",
    remedy="Set alarmActions to a topic, and leave actionsEnabled out; or name the alarm in a composite alarm.",
    view=View.STACK,
)
def alarms_act(alarm: Resource, stack: Stack) -> Iterator[Verdict]:
    """Unless another alarm, a deployment or a health check looks at it."""
    enabled = alarm.get("actionsEnabled")
    acts = alarm.is_set("alarmActions")
    if acts and (enabled is None or is_true(enabled)):
        return
    if any(stack.referrers(alarm, name, types) for name, types in _WATCHERS.items()):
        return
    rules = [each.get("alarmRule") for each in stack.of((_COMPOSITE,)) if each is not alarm]
    if any(_names(rule, alarm) for rule in rules):
        return
    if UNKNOWN in rules:
        yield CannotTell(path="alarmActions", why="of composite alarms whose alarmRule is not known before the update")
    elif not acts:
        yield Finding(path="alarmActions", found=show(alarm.get("alarmActions")))
    elif enabled is UNKNOWN:
        yield CannotTell(path="actionsEnabled")
    else:
        yield Finding(path="actionsEnabled", found=show(enabled))


def _names(rule: Any, alarm: Resource) -> bool:
    """Whether the rule of a composite alarm names an alarm, by name or ARN."""
    name = alarm.get("alarmName" if alarm.type == _COMPOSITE else "name")
    return isinstance(rule, str) and isinstance(name, str) and name in re.findall(r"[^\s\"'():]+", rule)


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
