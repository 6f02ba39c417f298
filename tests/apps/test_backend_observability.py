from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from auterity import logs
from auterity.metrics import Metrics
from auterity.middleware import RequestMiddleware
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.apps.conftest import Serve

MON_02 = pytest.mark.requirement("AUT-MON-02")
MON_03 = pytest.mark.requirement("AUT-MON-03")

log = logging.getLogger("example")


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Name and label values (by label name) of what /metrics says, with the value."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(autouse=True)
def _logging_as_before():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)


@MON_02
def test_requests_are_counted_by_route_and_timed(serve: Serve) -> None:
    client = serve()
    for _ in range(3):
        client.get("/health")
    found = samples(client)
    assert found["http_requests_total", "/health", "GET", "200"] == 3
    assert found["http_request_duration_seconds_count", "/health", "GET"] == 3
    assert found["http_request_duration_seconds_sum", "/health", "GET"] > 0


@MON_02
def test_invented_paths_and_methods_share_one_label(serve: Serve) -> None:
    client = serve()
    for number in range(5):
        client.get(f"/invented/{number}")
        client.request(f"INVENTED{number}", "/health")
    found = samples(client)
    assert found["http_requests_total", "unmatched", "GET", "404"] == 5
    labels = {key[1:] for key in found if key[0] == "http_requests_total"}
    assert len(labels) == 2
    assert not any("INVENTED" in part for label in labels for part in label)


@MON_02
def test_database_connections_in_use(serve: Serve, engine: Engine) -> None:
    client = serve(engine)
    assert samples(client)["database_connections_active",] == 0
    with engine.connect():
        assert samples(client)["database_connections_active",] == 1


@MON_02
@MON_03
def test_an_exception_is_counted_and_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    app, metrics = FastAPI(), Metrics()
    app.add_middleware(RequestMiddleware, metrics=metrics, draining=lambda: False)

    @app.get("/broken")
    async def broken() -> None:
        log.info("about to fail", extra={"workflow_id": 7, "error": "none yet"})
        raise RuntimeError("oh no")

    answer = TestClient(app, raise_server_exceptions=False).get("/broken", headers={"X-Request-ID": "abc"})
    assert answer.status_code == 500
    assert metrics.registry.get_sample_value(
        "http_requests_total", {"method": "GET", "endpoint": "/broken", "status_code": "500"}
    )
    inside, after = (line for line in lines(capsys) if line["logger"] in {"example", "auterity.middleware"})
    assert (inside["workflow_id"], inside["error"], inside["request_id"]) == (7, "none yet", "abc")
    assert (after["status_code"], after["request_id"]) == (500, "abc")
    assert isinstance(after["execution_time"], float)


@MON_03
def test_a_line_has_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        int("wrong")
    except ValueError:
        log.exception("failed %s", "twice")
    (line,) = lines(capsys)
    assert line.keys() == {"timestamp", "level", "logger", "message", "module", "function", "line", "exception"}
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "example", "failed twice")
    assert line["function"] == "test_a_line_has_every_field"
    assert "ValueError: invalid literal" in str(line["exception"])


@MON_03
def test_context_is_set_and_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with logs.context(request_id="r", user_id="u"):
        with logs.context(workflow_id="w"):
            log.info("inner")
        log.info("outer", extra={"user_id": "given"})
    log.info("after")
    context = [{key: line[key] for key in line if key.endswith("_id")} for line in lines(capsys)]
    assert context == [
        {"request_id": "r", "user_id": "u", "workflow_id": "w"},
        {"request_id": "r", "user_id": "given"},
        {},
    ]


@MON_03
def test_levels_and_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text")
    log.debug("too quiet")
    logging.getLogger("uvicorn.access").info("an access line")
    logging.getLogger("sqlalchemy.engine").info("a statement")
    log.info("as it is")
    output = capsys.readouterr().out.splitlines()
    assert len(output) == 1
    assert output[0].endswith("INFO example: as it is")


@MON_03
def test_health_checks_are_quiet_until_they_fail(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    client = serve()
    for path in ("/health", "/metrics", "/health/detailed", "/api/version"):
        client.get(path)
    paths = [line["path"] for line in lines(capsys) if line["logger"] == "auterity.middleware"]
    assert paths == ["/health/detailed", "/api/version"]


@MON_03
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-ID": "mine"}, "mine"),
        ({"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"}, "Root=1-67891233-abcdef012345678912345678"),
    ],
)
def test_a_request_keeps_its_id(serve: Serve, headers: dict[str, str], expected: str) -> None:
    assert serve().get("/health", headers=headers).headers["X-Request-ID"] == expected


@MON_03
@pytest.mark.parametrize("given", ["", "with space", "x" * 129, "<script>"])
def test_an_implausible_id_is_replaced(serve: Serve, given: str) -> None:
    answer = serve().get("/health", headers={"X-Request-ID": given})
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("draining", [True, False])
def test_connections_close_while_draining(serve: Serve, *, draining: bool) -> None:
    answer = serve(draining=draining).get("/health")
    assert answer.headers.get("Connection") == ("close" if draining else None)
