"""Whether the security groups of the stores let in the services that use them (CHR-OPS-02, AUT-OPS-06, RPH-OPS-06)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target

NFS: Final = 2049


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
    """What all of them let in, by one question."""
    groups = sorted({store.group for store in stores(target)})
    if not groups or not target.inventory.services:
        return []
    filters = [{"Name": "group-id", "Values": groups}]
    found = target.cloud.pages("ec2", "describe_security_group_rules", "SecurityGroupRules", Filters=filters)
    return [each for each in found if not each["IsEgress"]]


def stores_out_of_reach(facts: Facts) -> Iterator[Issue]:
    """Services that a store which they use does not let in."""
    by_key = {store.key: store for store in stores(facts.target)}
    for service, entry in sorted(facts.target.inventory.services.items()):
        for store in (by_key[key] for key in entry.uses if key in by_key):
            if any(_lets_in(rule, store, entry.security_group_id) for rule in facts.rules):
                continue
            yield Issue(
                id="store-out-of-reach",
                category="security",
                severity="critical",
                components=(f"service {service}", store.key),
                description=f"the security group of {store.key} does not let {service} in on port {store.port}",
                impact="every connection of it times out",
                cause=f"{store.group} has no rule for {entry.security_group_id}: somebody removed it",
                steps=("pulumi up --refresh brings the rule back",),
                prevention="Change security groups through the stack file alone.",
            )


def _lets_in(rule: dict[str, Any], store: Store, group: str) -> bool:
    if (rule["GroupId"], rule.get("ReferencedGroupInfo", {}).get("GroupId")) != (store.group, group):
        return False
    return rule["IpProtocol"] == "-1" or store.port in range(rule.get("FromPort", 0), rule.get("ToPort", 0) + 1)
