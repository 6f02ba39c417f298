"""What the environment sets (AUT-CFG-02), checked once at start-up.

Connections are encrypted or refused: PostgreSQL by sslmode, Redis by its scheme (CRT-DEP-07, CRT-SEC-06).
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent

# libpq's modes that never fall back to plain text:
# https://www.postgresql.org/docs/15/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
ENCRYPTED_SSLMODES = ("require", "verify-ca", "verify-full")


def _demand_encryption(mode: str, name: str = "sslmode") -> str:
    if mode not in ENCRYPTED_SSLMODES:
        raise ValueError(
            f"{name} {mode!r} would let the connection fall back to plain text; use {', '.join(ENCRYPTED_SSLMODES)}"
        )
    return mode


class Settings(BaseSettings):
    """One environment variable per field, in capitals. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, hide_input_in_errors=True)

    port: int = Field(default=8000, ge=1, le=65535)
    # Baked into the image by its build argument; the file is the default.
    version: str = Field(default_factory=lambda: (ROOT / "VERSION").read_text().strip())
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["json", "text"] = "json"

    # Seconds. Their sum must stay below the task's stop timeout (30 on ECS unless set, 10 in Docker):
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout)
    drain_seconds: float = Field(default=3, ge=0, le=60)
    shutdown_seconds: int = Field(default=20, ge=1, le=60)

    # Either the whole URL or its parts; the URL wins.
    database_url: SecretStr | None = None
    database_host: str | None = None
    database_port: int = Field(default=5432, ge=1, le=65535)
    database_name: str | None = None
    database_user: str | None = None
    database_password: SecretStr | None = None
    database_sslmode: str = "require"

    redis_url: SecretStr | None = None
    redis_tls_verify: bool = True

    jwt_secret_key: SecretStr | None = None
    uploads_bucket: str | None = None
    config_bucket: str | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_sslmode")
    @classmethod
    def _sslmode_encrypts(cls, value: str) -> str:
        return _demand_encryption(value)

    @field_validator("redis_url")
    @classmethod
    def _redis_encrypts(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("rediss://"):
            raise ValueError("must start with rediss://, as the cache accepts TLS only (AUT-DAT-02)")
        return value

    @model_validator(mode="after")
    def _database_is_complete(self) -> Self:
        if self.database_url is None and self.database_host:
            missing = [name for name in ("name", "user", "password") if not getattr(self, f"database_{name}")]
            if missing:
                names = ", ".join(f"DATABASE_{name.upper()}" for name in missing)
                raise ValueError(f"DATABASE_HOST is set but {names} is not; set it, or set DATABASE_URL instead")
        _ = self.database  # a malformed URL is found here and not at the first query
        return self

    @cached_property
    def database(self) -> URL | None:
        """The URL for SQLAlchemy with psycopg, or None when no database is configured."""
        if self.database_url:
            try:
                url = make_url(self.database_url.get_secret_value())
            except (ArgumentError, ValueError):
                raise ValueError(
                    "DATABASE_URL is no URL; it reads postgresql://user:password@host:5432/name,"
                    " with special characters of the password percent-encoded"
                ) from None
            if url.get_backend_name() not in {"postgresql", "postgres"}:
                raise ValueError(f"DATABASE_URL starts with {url.drivername}://; it must be postgresql://")
            mode = str(url.query.get("sslmode", self.database_sslmode))
            _demand_encryption(mode, "DATABASE_URL's sslmode")
            return url.set(drivername="postgresql+psycopg").update_query_dict({"sslmode": mode})
        if self.database_host and self.database_password:
            return URL.create(
                "postgresql+psycopg",
                username=self.database_user,
                password=self.database_password.get_secret_value(),
                host=self.database_host,
                port=self.database_port,
                database=self.database_name,
                query={"sslmode": self.database_sslmode},
            )
        return None

    def unset(self) -> list[str]:
        """Names of the variables a production task has and this process lacks (AUT-OPS-06)."""
        found = {
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis_url,
            "JWT_SECRET_KEY": self.jwt_secret_key,
            "UPLOADS_BUCKET": self.uploads_bucket,
            "CONFIG_BUCKET": self.config_bucket,
        }
        return [name for name, value in found.items() if not value]


def explain(error: ValidationError) -> str:
    """One line for each mistake, naming the variable and never its value."""
    return "\n".join(
        ": ".join([*(str(part).upper() for part in each["loc"]), each["msg"].removeprefix("Value error, ")])
        for each in error.errors(include_input=False, include_url=False)
    )
