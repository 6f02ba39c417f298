"""What a risk is, and the comparisons that risks have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.gate.change import Change
from scripts.gate.preview import Preview


@dataclass(frozen=True)
class Harm:
    """One thing that a change would do: a sentence without its subject, and the property that does it."""

    message: str
    property: str = ""


Judge = Callable[[Change, Preview], Iterator[Harm]]


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A kind of change that only a named approval lets through."""

    id: str
    """What an approval calls it."""
    title: str
    why: str
    judges: tuple[Judge, ...]
    """Called with every change of a preview."""


def is_true(value: Any) -> bool:
    """Whether a flag is set; some providers take it as text."""
    return value is True or value == "true"


def turned_off(change: Change, path: str) -> bool:
    """Whether a flag that is set would be so no more."""
    return is_true(change.before(path)) and not is_true(change.after(path))


def turned_on(change: Change, path: str) -> bool:
    """Whether a flag that is not set would be."""
    return not is_true(change.before(path)) and is_true(change.after(path))


def number(value: Any) -> float | None:
    """A number, also one written as text; None where there is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
