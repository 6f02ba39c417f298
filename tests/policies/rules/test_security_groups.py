from __future__ import annotations

import pytest

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
WORLD = ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2", "8000::/1", "2000::/3", "10.0.0.0/7"]


def rules(first, last, address, protocol="tcp"):
    """One way in, in the three spellings of the provider."""
    six = ":" in address
    inline = {
        "fromPort": first,
        "toPort": last,
        "protocol": protocol,
        ("ipv6CidrBlocks" if six else "cidrBlocks"): [address],
    }
    single = {"fromPort": first, "toPort": last, "ipProtocol": protocol, ("cidrIpv6" if six else "cidrIpv4"): address}
    return inline, {"type": "ingress", **inline}, single


def open_to(program, name, first, last, address, *, protocol="tcp"):
    """Three groups, each opened in another spelling. Returns their URNs."""
    inline, rule, single = rules(first, last, address, protocol)
    own = program.add(GROUP, f"{name}-inline", {"ingress": [inline]})
    one = program.add(GROUP, f"{name}-one")
    program.add(RULE, f"{name}-rule", rule, securityGroupId=one)
    two = program.add(GROUP, f"{name}-two")
    program.add(INGRESS, f"{name}-single", single, securityGroupId=two)
    return [own, one, two]


def every(name):
    return {f"{name}-inline", f"{name}-rule", f"{name}-single"}


@pytest.mark.requirement("GRD-08", "UTJ-SEC-02", "CHR-SEC-03")
@pytest.mark.parametrize("address", WORLD)
@pytest.mark.parametrize(
    ("first", "last", "protocol", "rule"),
    [
        (22.0, 22.0, "tcp", "admin-ports"),
        (22.0, 22.0, "6", "admin-ports"),
        (3380.0, 3390.0, "tcp", "admin-ports"),
        (3389.0, 3389.0, "udp", "admin-ports"),
        (2375.0, 2375.0, "tcp", "admin-ports"),
        (20.0, 6000.0, "TCP", "admin-ports"),  # PostgreSQL is in it too: told once
        (5432.0, 5432.0, "tcp", "world-data-ports"),
        (6379.0, 6379.0, "tcp", "world-data-ports"),
        (27000.0, 27100.0, "tcp", "world-data-ports"),
        (11211.0, 11211.0, "udp", "world-data-ports"),
        (0.0, 65535.0, "tcp", "all-ports"),
        (1.0, 65535.0, "udp", "all-ports"),
        (None, None, "-1", "all-ports"),
        (0.0, 0.0, "-1", "all-ports"),
        (443.0, 443.0, "-1", "all-ports"),  # AWS ignores ports when all protocols are allowed
        (9000.0, 9000.0, "tcp", "world-ports"),  # a blue-green test listener
        (80.0, 443.0, "tcp", "world-ports"),
        (-1.0, -1.0, "icmp", "world-ports"),
        (0.0, 65535.0, "50", "world-ports"),
    ],
)
def test_what_is_open_to_the_internet_is_told_by_one_rule_even_on_a_load_balancer(
    program, address, first, last, protocol, rule
):
    groups = open_to(program, "open", first, last, address, protocol=protocol)
    program.add("aws:lb/loadBalancer:LoadBalancer", "alb", securityGroups=groups)
    assert program.flaws("GRD-08") == {(rule, name) for name in every("open")}


@pytest.mark.requirement("GRD-08")
@pytest.mark.parametrize("id_", ["SG-1", "SG-2", "SG-3"])
def test_a_few_addresses_of_the_internet_and_what_goes_out_are_no_matter_of_theirs(program, id_):
    for port in (22.0, 5432.0):
        open_to(program, f"office-{port}", port, port, "203.0.113.0/24")
    open_to(program, "inside", None, None, "10.0.0.0/8", protocol="-1")
    program.add(RULE, "out", {**rules(22.0, 22.0, "0.0.0.0/0")[1], "type": "egress"})
    assert program.flaws(id_) == set()


@pytest.mark.requirement("GRD-08", "UTJ-SEC-02")
@pytest.mark.parametrize("token", ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"])
@pytest.mark.parametrize("address", WORLD)
@pytest.mark.parametrize("port", [80.0, 443.0])
def test_80_and_443_are_open_to_the_internet_on_a_load_balancers_group_only(program, token, address, port):
    program.add(token, "alb", securityGroups=open_to(program, "web", port, port, address))
    open_to(program, "host", port, port, address)
    assert program.flaws("GRD-08") == {("world-load-balancer", name) for name in every("host")}


@pytest.mark.requirement("GRD-08", "UTJ-SEC-02")
def test_the_group_of_beanstalks_load_balancer_is_the_one_that_the_instances_let_in(program):
    balancer, instances = program.add(GROUP, "balancer"), program.add(GROUP, "instances")
    program.add("aws:elasticbeanstalk/environment:Environment", "shop", settings=[balancer, instances])
    program.add(INGRESS, "web", rules(80.0, 80.0, "0.0.0.0/0")[2], securityGroupId=balancer)
    inner = {"fromPort": 80.0, "toPort": 80.0, "ipProtocol": "tcp"}
    program.add(INGRESS, "inner", inner, securityGroupId=instances, referencedSecurityGroupId=balancer)
    assert program.flaws("GRD-08") == set()
    program.add(INGRESS, "direct", rules(80.0, 80.0, "0.0.0.0/0")[2], securityGroupId=instances)
    assert program.flaws("GRD-08") == {("world-load-balancer", "direct")}


@pytest.mark.requirement("GRD-08")
def test_a_group_of_elsewhere_cannot_be_told(program):
    program.add(INGRESS, "web", {**rules(443.0, 443.0, "0.0.0.0/0")[2], "securityGroupId": "sg-1"})
    assert program.flaws("GRD-08") == set()
    assert "securityGroupId is a group that is not in this program" in program.untold()["web"]


@pytest.mark.requirement("GRD-08", "CHR-SEC-03")
@pytest.mark.parametrize("port", [5432.0, 6379.0, 2049.0])
def test_data_ports_are_open_to_named_groups_only(program, port):
    open_to(program, "wide", port, port, "10.0.0.0/16")
    open_to(program, "range", port - 1, port + 1, "10.0.0.0/8")
    open_to(program, "near", port + 1, port + 1, "10.0.0.0/16")
    program.add(INGRESS, "list", {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "prefixListId": "pl-1"})
    clients = program.add(GROUP, "clients")
    ports = {"fromPort": port, "toPort": port}
    program.add(INGRESS, "named", {"ipProtocol": "tcp", **ports}, referencedSecurityGroupId=clients)
    program.add(RULE, "named-rule", {"type": "ingress", "protocol": "tcp", **ports}, sourceSecurityGroupId=clients)
    program.add(GROUP, "named-inline", {"ingress": [{"protocol": "tcp", **ports, "securityGroups": [program.unknown]}]})
    program.add(GROUP, "self", {"ingress": [{"protocol": "tcp", **ports, "self": True, "cidrBlocks": []}]})
    program.add(RULE, "egress", {**rules(port, port, "0.0.0.0/0")[1], "type": "egress"})
    expected = {("data-ports", name) for name in every("wide") | every("range") | {"list"}}
    assert program.flaws("GRD-08") == expected


@pytest.mark.requirement("GRD-08", "UTJ-SEC-02")
@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("aws:ecs/service:Service", "networkConfiguration"),
        ("aws:rds/instance:Instance", "vpcSecurityGroupIds"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "securityGroupIds"),
        ("aws:efs/mountTarget:MountTarget", "securityGroups"),
    ],
)
def test_services_and_data_stores_are_open_to_named_groups_only(program, token, name):
    used = open_to(program, "app", 8000.0, 8000.0, "10.0.0.0/16")
    open_to(program, "endpoint", 443.0, 443.0, "10.0.0.0/16")  # a group that no service uses
    program.add(token, "user", {}, **{name: used})
    assert program.flaws("GRD-08") == {("named-group", rule) for rule in every("app")}


@pytest.mark.requirement("GRD-08")
def test_an_address_that_is_not_known_yet_cannot_be_told_and_the_next_rule_is_judged(program):
    blocks = [
        {"fromPort": 22.0, "toPort": 22.0, "protocol": "tcp", "cidrBlocks": [program.unknown]},
        {"fromPort": 22.0, "toPort": 22.0, "protocol": "tcp", "cidrBlocks": ["0.0.0.0/0"]},
    ]
    program.add(GROUP, "group", {"ingress": blocks})
    program.add(INGRESS, "ports", {"ipProtocol": "tcp", "fromPort": program.unknown, "cidrIpv4": "0.0.0.0/0"})
    assert program.flaws("GRD-08", preview=True) == {("admin-ports", "group")}
    assert "ingress.0.cidrBlocks is not known" in program.untold()["group"]
    assert "fromPort is not known" in program.untold()["ports"]
    messages = [each.message for each in program.diagnostics() if each.urn.endswith("::group")]
    assert any(
        "group: ingress.1.cidrBlocks is 0.0.0.0/0 on port 22, for SSH (22). Remove the" in message
        for message in messages
    )


@pytest.mark.requirement("GRD-08")
def test_icmp_is_not_what_reaches_a_database_or_service(program):
    groups = open_to(program, "ping", -1.0, -1.0, "10.0.0.0/16", protocol="icmp")
    program.add("aws:rds/instance:Instance", "db", vpcSecurityGroupIds=groups)
    assert program.flaws("GRD-08") == set()
