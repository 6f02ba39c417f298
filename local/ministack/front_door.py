"""Load balancers that answer whatever region they are in, on the listener that a browser would end up at.

A request to ``/_alb/<name>/<path>`` carries no signature, so MiniStack looks for the load balancer in its own default
region; and since the port of its one socket is no listener's, it takes the first listener that was made.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from ministack import app
from ministack.core.responses import request_scope
from ministack.services import alb

PREFIX = "/_alb/"


def install() -> None:
    """Lays the two over MiniStack's own."""
    handle, dispatch = app._handle_alb_request, alb.dispatch_request

    async def handle_anywhere(host: str, path: str, *args: Any, **kwargs: Any) -> Any:
        with _scope(path):
            return await handle(host, path, *args, **kwargs)

    async def dispatch_to_listener(lb: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        # The port is the sixth of the positional arguments after the load balancer; see app._handle_alb_request.
        *others, port = args
        return await dispatch(lb, *others, _listener_port(lb["LoadBalancerArn"], port), **kwargs)

    app._handle_alb_request, alb.dispatch_request = handle_anywhere, dispatch_to_listener


def _scope(path: str) -> Any:
    """The account and region of the load balancer that a path names."""
    if path.startswith(PREFIX):
        name = path.removeprefix(PREFIX).partition("/")[0].lower()
        for (account, region, _), found in list(alb._lbs._data.items()):
            if found["LoadBalancerName"].lower() == name:
                return request_scope(account, region)
    return nullcontext()


def _listener_port(load_balancer_arn: str, asked: int) -> int:
    """The port asked for where there is such a listener; else where a redirect to TLS would lead: 443, else 80."""
    ports = {each["Port"] for each in alb._listeners.values() if each["LoadBalancerArn"] == load_balancer_arn}
    return next((port for port in (asked, 443, 80) if port in ports), asked)
