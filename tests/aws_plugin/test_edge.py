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
from components.identity.iam import tls_only
from local.aws_plugin.assets import Archive, Asset
from tests.aws_plugin.conftest import SETTINGS, World

pytestmark = [pytest.mark.emulator]
CERTIFICATE = "arn:aws:acm:us-west-2:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55"
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
        return self.ask(path, {"Host": self.distribution["domainName"], "X-Forwarded-Proto": scheme})

    def ask(self, path: str, headers: dict[str, str]) -> tuple[int, str, Any]:
        """The same, with headers of one's own."""
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
            *(
                {
                    "originId": each, "domainName": f"{each}.edge-of-a-test.example",
                    "customOriginConfig": {
                        "httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "https-only",
                        "originSslProtocols": ["TLSv1.2"],
                    },
                }
                for each in ("app", "balancer")
            ),
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
            },
            *(
                {
                    "pathPattern": f"/{each}/*", "targetOriginId": each, "allowedMethods": ALL,
                    "cachePolicyId": CACHING_DISABLED, "originRequestPolicyId": ALL_VIEWER_EXCEPT_HOST_HEADER,
                    "responseHeadersPolicyId": headers, **shared,
                }
                for each in ("app", "balancer")
            ),
        ],
        restrictions={"geoRestriction": {"restrictionType": "none"}},
        viewerCertificate={"cloudfrontDefaultCertificate": True},
    )  # fmt: skip
    policy = {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution["arn"]}},
    }  # fmt: skip
    plain = tls_only("s3:*", on=[f"arn:aws:s3:::{bucket}/*"])
    make(
        world,
        "aws:s3/bucketPolicy:BucketPolicy",
        bucket=bucket,
        policy={"Version": "2012-10-17", "Statement": [plain, policy]},
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


def test_a_browser_is_answered_as_though_it_came_by_tls(deployed: Deployed) -> None:
    label = deployed.distribution["domainName"].partition(".")[0]
    host = f"{label}.cloudfront.localhost:4566"
    assert deployed.ask("/", {"Host": host})[:2] == (200, PAGE)
    status, _, headers = deployed.ask("/", {"Host": host, "X-Forwarded-Proto": "http"})
    assert (status, headers["Location"]) == (301, f"https://{host}/")


@pytest.fixture(scope="module")
def zone(world: World) -> str:
    """The id of the zone that the origins' names are in."""
    made = make(world, "aws:route53/zone:Zone", name="edge-of-a-test.example", forceDestroy=False, comment="")
    return str(made["zoneId"])


@pytest.mark.requirement("CHR-SEC-05")
def test_an_environment_is_found_by_its_name_and_what_it_answers_has_the_headers_too(
    deployed: Deployed, zone: str
) -> None:
    """By a name of a zone here, which leads to a Beanstalk environment's: nobody asks the internet for it."""
    make(
        deployed.world, "aws:route53/record:Record", zoneId=zone, name="app.edge-of-a-test.example",
        type="CNAME", ttl=60, records=["away.us-west-2.elasticbeanstalk.com"],
    )  # fmt: skip
    status, body, headers = deployed.get("/app/x")
    assert (status, body) == (503, "no environment away.us-west-2.elasticbeanstalk.com runs here\n")
    assert "max-age=31536000" in headers["Strict-Transport-Security"]


def test_a_load_balancer_is_asked_over_tls_by_its_name(deployed: Deployed, zone: str) -> None:
    world = deployed.world
    balancer = make(
        world, "aws:lb/loadBalancer:LoadBalancer", name="edge-of-a-test", internal=False,
        loadBalancerType="application", securityGroups=[world.outputs("group")["id"]],
        subnets=[world.outputs("subnet")["id"], world.outputs("subnet_b")["id"]],
    )  # fmt: skip
    redirect = {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
    answer = {"contentType": "text/plain", "messageBody": "over TLS", "statusCode": "418"}
    make(
        world, "aws:lb/listener:Listener", loadBalancerArn=balancer["id"], port=80, protocol="HTTP",
        defaultActions=[{"type": "redirect", "redirect": redirect}],
    )  # fmt: skip
    make(
        world, "aws:lb/listener:Listener", loadBalancerArn=balancer["id"], port=443, protocol="HTTPS",
        certificateArn=CERTIFICATE, defaultActions=[{"type": "fixed-response", "fixedResponse": answer}],
    )  # fmt: skip
    alias = {"name": balancer["dnsName"], "zoneId": balancer["zoneId"], "evaluateTargetHealth": True}
    make(
        world, "aws:route53/record:Record", zoneId=zone, name="balancer.edge-of-a-test.example", type="A",
        aliases=[alias],
    )  # fmt: skip
    assert deployed.get("/balancer/x")[:2] == (418, "over TLS")


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


@pytest.mark.requirement("AUT-MAN-01")
def test_a_zone_that_a_stack_file_names_by_its_id_gets_it(deployed: Deployed) -> None:
    route53: Any = boto3.client("route53", region_name=SETTINGS.region, endpoint_url=deployed.endpoint)
    route53.create_hosted_zone(Name="given-to-a-test.example", CallerReference="Z0EXAMPLETEST")
    record = make(
        deployed.world, "aws:route53/record:Record", zoneId="Z0EXAMPLETEST", name="given-to-a-test.example", type="A",
        ttl=60, records=["192.0.2.1"], setIdentifier="secondary", failoverRoutingPolicies=[{"type": "SECONDARY"}],
    )  # fmt: skip
    assert record["fqdn"] == "given-to-a-test.example"
