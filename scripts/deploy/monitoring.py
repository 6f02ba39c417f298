"""Looking on after a deployment: whether anybody would hear of trouble, and whether there is some (CRT-DR-05)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from scripts.aws_errors import code
from scripts.cloud import batches, together
from scripts.health.metrics import metrics_of, read
from scripts.validate.run import run_suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.target import Target

_AT_A_CALL: Final = 100  # alarms that DescribeAlarms takes by name
_FRONTS: Final = ("load balancer", "beanstalk")
_HOURS: Final = 0.25


def watched_by(target: Target) -> dict[str, Any]:
    """How many alarms can tell, and which alarms and dashboards of the stack are missing."""
    monitoring = target.inventory.monitoring
    if monitoring is None:
        return {"alarms": 0, "missing": ["all monitoring: an earlier version of Plinth deployed the stack"]}
    cloudwatch = target.cloud.client("cloudwatch")
    found = alarms(target)
    able = {each["AlarmName"] for each in found if each["ActionsEnabled"]}
    missing = [f"alarm {name}" for name in _names(target) if name not in able]
    for name in monitoring.dashboards:
        try:
            cloudwatch.get_dashboard(DashboardName=name)
        except cloudwatch.exceptions.ClientError as error:
            if code(error) not in {"ResourceNotFound", "DashboardNotFoundError"}:
                raise
            missing.append(f"dashboard {name}")
    return {"alarms": len(able), "missing": missing}


def alarms(target: Target) -> list[dict[str, Any]]:
    """The alarms of the stack that tell somebody, as they are now."""
    cloudwatch = target.cloud.client("cloudwatch")

    def some(names: list[str]) -> list[dict[str, Any]]:
        answer = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return [*answer["MetricAlarms"], *answer["CompositeAlarms"]]

    return [each for batch in together(some, batches(_names(target), _AT_A_CALL)) for each in batch]


def look_on(
    target: Target, minutes: float, note: Callable[[str], None], pause: Callable[[float], None] = time.sleep
) -> str:
    """Ask and look again and again for so many minutes; what speaks for going back, or nothing.

    A critical alarm speaks for it, as do more failed requests than the stack file bears, and smoke checks that fail for
    longer than it bears.
    """
    operations = target.inventory.operations
    if operations is None or minutes <= 0:
        return ""
    smoke = target.inventory.suites.get("smoke")
    ringing = {each["AlarmName"] for each in alarms(target) if each["StateValue"] == "ALARM"}
    begun, failing_since = time.monotonic(), None
    while (elapsed := time.monotonic() - begun) < minutes * 60:
        pause(min(operations.health.interval_seconds, minutes * 60 - elapsed))
        for each in alarms(target):
            if each["StateValue"] == "ALARM" and each["AlarmName"] not in ringing:
                note(f"alarm {each['AlarmName']}: {each.get('StateReason', '')}")
                if each["AlarmName"] in _critical(target):
                    return f"alarm {each['AlarmName']} went off"
                ringing.add(each["AlarmName"])
        percent = failed_percent(target)
        if percent is not None and percent > operations.rollback.error_percent:
            return f"{percent:.0f} % of the requests fail, and {operations.rollback.error_percent} % may"
        problems = run_suite("smoke", smoke, target.url, pause).problems if smoke else []
        if not problems:
            failing_since = None
            continue
        note(problems[0])
        failing_since = failing_since or time.monotonic()
        if time.monotonic() - failing_since >= operations.rollback.unavailable_minutes * 60:
            return f"unavailable for {operations.rollback.unavailable_minutes} minutes: {problems[0]}"
    return ""


def failed_percent(target: Target) -> float | None:
    """How many of the requests of the last five minutes failed, in percent; None where there were none."""
    fronts = [each for each in metrics_of(target) if each.what in ("requests", "errors") and each.of in _FRONTS]
    series = read(target, fronts, _HOURS).values() if fronts else ()
    sums = {
        what: sum(sum(each.last(5)) for each in series if each.metric.what == what) for what in ("requests", "errors")
    }
    return 100 * sums["errors"] / sums["requests"] if sums["requests"] else None


def _names(target: Target) -> list[str]:
    monitoring = target.inventory.monitoring
    return [name for names in monitoring.alarms.values() for name in names] if monitoring else []


def _critical(target: Target) -> tuple[str, ...]:
    monitoring = target.inventory.monitoring
    return tuple(monitoring.alarms.get("critical", ())) if monitoring else ()
