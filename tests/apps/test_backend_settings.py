from __future__ import annotations

from typing import Any

import pytest
from auterity import cache
from auterity.settings import ROOT, Settings, explain
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from redis import SSLConnection
from sqlalchemy import make_url

PARTS: dict[str, Any] = {"database_host": "db.internal", "database_name": "auterity", "database_user": "app"}
# PostgreSQL takes any character but NUL; what has no UTF-8 form cannot be in an environment variable.
PASSWORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1)


def mistakes(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(**fields)
    return explain(caught.value)


@pytest.mark.requirement("AUT-CFG-02")
@given(password=PASSWORDS)
def test_any_password_survives_in_the_url(password: str) -> None:
    url = Settings(**PARTS, database_password=password).database
    assert url is not None
    assert url.password == password
    assert make_url(url.render_as_string(hide_password=False)) == url


@pytest.mark.requirement("AUT-CFG-02", "CRT-DEP-07", "CRT-SEC-02")
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_a_url_gets_tls_and_the_right_driver(scheme: str) -> None:
    url = Settings(database_url=f"{scheme}://app:secret@db.internal:5432/auterity").database
    assert url is not None
    assert (url.drivername, url.host, url.query["sslmode"]) == ("postgresql+psycopg", "db.internal", "require")


@pytest.mark.requirement("CRT-DEP-07", "CRT-SEC-02")
def test_the_urls_own_sslmode_counts() -> None:
    url = Settings(database_url="postgresql://app@db.internal/auterity?sslmode=verify-full").database
    assert url is not None
    assert url.query["sslmode"] == "verify-full"


@pytest.mark.requirement("CRT-DEP-07", "CRT-SEC-02")
@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "nonsense"])
def test_a_database_without_tls_is_refused(mode: str) -> None:
    assert mistakes(database_sslmode=mode).startswith(f"DATABASE_SSLMODE: sslmode '{mode}' would let")
    message = mistakes(database_url=f"postgresql://app:secret@db.internal/auterity?sslmode={mode}")
    assert message.startswith(f"DATABASE_URL's sslmode '{mode}' would let")
    assert "secret" not in message


@pytest.mark.requirement("AUT-DAT-02", "CRT-SEC-06")
def test_redis_without_tls_is_refused() -> None:
    message = mistakes(redis_url="redis://:secret@cache.internal:6379/0")
    assert message.startswith("REDIS_URL: must start with rediss://")
    assert "secret" not in message


@pytest.mark.requirement("AUT-DAT-02", "CRT-SEC-06")
@pytest.mark.parametrize("verify", [True, False])
def test_redis_speaks_tls_and_verifies_unless_told(*, verify: bool) -> None:
    pool = cache.connect("rediss://:secret@cache.internal:6379/0", verify=verify).connection_pool
    connection = pool.make_connection()
    assert isinstance(connection, SSLConnection)
    assert (connection.cert_reqs.name, connection.check_hostname) == (
        ("CERT_REQUIRED", True) if verify else ("CERT_NONE", False)
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (PARTS, "DATABASE_HOST is set but DATABASE_PASSWORD is not"),
        ({"database_host": "db"}, "DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD is not"),
        ({"database_url": "nonsense"}, "DATABASE_URL is no URL"),
        ({"database_url": "mysql://app@db/auterity"}, "it must be postgresql://"),
        ({"port": 0}, "PORT: "),
        ({"log_level": "loud"}, "LOG_LEVEL: "),
        ({"drain_seconds": -1}, "DRAIN_SECONDS: "),
    ],
)
def test_mistakes_name_the_variable(fields: dict[str, Any], message: str) -> None:
    assert message in mistakes(**fields)


def test_all_mistakes_at_once() -> None:
    lines = mistakes(port=0, redis_url="http://cache", database_sslmode="disable").splitlines()
    assert [line.split(":")[0] for line in lines] == ["PORT", "DATABASE_SSLMODE", "REDIS_URL"]


@pytest.mark.requirement("AUT-CFG-02")
def test_the_environment_is_read_and_empty_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PORT": "9000", "VERSION": "", "LOG_LEVEL": "debug", "JWT_SECRET_KEY": "k"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.port, settings.log_level) == (9000, "DEBUG")
    assert settings.version == (ROOT / "VERSION").read_text().strip()
    assert "JWT_SECRET_KEY" not in settings.unset()


@pytest.mark.requirement("AUT-CFG-02", "AUT-OPS-06")
def test_what_is_missing_is_named() -> None:
    assert Settings().unset() == ["DATABASE_URL", "REDIS_URL", "JWT_SECRET_KEY", "UPLOADS_BUCKET", "CONFIG_BUCKET"]


def test_secrets_do_not_show() -> None:
    settings = Settings(
        **PARTS, database_password="hidden", redis_url="rediss://:hidden@cache", jwt_secret_key="hidden"
    )
    assert "hidden" not in repr(settings)
    assert "hidden" not in repr(settings.database)
