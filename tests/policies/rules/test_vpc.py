from __future__ import annotations

import json

import pytest
from pulumi.runtime.proto import analyzer_pb2

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ACL = "aws:ec2/networkAcl:NetworkAcl"
ENTRY = "aws:ec2/networkAclRule:NetworkAclRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.fixture
def network(program):
    """A maker of subnets, public or private, in a VPC of the name."""
    vpcs = {}

    def subnet(name, vpc="vpc", zone="us-west-2a", *, public=False, **properties):
        if vpc not in vpcs:
            vpcs[vpc] = program.add(VPC, vpc), program.add("aws:ec2/internetGateway:InternetGateway", f"internet-{vpc}")
        made = program.add(SUBNET, name, {"availabilityZone": zone, **properties}, vpcId=vpcs[vpc][0])
        table = program.add(TABLE, f"table-{name}", vpcId=vpcs[vpc][0])
        program.add(ASSOCIATION, f"association-{name}", subnetId=made, routeTableId=table)
        if public:
            program.add(ROUTE, f"route-{name}", routeTableId=table, gatewayId=vpcs[vpc][1])
        return made

    return subnet


@pytest.mark.parametrize("value", [True, "true"])
def test_a_subnet_that_is_not_public_hands_out_no_public_addresses(program, network, value):
    network("public", public=True, mapPublicIpOnLaunch=value)
    network("private", mapPublicIpOnLaunch=value)
    network("sound", mapPublicIpOnLaunch=False)
    network("unset")
    program.add(SUBNET, "alone", {"mapPublicIpOnLaunch": value})
    assert program.flaws("VPC-1") == {("public-addresses", "private"), ("public-addresses", "alone")}


def test_whether_a_subnet_hands_out_addresses_may_not_be_known(program, network):
    network("later", mapPublicIpOnLaunch=program.unknown)
    assert program.flaws("VPC-1", preview=True) == set()
    assert ("VPC-1", "mapPublicIpOnLaunch") in program.unjudged("later")


@pytest.mark.requirement("GRD-19", "CHR-SEC-04")
def test_each_vpc_has_flow_logs(program):
    program.add(FLOW_LOG, "log", {"trafficType": "ALL"}, vpcId=program.add(VPC, "sound"))
    program.add(VPC, "bare")
    by_subnets, half = program.add(VPC, "by-subnets"), program.add(VPC, "half")
    for number in (1, 2):
        program.add(FLOW_LOG, f"log-{number}", subnetId=program.add(SUBNET, f"whole-{number}", vpcId=by_subnets))
    program.add(FLOW_LOG, "log-half", subnetId=program.add(SUBNET, "half-1", vpcId=half))
    program.add(SUBNET, "half-2", vpcId=half)
    assert program.flaws("GRD-19") == {("flow-logs", "bare"), ("flow-logs", "half")}


@pytest.mark.requirement("GRD-19", "CHR-SEC-04")
@pytest.mark.parametrize(
    ("tier", "level"),
    [
        ("production", analyzer_pb2.MANDATORY),
        ("staging", analyzer_pb2.MANDATORY),
        ("Development", analyzer_pb2.ADVISORY),
        (None, analyzer_pb2.MANDATORY),
    ],
)
def test_missing_flow_logs_stop_nothing_in_development(program, tier, level):
    program.tags = {"Tier": tier} if tier else None
    program.add(VPC, "vpc")
    levels = {each.enforcementLevel for each in program.diagnostics() if each.policyName == "vpc-2-flow-logs"}
    assert levels == {level}


@pytest.mark.requirement("GRD-19")
def test_while_the_tier_is_not_known_flow_logs_cannot_be_told(program):
    program.tags = program.unknown
    program.add(VPC, "vpc")
    assert program.flaws("VPC-2") == set()
    assert ("VPC-2", "tags.Tier") in program.unjudged("vpc")


def world(number, action="allow", protocol="tcp", ports=(22, 22), address="0.0.0.0/0"):
    """One line of a network ACL, inline and as a resource of its own."""
    first, last = map(float, ports)
    key = "ipv6CidrBlock" if ":" in address else "cidrBlock"
    shared = {"protocol": protocol, "fromPort": first, "toPort": last, key: address}
    return (
        {"ruleNo": float(number), "action": action, **shared},
        {"ruleNumber": float(number), "ruleAction": action, "egress": False, **shared},
    )


@pytest.mark.parametrize("address", ["0.0.0.0/0", "::/0", "128.0.0.0/1"])
@pytest.mark.parametrize(
    ("protocol", "ports", "good"),
    [
        ("-1", (0, 0), False),
        ("tcp", (22, 22), False),
        ("6", (3389, 3389), False),
        ("tcp", (0, 65535), False),
        ("tcp", (1024, 4000), False),
        ("tcp", (1024, 65535), True),  # what a NAT gateway's answers come back to
        ("tcp", (32768, 60999), True),
        ("tcp", (443, 443), True),
        ("udp", (22, 22), True),
    ],
)
def test_a_network_acl_does_not_let_the_internet_in_to_ssh_and_rdp(program, address, protocol, ports, good):
    inline, entry = world(100, protocol=protocol, ports=ports, address=address)
    program.add(ACL, "acl", {"ingress": [inline], "egress": [inline]})
    program.add(ENTRY, "entry", entry, networkAclId=program.add(ACL, "bare"))
    program.add(ENTRY, "out", entry | {"egress": True})
    program.add(ENTRY, "inside", entry | {"cidrBlock": "10.0.0.0/8", "ipv6CidrBlock": None})
    assert program.flaws("VPC-3") == (set() if good else {("acl-closed", "acl"), ("acl-closed", "entry")})


def test_what_an_earlier_line_denies_is_not_let_in(program):
    everything = world(100, protocol="-1")[0]
    deny = [world(50, "deny", "6", (22, 22))[0], world(60, "deny", "tcp", (3389, 3389))[0]]
    program.add(ACL, "sound", {"ingress": [everything, *deny]})
    program.add(ACL, "half", {"ingress": [everything, deny[0]]})
    program.add(ACL, "late", {"ingress": [everything, world(200, "deny", "-1")[0]]})
    apart = program.add(ACL, "apart")
    program.add(ENTRY, "apart-in", world(100)[1], networkAclId=apart)
    program.add(ENTRY, "apart-deny", world(90, "deny")[1], networkAclId=apart)
    assert program.flaws("VPC-3") == {("acl-closed", "half"), ("acl-closed", "late")}


def test_a_line_of_which_something_is_not_known_cannot_be_told(program):
    program.add(ENTRY, "entry", world(100)[1] | {"cidrBlock": program.unknown})
    assert program.flaws("VPC-3", preview=True) == set()
    assert ("VPC-3", "cidrBlock") in program.unjudged("entry")


def test_production_subnets_of_a_kind_lie_in_two_zones(program, network):
    for vpc, zones in (("one", "aa"), ("two", "ab")):
        for number, zone in enumerate(zones):
            network(f"{vpc}-public-{number}", vpc, f"us-west-2{zone}", public=True)
            network(f"{vpc}-private-{number}", vpc, f"us-west-2{zone}")
    network("single", "single-vpc")
    program.add(VPC, "empty")
    assert program.flaws("VPC-4") == {("two-zones", "one"), ("two-zones", "single-vpc")}
    program.tags = {"Tier": "staging"}
    assert program.flaws("VPC-4") == set()


@pytest.mark.parametrize("zone", [None, "unknown"])
def test_zones_that_are_not_named_cannot_be_told(program, network, zone):
    zone = program.unknown if zone else None
    network("a", zone=zone)
    network("b", zone=zone)
    assert program.flaws("VPC-4") == set()
    assert ("VPC-4", "private subnets") in program.unjudged("vpc")


def test_a_vpc_has_a_private_side(program, network):
    network("open", "public-only", public=True)
    network("a", "both", public=True)
    network("b", "both")
    network("c", "private-only")
    program.add(VPC, "empty")
    assert program.flaws("VPC-5") == {("private-side", "public-only")}


def test_the_sides_of_a_vpc_may_not_be_known(program, network):
    network("later", mapPublicIpOnLaunch=program.unknown)
    assert program.flaws("VPC-5", preview=True) == set()
    assert {("VPC-4", "aws.ec2.Subnet"), ("VPC-5", "aws.ec2.Subnet")} <= program.unjudged("vpc")


@pytest.mark.parametrize(
    ("destination", "good"),
    [("0.0.0.0/0", False), ("10.0.0.0/8", False), ("::/0", False), ("10.1.0.0/16", True), ("10.1.2.0/24", True)],
)
def test_a_route_to_a_peer_is_no_wider_than_a_vpc(program, destination, good):
    key = "Ipv6CidrBlock" if ":" in destination else "CidrBlock"
    peer = program.add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peer")
    program.add(ROUTE, "route", {f"destination{key}": destination}, vpcPeeringConnectionId=peer)
    inline = {f"{key[0].lower()}{key[1:]}": destination, "vpcPeeringConnectionId": program.unknown}
    program.add(TABLE, "table", {"routes": [inline]}, routes=peer)
    program.add(ROUTE, "out", {"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"})
    found = {("peering", "route"), ("inline-peering", "table")}
    assert program.flaws("VPC-6") == (set() if good else found)


def test_a_destination_that_is_not_known_cannot_be_told(program):
    program.add(ROUTE, "route", {"destinationCidrBlock": program.unknown, "vpcPeeringConnectionId": "pcx-1"})
    assert program.flaws("VPC-6", preview=True) == set()
    assert ("VPC-6", "destinationCidrBlock") in program.unjudged("route")


EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
NARROW = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}


def test_endpoints_say_what_they_are_for_where_that_is_asked(program):
    program.add(ENDPOINT, "bare")
    assert program.flaws("VPC-7") == set()
    program.policies = {"strict": True}
    program.add(ENDPOINT, "everything", {"policy": json.dumps(EVERYTHING)})
    program.add(ENDPOINT, "narrow", {"policy": NARROW})
    apart = program.add(ENDPOINT, "apart")
    program.add("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "policy", {"policy": NARROW}, vpcEndpointId=apart)
    program.add(ENDPOINT, "gateway", {"vpcEndpointType": "GatewayLoadBalancer"})
    assert program.flaws("VPC-7") == {("endpoint-policy", "bare"), ("endpoint-policy", "everything")}
    program.add(ENDPOINT, "later", {"policy": program.unknown})
    assert ("VPC-7", "policy") in program.unjudged("later")
