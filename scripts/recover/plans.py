"""What can be recovered, by which command, and how long it took when it was last done (CRT-DR-02 to CRT-DR-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from scripts.operations.history import history
from scripts.operations.records import Records
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target

_LOOKED_AT: Final = 200  # changes


class Plan(BaseModel):
    """A plan. Minutes; `measured` is how long it took last, None where it was never done."""

    model_config = ConfigDict(frozen=True)

    name: str
    when: str
    command: str
    verb: str
    rto_minutes: int | None
    rpo_minutes: int | None
    measured_minutes: float | None = None


class Phase(BaseModel):
    """What is done in a part of an incident, from so many minutes after its beginning, and by whom (CRT-OPS-18)."""

    model_config = ConfigDict(frozen=True)

    from_minute: int
    who: str
    what: str
    commands: tuple[str, ...]


ESCALATION: Final = (
    Phase(
        from_minute=0,
        who="whoever is woken",
        what="see whom it hurts, begin an incident, tell the people below; AWS has rolled back what it could by itself",
        commands=("plinth status", "plinth diagnose"),
    ),
    Phase(
        from_minute=5,
        who="operations",
        what="go back, scale, work around; then watch",
        commands=("plinth rollback", "plinth scale", "plinth watch"),
    ),
    Phase(
        from_minute=30,
        who="engineering",
        what="find the cause and mend it for good; review it, and change what let it happen",
        commands=("plinth operation list", "plinth logs --errors", "plinth db probe"),
    ),
)


class Plans(Result):
    """All plans of a stack, the phases of an incident, and whom to call."""

    plans: tuple[Plan, ...]
    escalation: tuple[Phase, ...] = ESCALATION
    contacts: dict[str, str]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [
            (
                each.name,
                each.when,
                _minutes(each.rto_minutes),
                _minutes(each.rpo_minutes),
                _minutes(each.measured_minutes),
                each.command,
            )
            for each in self.plans
        ]
        console.print(table("plan", "when", "RTO", "RPO", "took last", "command", rows=rows))
        phases = [
            (f"{each.from_minute} min", each.who, each.what, ", ".join(each.commands)) for each in self.escalation
        ]
        console.print(table("from", "who", "what", "by", rows=phases))
        for name, ways in self.contacts.items():
            console.print(f"{name}: {ways}", markup=False)


def plans(target: Target) -> Plans:
    """The plans that make sense for a stack: without file systems, none to restore them."""
    inventory, stack = target.inventory, target.stack
    recovery = inventory.operations.recovery if inventory.operations else None
    rto, rpo = (recovery.rto_minutes, recovery.rpo_minutes) if recovery else (None, None)
    found = [
        Plan(
            name="rollback",
            when="a release does the system no good",
            command=f"plinth rollback --stack {stack}",
            verb="rollback",
            rto_minutes=5,
            rpo_minutes=0,
        )
    ]
    if inventory.services:
        found.append(
            Plan(
                name="scaling",
                when="tasks are too few for the load",
                command=f"plinth scale SERVICE --to N --reason WHY --stack {stack}",
                verb="scale",
                rto_minutes=3,
                rpo_minutes=0,
            )
        )
    if inventory.platform.files:
        found.append(
            Plan(
                name="files",
                when="files are lost or spoilt",
                command=f"plinth backup restore {next(iter(inventory.platform.files))} --stack {stack}",
                verb="backup restore",
                rto_minutes=rto,
                rpo_minutes=rpo,
            )
        )
    if inventory.platform.postgres is not None:
        found.append(
            Plan(
                name="data",
                when="rows are lost or spoilt",
                command=f"plinth db restore --time MOMENT --stack {stack}",
                verb="db restore",
                rto_minutes=rto,
                rpo_minutes=rpo,
            )
        )
    found.append(
        Plan(
            name="infrastructure",
            when="what runs is gone or was changed by hand; approval required",
            command=f"pulumi up --refresh --stack {stack}",
            verb="",
            rto_minutes=rto,
            rpo_minutes=rpo,
        )
    )
    found.append(
        Plan(
            name="region",
            when="the region is lost; approval required",
            command=f"plinth recover region --lost {stack} --stack RECOVERY",
            verb="recover region",
            rto_minutes=rto,
            rpo_minutes=rpo,
        )
    )
    took = _durations(target)
    contacts = inventory.operations.contacts if inventory.operations else {}
    return Plans(
        plans=tuple(each.model_copy(update={"measured_minutes": took.get(each.verb)}) for each in found),
        contacts={name: ", ".join(filter(None, (each.mail, each.phone, each.chat))) for name, each in contacts.items()},
    )


def _durations(target: Target) -> dict[str, float]:
    """Verb to the minutes that it took when it was last done to its end."""
    took: dict[str, float] = {}
    for each in history(Records(target), _LOOKED_AT).operations:
        if each.state == "done" and each.ended is not None:
            took.setdefault(each.verb, round((each.ended - each.started).total_seconds() / 60, 1))
    return took


def _minutes(value: float | None) -> str | None:
    return None if value is None else f"{value:g} min"
