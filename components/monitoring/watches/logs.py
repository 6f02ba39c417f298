"""What is read from logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import Alarm, LogCount, Metric, Watch

if TYPE_CHECKING:
    from components.compute.cluster import Cluster
    from settings import Monitoring


# How libpq, asyncpg and node-postgres say it.
UNREACHABLE = '?"connection to server" ?"could not connect to server" ?"ConnectionRefusedError" ?"ECONNREFUSED"'


def cluster(_key: str, watched: Cluster, _settings: Monitoring) -> Watch:
    """The logs of all services."""
    return Watch(log_groups=[watched.log_group.name])


def database_connections(_key: str, watched: Cluster, settings: Monitoring) -> Watch:
    """Services that cannot reach the database: of that AWS has no metric, and their logs have (CRT-MON-03)."""
    if settings.free or settings.namespace is None:
        return Watch()
    failures = Metric(namespace=settings.namespace, name="DatabaseConnectionFailures", dimensions={}, statistic="Sum")
    count = LogCount(
        key="database-unreachable",
        log_group=watched.log_group.name,
        pattern=UNREACHABLE,
        metric=failures,
    )
    alarm = Alarm(
        key="database-unreachable",
        severity="critical",
        says="Services cannot connect to the database",
        metrics=[failures],
        threshold=0,
    )
    return Watch(counts=[count], alarms=[alarm])
