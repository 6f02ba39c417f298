"""The health endpoints (AUT-MON-01).

`/health` and `/health/liveness` look at this process alone: a load balancer that asked for the database
would take every task out of service at once when the database fails over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auterity import database

log = logging.getLogger(__name__)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _timed(name: str, probe: Callable[[], object] | None) -> dict[str, Any]:
    """Run a probe; the answer names the kind of failure, the log has the rest (hosts and users stay inside)."""
    if probe is None:
        return {"status": "unhealthy", "error": "not configured"}
    start = time.perf_counter()
    try:
        probe()
    except (SQLAlchemyError, RedisError) as error:
        log.warning("%s is unreachable", name, extra={"error": str(error)})
        return {"status": "unhealthy", "error": type(error).__name__}
    return {"status": "healthy", "response_time_ms": round((time.perf_counter() - start) * 1000, 2)}


def router(version: str, engine: Engine | None, cache: Redis | None) -> APIRouter:
    """Routes over what is configured; None stands for a part that is not."""
    routes = APIRouter(tags=["health"])
    head = database.head()

    @routes.get("/health")
    @routes.get("/api/health")
    async def health() -> dict[str, str]:
        return {"status": "healthy", "timestamp": _now(), "version": version}

    @routes.get("/health/liveness")
    async def liveness() -> dict[str, str]:
        return {"status": "alive", "timestamp": _now()}

    @routes.get("/health/detailed")
    def detailed(response: Response) -> dict[str, Any]:
        checks = {
            "database": _timed("database", None if engine is None else lambda: database.ping(engine)),
            "redis": _timed("redis", None if cache is None else cache.ping),
        }
        healthy = all(check["status"] == "healthy" for check in checks.values())
        response.status_code = 200 if healthy else 503
        return {
            "status": "healthy" if healthy else "unhealthy",
            "timestamp": _now(),
            "version": version,
            "checks": checks,
        }

    @routes.get("/health/readiness")
    def readiness(response: Response) -> dict[str, Any]:
        current, reason = None, None
        if engine is None:
            reason = "no database is configured"
        else:
            try:
                current = database.revision(engine)
            except SQLAlchemyError as error:
                log.warning("schema version is unreadable", extra={"error": str(error)})
                reason = "the database is unreachable"
            else:
                if current != head:
                    reason = "migrations are not current: run alembic upgrade head"
        answer = {"status": "not_ready" if reason else "ready", "db_version": current, "db_head": head}
        if reason:
            response.status_code = 503
            answer["reason"] = reason
        return answer

    return routes
