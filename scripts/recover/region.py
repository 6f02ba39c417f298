"""A system in another region, made of the copies that are there (AUT-DR-01).

The stack of recovery has a file of its own, with the sizes of the lost one. It is deployed as every stack is, with the
database made of the copied backups; then the buckets get what their replicas have, and the system is asked. Its names
lead there by themselves when the lost stack's health check fails (plinth:dns.failover).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from scripts.cloud import Cloud, together
from scripts.errors import Exit, PlinthError
from scripts.operations.journal import now
from scripts.operations.operation import operation
from scripts.output import Result, tell
from scripts.recover.deployment import deploy, with_copies
from scripts.recover.sources import Sources, sources
from scripts.stacks import ROOT, StackFile
from scripts.target import Target
from scripts.validate.run import run_suite
from scripts.waiting import poll
from settings import names
from settings.data.restore import RESTORED_FROM
from settings.stack_files import stack_name

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Stack

_ASK_SECONDS: Final = 30  # AUT-DR-01: ten attempts, thirty seconds apart


class Recovered(Result):
    """A system that answers in another region; minutes, what was promised, and how much data may be missing."""

    stack: str
    region: str
    url: str
    minutes: float
    rto_minutes: int | None
    data_until: dt.datetime | None
    lost_minutes: float | None
    rpo_minutes: int | None
    objects: dict[str, int]

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.stack} is in {self.region}: {self.url or 'nobody was asked'}", markup=False)
        console.print(f"  recovered in {self.minutes:g} min; promised: {_promise(self.rto_minutes)}", markup=False)
        if self.lost_minutes is not None:
            lost = f"{self.lost_minutes:g} min before the recovery"
            console.print(f"  data ends {lost}; promised: {_promise(self.rpo_minutes)}", markup=False)
        for key, count in self.objects.items():
            console.print(f"  {key}: {count} objects copied", markup=False)


@dataclass(frozen=True)
class Recovery:
    """What is to be recovered, and as what: the lost stack, the stack file of its recovery, and what that says."""

    lost: Stack
    file: StackFile
    settings: Stack
    moment: dt.datetime | None = None
    """Whose data the database is to have; the latest that there is unless set."""

    def sources(self, cloud: Cloud) -> Sources:
        """The copies it is made of; PlinthError when there are none, or the database is there without them."""
        found = sources(self.lost, self.settings.region, cloud, self.moment)
        if found.automated_backup is not None:
            refuse_another(names.postgres(self.settings), found.automated_backup, cloud)
        return found


def recover(recovery: Recovery, *, profile: str | None, command: str | None, minutes: float) -> Recovered:
    """Carry the recovery out. Begun again after an interruption, each part finds what was done, and goes on."""
    begun = now()
    region, stack = recovery.settings.region, stack_name(recovery.file.path, ROOT)
    found = recovery.sources(Cloud(region, profile))
    tell(f"  database of {found.automated_backup or 'nothing'}, data until {found.data_until or '-'}")
    deploy(stack, with_copies(recovery.file, found, recovery.moment), command)
    target = Target.open(stack, region=region, profile=profile)
    arguments = {"of": found.automated_backup, "moment": str(recovery.moment or "latest"), "buckets": found.buckets}
    # There was no place for a record before the stack was there.
    with operation(target, "recover region", arguments, since=begun) as op:
        copied = {
            key: op.step(f"copy bucket {key}", partial(copy, target, key, replica))
            for key, replica in found.buckets.items()
            if key in target.inventory.platform.buckets
        }
        answered = op.step("wait until it answers", lambda: answers(target, minutes))
        promised = target.inventory.operations.recovery if target.inventory.operations else None
        until, started = found.data_until, op.journal.started
        return Recovered(
            stack=target.stack,
            region=target.region,
            url=answered or target.inventory.platform.url or "",
            minutes=_minutes(now() - started),
            rto_minutes=promised.rto_minutes if promised else None,
            data_until=until,
            lost_minutes=_minutes(started - until) if until else None,
            rpo_minutes=promised.rpo_minutes if promised else None,
            objects=copied,
        )


def refuse_another(identifier: str, backup: str, cloud: Cloud) -> None:
    """PlinthError when a database of that name is there and was made of something else: it would be kept as it is."""
    rds = cloud.client("rds")
    try:
        instance = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return
    made_of = next((tag["Value"] for tag in instance.get("TagList", ()) if tag["Key"] == RESTORED_FROM), None)
    if made_of != backup:
        raise PlinthError(
            f"{identifier} is in {cloud.region} already, made of {made_of or 'nothing'}: a database that is there is "
            f"not made again of {backup}",
            "Look what is in it; if nothing is lost with it: pulumi destroy of the stack of recovery, then this again",
            Exit.RESOURCE,
        )


def copy(target: Target, key: str, replica: str) -> int:
    """Copy what a replica has and a bucket has not, or has older, inside S3; how many objects that were.

    What users have changed since an earlier copy is newer, and stays.
    """
    bucket = target.inventory.platform.buckets[key]
    s3 = target.cloud.client("s3")
    there = _objects(target, bucket)
    wanted = [name for name, at in _objects(target, replica).items() if name not in there or there[name] < at]
    together(lambda name: s3.copy({"Bucket": replica, "Key": name}, bucket, name), wanted)
    return len(wanted)


def answers(target: Target, minutes: float) -> str | None:
    """Wait until the smoke suite of the stack passes, and where it was asked; None where nobody can be."""
    suite = target.inventory.suites.get("smoke")
    if suite is None:
        tell("    the stack has no smoke suite: nobody is asked")
        return None
    for _ in poll(f"stack {target.stack}", minutes, every=_ASK_SECONDS, remedy="plinth diagnose says why"):
        problems = run_suite("smoke", suite, target.url).problems
        if not problems:
            return target.url
        tell(f"    {problems[0]}")
    raise AssertionError("poll ends with an exception")


def _objects(target: Target, bucket: str) -> dict[str, dt.datetime]:
    """When each object of a bucket was written."""
    pages = target.cloud.pages("s3", "list_objects_v2", "Contents", Bucket=bucket)
    return {each["Key"]: each["LastModified"] for each in pages if each}


def _promise(minutes: int | None) -> str:
    return "nothing" if minutes is None else f"{minutes} min"


def _minutes(time: dt.timedelta) -> float:
    return round(time.total_seconds() / 60, 1)
