"""Requests against a real server on this machine, and what is made of its answers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scripts.cloud import Cloud
from scripts.errors import PlinthError
from scripts.loadtest.picture import draw
from scripts.target import Target
from scripts.validate.http import Asker, checked_address
from scripts.validate.load import percentile, press
from scripts.validate.run import run_suite, validate
from settings.operations.validation import Check, Load, Suite
from tests.scripts.stacks import REGION, inventory


class Server(ThreadingHTTPServer):
    """Answers 200 to /ok, 500 to /broken, and to /late only from the third time on."""

    daemon_threads = True
    asked: Counter[str]
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.headers = dict(self.headers)
        self.server.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        late = self.path == "/late" and self.server.asked["/late"] < 3
        status = {"/broken": 500, "/moved": 301, "/missing": 404}.get(self.path, 503 if late else 200)
        self.send_response(status)
        self.send_header("Content-Length", "24")
        self.end_headers()
        self.wfile.write(b'{"status": "healthy"}   ')

    do_POST = do_GET  # noqa: N815 - as the server calls it

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = Counter()
    threading.Thread(target=made.serve_forever, args=[0.01], daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def check(**given: Any) -> Check:
    return Check.model_validate(given)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"path": "/ok"}, ""),
        ({"path": "/ok", "contains": "healthy"}, ""),
        ({"path": "/moved"}, ""),
        ({"path": "/missing", "status": 404}, ""),
        ({"path": "/ok", "contains": "ready"}, "answered 200 without 'ready'"),
        ({"path": "/ok", "status": 201}, "answered 200, not 201"),
        ({"path": "/broken"}, "answered 500"),
        ({"path": "/missing"}, "answered 404"),
    ],
)
def test_an_answer_is_judged_by_status_and_text(server: Server, given: dict[str, Any], problem: str) -> None:
    answer = Asker(url(server), 5).ask(check(**given))
    assert answer.problem.startswith(problem)
    assert bool(answer.problem) == bool(problem)
    assert answer.milliseconds > 0


def test_what_is_sent_is_json_with_headers_from_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    asker = Asker(url(server), 5)
    sent = check(path="/ok", method="POST", body={"message": "hello"}, headers={"Authorization": "Bearer $TOKEN"})
    assert not asker.ask(sent).problem
    assert server.body == b'{"message":"hello"}'
    assert server.headers["Authorization"] == "Bearer secret"
    monkeypatch.delenv("TOKEN")
    with pytest.raises(PlinthError, match="takes TOKEN from the environment"):
        asker.ask(sent)


def test_nobody_there_is_a_problem_and_no_crash() -> None:
    assert Asker("http://127.0.0.1:9", 1).ask(check(path="/ok")).problem.startswith("no answer: ")


@pytest.mark.requirement("CRT-OPS-17")
def test_what_is_critical_is_tried_three_times_with_growing_pauses(server: Server) -> None:
    suite = Suite.model_validate({"timeout_seconds": 5, "checks": {"late": {"path": "/late", "critical": True}}})
    pauses: list[float] = []
    (checked,) = run_suite("smoke", suite, url(server), pauses.append).checks
    assert (checked.problem, checked.tries, pauses) == ("", 3, [2, 4])


@pytest.mark.requirement("CRT-OPS-17")
def test_what_is_not_critical_is_tried_once(server: Server) -> None:
    suite = Suite.model_validate({"timeout_seconds": 5, "checks": {"late": {"path": "/late"}}})
    (checked,) = run_suite("smoke", suite, url(server), lambda _: pytest.fail("it waited")).checks
    assert (checked.tries, server.asked["/late"]) == (1, 1)
    assert checked.problem


def stack(**suites: Any) -> Target:
    documents = inventory().model_copy(
        update={
            "suites": {name: Suite.model_validate({"timeout_seconds": 5, **suite}) for name, suite in suites.items()}
        }
    )
    return Target("shop-prod", Cloud(REGION), documents)


OK = {"checks": {"ok": {"path": "/ok"}}}
BROKEN = {"checks": {"ok": {"path": "/ok"}, "broken": {"path": "/broken"}}}


@pytest.mark.requirement("CRT-OPS-16")
@pytest.mark.parametrize(
    ("suites", "verdict", "percent", "not_run"),
    [
        ({"smoke": OK, "api": OK}, "passed", 100, ()),
        ({"smoke": BROKEN, "api": OK, "performance": OK}, "critical", 50, ("api", "performance")),
        ({"smoke": OK, "api": BROKEN, "integration": OK}, "warning", 66.7, ("integration",)),
        ({"smoke": OK, "integration": BROKEN, "performance": OK}, "warning", 66.7, ("performance",)),
        ({"smoke": OK, "performance": {"load": {"path": "/broken", "seconds": 1}}}, "warning", 50, ()),
    ],
)
def test_the_first_suite_that_fails_ends_the_run(
    server: Server, suites: dict[str, Any], verdict: str, percent: float, not_run: tuple[str, ...]
) -> None:
    found = validate(stack(**suites), url=url(server), pause=lambda _: None)
    assert (found.verdict, found.success_percent, found.not_run) == (verdict, percent, not_run)
    assert bool(found.why) == (verdict != "passed")


def test_a_critical_check_makes_any_suite_critical(server: Server) -> None:
    suites = {"smoke": OK, "api": {"checks": {"broken": {"path": "/broken", "critical": True}}}}
    assert validate(stack(**suites), url=url(server), pause=lambda _: None).verdict == "critical"


@pytest.mark.requirement("CRT-OPS-15", "RPH-OPS-05", "CHR-OPS-01")
def test_a_load_measures_times_failures_and_throughput(server: Server) -> None:
    good = press(url(server), Load(path="/ok", concurrent=4, seconds=1, p95_ms=5000, failures_percent=1), 5)
    assert (good.problem, good.failures_percent) == ("", 0)
    assert good.requests == server.asked["/ok"] > 4
    assert good.p50_ms <= good.p95_ms <= good.p99_ms
    bad = press(url(server), Load(path="/broken", concurrent=2, seconds=1, p95_ms=1, failures_percent=1), 5)
    assert bad.failures_percent == 100
    assert "100.00 % failed, and 1 % may" in bad.problem


def test_a_percentile_is_by_the_nearest_rank() -> None:
    assert [percentile([1.0, 2.0, 3.0, 4.0], percent) for percent in (1, 25, 50, 95, 100)] == [1, 1, 2, 4, 4]


@pytest.mark.requirement("RPH-SEC-10")
@pytest.mark.parametrize(
    "url", ["http://api.example.com", "http://10.0.0.1", "ftp://localhost.example.com", "api.example.com"]
)
def test_nothing_is_asked_in_the_clear(url: str) -> None:
    with pytest.raises(PlinthError, match="is not asked over TLS"):
        checked_address(url)


@pytest.mark.parametrize(
    "url", ["https://api.example.com/", "http://127.0.0.1:4566/_alb/x", "http://d1.cloudfront.localhost:4566"]
)
def test_tls_and_this_machine_are_asked(url: str) -> None:
    assert checked_address(url) == url.rstrip("/")


@pytest.mark.requirement("RPH-OPS-05", "CHR-OPS-01")
def test_latency_over_time_is_drawn(server: Server) -> None:
    measured = press(url(server), Load(path="/ok", concurrent=2, seconds=2), 5)
    picture = ET.fromstring(draw(measured, 2000, "shop /ok"))  # noqa: S314 - our own
    (line,) = (each for each in picture.iter() if each.tag.endswith("polyline"))
    assert len(line.attrib["points"].split()) == len(measured.timeline) == 2
