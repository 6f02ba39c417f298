"""Jobs of AWS Backup: begun once, told while they run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scripts.backup.stores import protection, store
from scripts.errors import Exit, PlinthError
from scripts.operations.operation import operation
from scripts.output import Result
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from scripts.target import Target

_EVERY_SECONDS: Final = 10
_FAILED: Final = {"ABORTED", "FAILED", "EXPIRED", "PARTIAL"}


class BackedUp(Result):
    """The recovery points that were made, by store."""

    points: dict[str, str]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        for name, point in self.points.items():
            console.print(f"{name}: {point}", markup=False)


def back_up(target: Target, names: list[str], *, minutes: float) -> BackedUp:
    """Back stores up now, all at once, and wait. Killed and begun again, it waits for the jobs that it began."""
    with operation(target, "backup run", {"stores": names}) as op:
        jobs = {
            name: op.step(f"begin the backup of {name}", partial(begin, target, name, op.journal.id)) for name in names
        }
        return BackedUp(
            points={
                name: op.step(f"wait for {name}", partial(wait, target, job, minutes, op.note))
                for name, job in jobs.items()
            }
        )


def begin(target: Target, name: str, token: str) -> str:
    """Begin a job; the same token gives the same job again. Its id."""
    entry = protection(target)
    return str(
        target.cloud.client("backup").start_backup_job(
            BackupVaultName=entry.backup_vault,
            ResourceArn=store(target, name),
            IamRoleArn=entry.backup_role_arn,
            IdempotencyToken=f"{token}_{name}",
        )["BackupJobId"]
    )


def wait(target: Target, job: str, minutes: float, note: Callable[[str], None]) -> str:
    """Wait for the end of a backup job; the ARN of what it made."""
    backup = target.cloud.client("backup")
    found = _until_over("backup", lambda: backup.describe_backup_job(BackupJobId=job), "State", minutes, note)
    return str(found["RecoveryPointArn"])


def wait_for_restore(target: Target, job: str, minutes: float, note: Callable[[str], None]) -> str:
    """Wait for the end of a restore job; the ARN of what it made."""
    backup = target.cloud.client("backup")
    found = _until_over("restore", lambda: backup.describe_restore_job(RestoreJobId=job), "Status", minutes, note)
    return str(found["CreatedResourceArn"])


def _until_over(
    what: str, look: Callable[[], dict[str, Any]], key: str, minutes: float, note: Callable[[str], None]
) -> dict[str, Any]:
    told = ""
    for _ in poll(f"the {what} job", minutes, every=_EVERY_SECONDS, remedy="It goes on in AWS Backup"):
        found = look()
        state = f"{found[key].lower()} {found.get('PercentDone', '')}".strip()
        if state != told:
            told = state
            note(state)
        if found[key] == "COMPLETED":
            return found
        if found[key] in _FAILED:
            raise PlinthError(
                f"the {what} job ended as {found[key]}: {found.get('StatusMessage', 'AWS does not say why')}",
                "The role of AWS Backup must be allowed to read the store, and to make one",
                Exit.RESOURCE,
            )
    raise AssertionError("poll ends with an exception")
