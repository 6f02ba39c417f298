from __future__ import annotations

import pytest

SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
DB = "aws:rds/instance:Instance"
REDIS = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVICE = "aws:ecs/service:Service"


@pytest.fixture
def network(program):
    """A VPC with an internet gateway, a NAT gateway, and a maker of subnets whose route leads to one of the two."""
    program.vpc = program.add("aws:ec2/vpc:Vpc", "vpc")
    program.internet = program.add("aws:ec2/internetGateway:InternetGateway", "internet", vpcId=program.vpc)
    program.nat = program.add("aws:ec2/natGateway:NatGateway", "nat")

    def subnet(name, gateway=None, **properties):
        made = program.add(SUBNET, name, properties, vpcId=program.vpc)
        table = program.add(TABLE, f"table-{name}", vpcId=program.vpc)
        program.add(ASSOCIATION, f"association-{name}", subnetId=made, routeTableId=table)
        if gateway:
            key = "gatewayId" if gateway == program.internet else "natGatewayId"
            everywhere = {"destinationCidrBlock": "0.0.0.0/0"}
            program.add(ROUTE, f"route-{name}", everywhere, routeTableId=table, **{key: gateway})
        return made

    program.subnet = subnet
    return program


def database_in(program, name, subnets):
    group = program.add("aws:rds/subnetGroup:SubnetGroup", f"group-{name}", subnetIds=subnets)
    program.add(DB, name, {}, dbSubnetGroupName=group)


def service_in(program, name, subnets):
    networking = {"subnets": [program.unknown for _ in subnets], "assignPublicIp": False}
    program.add(SERVICE, name, {"networkConfiguration": networking}, networkConfiguration=subnets)


@pytest.mark.requirement("GRD-02", "AUT-SEC-09", "RPH-SEC-02", "CRT-SEC-03")
def test_a_database_in_a_public_subnet_is_refused(network):
    private = network.subnet("private", network.nat)
    public = network.subnet("public", network.internet)
    handing_out = network.subnet("handing-out", network.nat, mapPublicIpOnLaunch=True)
    closed = network.subnet("closed")
    database_in(network, "sound", [private, closed])
    database_in(network, "one-public", [private, public])
    database_in(network, "handing", [handing_out])
    network.add(DB, "default-vpc", {})
    assert {name for rule, name in network.flaws("GRD-02") if rule == "private-subnets"} == {
        "one-public",
        "handing",
        "default-vpc",
    }
    messages = [each.message for each in network.diagnostics() if each.urn.endswith("::one-public")]
    assert any(
        "group-one-public, in public subnet public (route route-public leads to an internet" in m for m in messages
    )


@pytest.mark.requirement("GRD-02")
def test_inline_routes_literal_gateways_and_main_tables_count(network):
    inline = network.add(
        TABLE, "inline", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": network.unknown}]}, routes=network.internet
    )
    literal = network.add(TABLE, "literal", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]})
    for name, table in (("by-inline", inline), ("by-literal", literal)):
        made = network.add(SUBNET, name, vpcId=network.vpc)
        network.add(ASSOCIATION, f"association-{name}", subnetId=made, routeTableId=table)
        database_in(network, f"db-{name}", [made])
    main = network.add(TABLE, "main", vpcId=network.vpc)
    network.add(
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "a", vpcId=network.vpc, routeTableId=main
    )
    network.add(ROUTE, "out", routeTableId=main, gatewayId=network.internet)
    database_in(network, "db-by-main", [network.add(SUBNET, "by-main", vpcId=network.vpc)])
    database_in(network, "db-own-table", [network.subnet("own-table", network.nat)])
    database_in(network, "db-default", [network.add("aws:ec2/defaultSubnet:DefaultSubnet", "default")])
    assert {name for rule, name in network.flaws("GRD-02") if rule == "private-subnets"} == {
        "db-by-inline",
        "db-by-literal",
        "db-by-main",
        "db-default",
    }


@pytest.mark.requirement("GRD-05", "AUT-SEC-09", "CHR-SEC-02")
def test_redis_in_a_public_subnet_is_refused(network):
    for name, gateway in (("private", network.nat), ("public", network.internet)):
        subnet = network.subnet(name, gateway)
        group = network.add("aws:elasticache/subnetGroup:SubnetGroup", f"group-{name}", subnetIds=[subnet])
        network.add(REDIS, f"redis-{name}", {}, subnetGroupName=group)
        network.add("aws:elasticache/serverlessCache:ServerlessCache", f"serverless-{name}", subnetIds=[subnet])
    network.add(REDIS, "redis-default")
    found = {name for rule, name in network.flaws("GRD-05") if "subnets" in rule}
    assert found == {"redis-public", "serverless-public", "redis-default"}


@pytest.mark.requirement("GRD-21", "UTJ-SEC-01")
def test_a_service_in_a_public_subnet_is_refused(network):
    service_in(network, "sound", [network.subnet("private", network.nat)])
    service_in(network, "exposed", [network.subnet("public", network.internet)])
    network.add(SERVICE, "elsewhere", {"networkConfiguration": {"subnets": ["subnet-1"]}})
    network.add(SERVICE, "bridge", {})
    assert network.flaws("GRD-21") == {("private-subnets", "exposed")}
    assert "networkConfiguration.subnets is of subnets that are not in this program" in network.untold()["elsewhere"]
    assert "GRD-21" not in {rule for rule, _ in network.unjudged("bridge")}


@pytest.mark.requirement("GRD-21", "UTJ-SEC-01")
@pytest.mark.parametrize(("value", "bad"), [(True, True), ("true", True), (False, False), (None, False)])
def test_a_task_with_a_public_address_is_refused(program, value, bad):
    program.add(SERVICE, "service", {"networkConfiguration": {"assignPublicIp": value}})
    assert program.flaws("GRD-21") == ({("no-public-ip", "service")} if bad else set())


@pytest.mark.requirement("GRD-21")
def test_a_networking_that_is_not_known_yet_cannot_be_told(program):
    program.add(SERVICE, "service", {"networkConfiguration": program.unknown})
    assert program.flaws("GRD-21", preview=True) == set()
    assert "GRD-21" in {rule for rule, _ in program.unjudged("service")}
