from __future__ import annotations

import pytest
from pulumi_policy import EnforcementLevel

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
VPC = "aws:ec2/vpc:Vpc"
ALL = {"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}
SOME = {"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": ["10.0.0.0/16"]}


def test_what_many_do_without_is_off_unless_asked_for(program):
    program.add(GROUP, "group", {"egress": [ALL]})
    assert program.flaws("SG-4") == program.flaws("SG-5") == set()
    program.policies = {"strict": True}
    assert program.flaws("SG-4") == {("egress-chosen", "group")}
    assert program.flaws("SG-5") == {("described", "group")}


@pytest.mark.parametrize("blocks", [{"cidrBlocks": ["0.0.0.0/0"]}, {"ipv6CidrBlocks": ["::/0"]}])
def test_a_group_that_lets_out_everything_is_refused_in_every_spelling(program, blocks):
    program.levels = {"sg-4-egress-chosen": EnforcementLevel.MANDATORY}
    program.policies = {"strict": True}
    single = {"cidrIpv4" if "cidrBlocks" in blocks else "cidrIpv6": next(iter(blocks.values()))[0]}
    program.add(GROUP, "inline", {"egress": [{"protocol": "-1", **blocks}]})
    program.add(RULE, "rule", {"type": "egress", "protocol": "all", **blocks})
    program.add(EGRESS, "single", {"ipProtocol": "-1", **single})
    program.add(EGRESS, "web", {"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, **single})
    program.add(RULE, "in", {"type": "ingress", "protocol": "-1", **blocks})
    program.add(EGRESS, "inside", {"ipProtocol": "-1", "cidrIpv4": "10.0.0.0/16"})
    assert program.flaws("SG-4") == {("egress-chosen", name) for name in ("inline", "rule", "single")}


def test_groups_and_rules_without_a_description_are_told(program):
    program.policies = {"strict": True}
    program.add(GROUP, "said", {"description": "Web", "ingress": [{**SOME, "description": "From the office"}]})
    program.add(GROUP, "inline", {"description": "Web", "ingress": [SOME]})
    program.add(GROUP, "default", {"description": "Managed by Pulumi"})
    program.add(INGRESS, "rule", {"ipProtocol": "tcp"})
    program.add(EGRESS, "later", {"ipProtocol": "tcp", "description": program.unknown})
    assert program.flaws("SG-5") == {("described", name) for name in ("inline", "default", "rule")}


def test_the_default_group_of_each_vpc_is_emptied(program):
    for name in ("sound", "bare", "open", "added", "by-vpc"):
        vpc = program.add(VPC, f"vpc-{name}")
        if name == "bare":
            continue
        group = program.add(DEFAULT, name, {"ingress": [ALL]} if name == "open" else {"ingress": []}, vpcId=vpc)
        if name == "added":
            program.add(INGRESS, "way-in", {"ipProtocol": "tcp"}, securityGroupId=group)
        if name == "by-vpc":  # its defaultSecurityGroupId
            program.add(RULE, "way-out", {"type": "egress", "protocol": "tcp"}, securityGroupId=vpc)
    assert program.flaws("SG-6") == {
        ("default-group-taken", "vpc-bare"),
        *(("default-group-empty", name) for name in ("open", "added", "by-vpc")),
    }


def test_rules_of_a_default_group_that_are_not_known_cannot_be_told(program):
    vpc = program.add(VPC, "vpc")
    program.add(DEFAULT, "default", {"ingress": program.unknown}, vpcId=vpc)
    assert program.flaws("SG-6", preview=True) == set()
    assert ("SG-6", "ingress") in program.unjudged("default")


def test_inline_rules_beside_rule_resources_are_refused(program):
    both = program.add(GROUP, "both", {"ingress": [SOME]})
    program.add(INGRESS, "way-in", {"ipProtocol": "tcp"}, securityGroupId=both)
    older = program.add(GROUP, "older", {"egress": [SOME]})
    program.add(RULE, "older-out", {"type": "egress"}, securityGroupId=older)
    apart = program.add(GROUP, "apart", {"ingress": [SOME], "egress": []})
    program.add(EGRESS, "way-out", {"ipProtocol": "tcp"}, securityGroupId=apart)
    program.add(RULE, "apart-out", {"type": "egress"}, securityGroupId=apart)
    separate = program.add(GROUP, "separate")
    program.add(INGRESS, "only", {"ipProtocol": "tcp"}, securityGroupId=separate)
    assert program.flaws("SG-8") == {("one-way", "both"), ("one-way", "older")}


def test_a_rule_whose_direction_is_not_known_cannot_be_told(program):
    group = program.add(GROUP, "group", {"ingress": [SOME]})
    program.add(RULE, "rule", {"type": program.unknown}, securityGroupId=group)
    assert program.flaws("SG-8", preview=True) == set()
    assert ("SG-8", "ingress") in program.unjudged("group")


def test_a_group_that_nothing_uses_is_told(program):
    unused, client, service = (program.add(GROUP, name) for name in ("unused", "client", "service"))
    program.add(INGRESS, "own", {"ipProtocol": "tcp"}, securityGroupId=unused)
    program.add(INGRESS, "self", {"ipProtocol": "tcp"}, securityGroupId=unused, referencedSecurityGroupId=unused)
    program.add(INGRESS, "named", {"ipProtocol": "tcp"}, securityGroupId=service, referencedSecurityGroupId=client)
    program.add("aws:ecs/service:Service", "app", networkConfiguration=service)
    inline = program.add(GROUP, "inline")
    program.add(GROUP, "lets-in", {"ingress": [{"securityGroups": [program.unknown]}]}, ingress=inline)
    program.add("custom:index:Anything", "x", {}, whatever=[program.add(GROUP, "elsewhere")])
    assert program.flaws("SG-9") == {("used", "unused"), ("used", "lets-in")}


@pytest.mark.parametrize(("output", "told"), [("sg-1", False), ("https://example.com", True)])
def test_a_group_that_the_stack_gives_to_others_may_be_used_by_them(program, output, told):
    program.add("pulumi:pulumi:Stack", "stack", {"out": {"id": output}})
    program.add(GROUP, "shared")
    assert program.flaws("SG-9", preview=False) == ({("used", "shared")} if told else set())


def test_outputs_that_are_not_known_yet_may_be_groups(program):
    program.add("pulumi:pulumi:Stack", "stack", {"id": program.unknown})
    program.add(GROUP, "shared")
    assert program.flaws("SG-9", preview=True) == set()
    assert ("SG-9", "id") in program.unjudged("shared")
