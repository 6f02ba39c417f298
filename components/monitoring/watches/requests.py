"""Requests to a load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import Alarm, Metric, Watch, Widget
from components.monitoring.watches.metrics import metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.monitoring.watch import Severity
    from settings import Monitoring


SECOND = 1_000  # milliseconds
PERCENTILES = ("p50", "p95", "p99")


def requests(key: str, what: str, suffix: pulumi.Input[str], settings: Monitoring) -> Watch:
    """How many requests, how many of them fail, and how long they take: of an application load balancer."""
    limits, where = settings.thresholds, {"LoadBalancer": suffix}
    requests, failed, refused, client = (
        metric("AWS/ApplicationELB", name, where, "Sum")
        for name in ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_4XX_Count")
    )
    rate: Sequence[Metric] = [requests, failed, refused]
    expression = "100*(FILL(m2, 0)+FILL(m3, 0))/m1"
    times = {
        percentile: metric("AWS/ApplicationELB", "TargetResponseTime", where, percentile) for percentile in PERCENTILES
    }
    levels: Sequence[tuple[Severity, int, int]] = (
        ("critical", limits.critical_error_percent, limits.critical_response_ms),
        ("warning", limits.error_percent, limits.response_ms),
    )
    unusual = Alarm(key=f"{key}-requests", says="The number of requests is unusual", metrics=[requests], usual=True)
    return Watch(
        alarms=[
            *([unusual] if settings.anomaly else []),
            *(
                alarm
                for severity, errors, milliseconds in levels
                for alarm in (
                    Alarm(
                        key=f"{key}-errors-{severity}",
                        severity=severity,
                        says=f"More than {errors} % of the requests fail",
                        metrics=rate,
                        expression=expression,
                        threshold=errors,
                    ),
                    Alarm(
                        key=f"{key}-response-{severity}",
                        severity=severity,
                        says=f"Of 100 requests, 5 take longer than {milliseconds} ms",
                        metrics=[times["p95"]],
                        threshold=milliseconds / SECOND,
                    ),
                )
            ),
        ],
        widgets=[
            Widget(title=f"{what}: requests and errors", metrics=[requests, client, failed, refused]),
            Widget(title=f"{what}: errors of 100 requests", metrics=rate, expressions={"%": expression}),
            Widget(title=f"{what}: response time", metrics=list(times.values())),
        ],
    )
