"""What a run of Pulumi that was killed left in the stack's state: operations of which nobody knows how they ended.

They are in the state itself, which is where the operator's `pulumi` is logged in to; the inventory does not tell.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.diagnose.facts import State
from scripts.diagnose.issue import Issue
from scripts.stacks import ROOT

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts

_SECONDS: Final = 60


def read_state(stack: str) -> State:
    """Ask `pulumi stack export`."""
    command = ["pulumi", "stack", "export", "--stack", stack, "--non-interactive"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode != 0:
            return State(unread=done.stderr.strip().rpartition("\n")[2])
        found = json.loads(done.stdout)["deployment"].get("pending_operations") or ()
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return State(unread=str(error))
    return State(tuple(found))


def operations_left_pending(facts: Facts) -> Iterator[Issue]:
    """Resources that may or may not have become what was asked for."""
    pending = facts.state.pending
    if not pending:
        return
    names = [each["resource"]["urn"].rpartition("::")[2] for each in pending]
    yield Issue(
        id="pulumi-was-interrupted",
        category="infrastructure",
        severity="warning",
        components=tuple(names),
        description=f"a run of pulumi was ended while it was {pending[0]['type']} {names[0]}"
        + (f" and {len(names) - 1} others" if len(names) > 1 else ""),
        impact="nobody knows whether they are there, and the next pulumi up says so",
        cause="pulumi was killed, or its machine or network went away",
        steps=(
            f"pulumi refresh --stack {facts.target.stack}: asks AWS, and of each creation asks you what became of it",
            f"pulumi up --stack {facts.target.stack}",
        ),
        prevention="Interrupt pulumi once, with Ctrl-C, and wait: it ends what it is doing.",
        evidence=tuple(f"{each['type']}: {each['resource']['urn']}" for each in pending),
    )
