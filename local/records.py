"""What `make up` remembers of each stack beside Pulumi's own state: `.plinth/stacks/<name>.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from local import paths

Outcome = Literal["running", "failed", "up"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """The last `make up` of a stack."""

    source: str
    """The user's stack file."""
    emulator: str
    """Which life of the emulator holds its resources (see daemons.boot_id)."""
    outcome: Outcome
    """`running` from the moment Pulumi starts until it ends: found later, it means interrupted."""

    def save(self, name: str) -> None:
        """Write it down, whole or not at all."""
        file = paths.STACKS / f"{name}.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(file)


def load(name: str) -> Record | None:
    """What is remembered of stack `name`; None when that is nothing or unreadable."""
    try:
        return Record(**json.loads((paths.STACKS / f"{name}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
