"""A site and an API behind a distribution, as the plugin makes them and the emulator serves them."""

from __future__ import annotations

import hashlib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from components.edge.cdn import ALL, ALL_VIEWER_EXCEPT_HOST_HEADER, CACHING_DISABLED, READ
from components.edge.publication import CODE
from local.aws_plugin.assets import Archive, Asset
from tests.aws_plugin.conftest import SETTINGS, World

pytestmark = [pytest.mark.emulator]
PAGE = "<h1>Registration</h1>"
REWRITE = (CODE.parent / "strip_prefix.js").read_text().replace("__PREFIX__", "/api")


def asset(text: str) -> Asset:
    return Asset(hashlib.sha256(text.encode()).hexdigest(), text=text)


class Echo(BaseHTTPRequestHandler):
    """An API that says which path it was asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: Any) -> None:
        """Nothing: the test says what matters."""


@dataclass(frozen=True)
class Deployed:
    """The distribution, its bucket, and where the emulator answers."""

    world: World
    distribution: dict[str, Any]
    bucket: str
    endpoint: str

    def get(self, path: str, scheme: str = "https") -> tuple[int, str, Any]:
        """Status, body and headers of what a viewer is answered."""
        headers = {"Host": self.distribution["domainName"], "X-Forwarded-Proto": scheme}
        request = urllib.request.Request(self.endpoint + path, headers=headers)  # noqa: S310 - loopback
        opener = urllib.request.build_opener(NoRedirects)
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def make(world: World, token: str, **inputs: Any) -> dict[str, Any]:
    made, outputs = world.lifecycle(token).create(world.checked(token, inputs))
    return {**outputs, "id": made}


@pytest.fixture(scope="module")
def api() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture(scope="module")
def deployed(world: World, api: int, endpoints: dict[str, str]) -> Deployed:
    bucket = make(world, "aws:s3/bucket:Bucket", bucket="edge-of-a-test")["id"]
    make(
        world, "aws:s3/bucketObjectv2:BucketObjectv2", bucket=bucket, key="index.html", source=asset(PAGE),
        contentType="text/html; charset=utf-8", cacheControl="no-cache", overrideProvider={"defaultTags": {"tags": {}}},
    )  # fmt: skip
    function = make(
        world, "aws:cloudfront/function:Function", name="edge-rewrite", runtime="cloudfront-js-2.0", code=REWRITE
    )
    shared = {"viewerProtocolPolicy": "redirect-to-https", "cachedMethods": READ, "compress": True}
    headers = world.outputs("headers_policy")["id"]
    distribution = make(
        world, "aws:cloudfront/distribution:Distribution", enabled=True, defaultRootObject="index.html",
        origins=[
            {
                "originId": "site", "domainName": f"{bucket}.s3.us-west-2.amazonaws.com",
                "originAccessControlId": world.outputs("access_control")["id"],
            },
            {
                "originId": "api", "domainName": "127.0.0.1",
                "customOriginConfig": {
                    "httpPort": api, "httpsPort": 443, "originProtocolPolicy": "http-only",
                    "originSslProtocols": ["TLSv1.2"],
                },
            },
        ],
        defaultCacheBehavior={
            "targetOriginId": "site", "allowedMethods": READ, "cachePolicyId": world.outputs("cache_policy")["id"],
            "responseHeadersPolicyId": headers, **shared,
        },
        orderedCacheBehaviors=[
            {
                "pathPattern": "/api/*", "targetOriginId": "api", "allowedMethods": ALL,
                "cachePolicyId": CACHING_DISABLED, "originRequestPolicyId": ALL_VIEWER_EXCEPT_HOST_HEADER,
                "responseHeadersPolicyId": headers,
                "functionAssociations": [{"eventType": "viewer-request", "functionArn": function["arn"]}], **shared,
            }
        ],
        restrictions={"geoRestriction": {"restrictionType": "none"}},
        viewerCertificate={"cloudfrontDefaultCertificate": True},
    )  # fmt: skip
    policy = {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution["arn"]}},
    }  # fmt: skip
    make(
        world,
        "aws:s3/bucketPolicy:BucketPolicy",
        bucket=bucket,
        policy={"Version": "2012-10-17", "Statement": [policy]},
    )
    return Deployed(world, distribution, bucket, endpoints["AWS_ENDPOINT_URL"])


@pytest.mark.requirement("UTJ-DAT-02")
def test_the_published_page_is_fetched(deployed: Deployed) -> None:
    status, body, headers = deployed.get("/")
    assert (status, body) == (200, PAGE)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.requirement("UTJ-SEC-03")
def test_viewers_come_over_tls_and_are_told_to(deployed: Deployed) -> None:
    status, _, headers = deployed.get("/", scheme="http")
    assert (status, headers["Location"][:8]) == (301, "https://")
    assert "max-age=31536000" in deployed.get("/")[2]["Strict-Transport-Security"]


@pytest.mark.requirement("UTJ-CDN-04")
def test_the_api_is_asked_without_the_prefix(deployed: Deployed) -> None:
    assert deployed.get("/api/health?a=1")[:2] == (200, "/health?a=1")


@pytest.mark.requirement("RPH-CDN-01")
def test_a_publication_invalidates_everything(deployed: Deployed) -> None:
    world = deployed.world
    source = CODE.read_text()
    function = make(
        world, "aws:lambda/function:Function", name="edge-invalidate", role=world.outputs("lambda_role")["arn"],
        runtime="python3.11", handler="index.handler", timeout=30,
        code=Archive(hashlib.sha256(source.encode()).hexdigest(), assets={"index.py": asset(source)}),
    )  # fmt: skip
    make(
        world, "aws:lambda/invocation:Invocation", functionName=function["name"], triggers={"content": "1"},
        input=f'{{"distribution": "{deployed.distribution["id"]}"}}',
    )  # fmt: skip
    cloudfront: Any = boto3.client("cloudfront", region_name=SETTINGS.region, endpoint_url=deployed.endpoint)
    (found,) = cloudfront.list_invalidations(DistributionId=deployed.distribution["id"])["InvalidationList"]["Items"]
    detail = cloudfront.get_invalidation(DistributionId=deployed.distribution["id"], Id=found["Id"])["Invalidation"]
    assert detail["InvalidationBatch"]["Paths"]["Items"] == ["/*"]
