"""Where requests come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import Watch, Widget
from components.monitoring.watches.metrics import metric
from components.monitoring.watches.requests import requests

if TYPE_CHECKING:
    from components.edge.cdn import Cdn
    from components.edge.load_balancer import LoadBalancer
    from settings import Monitoring


CDN_REGION = "us-east-1"


def load_balancer(_key: str, watched: LoadBalancer, settings: Monitoring) -> Watch:
    """Requests, errors and time: what its users see (RPH-MON-01, CRT-MON-03, CRT-MON-04)."""
    return requests("load-balancer", "Load balancer", watched.load_balancer.arn_suffix, settings)


def cdn(_key: str, watched: Cdn, _settings: Monitoring) -> Watch:
    """What viewers are answered. Its metrics are in us-east-1, where an alarm cannot tell this stack's topic."""
    where = {"DistributionId": watched.distribution.id, "Region": "Global"}
    return Watch(
        widgets=[
            Widget(title=f"CDN: {title}", metrics=[metric("AWS/CloudFront", name, where, how)], region=CDN_REGION)
            for title, name, how in (
                ("requests", "Requests", "Sum"),
                ("4xx of 100 requests", "4xxErrorRate", "Average"),
                ("5xx of 100 requests", "5xxErrorRate", "Average"),
            )
        ]
    )
