from __future__ import annotations

import pytest

from policies.ingress import DATA_STORES

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
DB = "aws:rds/instance:Instance"
WORLD = {"ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "cidrIpv4": "0.0.0.0/0"}
NAMED = {"ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0}


def lets_in(program, target, source, name="in"):
    program.add(INGRESS, name, NAMED, securityGroupId=target, referencedSecurityGroupId=source)


@pytest.mark.requirement("GRD-08", "UTJ-SEC-02", "CHR-SEC-03")
@pytest.mark.parametrize(("token", "name"), DATA_STORES.items())
def test_a_data_store_with_a_group_that_is_open_to_the_internet_is_reached_from_there(program, token, name):
    group = program.add(GROUP, "open")
    program.add(INGRESS, "world", WORLD, securityGroupId=group)
    program.add(token, "store", {}, **{name: group})
    assert program.flaws("RDS-17") == {("not-from-the-world", "store")}


@pytest.mark.requirement("GRD-08")
@pytest.mark.parametrize("address", ["0.0.0.0/0", "::/0", "128.0.0.0/1", "64.0.0.0/2"])
@pytest.mark.parametrize("port", [443.0, 5432.0])
def test_inline_rules_older_rules_and_halves_of_the_internet_count_on_any_port(program, address, port):
    ports = {"protocol": "tcp", "fromPort": port, "toPort": port}
    ranges = {"ipv6CidrBlocks" if ":" in address else "cidrBlocks": [address]}
    inline = program.add(GROUP, "inline", {"ingress": [{**ports, **ranges}]})
    other = program.add(GROUP, "other")
    program.add(RULE, "rule", {"type": "ingress", **ports, **ranges}, securityGroupId=other)
    program.add(DB, "by-inline", vpcSecurityGroupIds=inline)
    program.add(DB, "by-rule", vpcSecurityGroupIds=[other])
    assert program.flaws("RDS-17") == {("not-from-the-world", "by-inline"), ("not-from-the-world", "by-rule")}


@pytest.mark.requirement("GRD-08")
def test_a_chain_of_groups_that_nothing_uses_leads_to_the_internet(program):
    database, middle, outer = (program.add(GROUP, name) for name in ("database", "middle", "outer"))
    lets_in(program, database, middle, "in-1")
    program.add(
        RULE, "in-2", {"type": "ingress", "protocol": "-1"}, securityGroupId=middle, sourceSecurityGroupId=outer
    )
    lets_in(program, middle, database, "back")
    program.add(INGRESS, "world", WORLD, securityGroupId=outer)
    program.add(DB, "db", vpcSecurityGroupIds=[database])
    assert program.flaws("RDS-17") == {("not-from-the-world", "db")}
    (message,) = [each.message for each in program.diagnostics() if each.policyName.startswith("rds-17")]
    assert "vpcSecurityGroupIds is database <- middle <- outer, open to 0.0.0.0/0 on port 5432 by world." in message


@pytest.mark.requirement("GRD-08")
def test_an_inline_rule_that_names_a_group_is_a_link_of_the_chain(program):
    outer = program.add(GROUP, "outer", {"ingress": [{"protocol": "-1", "ipv6CidrBlocks": ["::/0"]}]})
    block = {"protocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "securityGroups": [program.unknown]}
    database = program.add(GROUP, "database", {"ingress": [block]}, ingress=outer)
    program.add(DB, "db", vpcSecurityGroupIds=[database])
    assert program.flaws("RDS-17") == {("not-from-the-world", "db")}


@pytest.mark.requirement("GRD-08")
@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("aws:ecs/service:Service", "networkConfiguration"),
        ("aws:lb/loadBalancer:LoadBalancer", "securityGroups"),
        ("aws:lambda/function:Function", "vpcConfig"),
        ("aws:ec2/instance:Instance", "vpcSecurityGroupIds"),
        ("aws:elasticbeanstalk/environment:Environment", "settings"),
    ],
)
def test_the_service_behind_a_load_balancer_reaches_its_database(program, token, name):
    database, clients = program.add(GROUP, "database"), program.add(GROUP, "clients")
    lets_in(program, database, clients)
    program.add(INGRESS, "web", WORLD | {"fromPort": 443.0, "toPort": 443.0}, securityGroupId=clients)
    program.add(token, "client", {}, **{name: clients})
    program.add(DB, "db", vpcSecurityGroupIds=[database])
    assert program.flaws("RDS-17") == set()


@pytest.mark.requirement("GRD-08")
def test_a_prefix_list_that_holds_the_internet_is_the_internet(program):
    for name, cidr in (("wide", "0.0.0.0/1"), ("narrow", "10.0.0.0/8")):
        addresses = program.add("aws:ec2/managedPrefixList:ManagedPrefixList", name, {"entries": [{"cidr": cidr}]})
        group = program.add(GROUP, f"group-{name}")
        program.add(INGRESS, f"in-{name}", NAMED, securityGroupId=group, prefixListId=addresses)
        program.add(DB, f"db-{name}", vpcSecurityGroupIds=[group])
    assert program.flaws("RDS-17") == {("not-from-the-world", "db-wide")}


@pytest.mark.requirement("GRD-08")
def test_a_group_that_the_clients_are_named_in_or_that_lets_out_is_sound(program):
    group, clients = program.add(GROUP, "database"), program.add(GROUP, "clients")
    lets_in(program, group, clients)
    world = {"type": "egress", "protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}
    program.add(RULE, "out", world, securityGroupId=group)
    program.add(INGRESS, "unknown", NAMED | {"cidrIpv4": program.unknown}, securityGroupId=group)
    program.add(DB, "db", vpcSecurityGroupIds=[group])
    program.add(DB, "elsewhere", {"vpcSecurityGroupIds": ["sg-1"]})
    assert program.flaws("RDS-17", preview=True) == set()


def test_of_a_data_stores_group_that_is_open_on_443_one_rule_tells(program):
    group = program.add(GROUP, "search")
    program.add(INGRESS, "web", WORLD | {"fromPort": 443.0, "toPort": 443.0}, securityGroupId=group)
    program.add("aws:opensearch/domain:Domain", "domain", {"vpcOptions": {}}, vpcOptions=group)
    assert program.flaws("RDS-17") == {("not-from-the-world", "domain")}
    assert program.flaws("SG-7") == set()
