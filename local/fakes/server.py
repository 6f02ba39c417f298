"""The HTTP side of the fakes: requests by protocol, checked against botocore's model before a fake sees them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.validate import ParamValidator

from local.fakes import FAKES
from local.fakes.errors import ApiError
from local.fakes.protocols import WIRES, Query, Reply, Request

if TYPE_CHECKING:
    from botocore.model import ServiceModel


class Fakes:
    """The services by boto3's name, found by the name that signatures have for them."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        self._lock = threading.Lock()
        self.fakes: dict[str, Any] = {service: resolve_name(cls)() for service, (_, cls) in FAKES.items()}
        self._models: dict[str, ServiceModel] = {service: session.get_service_model(service) for service in FAKES}
        self._signed = {model.signing_name: service for service, model in self._models.items()}

    def answer(self, request: Request) -> Reply:
        """Serve one request."""
        name, region = request.scope
        if not name:
            return self._page(request)
        service = self._signed.get(name)
        if service is None:
            return Query().refusal(ApiError("UnknownOperationException", f"no fake serves {name}"))
        model = self._models[service]
        wire = WIRES[model.resolved_protocol]
        try:
            asked, params = wire.read(model, request)
            result = self.call(service, asked, params, region)
        except ApiError as error:
            return wire.refusal(error)
        return wire.answer(model.operation_model(asked), result)

    def call(self, service: str, name: str, params: dict[str, Any], region: str) -> dict[str, Any]:
        """The result of one operation. Raises `ApiError`."""
        model = self._models[service]
        operation = self.fakes[service].operation(name)
        if operation is None or name not in model.operation_names:
            raise ApiError("UnknownOperationException", f"the fake of {service} has no {name or 'such operation'}")
        shape = model.operation_model(name).input_shape
        errors = ParamValidator().validate(params, shape) if shape else None
        if errors and errors.has_errors():
            raise ApiError(WIRES[model.resolved_protocol].invalid, errors.generate_report())
        with self._lock:
            result: dict[str, Any] = operation(params, region)
            return result

    def _page(self, request: Request) -> Reply:
        """What is not of AWS's API: a fake may serve pages of its own; everything else says that we run."""
        for fake in self.fakes.values():
            if hasattr(fake, "page") and (reply := fake.page(request)) is not None:
                return reply  # type: ignore[no-any-return]
        return Reply(200, {"Content-Type": "application/json"}, json.dumps({"status": "running"}).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fakes: Fakes

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.fakes.answer(Request(self.command, path, query, headers, body))
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the log would be a line for every poll."""


def serve(port: int) -> None:
    """Serve on loopback until ended."""
    _Handler.fakes = Fakes()
    with ThreadingHTTPServer(("127.0.0.1", port), _Handler) as server:
        server.serve_forever()
