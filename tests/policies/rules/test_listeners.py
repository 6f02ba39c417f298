from __future__ import annotations

import pytest
from pulumi_policy import EnforcementLevel

TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
FORWARD = {"type": "forward", "targetGroupArn": "tg"}
LISTENER = "aws:lb/listener:Listener"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
both_spellings = pytest.mark.parametrize("service", ["lb", "alb"])


@pytest.fixture
def web(program):
    """A maker of load balancers with a listener on 80 and, unless told, one with a certificate on 443."""

    def make(name, action=None, *, service="lb", encrypted=True, protocol="HTTP", **properties):
        balancer = program.add(f"aws:{service}/loadBalancer:LoadBalancer", name, properties)
        if encrypted:
            tls = {"protocol": "HTTPS", "port": 443.0, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
            program.add(f"aws:{service}/listener:Listener", f"{name}-443", tls, loadBalancerArn=balancer)
        plain = {"port": 80.0, "defaultActions": [action or TO_HTTPS]} | ({"protocol": protocol} if protocol else {})
        return program.add(f"aws:{service}/listener:Listener", f"{name}-80", plain, loadBalancerArn=balancer)

    return make


@pytest.mark.requirement("GRD-10", "AUT-SEC-07", "CHR-SEC-05")
@both_spellings
@pytest.mark.parametrize("tier", ["production", "staging", "development"])
@pytest.mark.parametrize(
    "action",
    [
        FORWARD,
        {"type": "forward", "forward": {"targetGroups": [{"arn": "tg"}]}},
        {"type": "fixed-response", "fixedResponse": {"statusCode": "404"}},
        {"type": "redirect", "redirect": {"statusCode": "HTTP_301", "host": "example.com"}},
        {"type": "redirect", "redirect": {"statusCode": "HTTP_301", "protocol": "HTTP", "port": "8080"}},
    ],
)
def test_port_80_only_redirects_when_a_certificate_is_set(program, web, service, tier, action):
    program.tags = {"Tier": tier}
    web("sound", service=service)
    web("plain", action, service=service)
    assert program.flaws("ALB-1") == {("plain-redirects", "plain-80")}


@pytest.mark.requirement("GRD-10")
def test_without_a_certificate_http_will_do_in_development_only(program, web):
    web("plain", FORWARD, encrypted=False)
    assert program.flaws("ALB-1") == {("plain-redirects", "plain-80")}
    program.tags = {"Tier": "development"}
    assert program.flaws("ALB-1") == set()
    program.tags = program.unknown
    assert program.flaws("ALB-1") == set()
    assert ("ALB-1", "tags.Tier") in program.unjudged("plain-80")


@pytest.mark.requirement("GRD-10")
def test_internal_and_network_load_balancers_may_speak_plainly(program, web):
    web("internal", FORWARD, internal=True)
    web("network", FORWARD, protocol="TCP", loadBalancerType="network", encrypted=False)
    web("default", FORWARD, protocol=None)
    web("gateway", FORWARD, protocol=None, loadBalancerType="gateway", encrypted=False)
    assert program.flaws("ALB-1") == {("plain-redirects", "default-80")}


@pytest.mark.requirement("GRD-10")
def test_a_listener_of_a_load_balancer_of_elsewhere_is_judged_by_itself(program):
    plain = {"protocol": "HTTP", "loadBalancerArn": "arn:aws:elasticloadbalancing:::loadbalancer/app/x/1"}
    program.add(LISTENER, "plain", plain | {"defaultActions": [FORWARD]})
    program.add(LISTENER, "sound", plain | {"defaultActions": [TO_HTTPS]})
    assert program.flaws("ALB-1") == {("plain-redirects", "plain")}


@pytest.mark.requirement("GRD-10")
@both_spellings
def test_a_rule_of_port_80_that_answers_undoes_the_redirect(program, web, service):
    redirecting, answering = web("sound", service=service), web("plain", FORWARD, service=service)
    token = f"aws:{service}/listenerRule:ListenerRule"
    program.add(token, "forward", {"actions": [FORWARD]}, listenerArn=redirecting)
    program.add(token, "redirect", {"actions": [TO_HTTPS]}, listenerArn=redirecting)
    program.add(token, "of-plain", {"actions": [FORWARD]}, listenerArn=answering)
    program.add(token, "elsewhere", {"actions": [FORWARD], "listenerArn": "arn"})
    assert program.flaws("ALB-1") == {("plain-rules-redirect", "forward"), ("plain-redirects", "plain-80")}


@pytest.mark.requirement("GRD-10")
def test_what_a_listener_does_may_not_be_known(program, web):
    web("type", {"type": program.unknown})
    web("protocol", {"type": "redirect", "redirect": {"protocol": program.unknown}})
    web("internal", FORWARD, internal=program.unknown)
    web("kind", FORWARD, protocol=program.unknown)
    assert program.flaws("ALB-1", preview=True) == set()
    for name in ("type", "protocol", "internal"):
        assert ("ALB-1", "defaultActions") in program.unjudged(f"{name}-80")
    assert ("ALB-1", "protocol") in program.unjudged("kind-80")


@both_spellings
@pytest.mark.parametrize("protocol", ["HTTPS", "TLS"])
@pytest.mark.parametrize(
    ("policy", "good"),
    [
        (None, False),
        ("ELBSecurityPolicy-2016-08", False),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", False),
        ("ELBSecurityPolicy-FS-2018-06", False),
        ("ELBSecurityPolicy-FS-1-1-2019-08", False),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", False),
        ("ELBSecurityPolicy-TLS13-1-1-2021-06", False),
        ("ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04", False),
        ("ELBSecurityPolicy-TLS-1-2-2017-01", True),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", True),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", True),
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", True),
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", True),
        ("ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", True),
    ],
)
def test_listeners_refuse_tls_below_1_2(program, service, protocol, policy, good):
    properties = {"protocol": protocol} | ({"sslPolicy": policy} if policy else {})
    program.add(f"aws:{service}/listener:Listener", "listener", properties)
    assert program.flaws("ALB-2") == (set() if good else {("modern-tls", "listener")})


def test_plain_listeners_have_no_policy_and_one_that_is_not_known_cannot_be_told(program):
    program.add(LISTENER, "plain", {"protocol": "HTTP"})
    program.add(LISTENER, "tcp", {"protocol": "TCP"})
    program.add(LISTENER, "later", {"protocol": "HTTPS", "sslPolicy": program.unknown})
    program.add(LISTENER, "kind", {"protocol": program.unknown})
    assert program.flaws("ALB-2", preview=True) == set()
    assert ("ALB-2", "sslPolicy") in program.unjudged("later")
    assert ("ALB-2", "protocol") in program.unjudged("kind")


@pytest.mark.parametrize(
    ("properties", "mended"),
    [
        ({"protocol": "HTTPS"}, "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        ({"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-2016-08"}, "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}, None),
        ({"protocol": "HTTPS", "sslPolicy": "unknown"}, None),
        ({"protocol": "HTTP"}, None),
    ],
)
def test_an_old_policy_is_mended_where_that_is_asked(program, properties, mended):
    if properties.get("sslPolicy") == "unknown":
        properties = properties | {"sslPolicy": program.unknown}
    program.add(LISTENER, "listener", properties)
    (request,) = program.requests()
    assert not program.analyzer().Remediate(request, None).remediations
    program.levels = {"alb-2-modern-tls": EnforcementLevel.REMEDIATE}
    done = [dict(each.properties)["sslPolicy"] for each in program.analyzer().Remediate(request, None).remediations]
    assert done == ([mended] if mended else [])


@pytest.mark.parametrize(
    ("token", "name"),
    [
        (LISTENER, "certificateArn"),
        ("aws:alb/listenerCertificate:ListenerCertificate", "certificateArn"),
        ("aws:cloudfront/distribution:Distribution", "viewerCertificate"),
    ],
)
def test_a_certificate_is_issued_before_it_is_used(program, token, name):
    pending, proven = program.add(CERTIFICATE, "pending"), program.add(CERTIFICATE, "proven")
    validation = program.add(VALIDATION, "validation", certificateArn=proven)
    imported = program.add(CERTIFICATE, "imported", {"privateKey": program.secret("key"), "certificateBody": "body"})
    private = program.add(CERTIFICATE, "private", {"certificateAuthorityArn": "arn"})
    for key, source in {
        "bare": pending,
        "early": proven,
        "sound": validation,
        "import": imported,
        "ca": private,
    }.items():
        program.add(token, key, {}, **{name: source})
    program.add(token, "literal", {name: "arn:aws:acm:us-east-1:1:certificate/1"})
    assert program.flaws("ALB-10") == {("certificate-issued", "bare"), ("certificate-issued", "early")}


def test_waiting_for_the_validation_by_an_option_is_as_good(program):
    certificate = program.add(CERTIFICATE, "certificate")
    validation = program.add(VALIDATION, "validation", certificateArn=certificate)
    listener = program.add(LISTENER, "listener", certificateArn=certificate)
    assert program.flaws("ALB-10") == {("certificate-issued", "listener")}
    program.after = {listener: [validation]}
    assert program.flaws("ALB-10") == set()
