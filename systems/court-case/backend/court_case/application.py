"""The HTTP API: health, and what the smoke and API suites ask for (CRT-OPS-12, CRT-OPS-13)."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, HTTPException, Response
from pydantic import BaseModel, StringConstraints
from redis import Redis
from redis.exceptions import RedisError

from court_case import database

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewCase(BaseModel):
    """A case to open."""

    title: Line


class NewDocument(BaseModel):
    """A document to put into a case."""

    name: Line


def create() -> FastAPI:
    """The application by its environment."""
    cache = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2)
    return assemble(os.environ.get("VERSION", ""), database.connect(), cache)


def assemble(version: str, engine: sa.Engine, cache: Redis) -> FastAPI:
    """The application over its clients."""
    app = FastAPI(title="Court Case", version=version)
    app.include_router(health(version, engine, cache))
    app.include_router(api(engine), prefix="/api/v1")
    return app


def health(version: str, engine: sa.Engine, cache: Redis) -> APIRouter:
    """`/health` looks at this process alone, `/health/ready` at what it needs (CRT-API-25)."""
    routes, newest = APIRouter(tags=["health"]), database.head()

    @routes.get("/health")
    async def alive() -> dict[str, str]:
        return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat(), "version": version}

    @routes.get("/health/ready")
    def ready(response: Response) -> dict[str, Any]:
        migrations: dict[str, Any] = {"head": newest, "current": None, "up_to_date": False}
        redis = "healthy"
        try:
            migrations["current"] = database.revision(engine)
            migrations["up_to_date"] = migrations["current"] == newest
        except sa.exc.SQLAlchemyError as error:
            migrations["error"] = type(error).__name__  # hosts and users stay inside
        try:
            cache.ping()
        except RedisError as error:
            redis = type(error).__name__
        fine = migrations["up_to_date"] and redis == "healthy"
        response.status_code = 200 if fine else 503
        return {"status": "ready" if fine else "not_ready", "migrations": migrations, "redis": redis}

    return routes


def api(engine: sa.Engine) -> APIRouter:
    """Cases and their documents."""
    routes = APIRouter(tags=["cases"])

    @routes.get("/")
    async def root() -> dict[str, list[str]]:
        return {"resources": ["cases", "cases/{id}/documents"]}

    @routes.get("/cases")
    def list_cases() -> list[dict[str, Any]]:
        with engine.connect() as connection:
            newest_first = sa.select(database.cases).order_by(database.cases.c.id.desc()).limit(100)
            return [dict(row) for row in connection.execute(newest_first).mappings()]

    @routes.post("/cases", status_code=201)
    def open_case(case: NewCase) -> dict[str, Any]:
        with engine.begin() as connection:
            insert = sa.insert(database.cases).values(title=case.title).returning(database.cases.c.id)
            return {"id": connection.execute(insert).scalar_one(), "title": case.title}

    @routes.post("/cases/{case_id}/documents", status_code=201)
    def add_document(case_id: int, document: NewDocument) -> dict[str, Any]:
        with engine.begin() as connection:
            if connection.execute(sa.select(database.cases.c.id).filter_by(id=case_id)).first() is None:
                raise HTTPException(404, f"There is no case {case_id}.")
            values = {"case_id": case_id, "name": document.name}
            insert = sa.insert(database.documents).values(values).returning(database.documents.c.id)
            return {"id": connection.execute(insert).scalar_one(), **values}

    return routes
