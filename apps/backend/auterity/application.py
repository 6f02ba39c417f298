"""The application, put together from its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response
from redis import Redis
from sqlalchemy import Engine, QueuePool

from auterity import cache, database, health
from auterity.metrics import CONTENT_TYPE_LATEST, Metrics
from auterity.middleware import RequestMiddleware
from auterity.settings import Settings


def create(
    settings: Settings,
    metrics: Metrics | None = None,
    draining: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """The application for these settings; `draining` says whether the process is about to stop."""
    engine = database.connect(settings.database) if settings.database else None
    redis = (
        cache.connect(settings.redis_url.get_secret_value(), verify=settings.redis_tls_verify)
        if settings.redis_url
        else None
    )
    return assemble(settings.version, engine, redis, metrics or Metrics(), draining)


def assemble(
    version: str, engine: Engine | None, redis: Redis | None, metrics: Metrics, draining: Callable[[], bool]
) -> FastAPI:
    """The application over open clients, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if engine is not None:
            engine.dispose()
        if redis is not None:
            redis.close()

    app = FastAPI(title="Auterity", version=version, lifespan=lifespan)
    app.add_middleware(RequestMiddleware, metrics=metrics, draining=draining)
    app.include_router(health.router(version, engine, redis))
    if engine is not None and isinstance(engine.pool, QueuePool):
        metrics.database_connections.set_function(engine.pool.checkedout)

    @app.get("/api/version")
    async def api_version() -> dict[str, str]:
        return {"version": version}

    @app.get("/metrics", include_in_schema=False)
    async def scrape() -> Response:
        return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return app
