"""Who has approved which risky change, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from scripts.errors import Exit, PlinthError
from scripts.stacks import ROOT
from settings import SettingsError, load_file

ANY: Final = "*"


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Lets one kind of risky change of a resource, or of those that a pattern matches, through until a day."""

    change: str
    """A risk's id; ANY for `--allow`."""
    resource: str
    reason: str
    owner: str
    until: dt.date | None = None
    """The last day on which it holds; None for `--allow`, which holds for this run."""

    def covers(self, risk: str, urn: str, label: str) -> bool:
        """By the whole URN, or by the type and name that it ends with; as exemptions from policies do."""
        return self.change in (ANY, risk) and any(fnmatchcase(name, self.resource) for name in (urn, label))

    def is_expired(self, today: dt.date) -> bool:
        return self.until is not None and self.until < today

    def __str__(self) -> str:
        if self.until is None:
            return f"--allow {self.resource}"
        return f"{self.change} of {self.resource} until {self.until}: {self.reason} ({self.owner})"


def in_stack_file(path: Path) -> tuple[Approval, ...]:
    """The approvals under `plinth:approvals`; PlinthError when the file cannot be used."""
    try:
        approvals = load_file(path, root=ROOT).approvals
    except SettingsError as error:
        raise PlinthError(str(error), exit_code=Exit.USAGE) from None
    return tuple(
        Approval(**each.model_dump(exclude={"until"}), until=dt.date.fromisoformat(each.until)) for each in approvals
    )


def by_hand(resource: str) -> Approval:
    """What `--allow` says."""
    return Approval(change=ANY, resource=resource, reason="by hand", owner="--allow")
