"""PostgreSQL, found by the variables that the platform sets."""

from __future__ import annotations

import os

import psycopg


def connect(*, autocommit: bool = False) -> psycopg.Connection:
    """A connection, by TLS unless the variables say otherwise (RPH-SEC-08); its transaction ends with its block."""
    return psycopg.connect(
        host=os.environ["DATABASE_HOST"],
        port=os.environ.get("DATABASE_PORT", "5432"),
        dbname=os.environ["DATABASE_NAME"],
        user=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        sslmode=os.environ.get("DATABASE_SSLMODE", "require"),
        connect_timeout=5,
        autocommit=autocommit,
    )
