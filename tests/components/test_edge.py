"""The edge: site, distribution, certificate and names."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.edge.cdn import ALL, ALL_VIEWER_EXCEPT_HOST_HEADER, CACHING_DISABLED, READ
from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

CODE = Path(__file__).parents[2] / "components/edge/functions"
NAME = "registration.urmstontownjfc.co.uk"


@pytest.fixture(scope="module")
def prod() -> Recorder:
    return build(stack("utjfc-prod"), "utjfc-prod")


def distribution(made: Recorder) -> Any:
    return made.one("cloudfront/distribution:Distribution").inputs


@pytest.mark.requirement("UTJ-CDN-01")
@pytest.mark.requirement("UTJ-CDN-05", "UTJ-MAN-01")
def test_two_origins(prod: Recorder) -> None:
    site, api = distribution(prod)["origins"]
    assert site["domainName"] == "utjfc-frontend-chat.s3.eu-north-1.amazonaws.com"
    assert site["originAccessControlId"] == "cdn-id"
    assert "customOriginConfig" not in site
    assert api["domainName"] == "beanstalk.example"  # an output of the environment
    assert api["customOriginConfig"]["originProtocolPolicy"] == "http-only"


@pytest.mark.requirement("UTJ-CMP-08")
def test_the_api_has_time(prod: Recorder) -> None:
    api = distribution(prod)["origins"][1]
    assert api["customOriginConfig"]["originReadTimeout"] >= 90


@pytest.mark.requirement("UTJ-CDN-02")
def test_the_site_is_kept(prod: Recorder) -> None:
    found = distribution(prod)["defaultCacheBehavior"]
    assert (found["viewerProtocolPolicy"], found["allowedMethods"]) == ("redirect-to-https", READ)
    policy = prod.one("cloudfront/cachePolicy:CachePolicy").inputs
    assert (policy["minTtl"], policy["defaultTtl"], policy["maxTtl"]) == (0, 86_400, 31_536_000)


@pytest.mark.requirement("UTJ-CDN-03")
def test_the_api_is_passed_through(prod: Recorder) -> None:
    (found,) = distribution(prod)["orderedCacheBehaviors"]
    assert (found["pathPattern"], found["viewerProtocolPolicy"]) == ("/api/*", "redirect-to-https")
    assert sorted(found["allowedMethods"]) == ALL
    assert found["cachePolicyId"] == CACHING_DISABLED
    assert found["originRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER


@pytest.mark.requirement("UTJ-CDN-06")
@pytest.mark.requirement("UTJ-SEC-03")
def test_tls_and_hsts(prod: Recorder) -> None:
    certificate = distribution(prod)["viewerCertificate"]
    assert certificate["minimumProtocolVersion"] == "TLSv1.2_2021"
    issued = prod.one("acm/certificate:Certificate").inputs
    assert (issued["region"], issued["domainName"], issued["validationMethod"]) == ("us-east-1", NAME, "DNS")
    hsts = prod.one("cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").inputs["securityHeadersConfig"]
    assert hsts["strictTransportSecurity"]["accessControlMaxAgeSec"] == 31_536_000
    policies = [distribution(prod)["defaultCacheBehavior"], *distribution(prod)["orderedCacheBehaviors"]]
    assert all(each["responseHeadersPolicyId"] == "cdn-id" for each in policies)


@pytest.mark.requirement("UTJ-CDN-07")
@pytest.mark.requirement("UTJ-SEC-07")
def test_requests_are_limited(prod: Recorder) -> None:
    acl = prod.one("wafv2/webAcl:WebAcl").inputs
    assert (acl["scope"], acl["region"]) == ("CLOUDFRONT", "us-east-1")
    assert acl["rules"][0]["statement"]["rateBasedStatement"]["limit"] == 2000
    assert "cdn-waf" in distribution(prod)["webAclId"]
    assert not prod.all("wafv2/webAclAssociation:WebAclAssociation")


@pytest.mark.requirement("UTJ-CDN-08")
def test_what_was_asked_is_written_down(prod: Recorder) -> None:
    assert distribution(prod)["defaultRootObject"] == "index.html"
    assert prod.one("cloudwatch/logDeliverySource:LogDeliverySource").inputs["logType"] == "ACCESS_LOGS"
    policy = json.loads(prod.one("s3/bucketPolicy:BucketPolicy", "cdn-logs").inputs["policy"])
    assert policy["Statement"][1]["Principal"] == {"Service": "delivery.logs.amazonaws.com"}


@pytest.mark.requirement("UTJ-DAT-02")
def test_files_are_published_to_the_distribution_alone(prod: Recorder) -> None:
    files = {
        each.inputs["key"]: each.inputs
        for each in prod.all("s3/bucketObjectv2:BucketObjectv2")
        if each.name[:5] == "chat/"
    }
    assert {key: each["contentType"] for key, each in files.items()} == {
        "chat.js": "text/javascript; charset=utf-8",
        "index.html": "text/html; charset=utf-8",
        "style.css": "text/css; charset=utf-8",
    }
    assert {each["cacheControl"] for each in files.values()} == {"no-cache"}
    policy = json.loads(prod.one("s3/bucketPolicy:BucketPolicy", "chat").inputs["policy"])
    condition = policy["Statement"][1]["Condition"]
    assert condition["StringEquals"]["AWS:SourceArn"].endswith(":cdn")


@pytest.mark.requirement("RPH-CDN-01")
def test_publishing_invalidates(prod: Recorder) -> None:
    invocation = prod.one("lambda/invocation:Invocation").inputs
    assert json.loads(invocation["input"]) == {"distribution": "cdn-id"}
    assert len(invocation["triggers"]["content"]) == 64


@pytest.mark.requirement("UTJ-NET-03")
def test_the_name_leads_to_the_distribution(prod: Recorder) -> None:
    records = {
        each.inputs["type"]: each.inputs for each in prod.all("route53/record:Record") if "aliases" in each.inputs
    }
    assert set(records) == {"A", "AAAA"}
    assert {each["name"] for each in records.values()} == {NAME}
    assert records["A"]["aliases"][0]["name"] == "d1.cloudfront.net"


def hsts(made: Recorder, behavior: dict[str, Any]) -> int:
    """For how many seconds what a behavior answers keeps browsers on TLS, whatever the origin says."""
    policy = made.one("cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")
    assert behavior["responseHeadersPolicyId"] == f"{policy.name}-id"
    header = policy.inputs["securityHeadersConfig"]["strictTransportSecurity"]
    assert (header["override"], header["includeSubdomains"]) == (True, True)
    return int(header["accessControlMaxAgeSec"])


@pytest.mark.requirement("CHR-CDN-01", "CHR-SEC-05", "CHR-NET-03")
@pytest.mark.parametrize(
    ("name", "origin", "host"),
    [
        ("chatrelay-prod", "beanstalk", "app.chatrelay.example.com"),
        ("chatrelay-fargate", "load_balancer", "app.fargate.chatrelay.example.com"),
    ],
)
def test_chatrelay_is_reached_over_tls_only_and_its_files_come_from_the_cdn(name: str, origin: str, host: str) -> None:
    made = build(stack(name), name)
    found = distribution(made)
    site, application = found["defaultCacheBehavior"], found["orderedCacheBehaviors"][0]
    assert (site["targetOriginId"], application["targetOriginId"]) == ("sites.web", origin)
    assert site["cachePolicyId"] == "cdn-id"
    for behavior in (site, application):
        assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
        assert hsts(made, behavior) >= 31_536_000
    assert found["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    asked = {each["originId"]: each for each in found["origins"]}[origin]
    assert (asked["domainName"], asked["customOriginConfig"]["originProtocolPolicy"]) == (host, "https-only")
    published = {each.name for each in made.all("s3/bucketObjectv2:BucketObjectv2") if each.name.startswith("web/")}
    assert published == {"web/chat.js", "web/index.html", "web/style.css"}


@pytest.mark.requirement("CHR-SEC-05", "CHR-MAN-05")
def test_who_asks_chatrelays_load_balancer_itself_is_sent_to_tls_too() -> None:
    made = build(stack("chatrelay-fargate"), "chatrelay-fargate")
    plain = made.one("lb/listener:Listener", "load-balancer-80").inputs["defaultActions"][0]
    assert (plain["type"], plain["redirect"]["protocol"]) == ("redirect", "HTTPS")
    tls = made.one("lb/listener:Listener", "load-balancer-443").inputs
    assert tls["routingHttpResponseStrictTransportSecurityHeaderValue"] == "max-age=31536000"


@pytest.mark.requirement("AUT-MAN-01")
def test_auteritys_name_moves_to_its_recovery_by_itself(prod_and_recovery: tuple[Recorder, Recorder]) -> None:
    """Both stacks write one name; Route 53 answers with the first while its health check is well, else the second."""
    primary, secondary = (made.one("route53/record:Record").inputs for made in prod_and_recovery)
    assert primary["name"] == secondary["name"] == "auterity.example.com"
    assert primary["type"] == secondary["type"] == "A"
    parts = [each["failoverRoutingPolicies"][0]["type"] for each in (primary, secondary)]
    assert (parts, primary["setIdentifier"] != secondary["setIdentifier"]) == (["PRIMARY", "SECONDARY"], True)
    check = prod_and_recovery[0].one("route53/healthCheck:HealthCheck")
    assert primary["healthCheckId"] == f"{check.name}-id"
    assert (check.inputs["type"], check.inputs["port"], check.inputs["resourcePath"]) == ("HTTPS", 443, "/health")
    assert check.inputs["fqdn"] == "alb.example"
    assert not secondary.get("healthCheckId")
    for each in (primary, secondary):
        assert (each["aliases"][0]["name"], each["aliases"][0]["evaluateTargetHealth"]) == ("alb.example", True)


@pytest.mark.requirement("AUT-MAN-01")
def test_the_zone_is_productions_and_recovery_is_told_which(prod_and_recovery: tuple[Recorder, Recorder]) -> None:
    production, recovery = prod_and_recovery
    assert production.one("route53/record:Record").inputs["zoneId"] == "dns-id"
    assert not recovery.all("route53/zone:Zone")
    dns = stack("auterity-recovery").dns
    assert dns is not None
    assert recovery.one("route53/record:Record").inputs["zoneId"] == dns.zone_id


@pytest.fixture(scope="module")
def prod_and_recovery() -> tuple[Recorder, Recorder]:
    """Auterity's production, and its recovery in the other region."""
    return build(stack("prod"), "prod"), build(stack("auterity-recovery"), "auterity-recovery-production")


@pytest.mark.requirement("AUT-MAN-01")
@pytest.mark.parametrize(("part", "checks"), [("primary", 1), ("secondary", 0)])
def test_another_stack_takes_over(part: str, checks: int) -> None:
    made = build(stack("utjfc-prod", dns__failover=part, dns__zone_id="Z0123456789"), "utjfc-prod")
    assert len(made.all("route53/healthCheck:HealthCheck")) == checks
    aliases = [each.inputs for each in made.all("route53/record:Record") if "aliases" in each.inputs]
    assert {each["failoverRoutingPolicies"][0]["type"] for each in aliases} == {part.upper()}
    # The records that prove the ownership are the primary's to keep.
    assert len(made.all("route53/record:Record")) - len(aliases) == checks


def test_a_stack_without_edge_makes_none() -> None:
    made = build(stack("utjfc-prod", sites=ABSENT, cdn=ABSENT, dns=ABSENT), "utjfc-prod")
    assert not [
        each for each in made.resources if each.type.split("/")[0] in {"aws:cloudfront", "aws:route53", "aws:acm"}
    ]


def run(code: str, uri: str) -> str:
    """The URI that a CloudFront Function makes of another."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    event = json.dumps({"version": "1.0", "context": {}, "viewer": {}, "request": {"method": "GET", "uri": uri}})
    script = f"{code}\nconsole.log(handler({event}).uri)"
    return subprocess.run(
        [node, "--input-type=commonjs", "-e", script], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.requirement("UTJ-CDN-04")
@pytest.mark.parametrize(
    ("uri", "becomes"),
    [
        ("/api/health", "/health"), ("/api/", "/"), ("/api/api/x", "/api/x"), ("/api", "/api"), ("/apis/x", "/apis/x"),
        ("/index.html", "/index.html"), ("/x/api/y", "/x/api/y"),
    ],
)  # fmt: skip
def test_paths_lose_their_prefix(prod: Recorder, uri: str, becomes: str) -> None:
    function = prod.one("cloudfront/function:Function").inputs
    assert (function["name"], function["runtime"]) == ("utjfc-api-path-rewrite-prod", "cloudfront-js-2.0")
    assert run(function["code"], uri) == becomes


@pytest.mark.parametrize(
    ("uri", "becomes"), [("/", "/index.html"), ("/photos/7", "/index.html"), ("/assets/a.1.js", "/assets/a.1.js")]
)
def test_single_pages_answer_for_all_paths(uri: str, becomes: str) -> None:
    assert run((CODE / "single_page.js").read_text().replace("__INDEX__", "index.html"), uri) == becomes
