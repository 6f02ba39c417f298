"""Changes for the tests of the risks, short to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from scripts.gate.change import NOTHING, Change, Operation, State
from scripts.gate.preview import Preview
from scripts.gate.values import UNKNOWN
from scripts.gate.verdict import Verdict, judge

TODAY = dt.date(2026, 11, 23)


def urn(kind: str, name: str = "it") -> str:
    return f"urn:pulumi:prod::plinth::plinth:index:Platform${kind}::{name}"


def change(
    kind: str,
    operation: Operation = "update",
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    *,
    name: str = "it",
    id: str = "it-id",  # noqa: A002 - what Pulumi calls it
    reasons: tuple[str, ...] = (),
    **options: Any,
) -> Change:
    """A change; `protect`, `unprotected` and `retained` are said of what is there."""
    before = State(
        id=id, inputs=old or {}, protect=bool(options.get("protect")), retained=bool(options.get("retained"))
    )
    after = State(inputs=new or {}, protect=bool(options.get("protect")) and not options.get("unprotected"))
    return Change(
        urn=urn(kind, name),
        operation=operation,
        old=NOTHING if operation == "create" else before,
        new=NOTHING if operation == "delete" else after,
        reasons=reasons,
    )


def verdict(*changes: Change, **options: Any) -> Verdict:
    return judge(Preview(changes=changes), today=TODAY, **options)


def said(*changes: Change, **options: Any) -> list[tuple[str, str, str]]:
    """What the gate says of changes: risk, property, message."""
    return [(each.risk.id, each.property, each.message) for each in verdict(*changes, **options).findings]


def kinds(*changes: Change, **options: Any) -> list[str]:
    """The risks that the gate sees in changes."""
    return [risk for risk, *_ in said(*changes, **options)]


def unknown(*changes: Change) -> list[tuple[str, str]]:
    """What the gate says is not known yet: risk, property."""
    return [(each.risk.id, each.property) for each in verdict(*changes).untold]


__all__ = ["TODAY", "UNKNOWN", "change", "kinds", "said", "unknown", "urn", "verdict"]
