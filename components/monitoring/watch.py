"""What there is to say about a thing that is watched: alarms and widgets, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pulumi

PERIOD = 60  # seconds, the shortest that costs no more than others
COLUMNS, WIDTH, HEIGHT = 24, 8, 6  # of a dashboard's grid, and of a widget in it

Severity = Literal["critical", "warning", "security"]
Comparison = Literal["GreaterThanThreshold", "LessThanThreshold", "GreaterThanOrEqualToThreshold"]
ABOVE: Comparison = "GreaterThanThreshold"
BELOW: Comparison = "LessThanThreshold"
FROM: Comparison = "GreaterThanOrEqualToThreshold"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric of CloudWatch. Dimensions may be outputs."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Average"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A value that somebody is told of: of one metric, or of an expression over several, which it calls m1, m2, …"""

    key: str
    """What it is about, unique in a stack: ``backend-cpu``."""
    severity: Severity = "warning"
    """Warnings are told after five minutes, everything else after one; each severity in a message of its own."""
    says: str
    """What is wrong when it goes off."""
    metrics: Sequence[Metric]
    expression: str = ""
    comparison: Comparison = ABOVE
    threshold: float = 0
    usual: bool = False
    """Whether, in place of a threshold, it learns what values are usual, and tells of others."""
    minutes: int = 1
    """From one value of the metrics to the next."""
    silence_is_bad: bool = False
    """Whether no data means that something is wrong."""
    region: str = ""
    """Where its metrics are, and so the alarm; the stack's region unless set."""

    @property
    def periods(self) -> int:
        """Values in a row that must be so: minutes, of what has one each minute (CRT-MON-03, CRT-MON-04)."""
        return 5 if self.severity == "warning" else 1


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A graph: of metrics, or of expressions over them by label, which call them m1, m2, …"""

    title: str
    metrics: Sequence[Metric]
    expressions: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    """Where its metrics are; the stack's region unless set."""


@dataclass(frozen=True, kw_only=True)
class LogCount:
    """A metric made of logs: how many events match a pattern."""

    key: str
    """Unique in a stack: ``database-unreachable``."""
    log_group: pulumi.Input[str]
    pattern: str
    metric: Metric


@dataclass(frozen=True, kw_only=True)
class Watch:
    """All of one thing."""

    counts: Sequence[LogCount] = ()
    alarms: Sequence[Alarm] = ()
    widgets: Sequence[Widget] = ()
    log_groups: Sequence[pulumi.Input[str]] = ()


def affordable_alarms(alarms: Iterable[Alarm], most: int) -> list[Alarm]:
    """The alarms that may be had for `most` metrics, which is what AWS counts: critical ones first."""
    chosen: list[Alarm] = []
    for alarm in sorted(alarms, key=lambda each: each.severity != "critical"):
        if len(alarm.metrics) <= most:
            most -= len(alarm.metrics)
            chosen.append(alarm)
    return chosen


def affordable_widgets(widgets: Iterable[Widget], most: int) -> list[Widget]:
    """The first widgets that together show `most` metrics or fewer."""
    chosen: list[Widget] = []
    for widget in widgets:
        if len(widget.metrics) <= most:
            most -= len(widget.metrics)
            chosen.append(widget)
    return chosen


def dashboard(widgets: Sequence[Widget], region: str) -> dict[str, Any]:
    """The body of a dashboard, left to right and downwards.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    places = ((x, y) for y in range(0, HEIGHT * len(widgets), HEIGHT) for x in range(0, COLUMNS, WIDTH))
    return {
        "widgets": [
            {
                "type": "metric",
                "x": x,
                "y": y,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": {
                    "title": widget.title,
                    "region": widget.region or region,
                    "period": PERIOD,
                    "view": "timeSeries",
                    "metrics": list(_lines(widget)),
                },
            }
            for widget, (x, y) in zip(widgets, places, strict=False)
        ]
    }


def _lines(widget: Widget) -> Iterator[list[Any]]:
    hidden = {"visible": False} if widget.expressions else {}
    for label, expression in widget.expressions.items():
        yield [{"expression": expression, "label": label}]
    for number, metric in enumerate(widget.metrics, start=1):
        dimensions = [part for pair in metric.dimensions.items() for part in pair]
        yield [metric.namespace, metric.name, *dimensions, {"id": f"m{number}", "stat": metric.statistic, **hidden}]
