from __future__ import annotations

import pytest

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNET = "aws:ec2/subnet:Subnet"
SOUND = {
    "accessLogs": {"enabled": True, "bucket": "logs"},
    "enableDeletionProtection": True,
    "dropInvalidHeaderFields": True,
}
both_spellings = pytest.mark.parametrize("token", [BALANCER, "aws:alb/loadBalancer:LoadBalancer"])


@both_spellings
@pytest.mark.parametrize(
    ("id_", "change", "rule"),
    [
        ("ALB-3", {}, None),
        ("ALB-3", {"accessLogs": None}, "access-logs"),
        ("ALB-3", {"accessLogs": {"enabled": False, "bucket": "logs"}}, "access-logs"),
        ("ALB-3", {"accessLogs": {"bucket": "logs"}}, "access-logs"),
        ("ALB-3", {"accessLogs": {"enabled": True}}, "access-logs"),
        ("ALB-3", {"accessLogs": [{"enabled": "true", "bucket": "logs"}]}, None),
        ("ALB-3", {"accessLogs": None, "loadBalancerType": "network"}, None),
        ("ALB-4", {}, None),
        ("ALB-4", {"enableDeletionProtection": False}, "deletion-protection"),
        ("ALB-4", {"enableDeletionProtection": None}, "deletion-protection"),
        ("ALB-4", {"enableDeletionProtection": None, "loadBalancerType": "network"}, "deletion-protection"),
        ("ALB-5", {}, None),
        ("ALB-5", {"dropInvalidHeaderFields": None}, "invalid-headers"),
        ("ALB-5", {"dropInvalidHeaderFields": False, "loadBalancerType": "application"}, "invalid-headers"),
        ("ALB-5", {"dropInvalidHeaderFields": None, "loadBalancerType": "network"}, None),
        ("ALB-7", {}, None),
        ("ALB-7", {"desyncMitigationMode": "monitor"}, "desync"),
        ("ALB-7", {"desyncMitigationMode": "strictest"}, None),
        ("ALB-7", {"desyncMitigationMode": "monitor", "loadBalancerType": "gateway"}, None),
    ],
)
@pytest.mark.requirement("GRD-10", "AUT-SEC-12")
def test_what_is_asked_of_a_load_balancer(program, token, id_, change, rule):
    program.add(token, "lb", SOUND | change)
    assert program.flaws(id_) == ({(rule, "lb")} if rule else set())


@pytest.mark.requirement("GRD-10")
@pytest.mark.parametrize("tier", ["staging", "development"])
def test_what_is_asked_of_production_only(program, tier):
    program.tags = {"Tier": tier}
    program.add(BALANCER, "lb", {"dropInvalidHeaderFields": True})
    assert {each for id_ in ("ALB-3", "ALB-4", "ALB-6") for each in program.flaws(id_)} == set()


@pytest.mark.parametrize(
    ("change", "id_", "path"),
    [
        ({"accessLogs": {"enabled": "unknown", "bucket": "b"}}, "ALB-3", "accessLogs.enabled"),
        ({"enableDeletionProtection": "unknown"}, "ALB-4", "enableDeletionProtection"),
        ({"dropInvalidHeaderFields": "unknown"}, "ALB-5", "dropInvalidHeaderFields"),
        ({"desyncMitigationMode": "unknown"}, "ALB-7", "desyncMitigationMode"),
        ({"internal": "unknown"}, "ALB-6", "internal"),
        ({"subnets": "unknown"}, "ALB-9", "subnets"),
    ],
)
def test_what_is_not_known_cannot_be_told(program, change, id_, path):
    for key, value in change.items():
        change = {key: program.unknown if value == "unknown" else {**value, "enabled": program.unknown}}
    program.add(BALANCER, "lb", SOUND | change)
    assert program.flaws(id_, preview=True) == set()
    assert (id_, path) in program.unjudged("lb")


def test_classic_load_balancers_guard_against_desync_too(program):
    program.add("aws:elb/loadBalancer:LoadBalancer", "classic", {"desyncMitigationMode": "monitor"})
    assert program.flaws("ALB-7") == {("desync", "classic")}


@both_spellings
@pytest.mark.requirement("GRD-10", "AUT-SEC-08")
def test_public_load_balancers_in_production_have_a_web_acl(program, token):
    program.add(token, "bare")
    acl = program.add("aws:wafv2/webAcl:WebAcl", "acl")
    association = "aws:wafv2/webAclAssociation:WebAclAssociation"
    program.add(association, "new", resourceArn=program.add(token, "sound"), webAclArn=acl)
    older = "aws:wafregional/webAclAssociation:WebAclAssociation"
    program.add(older, "old", resourceArn=program.add(token, "older"))
    program.add(token, "internal", {"internal": True})
    program.add(token, "network", {"loadBalancerType": "network"})
    for name, properties in (("before", {"webAclId": program.unknown}), ("beside", {})):
        balancer = program.add(token, f"{name}-cdn")
        program.add("aws:cloudfront/distribution:Distribution", name, {"origins": [{}], **properties}, origins=balancer)
    assert program.flaws("ALB-6") == {("web-acl", "bare"), ("web-acl", "beside-cdn")}


@pytest.mark.parametrize("token", ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"])
@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"protocol": "HTTP"}, False),
        ({"protocol": "HTTPS", "healthCheck": {}}, False),
        ({"protocol": "HTTP", "healthCheck": {"path": "/"}}, False),
        ({"protocol": "HTTP", "healthCheck": {"path": "/health", "enabled": False}}, False),
        ({"protocol": "HTTP", "healthCheck": {"path": "/health"}}, True),
        ({"protocol": "TCP"}, True),
        ({"protocol": "HTTP", "healthCheck": {"protocol": "TCP"}}, True),
        ({"targetType": "lambda"}, True),
    ],
)
def test_targets_are_asked_for_their_health_on_a_path(program, token, properties, good):
    program.add(token, "group", properties)
    assert program.flaws("ALB-8") == (set() if good else {("health-check", "group")})


def test_a_path_that_is_not_known_cannot_be_told(program):
    program.add(
        "aws:lb/targetGroup:TargetGroup", "group", {"protocol": "HTTP", "healthCheck": {"path": program.unknown}}
    )
    assert program.flaws("ALB-8", preview=True) == set()
    assert ("ALB-8", "healthCheck.path") in program.unjudged("group")


def subnet(program, name, zone=None, gateway=None, **to):
    """A subnet with a route table of its own."""
    made = program.add(SUBNET, name, {"availabilityZone": zone} if zone else {})
    table = program.add("aws:ec2/routeTable:RouteTable", f"table-{name}")
    program.add("aws:ec2/routeTableAssociation:RouteTableAssociation", f"a-{name}", subnetId=made, routeTableId=table)
    if gateway:
        program.add("aws:ec2/route:Route", f"route-{name}", {}, routeTableId=table, gatewayId=gateway)
    elif to:
        program.add("aws:ec2/route:Route", f"route-{name}", to, routeTableId=table)
    return made


@both_spellings
def test_load_balancers_span_two_zones(program, token):
    internet = program.add("aws:ec2/internetGateway:InternetGateway", "internet")
    one, two, three = (subnet(program, name, zone, internet) for name, zone in (("1", "a"), ("2", "a"), ("3", "b")))
    program.add(token, "single", subnets=[one])
    program.add(token, "one-zone", subnets=[one, two])
    program.add(token, "sound", subnets=[one, three])
    program.add(token, "mapped", {"subnetMappings": [{"subnetId": "s"}]}, subnetMappings=[one])
    program.add(token, "elsewhere", {"subnets": ["subnet-1", "subnet-2"]})
    program.add(token, "some-elsewhere", {"subnets": [program.unknown, "subnet-2"]}, subnets=[one])
    assert program.flaws("ALB-9") == {("two-zones", name) for name in ("single", "one-zone", "mapped")}


def test_zones_that_aws_chooses_are_no_flaw(program):
    internet = program.add("aws:ec2/internetGateway:InternetGateway", "internet")
    program.add(BALANCER, "lb", subnets=[subnet(program, name, None, internet) for name in ("1", "2")])
    assert program.flaws("ALB-9") == set()


def test_public_load_balancers_lie_in_public_subnets(program):
    internet = program.add("aws:ec2/internetGateway:InternetGateway", "internet")
    public, other = subnet(program, "public", "a", internet), subnet(program, "other", "b", internet)
    nat, firewalled = (
        subnet(program, "nat", "a", natGatewayId="nat-1"),
        subnet(program, "fw", "a", vpcEndpointId="vpce-1"),
    )
    closed = subnet(program, "closed", "b")
    unrouted = program.add(SUBNET, "unrouted", {"availabilityZone": "b"})
    program.add(BALANCER, "sound", subnets=[public, other])
    program.add(BALANCER, "private", subnets=[nat, closed])
    program.add(BALANCER, "half", {"internal": False}, subnets=[public, closed])
    program.add(BALANCER, "internal", {"internal": True}, subnets=[nat, closed])
    program.add(BALANCER, "untold", subnets=[firewalled, unrouted])
    assert program.flaws("ALB-9") == {("public-subnets", "private"), ("public-subnets", "half")}
