"""Distributions that a browser can open, and origins that are found by their names.

MiniStack serves a distribution to whoever sends its domain as the Host header, which no browser does; it connects to
origins by the names of the internet, and speaks no TLS with its own load balancers. Here:

- ``http://<first part of the domain>.cloudfront.localhost:<port>/`` is the distribution as a browser ends up at it,
  after the redirect to TLS, which nothing here ends. With ``X-Forwarded-Proto: http`` it redirects as on AWS.
- A bucket is asked by the protocol that the viewer spoke, so that one which refuses plain connections answers.
- An origin's name is looked up in Route 53's zones, and where it leads to a load balancer or a Beanstalk environment,
  that is asked at its place on this machine, and told what its listener would tell it of TLS.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import alb, cloudfront, route53

HOST = ".cloudfront.localhost"
LOOPBACK = "127.0.0.1"
BEANSTALK = ".elasticbeanstalk.com"
MOST_NAMES = 8  # that lead from one to the next, so that a circle ends


def install() -> None:
    """Lays them over MiniStack's own."""
    serve, fetch = app._handle_cloudfront_dataplane_request, cloudfront._fetch_from_origin

    async def serve_browsers(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.partition(":")[0].lower().endswith(HOST):
            # The headers are the fifth of the positional arguments after the host.
            *before, headers, body, query, client = args
            args = (*before, {"x-forwarded-proto": "https", **headers}, body, query, client)
        return await serve(host, *args, **kwargs)

    async def fetch_by_name(origin: dict[str, Any], *args: Any) -> Any:
        method, uri, query, headers, body, viewer_is_https, client_ip, *others = args
        iam_evaluator.pin_request_origin(client_ip, viewer_is_https)
        place = None if origin.get("s3_bucket") else _place(_end(origin["domain_name"]))
        if place is not None:
            tls = origin["protocol_policy"] == "https-only"
            # The port that a load balancer goes by is that of the Host header: its listener's.
            headers = {**headers, "host": f"{LOOPBACK}:{origin['https_port' if tls else 'http_port']}"}
            origin = _moved(origin, *place, tls=tls)
        return await fetch(origin, method, uri, query, headers, body, viewer_is_https, client_ip, *others)

    app._CLOUDFRONT_HOST_RE = re.compile(rf"^([a-z0-9]+)(?:\.cloudfront\.net|{re.escape(HOST)})(?::\d+)?$")
    app._handle_cloudfront_dataplane_request, cloudfront._fetch_from_origin = serve_browsers, fetch_by_name


def _moved(origin: dict[str, Any], port: int, path: str, *, tls: bool) -> dict[str, Any]:
    """The origin at its place on this machine."""
    return {
        **origin,
        "domain_name": LOOPBACK,
        "http_port": port,
        "protocol_policy": "http-only",
        "origin_path": f"{path}{origin['origin_path']}",
        "custom_headers": [*origin["custom_headers"], ("X-Forwarded-Proto", "https" if tls else "http")],
    }


def _place(host: str) -> tuple[int, str] | None:
    """The port and path at which a load balancer or an environment answers; None for hosts that are neither."""
    if host.endswith(BEANSTALK):
        return int(os.environ["PLINTH_FAKES_PORT"]), f"/_eb/{host}"
    for balancer in list(alb._lbs._data.values()):  # of every account and region
        if balancer["DNSName"].lower() == host:
            return int(os.environ["GATEWAY_PORT"]), f"/_alb/{balancer['LoadBalancerName']}"
    return None


def _end(host: str) -> str:
    """Where a name leads to by aliases and CNAMEs; the first of those that share a name, whatever their health."""
    for _ in range(MOST_NAMES):
        targets = (target for each in _records() if each["Name"] == f"{host.lower()}." for target in _targets(each))
        host = next(targets, host).removesuffix(".")
    return host.lower()


def _records() -> Iterator[dict[str, Any]]:
    for records in list(route53._records._data.values()):
        yield from records


def _targets(record: dict[str, Any]) -> Iterator[str]:
    if "AliasTarget" in record:
        yield record["AliasTarget"]["DNSName"]
    elif record["Type"] == "CNAME":
        yield from record["ResourceRecords"]
