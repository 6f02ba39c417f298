from __future__ import annotations

import json
from typing import Any

import pytest

ACL = "aws:wafv2/webAcl:WebAcl"
CDN = "aws:cloudfront/distribution:Distribution"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
GROUP_ASSOCIATION = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
RULE_GROUP = "aws:wafv2/ruleGroup:RuleGroup"
RATE = {"name": "rate", "statement": {"rateBasedStatement": {"limit": 2000.0, "aggregateKeyType": "IP"}}}
MANAGED = {"name": "aws", "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": "Common"}}}
REFERRED = {"name": "own", "statement": {"ruleGroupReferenceStatement": {"arn": "arn"}}}
GEO = {"name": "geo", "statement": {"geoMatchStatement": {"countryCodes": ["GB"]}}}
ALLOW: dict[str, Any] = {"allow": {}}
BLOCK: dict[str, Any] = {"block": {}}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"rules": [RATE, MANAGED]}, True),
        ({"rules": [REFERRED]}, True),
        ({"rules": [GEO], "defaultAction": BLOCK}, True),
        ({"ruleJson": json.dumps([{"Statement": {"ManagedRuleGroupStatement": {"Name": "Common"}}}])}, True),
        ({}, False),
        ({"rules": []}, False),
        ({"rules": [], "defaultAction": BLOCK}, False),
        ({"rules": [RATE, GEO]}, False),
        ({"ruleJson": "[]"}, False),
    ],
)
def test_web_acls_have_rules_and_managed_ones_among_them(program, properties, good):
    program.add(ACL, "acl", {"scope": "REGIONAL", "defaultAction": ALLOW} | properties)
    assert program.flaws("WAF-1") == (set() if good else {("managed-rules", "acl")})


def test_a_group_that_is_associated_counts(program):
    acl = program.add(ACL, "acl", {"scope": "REGIONAL", "defaultAction": ALLOW})
    program.add(GROUP_ASSOCIATION, "group", {"managedRuleGroup": {"name": "Common"}}, webAclArn=acl)
    assert program.flaws("WAF-1") == set()


@pytest.mark.requirement("GRD-09", "UTJ-SEC-07")
@pytest.mark.parametrize(
    ("scope", "tier", "rules", "good"),
    [
        ("CLOUDFRONT", "production", [MANAGED, RATE], True),
        ("CLOUDFRONT", "production", [MANAGED], False),
        ("CLOUDFRONT", "staging", [MANAGED], True),
        ("REGIONAL", "production", [MANAGED], True),
    ],
)
def test_web_acls_of_production_distributions_limit_rates(program, scope, tier, rules, good):
    program.tags = {"Tier": tier}
    program.region = "us-east-1"
    acl = program.add(ACL, "acl", {"scope": scope, "defaultAction": ALLOW, "rules": rules})
    if scope == "CLOUDFRONT":
        program.add(CDN, "cdn", {}, webAclId=acl)
    assert program.flaws("WAF-1") == (set() if good else {("rate-limit", "acl")})


@pytest.mark.requirement("GRD-09")
def test_the_limit_may_stand_in_a_group_of_the_programs(program):
    for name, rules in (("limits", [RATE]), ("other", [GEO])):
        group = program.add(RULE_GROUP, name, {"rules": rules})
        program.add(ACL, f"inline-{name}", {"scope": "CLOUDFRONT", "rules": [REFERRED]}, rules=group)
        acl = program.add(ACL, f"apart-{name}", {"scope": "CLOUDFRONT", "defaultAction": ALLOW})
        program.add(GROUP_ASSOCIATION, f"a-{name}", {"ruleGroupReference": {}}, webAclArn=acl, ruleGroupReference=group)
    program.add(ACL, "elsewhere", {"scope": "CLOUDFRONT", "rules": [REFERRED]})
    assert program.flaws("WAF-1") == {("rate-limit", "inline-other"), ("rate-limit", "apart-other")}
    assert "rules is of a group that is not in this program" in program.untold()["elsewhere"]


def test_rules_that_are_not_known_cannot_be_told(program):
    program.add(ACL, "acl", {"scope": "CLOUDFRONT", "rules": [{"statement": program.unknown}]})
    program.add(ACL, "json", {"scope": "CLOUDFRONT", "ruleJson": program.unknown})
    assert program.flaws("WAF-1", preview=True) == set()
    assert ("WAF-1", "rules") in program.unjudged("acl") & program.unjudged("json")


def test_strictly_web_acls_in_production_log(program):
    program.pack = {"strict": True}
    program.add(ACL, "bare", {"scope": "REGIONAL"})
    logged = program.add(ACL, "logged", {"scope": "REGIONAL"})
    program.add("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "logs", resourceArn=logged)
    assert program.flaws("WAF-2") == {("logs", "bare")}
    program.tags = {"Tier": "development"}
    assert program.flaws("WAF-2") == set()


@pytest.mark.parametrize(
    ("scope", "own", "providers", "good"),
    [
        ("CLOUDFRONT", None, "us-west-2", False),
        ("CLOUDFRONT", "eu-north-1", "us-east-1", False),
        ("CLOUDFRONT", "us-east-1", "us-west-2", True),
        ("CLOUDFRONT", None, "us-east-1", True),
        ("CLOUDFRONT", None, None, True),  # the environment decides, and is not to be seen
        ("REGIONAL", None, "us-west-2", True),
    ],
)
def test_cloudfronts_web_acls_are_made_in_us_east_1(program, scope, own, providers, good):
    program.region = providers
    program.add(ACL, "acl", {"scope": scope} | ({"region": own} if own else {}))
    assert program.flaws("WAF-3") == (set() if good else {("region", "acl")})


def test_a_region_that_is_not_known_cannot_be_told(program):
    program.add(ACL, "acl", {"scope": "CLOUDFRONT", "region": program.unknown})
    assert program.flaws("WAF-3", preview=True) == set()
    assert ("WAF-3", "region") in program.unjudged("acl")


def test_distributions_and_load_balancers_have_web_acls_of_their_scope(program):
    regional = program.add(ACL, "regional", {"scope": "REGIONAL"})
    edge = program.add(ACL, "edge", {"scope": "CLOUDFRONT", "region": "us-east-1"})
    program.add(CDN, "wrong", webAclId=regional)
    program.add(CDN, "sound", webAclId=edge)
    program.add(CDN, "literal", {"webAclId": "arn:aws:wafv2:us-west-2:1:regional/webacl/acl/1"})
    program.add(ASSOCIATION, "wrong-lb", webAclArn=edge)
    program.add(ASSOCIATION, "sound-lb", webAclArn=regional)
    program.add(ASSOCIATION, "literal-lb", {"webAclArn": "arn:aws:wafv2:us-east-1:1:global/webacl/acl/1"})
    found = {("scope", name) for name in ("wrong", "literal", "wrong-lb", "literal-lb")}
    assert program.flaws("WAF-3") == found
