"""Security groups that stay what they say: described, written in one way, used; and the default one, which is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.ingress import DEFAULT_GROUP, EGRESS, EGRESS_TYPES, GROUP, INGRESS, RULE, RULES, egresses
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, leaves, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_VPC: Final = ("aws:ec2/vpc:Vpc",)
_STACK: Final = ("pulumi:pulumi:Stack",)
_DIRECTIONS: Final = {"ingress": INGRESS, "egress": EGRESS}
_OF_PULUMI: Final = "Managed by Pulumi"  # what the provider writes where a group has no description


@rule(
    "SG-4",
    "What a group lets out is chosen",
    types=EGRESS_TYPES,
    severity=Severity.LOW,
    reason="a host that was broken into can send what it found anywhere, and fetch whatever it needs.",
    remedy="Let out what is needed: one port, to a security group, a prefix list or known addresses.",
    strict=True,
)
def egress_chosen(resource: Resource) -> Iterator[Verdict]:
    """All protocols to the whole internet, which is what AWS lets out of a new group."""
    for way in egresses(resource):
        if way.is_every_protocol and way.world:
            yield Finding(path=way.path, found=f"{', '.join(way.world)} on {way}")


@rule(
    "SG-5",
    "Groups and their rules say why they are there",
    types=(GROUP, *RULES),
    severity=Severity.LOW,
    reason="nobody dares to remove what nobody can explain.",
    remedy="Set description to who connects, and what for.",
    strict=True,
)
def described(resource: Resource) -> Iterator[Verdict]:
    """Of a group, and of each rule, inline or by itself."""
    if resource.get("description") in (None, "", _OF_PULUMI):
        yield Finding(path="description", found=show(resource.get("description")))
    for name in _DIRECTIONS if resource.type == GROUP else ():
        for index, block in enumerate(resource.items(name)):
            if block is not UNKNOWN and at(block, "description") in (None, ""):
                yield Finding(path=f"{name}.{index}.description", found=show(at(block, "description")))


@rule(
    "SG-6",
    "The default security group lets nothing through",
    types=_VPC,
    severity=Severity.MEDIUM,
    reason="whatever is made without a group of its own gets the default one, in which all members reach each other.",
    remedy="Add aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress: it takes away AWS's own rules.",
    view=View.STACK,
)
def default_group_taken(vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """Each VPC of the program."""
    if not stack.referrers(vpc, "vpcId", (DEFAULT_GROUP,)):
        yield Finding(path="aws.ec2.DefaultSecurityGroup", found="missing")


@rule(
    "SG-6",
    "The default security group has no rules",
    types=(DEFAULT_GROUP,),
    severity=Severity.MEDIUM,
    reason="whatever is made without a group of its own gets the default one, and what that lets in.",
    remedy="Remove the rules, and give what needs them a group of its own.",
    view=View.STACK,
)
def default_group_empty(group: Resource, stack: Stack) -> Iterator[Verdict]:
    """Inline rules, and rule resources that name the group, or the VPC's defaultSecurityGroupId."""
    for name in _DIRECTIONS:
        value = group.get(name)
        if value is UNKNOWN:
            yield CannotTell(path=name)
        elif value:
            yield Finding(path=name, found=f"{len(group.items(name))} of its rules")
    targets = [group, *stack.links(group, "vpcId", _VPC)]
    rules = [each.name for target in targets for each in stack.referrers(target, "securityGroupId", RULES)]
    if rules:
        yield Finding(path="aws.ec2.DefaultSecurityGroup", found=f"opened by {', '.join(sorted(rules))}")


@rule(
    "SG-8",
    "The rules of a group are written in one way",
    types=(GROUP,),
    severity=Severity.MEDIUM,
    reason="inline rules are all there may be: each update takes away what rule resources add, and they add it again.",
    remedy="Move the inline rules into aws.vpc.SecurityGroupIngressRule and aws.vpc.SecurityGroupEgressRule.",
    view=View.STACK,
)
def one_way(group: Resource, stack: Stack) -> Iterator[Verdict]:
    """Inline in one direction and rule resources in the other do not meet."""
    for name, single in _DIRECTIONS.items():
        if not group.is_set(name):
            continue
        others = [*stack.referrers(group, "securityGroupId", (single,))]
        kinds = [(each, each.get("type")) for each in stack.referrers(group, "securityGroupId", (RULE,))]
        others += [each for each, kind in kinds if kind == name]
        if others:
            yield Finding(path=name, found=f"inline, and {others[0].name} is a rule of its own")
        elif any(kind is UNKNOWN for _, kind in kinds):
            yield CannotTell(path=name)


@rule(
    "SG-9",
    "No security group is left unused",
    types=(GROUP,),
    severity=Severity.LOW,
    reason="an unused group is opened by nobody's intent, and given to something one day for what its name promises.",
    remedy="Remove it, or attach it to what it was made for.",
    view=View.STACK,
)
def used(group: Resource, stack: Stack) -> Iterator[Verdict]:
    """What another group lets in is used; its own rules use no group. Another stack may use one that is exported."""
    own = stack.referrers(group, "securityGroupId", RULES)
    if any(user.urn != group.urn and user not in own for user in stack.users(group)):
        return
    if any(_may_be_a_group(leaf) for root in stack.of(_STACK) for leaf in leaves(root.outputs)):
        yield CannotTell(path="id", why="used by nothing in this program, but perhaps an output of the stack")
    else:
        yield Finding(path="id", found="used by nothing")


def _may_be_a_group(output: object) -> bool:
    return output is UNKNOWN or (isinstance(output, str) and output.startswith("sg-"))
