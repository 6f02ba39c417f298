"""The HTTP side of the fakes: AWS's JSON protocol, requests checked against botocore's model."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.validate import ParamValidator

from local.fakes.autoscaling import ApiError, AutoScaling

if TYPE_CHECKING:
    from botocore.model import ServiceModel


class Fakes:
    """The services by the prefix of their X-Amz-Target header."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        self._lock = threading.Lock()
        self._services: dict[str, tuple[ServiceModel, AutoScaling]] = {}
        for fake in (AutoScaling(),):
            model = session.get_service_model(fake.service)
            self._services[model.metadata["targetPrefix"]] = (model, fake)

    def answer(self, target: str, params: dict[str, Any], region: str) -> dict[str, Any]:
        """Serve one request. Raises `ApiError`."""
        prefix, _, name = target.partition(".")
        if prefix not in self._services:
            raise ApiError("UnknownOperationException", f"no fake serves {target}")
        model, fake = self._services[prefix]
        operation = fake.operation(name)
        if operation is None or name not in model.operation_names:
            raise ApiError("UnknownOperationException", f"the fake of {fake.service} has no {name}")
        shape = model.operation_model(name).input_shape
        errors = ParamValidator().validate(params, shape) if shape else None
        if errors and errors.has_errors():
            raise ApiError("ValidationException", errors.generate_report())
        with self._lock:
            return operation(params, region)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fakes: Fakes

    def do_GET(self) -> None:
        self._reply(200, {"status": "running"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers.get("Authorization", ""))
        try:
            params = json.loads(body or b"{}")
            self._reply(200, self.fakes.answer(self.headers.get("X-Amz-Target", ""), params, scope[1] if scope else ""))
        except ApiError as error:
            self._reply(400, {"__type": error.code, "message": str(error)})

    def _reply(self, status: int, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the log would be a line for every poll."""


def serve(port: int) -> None:
    """Serve on loopback until ended."""
    _Handler.fakes = Fakes()
    with ThreadingHTTPServer(("127.0.0.1", port), _Handler) as server:
        server.serve_forever()
