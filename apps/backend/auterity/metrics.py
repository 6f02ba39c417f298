"""Prometheus metrics (AUT-MON-02), one registry per application."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]


class Metrics:
    """The HTTP metrics, and gauges that read their value when scraped. Durations are in seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "http_requests_total",
            "Requests answered.",
            ["method", "endpoint", "status_code"],
            registry=self.registry,
        )
        self.duration = Histogram(
            "http_request_duration_seconds",
            "Time from a request's arrival to the end of its answer.",
            ["method", "endpoint"],
            registry=self.registry,
        )
        self.connections = Gauge("active_connections", "Client connections open now.", registry=self.registry)
        self.database_connections = Gauge(
            "database_connections_active", "Database connections in use now.", registry=self.registry
        )

    def render(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self.registry)
