"""The network: subnets, ways out, endpoints, flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

ZONES = ("a", "b", "c")


@pytest.mark.requirement("AUT-NET-01")
def test_the_vpc_has_the_range_and_dns_of_the_source(prod: Recorder) -> None:
    vpc = prod.one("ec2/vpc:Vpc").inputs
    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["enableDnsHostnames"] is True
    assert vpc["enableDnsSupport"] is True
    assert vpc["tags"]["Name"] == "auterity-vpc-production"


@pytest.mark.requirement("AUT-NET-02", "AUT-NET-06")
@pytest.mark.parametrize(("number", "letter"), list(enumerate(ZONES, start=1)))
def test_each_zone_has_its_public_subnet(prod: Recorder, number: int, letter: str) -> None:
    subnet = prod.one("ec2/subnet:Subnet", f"network-public-{letter}").inputs
    assert subnet["cidrBlock"] == f"10.0.{number}.0/24"
    assert subnet["availabilityZone"] == f"us-west-2{letter}"
    assert subnet["mapPublicIpOnLaunch"] is True
    assert subnet["tags"] == {"Name": f"auterity-public-{number}-production", "Type": "Public"}


@pytest.mark.requirement("AUT-NET-03", "AUT-NET-06")
@pytest.mark.parametrize(("number", "letter"), list(enumerate(ZONES, start=1)))
def test_each_zone_has_its_private_subnet(prod: Recorder, number: int, letter: str) -> None:
    subnet = prod.one("ec2/subnet:Subnet", f"network-private-{letter}").inputs
    assert subnet["cidrBlock"] == f"10.0.{number + 9}.0/24"
    assert subnet["availabilityZone"] == f"us-west-2{letter}"
    assert not subnet.get("mapPublicIpOnLaunch")
    assert subnet["tags"] == {"Name": f"auterity-private-{number}-production", "Type": "Private"}


@pytest.mark.requirement("AUT-NET-04")
def test_public_subnets_go_out_by_the_internet_gateway(prod: Recorder) -> None:
    route = prod.one("ec2/route:Route", "network-public-out").inputs
    assert route["gatewayId"] == "network-internet-id"
    assert route["destinationCidrBlock"] == "0.0.0.0/0"
    associated = [
        association.inputs["subnetId"]
        for association in prod.all("ec2/routeTableAssociation:RouteTableAssociation")
        if association.inputs["routeTableId"] == "network-public-id"
    ]
    assert sorted(associated) == [f"network-public-{letter}-id" for letter in ZONES]


@pytest.mark.requirement("AUT-NET-04")
@pytest.mark.parametrize(
    ("nat", "gateway_of"),
    [
        ("none", {}),
        ("one", dict.fromkeys(ZONES, "network-nat-a-id")),
        ("per_zone", {letter: f"network-nat-{letter}-id" for letter in ZONES}),
    ],
)
def test_private_subnets_go_out_as_the_nat_setting_says(nat: str, gateway_of: dict[str, str]) -> None:
    made = build(stack("prod", network__nat=nat))
    ways_out = {
        route.name: route.inputs["natGatewayId"]
        for route in made.all("ec2/route:Route")
        if "natGatewayId" in route.inputs
    }
    assert ways_out == {f"network-private-{letter}-out": gateway for letter, gateway in gateway_of.items()}
    gateways = {gateway.name for gateway in made.all("ec2/natGateway:NatGateway")}
    assert len(gateways) == len(set(gateway_of.values()))
    assert {address.name for address in made.all("ec2/eip:Eip")} == gateways
    assert all(g.inputs["subnetId"].startswith("network-public-") for g in made.all("ec2/natGateway:NatGateway"))


@pytest.mark.requirement("AUT-NET-06")
def test_one_more_zone_renames_nothing() -> None:
    before = {resource.key for resource in build(stack("staging")).resources}
    zones = ["us-west-2a", "us-west-2b", "us-west-2d"]
    after = {resource.key for resource in build(stack("staging", network__availability_zones=zones)).resources}
    assert before < after
    assert all(key.endswith(("-d", "-d-out")) for key in after - before)


@pytest.mark.requirement("AUT-NET-04")
def test_endpoints_keep_traffic_to_aws_inside(prod: Recorder, staging: Recorder) -> None:
    def services(made: Recorder, kind: str) -> list[str]:
        return sorted(
            endpoint.inputs["serviceName"].removeprefix("com.amazonaws.us-west-2.")
            for endpoint in made.all("ec2/vpcEndpoint:VpcEndpoint")
            if endpoint.inputs["vpcEndpointType"] == kind
        )

    assert services(prod, "Gateway") == ["s3"]
    assert services(prod, "Interface") == ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"]
    assert services(staging, "Gateway") == ["s3"]
    assert services(staging, "Interface") == []


@pytest.mark.requirement("AUT-NET-04", "CHR-SEC-04")
def test_flow_logs_are_on_and_can_be_left_out(prod: Recorder) -> None:
    flow_log = prod.one("ec2/flowLog:FlowLog").inputs
    assert flow_log["trafficType"] == "ALL"
    assert prod.one("cloudwatch/logGroup:LogGroup", "flow-logs").inputs["retentionInDays"] == 30
    without = build(stack("prod", network__flow_logs=False))
    assert not without.all("ec2/flowLog:FlowLog")


@pytest.mark.requirement("AUT-NET-04", "CHR-SEC-03", "GRD-08")
def test_only_the_load_balancer_is_open_to_the_world(prod: Recorder) -> None:
    rules = prod.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    open_rules = [rule.inputs for rule in rules if "cidrIpv4" in rule.inputs or "cidrIpv6" in rule.inputs]
    assert {(rule["securityGroupId"], rule["fromPort"]) for rule in open_rules} == {
        ("load-balancer-id", 80),
        ("load-balancer-id", 443),
    }
    assert all("referencedSecurityGroupId" in r.inputs for r in rules if r.inputs not in open_rules)


@pytest.mark.requirement("AUT-SEC-09", "CRT-SEC-03")
@pytest.mark.parametrize(("store", "port"), [("postgres", 5432), ("redis", 6379)])
def test_only_the_services_that_use_a_store_reach_it(prod: Recorder, store: str, port: int) -> None:
    into = [
        (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"], rule.inputs["toPort"])
        for rule in prod.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == f"{store}-id"
    ]
    assert into == [("backend-id", port, port)]


def test_no_security_group_has_inline_rules(prod: Recorder) -> None:
    for group in prod.all("ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & set(group.inputs), group.name
    assert set(prod.one("ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs) == {"vpcId", "tags"}


def test_a_stack_without_data_stores_needs_none(prod: Recorder) -> None:
    made = build(
        stack(
            "prod",
            postgres=ABSENT,
            redis=ABSENT,
            buckets=ABSENT,
            load_balancer__access_logs=False,
            services__backend__uses=[],
        )
    )
    kinds = {resource.type for resource in made.resources}
    assert not {kind for kind in kinds if kind.startswith(("aws:rds", "aws:elasticache"))}
    assert [bucket.name for bucket in made.all("s3/bucket:Bucket")] == ["operations-records"]
    assert prod.all("rds/instance:Instance")


@pytest.mark.requirement("UTJ-NET-01")
def test_network_acls_let_nothing_from_the_internet_to_servers_in_private_subnets() -> None:
    made = build(stack("prod", network__acls=True))
    assert {each.name for each in made.all("ec2/networkAcl:NetworkAcl")} == {"acls-public", "acls-private"}
    rules = {each.name: each.inputs for each in made.all("ec2/networkAclRule:NetworkAclRule")}
    outside = {
        name: (rule["fromPort"], rule["toPort"])
        for name, rule in rules.items()
        if not rule["egress"] and rule["cidrBlock"] == "0.0.0.0/0"
    }
    assert outside == {
        "acls-public-http": (80, 80),
        "acls-public-https": (443, 443),
        "acls-public-answers": (1024, 65535),
        "acls-private-answers": (32768, 65535),  # Linux's own ports; PostgreSQL, Redis, EFS and the apps are below
    }
    assert {name for name, rule in rules.items() if rule["protocol"] == "-1"} == {
        "acls-public-vpc",
        "acls-public-out",
        "acls-private-vpc",
        "acls-private-out",
    }


def test_network_acls_are_a_choice(prod: Recorder) -> None:
    assert prod.all("ec2/networkAcl:NetworkAcl") == []
