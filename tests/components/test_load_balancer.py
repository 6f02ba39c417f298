"""The load balancer: listeners, redirect, web ACL, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.compute.routing import LAST_PRIORITY, priorities
from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder


@pytest.mark.requirement("AUT-NET-05", "AUT-SEC-07")
def test_it_faces_the_internet_from_the_public_subnets(prod: Recorder, staging: Recorder) -> None:
    balancer = prod.one("lb/loadBalancer:LoadBalancer").inputs
    assert balancer["name"] == "auterity-alb-production"
    assert balancer["internal"] is False
    assert balancer["subnets"] == [f"network-public-{letter}-id" for letter in "abc"]
    assert balancer["enableDeletionProtection"] is True
    assert staging.one("lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"] is False


@pytest.mark.requirement("AUT-NET-07", "AUT-SEC-12")
def test_with_a_certificate_http_only_redirects(prod: Recorder) -> None:
    https = prod.one("lb/listener:Listener", "load-balancer-443").inputs
    assert https["protocol"] == "HTTPS"
    assert https["certificateArn"].startswith("arn:aws:acm:us-west-2:")
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert https["routingHttpResponseStrictTransportSecurityHeaderValue"] == "max-age=31536000"
    http = prod.one("lb/listener:Listener", "load-balancer-80").inputs
    assert http["protocol"] == "HTTP"
    assert [action["type"] for action in http["defaultActions"]] == ["redirect"]
    assert http["defaultActions"][0]["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


@pytest.mark.requirement("AUT-NET-07")
def test_without_a_certificate_port_80_answers_and_443_is_closed() -> None:
    made = build(stack("prod", load_balancer__certificate_arn=ABSENT, dns=ABSENT))
    ports = {listener.inputs["port"]: listener.inputs for listener in made.all("lb/listener:Listener")}
    assert 443 not in ports
    assert ports[80]["protocol"] == "HTTP"
    rules = [rule for rule in made.all("lb/listenerRule:ListenerRule") if not rule.name.endswith("-test")]
    assert {rule.inputs["listenerArn"].rpartition(":")[2] for rule in rules} == {"load-balancer-80"}


@pytest.mark.requirement("AUT-SEC-08", "AUT-NET-07")
def test_production_has_a_web_acl_with_a_rate_limit(prod: Recorder, staging: Recorder) -> None:
    acl = prod.one("wafv2/webAcl:WebAcl").inputs
    assert acl["scope"] == "REGIONAL"
    rate = acl["rules"][0]["statement"]["rateBasedStatement"]
    assert rate == {"limit": 2000, "aggregateKeyType": "IP"}
    priorities_of_rules = [rule["priority"] for rule in acl["rules"]]
    assert priorities_of_rules == sorted(set(priorities_of_rules))
    attached = prod.one("wafv2/webAclAssociation:WebAclAssociation").inputs
    assert attached["resourceArn"].endswith(":load-balancer")
    assert attached["webAclArn"].endswith(":load-balancer-waf")
    assert not staging.all("wafv2/webAcl:WebAcl")


def test_the_properties_of_the_web_acl_are_those_of_the_sdk(prod: Recorder) -> None:
    """The resource is registered by token: so its names are held against the SDK's class here."""
    import inspect  # noqa: PLC0415

    from pulumi_aws import wafv2  # noqa: PLC0415 - costs a second, which only this test should pay

    for kind, sdk in (
        ("wafv2/webAcl:WebAcl", wafv2.WebAclArgs),
        ("wafv2/webAclAssociation:WebAclAssociation", wafv2.WebAclAssociationArgs),
    ):
        known = {name.replace("_", "") for name in inspect.signature(sdk).parameters}
        used = {name.lower() for name in prod.one(kind).inputs} - {"arn"}
        assert used <= known


@pytest.mark.requirement("AUT-NET-05", "AUT-CMP-02")
def test_each_service_has_one_rule_and_the_default_service_the_rest(prod: Recorder) -> None:
    backend = prod.one("lb/listenerRule:ListenerRule", "backend").inputs
    assert backend["conditions"][0]["pathPattern"]["values"][0] == "/api/*"
    frontend = prod.one("lb/listenerRule:ListenerRule", "frontend").inputs
    assert frontend["conditions"][0]["pathPattern"]["values"] == ["/*"]
    assert backend["priority"] < frontend["priority"] <= LAST_PRIORITY


patterns = st.text("abcdef/", min_size=0, max_size=100).map(lambda text: f"/{text}*")
routes = st.dictionaries(
    st.text("abcdefghij-", min_size=1, max_size=20),
    st.lists(patterns, min_size=1, max_size=5),
    min_size=1,
    max_size=100,
)


@given(routes)
def test_priorities_are_unique_valid_and_put_longer_patterns_first(routes: dict[str, list[str]]) -> None:
    found = priorities(routes)
    assert set(found) == set(routes)
    assert len(set(found.values())) == len(found)
    assert all(1 <= priority <= LAST_PRIORITY for priority in found.values())

    def longest(service: str) -> int:
        return max(len(pattern) for pattern in routes[service])

    for one in routes:
        for other in routes:
            if longest(one) > longest(other):
                assert found[one] < found[other]


def test_a_new_service_moves_no_other_rule() -> None:
    before = {f"service-{number}": [f"/service-{number}/*"] for number in range(20)}
    after = before | {"another": ["/another/*"]}
    assert priorities(before).items() <= priorities(after).items()
