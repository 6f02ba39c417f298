"""docs/systems.md, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scripts.cost.costs import HOURS, Line, Usage, costs, prices
from settings import Stack
from tools.systems.diagram import Box, diagram
from tools.systems.differences import differences

HEAD: Final = """\
# The systems

<!-- Written by `make pictures` from the stack files, scripts/cost/prices.toml and tools/systems/differences.toml. -->

What each stack file deploys, what it costs a month, and where it departs from the system's own document, whose
requirements are in [requirements.md](requirements.md). The settings are described in [settings.md](settings.md).

A solid arrow leads from what uses something to what is used; a dashed one to a copy that AWS keeps.
"""


@dataclass(frozen=True)
class System:
    """A system, and what its requirements' ids begin with."""

    name: str
    folder: str
    prefix: str


SYSTEMS: Final = (
    System("UTJFC", "utjfc", "UTJ"),
    System("Auterity", "auterity", "AUT"),
    System("Court Case", "court-case", "CRT"),
    System("ChatRelay", "chatrelay", "CHR"),
    System("RapidPhoto", "rapidphoto", "RPH"),
)


def page(stacks: Mapping[str, Mapping[str, Stack]]) -> str:
    """The page; `stacks` has every system's by its folder, and these by the names of their files."""
    parts = [HEAD]
    for system in SYSTEMS:
        parts.append(f"## {system.name}\n")
        parts += _stacks(stacks[system.folder])
        parts += _differences(system)
    parts += _prices()
    return "\n".join(parts)


def _stacks(stacks: Mapping[str, Stack]) -> Iterator[str]:
    rows = [(f"`{name}`", stack.region, stack.tier, *_deployed(stack)) for name, stack in stacks.items()]
    yield _table(("Stack", "Region", "Tier", "At the edge", "Runs", "Keeps data in"), rows)
    for name in stacks:
        yield f"![{name}](systems/{name}.svg)\n"
    yield "### Costs\n"
    bills = {name: _bill(costs(stack)) for name, stack in stacks.items()}
    priced = dict.fromkeys(key for bill in bills.values() for key in bill)
    order = list(dict.fromkeys(resource for resource, _ in priced))
    resources = sorted(priced, key=lambda each: order.index(each[0]))
    body = [
        (resource, what, *(_cell(bill.get((resource, what))) for bill in bills.values()))
        for resource, what in resources
    ]
    totals = [f"**{sum(usd for _, usd in bill.values()):.0f}**" for bill in bills.values()]
    heads = ("Resource", "Price of", *(f"`{name}`" for name in stacks))
    yield "US dollars a month: quantity, then price.\n"
    yield _table(heads, [*body, ("**Total**", "", *totals)])


def _bill(lines: list[Line]) -> dict[tuple[str, str], tuple[float, float]]:
    """Resource and what is paid for, to quantity and US dollars."""
    return {(line.resource, line.price.what): (line.quantity, line.usd) for line in lines}


def _cell(found: tuple[float, float] | None) -> str:
    return "" if found is None else f"{found[0]:g}: {found[1]:.2f}"


def _deployed(stack: Stack) -> tuple[str, ...]:
    """What stands before it, what runs, and what keeps data."""
    boxes = diagram(stack).boxes
    return tuple(
        "; ".join(_words(box) for box in boxes if box.column == column) for column in ("edge", "compute", "stores")
    )


def _words(box: Box) -> str:
    return f"{box.title} ({', '.join(box.lines)})" if box.lines else box.title


def _differences(system: System) -> Iterator[str]:
    yield "### Otherwise than its document\n"
    rows = [
        (key, each.source, each.plinth + (f" Not yet: issue {each.later}." if each.later else ""))
        for key, each in differences().items()
        if key.startswith(system.prefix)
    ]
    yield _table(("Requirement", "The document", "Plinth"), rows)


def _prices() -> Iterator[str]:
    usage = Usage()
    yield "## Prices\n"
    yield (
        f"On demand, without taxes and free tiers, {HOURS} hours a month; a stack at its desired size, or its fewest\n"
        "instances on Beanstalk. Where use decides, every stack is given the same: "
        f"{usage.transfer_gib:g} GiB of traffic, {usage.images_gib:g} GiB of images,\n"
        f"{usage.files_gib:g} GiB in each file system, {usage.objects_gib:g} GiB in each bucket, "
        f"{usage.logs_gib:g} GiB of logs, and {usage.capacity_units:g} capacity units of each load balancer.\n"
        "Traffic behind CloudFront costs nothing within its free terabyte; calls of functions, messages, alarms, DNS,\n"
        "backups, copies in other regions, metrics and traffic between zones are not counted.\n"
        "\n"
        "ChatRelay's document estimates 110 USD (CHR-CST-02). The same parts, with its two instances and one Redis\n"
        "node, come to 111 here; `chatrelay-prod` differs by what the document leaves out (the NAT gateway, public\n"
        "addresses, disks, secrets, logs, a firewall before the CDN), by a second Redis node, by free traffic behind\n"
        "the CDN, and by beginning with one instance.\n"
    )
    rows = [
        (
            price.what,
            f"{price.usd:g}" + "".join(f", {region} {usd:g}" for region, usd in price.regions.items()),
            price.unit,
            str(price.as_of),
            f"[AWS]({price.source})",
            f"[yes]({price.seen})" if price.seen else "no",
        )
        for price in prices().values()
    ]
    yield _table(("What", "USD", "Per", "As of", "Source", "Compared"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
