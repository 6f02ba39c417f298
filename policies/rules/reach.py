"""Who can reach a data store, by whatever chain of security groups (RDS-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.ingress import DATA_STORES, GROUPS, INGRESS, RULE, RULES, Way, ingresses, is_wide, openers
from policies.rule import Finding, Verdict, View, rule
from policies.values import at, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_SOURCES: Final = {INGRESS: "referencedSecurityGroupId", RULE: "sourceSecurityGroupId"}
_LISTS: Final = ("aws:ec2/managedPrefixList:ManagedPrefixList",)
_LIST_PROPERTIES: Final = {INGRESS: "prefixListId", RULE: "prefixListIds"}


@rule(
    "RDS-17",
    "No data store can be reached from the internet",
    types=tuple(DATA_STORES),
    severity=Severity.CRITICAL,
    reason="a database, cache, queue or file system that the internet reaches is one password from being emptied.",
    remedy="Make the group that is open to the internet name the security groups of its clients instead, "
    "or take it from the data store.",
    view=View.STACK,
)
def not_from_the_world(store: Resource, stack: Stack) -> Iterator[Verdict]:
    """Follow the store's groups to the groups that they let in.

    A chain ends at a group that something uses: a load balancer that is open to the internet, and the service behind
    it that reaches the database, are as they should be. SG-1 to SG-3 tell of the open rule by itself.
    """
    path = DATA_STORES[store.type]
    for group in stack.links(store, path, GROUPS):
        for chain, why in _ways_in(group, stack):
            yield Finding(path=path, found=f"{' <- '.join(each.name for each in chain)}, open to {why}")
            break


def _ways_in(group: Resource, stack: Stack) -> Iterator[tuple[list[Resource], str]]:
    """The chains of groups, from the store's own on, whose last lets in the internet."""
    chains, seen = [[group]], {group.urn}
    while chains:
        chain = chains.pop(0)
        for opener in openers(chain[-1], stack, (RULE, INGRESS)):
            for way in ingresses(opener):
                world = way.world or _listed(opener, way, stack)
                if world:
                    yield chain, f"{', '.join(world)} on {way} by {opener.name}"
        for source in _sources(chain[-1], stack):
            if source.urn not in seen and not _is_used(source, stack):
                seen.add(source.urn)
                chains.append([*chain, source])


def _sources(group: Resource, stack: Stack) -> list[Resource]:
    """The groups that a group lets in. Which of an inline group's blocks names them does not matter."""
    found = [] if not group.is_set("ingress") else stack.links(group, "ingress", GROUPS)
    for opener in openers(group, stack, (RULE, INGRESS))[1:]:
        if opener.type == INGRESS or opener.get("type") == "ingress":
            found += stack.links(opener, _SOURCES[opener.type], GROUPS)
    return found


def _is_used(group: Resource, stack: Stack) -> bool:
    """Whether anything but groups and their rules has the group."""
    return any(user.type not in (*GROUPS, *RULES) for user in stack.users(group))


def _listed(opener: Resource, way: Way, stack: Stack) -> list[str]:
    """The wide blocks of the managed prefix lists that a way in names, where the program makes these lists."""
    if not way.lists:
        return []
    lists = stack.links(opener, _LIST_PROPERTIES.get(opener.type, "ingress"), _LISTS)
    blocks = [at(entry, "cidr") for each in lists for entry in items(each.get("entries"))]
    return [block for block in blocks if is_wide(block)]
