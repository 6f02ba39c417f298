"""Where Plinth departs from a system's document: each DEFECT of docs/requirements.md, and what happens instead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("differences.toml")
_DEFINITION: Final = re.compile(r"(?:- |\| )([A-Z]{3}-[A-Z]+-[0-9]+)\b.*\bDEFECT")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One departure."""

    source: str
    """What the document says."""
    plinth: str
    """What Plinth does."""
    later: int | None = None
    """The issue that will do it; None when it is done."""


def differences() -> dict[str, Difference]:
    """The table, by the ids of requirements."""
    return {key: Difference(**row) for key, row in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()}


def defects(requirements: str) -> list[str]:
    """The ids whose definition in the text names a DEFECT."""
    return [found[1] for line in requirements.splitlines() if (found := _DEFINITION.match(line))]
