"""What holds data stores and their like back from being deleted, and would do so no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scripts.gate.change import Change
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk, number, turned_off, turned_on

GUARDS: Final = ("deletionProtection", "deletionProtectionEnabled", "enableDeletionProtection", "terminationProtection")
"""Flags that make AWS refuse a deletion."""
UNGUARDED: Final[Mapping[str, str]] = {
    "forceDelete": "is deleted with what is in it",
    "forceDestroy": "is deleted with what is in it",
    "skipFinalSnapshot": "is deleted without a last snapshot",
}
"""Flags that make a deletion final."""
WAITS: Final = ("deletionWindowInDays", "recoveryWindowInDays")
"""Days in which a deletion can be taken back."""
WAIT_UNSET: Final = 30  # AWS's own, for keys and for secrets


def deletion_is_allowed(change: Change, _: Preview) -> Iterator[Harm]:
    """AWS or Pulumi would refuse to delete it, and would no more."""
    if not change.stays:
        return
    for path in GUARDS:
        if turned_off(change, path) or change.before(path) == "ACTIVE" != change.after(path):
            yield Harm("takes away its protection against deletion", path)
    if change.old.protect and not change.new.protect:
        yield Harm("takes away Pulumi's protection against deletion", "protect")


def deletion_is_final(change: Change, _: Preview) -> Iterator[Harm]:
    """Nothing of it would be left."""
    if not change.stays:
        return
    for path, what in UNGUARDED.items():
        if turned_on(change, path):
            yield Harm(f"from now on {what}", path)
    path = "finalSnapshotIdentifier"
    if change.before(path) is not None and change.new.inputs.get(path) is None:
        yield Harm("from now on is deleted without a last snapshot", path)
    for path in WAITS:
        old, new = number(change.before(path)), number(change.after(path))
        before, after = (WAIT_UNSET if each is None else each for each in (old, new))
        if after < before:
            yield Harm(f"can be taken back for {after:g} days only, not {before:g}", path)


PROTECTION: Final = Risk(
    id="protection-removed",
    title="Protection against deletion, or the last snapshot, is turned off",
    why="It is the first half of a deletion; the second one no longer stops.",
    judges=(deletion_is_allowed, deletion_is_final),
)
