"""Whether security groups let services reach the stores that they use (CHR-OPS-02, AUT-OPS-06, RPH-OPS-06)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import batches, together
from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target

NFS: Final = 2049
_GROUPS_AT_A_CALL: Final = 200  # values that a filter of EC2 takes


@dataclass(frozen=True)
class Store:
    """A store by its key in the stack file: who lets in, and where."""

    key: str
    group: str
    port: int


def stores(target: Target) -> list[Store]:
    """Those of the stack whose security group the inventory knows."""
    platform = target.inventory.platform
    one = {"postgres": platform.postgres, "redis": platform.redis}
    found = [Store(key, entry.security_group_id, entry.port) for key, entry in one.items() if entry is not None]
    found += [Store(key, entry.security_group_id, NFS) for key, entry in platform.files.items()]
    return [each for each in found if each.group]


def read_rules(target: Target) -> list[dict[str, Any]]:
    """What the groups of stores and services let in and out, by one question for two hundred of them."""
    services = {service.security_group_id for service in target.inventory.services.values() if service.uses}
    groups = services | {store.group for store in stores(target)} if services else set()
    ask = partial(target.cloud.pages, "ec2", "describe_security_group_rules", "SecurityGroupRules")
    answers = together(
        lambda some: ask(Filters=[{"Name": "group-id", "Values": some}]), batches(sorted(groups), _GROUPS_AT_A_CALL)
    )
    return [rule for some in answers for rule in some]


def stores_out_of_reach(facts: Facts) -> Iterator[Issue]:
    """Services that a store which they use does not let in, or that their own group does not let out to it."""
    if facts.rules is None:
        return
    by_key = {store.key: store for store in stores(facts.target)}
    for service, entry in sorted(facts.target.inventory.services.items()):
        for store in (by_key[key] for key in entry.uses if key in by_key):
            own = entry.security_group_id
            ways = (
                (f"{store.key} does not let {service} in", store.group, _opens(facts.rules, store, store.group, own)),
                (f"{service} does not let it out to {store.key}", own, _opens(facts.rules, store, own, store.group)),
            )
            for said, group, opened in ways:
                if opened:
                    continue
                yield Issue(
                    id="store-out-of-reach",
                    category="security",
                    severity="critical",
                    components=(f"service {service}", store.key),
                    description=f"the security group of {said}, on port {store.port}",
                    impact="every connection of it times out",
                    cause=f"{group} has no rule for it: somebody removed it",
                    steps=(f"pulumi up --refresh --stack {facts.target.stack} brings the rule back",),
                    prevention="Change security groups through the stack file alone.",
                )


def _opens(rules: list[dict[str, Any]], store: Store, group: str, other: str) -> bool:
    """Whether a rule of `group`, in where that is the store's and else out, is for `other` and the store's port."""
    out = group != store.group
    return any(
        rule["GroupId"] == group and rule["IsEgress"] == out and _is_for(rule, other) and _has(rule, store.port)
        for rule in rules
    )


def _is_for(rule: dict[str, Any], group: str) -> bool:
    # A range of addresses may be the other's: in doubt nothing is said.
    return rule.get("ReferencedGroupInfo", {}).get("GroupId") == group or "CidrIpv4" in rule


def _has(rule: dict[str, Any], port: int) -> bool:
    return rule["IpProtocol"] == "-1" or port in range(rule.get("FromPort", 0), rule.get("ToPort", 0) + 1)
