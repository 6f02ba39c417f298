"""Snapshots as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.json import JSON

from scripts.output import Result, table
from scripts.snapshots.store import Snapshot

if TYPE_CHECKING:
    from rich.console import Console


class Listed(Result):
    """Snapshots, the newest first."""

    snapshots: tuple[Snapshot, ...]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [
            (each.id, each.release, each.version, "yes" if each.healthy else "no", each.reason)
            for each in self.snapshots
        ]
        console.print(table("snapshot", "release", "version", "healthy", "reason", rows=rows))


class Shown(Result):
    """One snapshot."""

    snapshot: Snapshot

    def show(self, console: Console) -> None:
        """Print it whole."""
        found = self.snapshot
        console.print(f"{found.id} of {found.of}: {found.release}, version {found.version}", markup=False)
        console.print(JSON.from_data(found.content, default=str))
