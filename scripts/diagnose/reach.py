"""Whether security groups let services and Beanstalk reach their stores (CHR-OPS-02, AUT-OPS-06, RPH-OPS-06)."""

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


@dataclass(frozen=True)
class Client:
    """What uses stores, by its name here, and the security group of its tasks or instances."""

    name: str
    group: str
    uses: tuple[str, ...]


def clients(target: Target) -> list[Client]:
    """Services and the environment on Beanstalk, those that use something."""
    services = sorted(target.inventory.services.items())
    found = [Client(f"service {key}", entry.security_group_id, entry.uses) for key, entry in services]
    if (beanstalk := target.inventory.beanstalk) is not None:
        found.append(Client("beanstalk", beanstalk.security_group_id, beanstalk.uses))
    return [each for each in found if each.uses]


def stores(target: Target) -> list[Store]:
    """Those of the stack whose security group the inventory knows."""
    platform = target.inventory.platform
    one = {"postgres": platform.postgres, "redis": platform.redis}
    found = [Store(key, entry.security_group_id, entry.port) for key, entry in one.items() if entry is not None]
    found += [Store(key, entry.security_group_id, NFS) for key, entry in platform.files.items()]
    return [each for each in found if each.group]


def read_rules(target: Target) -> list[dict[str, Any]]:
    """What the groups of stores and of those who use them let in and out, by one question for two hundred of them."""
    users = {each.group for each in clients(target)}
    groups = users | {store.group for store in stores(target)} if users else set()
    ask = partial(target.cloud.pages, "ec2", "describe_security_group_rules", "SecurityGroupRules")
    answers = together(
        lambda some: ask(Filters=[{"Name": "group-id", "Values": some}]), batches(sorted(groups), _GROUPS_AT_A_CALL)
    )
    return [rule for some in answers for rule in some]


def stores_out_of_reach(facts: Facts) -> Iterator[Issue]:
    """Who uses a store that does not let them in, or to which their own group does not let them out."""
    if facts.rules is None:
        return
    by_key = {store.key: store for store in stores(facts.target)}
    for client in clients(facts.target):
        for store in (by_key[key] for key in client.uses if key in by_key):
            own = client.group
            ways = (
                (f"{store.key} does not let {client.name} in", store.group, own),
                (f"{client.name} does not let it out to {store.key}", own, store.group),
            )
            for said, group, other in ways:
                if _opens(facts.rules, store, group, other):
                    continue
                yield Issue(
                    id="store-out-of-reach",
                    category="security",
                    severity="critical",
                    components=(client.name, store.key),
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
    first, last = int(rule.get("FromPort", 0)), int(rule.get("ToPort", 0))
    return rule["IpProtocol"] == "-1" or first <= port <= last
