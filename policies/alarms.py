"""Which alarms watch a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policies.model import Resource, Stack

METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"


def alarms_of(resource: Resource, stack: Stack) -> list[Resource]:
    """The alarms whose metric, or one of whose metrics, has the resource as a dimension."""
    return [
        *stack.referrers(resource, "dimensions", (METRIC_ALARM,)),
        *stack.referrers(resource, "metricQueries", (METRIC_ALARM,)),
    ]
