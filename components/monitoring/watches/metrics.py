"""Metrics that AWS's services keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.monitoring.watch import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping


def metric(namespace: str, name: str, dimensions: Mapping[str, Any], statistic: str = "Average") -> Metric:
    """A metric of one thing, told by its dimensions."""
    return Metric(namespace=namespace, name=name, dimensions=dimensions, statistic=statistic)
