"""What happens around every request: its id, its log line, its metrics."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auterity import logs
from auterity.metrics import Metrics

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds by machines: logged at DEBUG.
QUIET = ("/health", "/api/health", "/metrics")
PLAUSIBLE_ID = re.compile(r"[\w=;:.-]{1,128}")


def _request_id(scope: Scope) -> str:
    """The caller's id, or the load balancer's trace id, or a new one."""
    headers = Headers(scope=scope)
    given = headers.get("x-request-id") or headers.get("x-amzn-trace-id") or ""
    return given if PLAUSIBLE_ID.fullmatch(given) else uuid.uuid4().hex


class RequestMiddleware:
    """Pure ASGI, so that answers are streamed and not held in memory."""

    def __init__(self, app: ASGIApp, metrics: Metrics, draining: Callable[[], bool]) -> None:
        self.app = app
        self.metrics = metrics
        self.draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        status = 500
        start = time.perf_counter()

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                if self.draining():
                    # The load balancer must not send its next request down a connection about to close.
                    headers["Connection"] = "close"
            await send(message)

        with logs.context(request_id=request_id):
            try:
                await self.app(scope, receive, send_marked)
            finally:
                self._record(scope, status, time.perf_counter() - start)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's template and known methods only: anyone can invent paths, and each label costs memory.
        endpoint = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.metrics.requests.labels(method, endpoint, status).inc()
        self.metrics.duration.labels(method, endpoint).observe(seconds)
        quiet = scope["path"].startswith(QUIET) and status < HTTPStatus.BAD_REQUEST
        log.log(
            logging.DEBUG if quiet else logging.INFO,
            "%s %s %s",
            scope["method"],
            scope["path"],
            status,
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "status_code": status,
                "execution_time": round(seconds, 6),
            },
        )
