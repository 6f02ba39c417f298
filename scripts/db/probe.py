"""How the database is, asked from inside its network: by a one-off task of a service (AUT-OPS-03, AUT-OPS-05).

RDS has no other way in than the network of the stack, where only its services are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scripts.ecs import tasks
from scripts.errors import Exit, PlinthError
from scripts.operations.journal import now, stamp
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.ecs.service import EcsService

PROGRAM: Final = Path(__file__).with_name("probe_program.py")
MARK: Final = "PLINTH "
"""What the line begins with that is an answer."""
_LEAST_HIT_RATIO: Final = 0.95  # AUT-OPS-04


class Probed(Result):
    """What PostgreSQL says of itself: rows by question, or why a question could not be asked."""

    service: str
    answers: dict[str, Any]
    advice: tuple[str, ...]

    def show(self, console: Console) -> None:
        """Print a table for each question."""
        for name, rows in self.answers.items():
            if isinstance(rows, dict):
                console.print(f"{name}: not known ({rows['error']})", markup=False)
            elif not rows:
                console.print(f"{name}: none", markup=False)
            else:
                console.print(f"{name}:")
                console.print(table(*rows[0], rows=[tuple(row.values()) for row in rows]))
        for line in self.advice:
            console.print(f"advice: {line}", markup=False)


def probe(service: EcsService, minutes: float = 5) -> Probed:
    """Ask the database; PlinthError when the task cannot."""
    definition = service.describe()["taskDefinition"]
    arn = tasks.start(
        service,
        definition,
        token=f"probe_{stamp(now())}",
        command=["python", "-c", PROGRAM.read_text(encoding="utf-8")],
    )
    ended = tasks.wait(service, arn, minutes, lambda _: None)
    told = [line.removeprefix(MARK) for line in ended.lines if line.startswith(MARK)]
    if ended.code != 0 or not told:
        raise PlinthError(
            f"the database could not be asked by {service.key}: {ended.reason or 'its task wrote nothing'} "
            f"{' '.join(ended.lines[-1:])}".rstrip(),
            "Its image must have Python and psycopg; --service names another",
            Exit.RESOURCE,
        )
    answers = json.loads(told[-1])
    return Probed(service=service.key, answers=answers, advice=tuple(advice(answers)))


def advice(answers: dict[str, Any]) -> list[str]:
    """What the answers call for (AUT-OPS-04)."""
    found = []
    ratio = _first(answers.get("cache")).get("hit_ratio")
    if ratio is not None and ratio < _LEAST_HIT_RATIO:
        found.append(f"only {ratio:.1%} of reads hit the cache: more memory (instance class), or better queries")
    if answers.get("blocked") and not isinstance(answers["blocked"], dict):
        found.append(f"{len(answers['blocked'])} sessions wait for others: end the one that blocks, or its transaction")
    if answers.get("long_running") and not isinstance(answers["long_running"], dict):
        found.append(f"{len(answers['long_running'])} queries run for more than five minutes")
    connections = _first(answers.get("connections"))
    if connections and connections["total"] > 0.8 * connections["most"]:
        found.append(
            f"{connections['total']} of {connections['most']} connections are taken: smaller pools, or a proxy"
        )
    return found


def _first(rows: Any) -> dict[str, Any]:
    return dict(rows[0]) if isinstance(rows, list) and rows else {}
