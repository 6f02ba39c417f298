"""How what is deployed is asked whether it answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local import health


class OneHost(BaseHTTPRequestHandler):
    """Answers to one name only, as the emulator does for a distribution."""

    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"].startswith("d1.cloudfront.localhost:") else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test says what matters."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OneHost)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.mark.parametrize(("host", "status"), [("d1.cloudfront.localhost", 200), ("127.0.0.1", 404)])
def test_names_below_localhost_are_this_machine_and_are_told_to_who_answers(port: int, host: str, status: int) -> None:
    assert health.ask(f"http://{host}:{port}/") == health.Answer(f"http://{host}:{port}/", status)
