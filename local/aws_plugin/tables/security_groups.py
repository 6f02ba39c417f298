"""Security groups and their rules; every rule is a resource of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.plan import TagSpecification
from local.aws_plugin.spec import Call, Compute, Limit, Resource
from local.aws_plugin.tables.network import TAGS, arn

_CHARACTERS = r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*"
_WORDS = "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, at most 255"
DESCRIPTION = Limit(pattern=_CHARACTERS, max=255, why=f"a description of a security group has {_WORDS}")
NAME = Limit(pattern=f"(?!sg-){_CHARACTERS}", max=255, why=f"a name of a security group has {_WORDS}, and no sg- first")
PORT = Limit(min=-1, max=65535, why="a port is between 0 and 65535; -1 stands for all of ICMP")


def _revoke_all(lifecycle: Any, _inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Take away the rules that AWS puts into a new or default group, as the vendor's plugin does."""
    groups = lifecycle.request("DescribeSecurityGroups", {"GroupIds": [state["id"]]}, state)["SecurityGroups"]
    for op, member in (
        ("RevokeSecurityGroupEgress", "IpPermissionsEgress"),
        ("RevokeSecurityGroupIngress", "IpPermissions"),
    ):
        if groups[0].get(member):
            lifecycle.request(op, {"GroupId": state["id"], "IpPermissions": groups[0][member]}, state)


_READ = (Call(op="DescribeSecurityGroups", params={"GroupIds": ["$id"]}, at="SecurityGroups[0]"),)
_OUTPUTS: Mapping[str, str | Compute] = {
    "arn": arn("security-group"),
    "ingress": lambda *_: None,
    "egress": lambda *_: None,
}

SECURITY_GROUP = Resource(
    token="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    create=Call(op="CreateSecurityGroup", params={"TagSpecifications": TagSpecification("security-group")}),
    id="GroupId",
    read=_READ,
    delete=(Call(op="DeleteSecurityGroup", params={"GroupId": "$id"}),),
    name="name",
    rename={"name": "GroupName"},
    local=("revokeRulesOnDelete", "namePrefix"),
    defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
    after_create=_revoke_all,
    outputs=_OUTPUTS,
    limits={"name": NAME, "description": DESCRIPTION},
    tags=TAGS,
    retry={"DependencyViolation": 300},
)

DEFAULT_SECURITY_GROUP = Resource(
    token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    # AWS makes it with the VPC: it is taken over rather than created, and left where it is on delete.
    create=Call(
        op="DescribeSecurityGroups",
        uses=("vpcId",),
        params={"Filters": [{"Name": "vpc-id", "Values": ["$vpcId"]}, {"Name": "group-name", "Values": ["default"]}]},
        omit=("tagsAll",),
    ),
    id="SecurityGroups[0].GroupId",
    read=_READ,
    rename={"name": "GroupName"},
    local=("revokeRulesOnDelete",),
    after_create=_revoke_all,
    outputs=_OUTPUTS,
    tags=TAGS,
)


def _permission(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One rule in the form in which EC2 takes new ones."""
    described = {"Description": state["description"]} if "description" in state else {}
    permission = {
        member: state[name]
        for name, member in (("ipProtocol", "IpProtocol"), ("fromPort", "FromPort"), ("toPort", "ToPort"))
        if name in state
    }
    for name, member, key in (
        ("cidrIpv4", "IpRanges", "CidrIp"),
        ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("prefixListId", "PrefixListIds", "PrefixListId"),
        ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ):
        if name in state:
            permission[member] = [{key: state[name], **described}]
    return [permission]


def _changed_rule(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One rule in the form in which EC2 takes changed ones."""
    members = {
        "ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort", "cidrIpv4": "CidrIpv4",
        "cidrIpv6": "CidrIpv6", "prefixListId": "PrefixListId", "referencedSecurityGroupId": "ReferencedGroupId",
        "description": "Description",
    }  # fmt: skip
    rule = {member: state[name] for name, member in members.items() if name in state}
    return [{"SecurityGroupRuleId": state.get("id"), "SecurityGroupRule": rule}]


_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_CHANGEABLE = ("ipProtocol", "fromPort", "toPort", "description", *_SOURCES)
_PROTOCOLS = Limit(
    pattern=r"-1|tcp|udp|icmp|icmpv6|\d{1,3}", why="a protocol is tcp, udp, icmp, icmpv6, a number, or -1 for all"
)


def _ports(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ports belong to a protocol, and come in order."""
    low, high = inputs.get("fromPort"), inputs.get("toPort")
    if inputs.get("ipProtocol") in {"tcp", "udp", "6", "17"} and (low is None or high is None):
        return [("fromPort" if low is None else "toPort", "is required for tcp and udp")]
    if isinstance(low, int) and isinstance(high, int) and low > high:
        return [("fromPort", f"{low} is above toPort {high}")]
    return []


def _rule(direction: str) -> Resource:
    return Resource(
        token=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        service="ec2",
        create=Call(
            op=f"AuthorizeSecurityGroup{direction}",
            props=("securityGroupId",),
            uses=_CHANGEABLE,
            params={
                "GroupId": "$securityGroupId",
                "IpPermissions": _permission,
                "TagSpecifications": TagSpecification("security-group-rule"),
            },
        ),
        id="SecurityGroupRules[0].SecurityGroupRuleId",
        read=(
            Call(op="DescribeSecurityGroupRules", params={"SecurityGroupRuleIds": ["$id"]}, at="SecurityGroupRules[0]"),
        ),
        update=(
            Call(
                op="ModifySecurityGroupRules",
                props=(),
                uses=_CHANGEABLE,
                params={"GroupId": "$securityGroupId", "SecurityGroupRules": _changed_rule},
            ),
        ),
        delete=(
            Call(
                op=f"RevokeSecurityGroup{direction}",
                params={"GroupId": "$securityGroupId", "SecurityGroupRuleIds": ["$id"]},
            ),
        ),
        rename={"securityGroupId": "GroupId"},
        outputs={"arn": arn("security-group-rule"), "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId"},
        limits={"description": DESCRIPTION, "fromPort": PORT, "toPort": PORT, "ipProtocol": _PROTOCOLS},
        required_one=(_SOURCES,),
        checks=(_ports,),
        tags=TAGS,
        delete_before_replace=True,
    )


RESOURCES = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, _rule("Ingress"), _rule("Egress"))
