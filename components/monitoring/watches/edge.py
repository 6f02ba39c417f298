"""Where requests come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import BELOW, Alarm, Watch, Widget
from components.monitoring.watches.metrics import metric
from components.monitoring.watches.requests import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.edge.cdn import Cdn
    from components.edge.load_balancer import LoadBalancer
    from components.monitoring.canary import Canary
    from components.monitoring.watch import Metric, Severity
    from settings import Monitoring


CDN_REGION = "us-east-1"
ALL = 100  # percent


def load_balancer(_key: str, watched: LoadBalancer, settings: Monitoring) -> Watch:
    """Requests, errors and time: what its users see (RPH-MON-01, CRT-MON-03, CRT-MON-04)."""
    return requests("load-balancer", "Load balancer", watched.load_balancer.arn_suffix, settings)


def cdn(key: str, watched: Cdn, settings: Monitoring) -> Watch:
    """What viewers are answered. CloudFront keeps its metrics in us-east-1, whatever the stack's region is."""
    limits, where = settings.thresholds, {"DistributionId": watched.distribution.id, "Region": "Global"}
    requests = metric("AWS/CloudFront", "Requests", where, "Sum")
    refused, failed = (metric("AWS/CloudFront", name, where) for name in ("4xxErrorRate", "5xxErrorRate"))
    told: Sequence[tuple[str, Severity, Metric, int]] = (
        ("errors-critical", "critical", failed, limits.critical_error_percent),
        ("errors-warning", "warning", failed, limits.error_percent),
        ("refusals", "warning", refused, limits.refused_percent),
    )
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-{what}",
                severity=severity,
                says=f"The CDN answers more than {percent} % of the requests with {measured.name[:3]}",
                metrics=[measured],
                threshold=percent,
                region=CDN_REGION,
            )
            for what, severity, measured, percent in told
        ],
        widgets=[
            Widget(title=f"CDN: {title}", metrics=[shown], region=CDN_REGION)
            for title, shown in (
                ("requests", requests),
                ("4xx of 100 requests", refused),
                ("5xx of 100 requests", failed),
            )
        ],
    )


def canary(_key: str, watched: Canary, _settings: Monitoring) -> Watch:
    """Whether pages answer when nobody but the canary asks for them."""
    where = {"CanaryName": watched.canary_name}
    success = metric("CloudWatchSynthetics", "SuccessPercent", where)
    return Watch(
        alarms=[
            Alarm(
                key="canary",
                severity="critical",
                says=f"Pages do not answer: see the last run of canary {watched.canary_name}",
                metrics=[success],
                comparison=BELOW,
                threshold=ALL,
                minutes=watched.every_minutes,
            )
        ],
        widgets=[
            Widget(title="Canary: runs that succeed", metrics=[success]),
            Widget(title="Canary: duration", metrics=[metric("CloudWatchSynthetics", "Duration", where)]),
        ],
    )
