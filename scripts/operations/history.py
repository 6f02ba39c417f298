"""Changes as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.cloud import together
from scripts.errors import Exit, PlinthError, unknown
from scripts.operations.journal import Journal
from scripts.operations.operation import CURRENT
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.operations.records import Records

FOLDER = "operations/"


class History(Result):
    """Changes of a stack, the newest first."""

    operations: tuple[Journal, ...]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [
            (each.id, each.state, each.who, f"{each.started:%Y-%m-%d %H:%M:%S}", each.reason or each.error)
            for each in self.operations
        ]
        console.print(table("operation", "state", "who", "began (UTC)", "reason", rows=rows))


class Shown(Result):
    """One change."""

    operation: Journal

    def show(self, console: Console) -> None:
        """Print its steps and notes."""
        journal = self.operation
        console.print(f"{journal.id}: {journal.state}, by {journal.who} on {journal.host}", markup=False)
        for line in filter(None, (journal.reason, journal.error)):
            console.print(f"  {line}", markup=False)
        rows = [
            (
                each.name,
                each.state,
                f"{each.started:%H:%M:%S}",
                f"{(each.ended - each.started).total_seconds():.0f} s" if each.ended else None,
            )
            for each in journal.steps
        ]
        console.print(table("step", "state", "began (UTC)", "took", rows=rows))
        for note in journal.notes:
            console.print(f"  {note.at:%H:%M:%S}  {note.text}", markup=False)


def history(records: Records, limit: int) -> History:
    """The newest changes that are over, and the one that is not."""
    keys = [key for key in records.keys(FOLDER) if key != CURRENT]
    found = together(records.read, [*reversed(keys[-limit:]), CURRENT])
    journals = {
        journal.id: journal for record in found if record for journal in [Journal.model_validate(record.document)]
    }
    return History(operations=tuple(journals[name] for name in sorted(journals, reverse=True)[:limit]))


def one(records: Records, name: str | None) -> Shown:
    """The change of that id, or the current or last one; PlinthError when there is none."""
    record = records.read(CURRENT if name is None else f"{FOLDER}{name}.json")
    if record is not None:
        return Shown(operation=Journal.model_validate(record.document))
    if name is None:
        raise PlinthError("nothing was ever changed in this stack by plinth", exit_code=Exit.USAGE)
    raise unknown("operation", name, [each.id for each in history(records, 50).operations])
