from __future__ import annotations

from typing import Any

import pytest

CDN = "aws:cloudfront/distribution:Distribution"
BUCKET = "aws:s3/bucket:Bucket"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
CERTIFICATE = "aws:acm/certificate:Certificate"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
SITE: dict[str, Any] = {
    "originId": "site",
    "domainName": "site.s3.eu-north-1.amazonaws.com",
    "originAccessControlId": "E1",
}
TLS: dict[str, Any] = {
    "originProtocolPolicy": "https-only",
    "originSslProtocols": ["TLSv1.2"],
    "httpPort": 80.0,
    "httpsPort": 443.0,
}
APP: dict[str, Any] = {"originId": "app", "domainName": "app.example.com", "customOriginConfig": TLS}
BEHAVIOR: dict[str, Any] = {
    "targetOriginId": "site",
    "viewerProtocolPolicy": "redirect-to-https",
    "responseHeadersPolicyId": SECURITY_HEADERS,
}
API: dict[str, Any] = {"targetOriginId": "app", "pathPattern": "/api/*", "viewerProtocolPolicy": "https-only"}
SOUND: dict[str, Any] = {
    "aliases": ["example.com"],
    "origins": [SITE, APP],
    "defaultCacheBehavior": BEHAVIOR,
    "orderedCacheBehaviors": [API],
    "defaultRootObject": "index.html",
    "loggingConfig": {"bucket": "logs.s3.amazonaws.com"},
    "viewerCertificate": {
        "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "minimumProtocolVersion": "TLSv1.2_2021",
        "sslSupportMethod": "sni-only",
    },
    "webAclId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acl/1",
}
OWN = {"cloudfrontDefaultCertificate": True}


@pytest.fixture
def judged(program):
    """What a rule's id, or a guardrail, finds in a distribution with changes."""
    program.add(BUCKET, "site", {"bucket": "site"})

    def judge(id_, **changes):
        program.remove("cdn")
        program.add(CDN, "cdn", SOUND | changes)
        return {rule for rule, name in program.flaws(id_) if name == "cdn"}

    return judge


@pytest.mark.requirement("GRD-09", "UTJ-SEC-03", "UTJ-SEC-07", "CHR-SEC-05")
@pytest.mark.parametrize("id_", ["GRD-09", *(f"CDN-{number}" for number in range(1, 10))])
def test_a_sound_distribution_passes(judged, id_):
    assert judged(id_) == set()


@pytest.mark.requirement("GRD-09", "UTJ-SEC-03")
@pytest.mark.parametrize("policy", ["allow-all", None])
@pytest.mark.parametrize("where", ["defaultCacheBehavior", "orderedCacheBehaviors"])
def test_every_behavior_is_for_https(judged, where, policy):
    behavior = (BEHAVIOR if where == "defaultCacheBehavior" else API) | {"viewerProtocolPolicy": policy}
    assert judged("CDN-1", **{where: behavior if where == "defaultCacheBehavior" else [API, behavior]}) == {
        "viewers-on-https"
    }


@pytest.mark.requirement("GRD-09")
@pytest.mark.parametrize("version", [None, "SSLv3", "TLSv1", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019"])
@pytest.mark.parametrize("name", ["acmCertificateArn", "iamCertificateId"])
def test_a_distribution_refuses_old_tls(judged, version, name):
    certificate = {name: "arn:aws:acm:us-east-1:1:certificate/1", "minimumProtocolVersion": version}
    assert judged("CDN-2", viewerCertificate=certificate) == {"modern-tls"}


@pytest.mark.requirement("GRD-09")
@pytest.mark.parametrize("version", ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"])
def test_newer_versions_of_tls_pass(judged, version):
    certificate = SOUND["viewerCertificate"] | {"minimumProtocolVersion": version}
    assert judged("CDN-2", viewerCertificate=certificate) == set()


@pytest.mark.requirement("GRD-09")
@pytest.mark.parametrize(
    ("tier", "aliases", "good"),
    [
        ("production", ["example.com"], False),
        ("production", None, False),
        ("development", ["example.com"], False),
        ("development", None, True),
        ("staging", [], True),
    ],
)
def test_cloudfronts_own_certificate_is_for_no_name_and_no_production(program, judged, tier, aliases, good):
    program.tags = {"Tier": tier}
    assert judged("CDN-2", aliases=aliases, viewerCertificate=OWN) == (set() if good else {"modern-tls"})


@pytest.mark.requirement("GRD-09")
@pytest.mark.parametrize(("region", "good"), [("us-east-1", True), ("eu-north-1", False)])
def test_the_certificate_of_a_distribution_is_of_us_east_1(program, region, good):
    arn = f"arn:aws:acm:{region}:123456789012:certificate/1"
    program.add(CDN, "literal", SOUND | {"viewerCertificate": SOUND["viewerCertificate"] | {"acmCertificateArn": arn}})
    certificate = program.add(CERTIFICATE, "certificate", {"region": region})
    made = {"viewerCertificate": {"acmCertificateArn": program.unknown, "minimumProtocolVersion": "TLSv1.2_2021"}}
    program.add(CDN, "made", SOUND | made, viewerCertificate=certificate)
    proven = program.add("aws:acm/certificateValidation:CertificateValidation", "proven", {"region": region})
    program.add(CDN, "proven", SOUND | made, viewerCertificate=proven)
    found = {("certificate-region", name) for name in ("literal", "made", "proven")}
    assert program.flaws("CDN-2") == (set() if good else found)


@pytest.mark.requirement("GRD-09")
def test_the_providers_region_is_the_certificates(program):
    program.region = "us-west-2"
    made = {"viewerCertificate": {"acmCertificateArn": program.unknown, "minimumProtocolVersion": "TLSv1.2_2021"}}
    program.add(CDN, "cdn", SOUND | made, viewerCertificate=program.add(CERTIFICATE, "certificate"))
    assert program.flaws("CDN-2") == {("certificate-region", "cdn")}


@pytest.mark.parametrize("policy", ["http-only", "match-viewer"])
def test_origins_are_asked_over_tls(judged, policy):
    assert judged("CDN-3", origins=[SITE, APP | {"customOriginConfig": TLS | {"originProtocolPolicy": policy}}]) == {
        "origin-tls"
    }


@pytest.mark.parametrize("old", ["SSLv3", "TLSv1", "TLSv1.1"])
def test_origins_are_not_asked_over_old_tls(judged, old):
    config = TLS | {"originSslProtocols": ["TLSv1.2", old]}
    assert judged("CDN-3", origins=[APP | {"customOriginConfig": config}]) == {"origin-tls"}


def test_an_origin_in_development_may_have_no_certificate(program, judged):
    origins = [APP | {"customOriginConfig": TLS | {"originProtocolPolicy": "http-only"}}]
    program.tags = {"Tier": "development"}
    assert judged("CDN-3", origins=origins) == set()
    program.tags = program.unknown
    assert judged("CDN-3", origins=origins) == set()
    assert ("CDN-3", "tags.Tier") in program.unjudged("cdn")


@pytest.mark.requirement("GRD-09")
@pytest.mark.parametrize(
    "origin",
    [
        {"domainName": "site.s3.amazonaws.com"},
        {"domainName": "site.s3.eu-north-1.amazonaws.com"},
        {"domainName": "site.s3-eu-north-1.amazonaws.com", "originAccessControlId": ""},
        {"domainName": "site.s3.dualstack.eu-north-1.amazonaws.com", "s3OriginConfig": {"originAccessIdentity": ""}},
        {"domainName": "site.s3.eu-north-1.amazonaws.com", "customOriginConfig": TLS},
        {"domainName": "unknown"},
    ],
)
def test_a_bucket_is_read_through_origin_access_control(program, judged, origin):
    if origin["domainName"] == "unknown":
        origin = {"domainName": program.unknown}
    assert judged("CDN-4", origins=[origin | {"originId": "site"}]) == {"origin-access"}


@pytest.mark.requirement("GRD-09")
def test_what_reads_a_bucket_otherwise_is_no_matter_of_access_control(program, judged):
    identity = {"originAccessIdentity": "origin-access-identity/cloudfront/E1"}
    origins = [
        {"domainName": "site.s3.amazonaws.com", "s3OriginConfig": identity},
        {"domainName": program.unknown, "originAccessControlId": program.unknown},
        {"domainName": program.unknown, "customOriginConfig": TLS},
        {"domainName": "site.s3-website-eu-west-1.amazonaws.com", "customOriginConfig": TLS},
        {"domainName": program.unknown, "vpcOriginConfig": {"vpcOriginId": "vo-1"}},
    ]
    assert judged("CDN-4", origins=origins) == set()


@pytest.mark.requirement("GRD-09", "UTJ-SEC-07")
def test_a_distribution_has_a_web_acl_in_production(program, judged):
    assert judged("CDN-5", webAclId=None) == {"web-acl"}
    assert judged("CDN-5", webAclId=program.unknown) == set()
    program.tags = {"Tier": "staging"}
    assert judged("CDN-5", webAclId="") == set()


def test_a_production_distribution_logs_requests(program):
    bare = SOUND | {"loggingConfig": None}
    program.add(CDN, "bare", bare)
    program.add("aws:cloudwatch/logDeliverySource:LogDeliverySource", "logs", resourceArn=program.add(CDN, "new", bare))
    live = {"defaultCacheBehavior": BEHAVIOR | {"realtimeLogConfigArn": program.unknown}}
    program.add(CDN, "live", bare | live)
    program.add(CDN, "empty", SOUND | {"loggingConfig": {"prefix": "cdn/"}})
    assert program.flaws("CDN-6") == {("logs", "bare"), ("logs", "empty")}
    program.tags = {"Tier": "development"}
    assert program.flaws("CDN-6") == set()


def test_a_distribution_of_a_bucket_has_a_root_object(judged):
    assert judged("CDN-7", defaultRootObject=None) == {"root-object"}


@pytest.mark.parametrize(
    "behavior",
    [
        BEHAVIOR | {"targetOriginId": "app"},
        BEHAVIOR | {"functionAssociations": [{"eventType": "viewer-request", "functionArn": "f"}]},
        BEHAVIOR | {"lambdaFunctionAssociations": [{"eventType": "origin-request", "lambdaArn": "f"}]},
    ],
)
def test_an_application_or_a_function_answers_for_the_root(judged, behavior):
    assert judged("CDN-7", defaultRootObject="", defaultCacheBehavior=behavior) == set()


def test_the_first_of_a_group_of_origins_is_the_origin(judged):
    groups = [{"originId": "group", "members": [{"originId": "site"}, {"originId": "app"}]}]
    behavior = BEHAVIOR | {"targetOriginId": "group"}
    found = judged("CDN-7", defaultRootObject=None, originGroups=groups, defaultCacheBehavior=behavior)
    assert found == {"root-object"}


@pytest.mark.requirement("GRD-09", "UTJ-SEC-03")
@pytest.mark.parametrize(
    ("policy", "good"),
    [
        (None, False),
        ("", False),
        (SECURITY_HEADERS, True),
        ("e61eb60c-9c35-4d20-a928-2b84e02af89c", True),
        ("eaab4381-ed33-4a86-88ca-d9558dc6cd63", True),
        ("60669652-455b-4ae9-85a4-c4c02393f86c", False),
        ("5cc3b908-e619-4b99-88e5-2cf7f45965bd", False),
    ],
)
def test_the_default_behavior_sends_hsts(judged, policy, good):
    behavior = BEHAVIOR | {"responseHeadersPolicyId": policy}
    assert judged("CDN-8", defaultCacheBehavior=behavior) == (set() if good else {"security-headers"})


@pytest.mark.requirement("GRD-09", "UTJ-SEC-03")
@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"securityHeadersConfig": {"strictTransportSecurity": {"accessControlMaxAgeSec": 31536000.0}}}, True),
        ({"customHeadersConfig": {"items": [{"header": "Strict-Transport-Security", "value": "max-age=1"}]}}, True),
        ({"securityHeadersConfig": {"strictTransportSecurity": {"accessControlMaxAgeSec": 0.0}}}, False),
        ({"securityHeadersConfig": {"contentTypeOptions": {"override": True}}}, False),
        ({"corsConfig": {}}, False),
    ],
)
def test_a_policy_of_the_program_is_looked_into(program, properties, good):
    policy = program.add(HEADERS, "headers", properties)
    program.add(
        CDN,
        "linked",
        SOUND | {"defaultCacheBehavior": BEHAVIOR | {"responseHeadersPolicyId": program.unknown}},
        defaultCacheBehavior=policy,
    )
    assert program.flaws("CDN-8") == (set() if good else {("security-headers", "linked")})


@pytest.mark.requirement("GRD-09")
def test_a_bucket_sends_no_headers_itself_and_an_application_may(judged):
    of_site = {"targetOriginId": "site", "viewerProtocolPolicy": "https-only"}
    assert judged("CDN-8", orderedCacheBehaviors=[API, of_site]) == {"security-headers"}


@pytest.mark.requirement("GRD-09")
def test_policies_and_functions_of_elsewhere_cannot_be_told(program, judged):
    functions = [{"eventType": "viewer-response", "functionArn": "f"}]
    behavior = BEHAVIOR | {"responseHeadersPolicyId": None, "functionAssociations": functions}
    assert judged("CDN-8", defaultCacheBehavior=behavior) == set()
    program.add(CDN, "own", SOUND | {"defaultCacheBehavior": BEHAVIOR | {"responseHeadersPolicyId": "own"}})
    assert program.flaws("CDN-8") == set()
    for name in ("cdn", "own"):
        assert "defaultCacheBehavior.responseHeadersPolicyId" in program.untold()[name]


@pytest.mark.parametrize("host", ["gone.s3.amazonaws.com", "gone.s3-website-eu-west-1.amazonaws.com"])
def test_an_origin_is_a_bucket_that_is_there(program, judged, host):
    origin = SITE | {"domainName": host}
    assert judged("CDN-9", origins=[origin]) == {"bucket-exists"}
    program.config = {"app:buckets": '{"site": "gone"}'}
    assert judged("CDN-9", origins=[origin]) == set()


def test_a_bucket_of_another_stack_or_of_an_access_point_is_there(program, judged):
    other = program.add("pulumi:pulumi:StackReference", "network")
    origins = [SITE | {"domainName": "gone.s3.amazonaws.com"}]
    program.add(CDN, "referring", SOUND | {"origins": origins}, origins=other)
    point = SITE | {"domainName": "point-abc-s3alias.s3.us-west-2.amazonaws.com"}
    assert judged("CDN-9", origins=[point, APP, SITE | {"domainName": program.unknown}]) == set()
    assert program.flaws("CDN-9") == set()


def test_a_bucket_whose_name_is_not_known_yet_may_be_the_one(program):
    program.add(BUCKET, "later", {"bucket": program.unknown})
    program.add(CDN, "cdn", SOUND | {"origins": [SITE | {"domainName": "gone.s3.amazonaws.com"}]})
    assert program.flaws("CDN-9", preview=True) == set()
    assert ("CDN-9", "origins.0.domainName") in program.unjudged("cdn")


@pytest.mark.requirement("GRD-09")
def test_what_is_not_known_cannot_be_told(program):
    later = {
        "origins": [program.unknown, APP | {"customOriginConfig": program.unknown}],
        "defaultCacheBehavior": BEHAVIOR | {"viewerProtocolPolicy": program.unknown},
        "viewerCertificate": {"acmCertificateArn": "arn", "minimumProtocolVersion": program.unknown},
    }
    program.add(CDN, "cdn", SOUND | later)
    assert program.flaws("GRD-09", preview=True) == set()
    assert {
        ("CDN-1", "defaultCacheBehavior.viewerProtocolPolicy"),
        ("CDN-2", "viewerCertificate.minimumProtocolVersion"),
        ("CDN-3", "origins.1.customOriginConfig.originProtocolPolicy"),
        ("CDN-4", "origins.0"),
    } <= program.unjudged("cdn")


def test_parts_of_what_a_distribution_names_may_not_be_known(program):
    later = {"acmCertificateArn": program.unknown, "minimumProtocolVersion": "TLSv1.2_2021"}
    certificate = program.add(CERTIFICATE, "certificate", {"region": program.unknown})
    policy = program.add(HEADERS, "headers", {"securityHeadersConfig": program.unknown})
    properties = {
        "origins": [APP | {"customOriginConfig": TLS | {"originSslProtocols": [program.unknown]}}],
        "viewerCertificate": later,
        "defaultCacheBehavior": BEHAVIOR | {"responseHeadersPolicyId": program.unknown},
    }
    program.add(CDN, "cdn", SOUND | properties, viewerCertificate=certificate, defaultCacheBehavior=policy)
    assert {id_ for id_ in ("CDN-2", "CDN-3", "CDN-8") if program.flaws(id_, preview=True)} == set()
    assert {
        ("CDN-2", "viewerCertificate.acmCertificateArn"),
        ("CDN-3", "origins.0.customOriginConfig.originSslProtocols"),
        ("CDN-8", "defaultCacheBehavior.responseHeadersPolicyId"),
    } <= program.unjudged("cdn")
