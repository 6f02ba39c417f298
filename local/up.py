"""`make up`: the local cloud, then one stack in it, by the real `pulumi up`."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rich.markup import escape

from local import daemons, deployment, emulator, given, health, machinery, paths, records
from local.checkpoint import Checkpoint, names
from local.commands import clean_env
from local.docker import Docker
from local.errors import LocalCloudError
from local.records import Record
from local.stackfile import StackFile, find
from local.steps import Steps, Timing, duration

if TYPE_CHECKING:
    from rich.console import Console


def up(wanted: str, console: Console) -> None:
    """Deploy the stack meant by `wanted` (a name or a file) into the local cloud."""
    started = time.monotonic()
    stack = find(wanted)
    _validate(stack)
    with Steps(console) as steps:
        docker = machinery.ensure(steps)
        refresh = _prepare(stack, docker, steps)
        given.ensure(stack, steps)
    deployed = _deploy(stack, docker, console, refresh=refresh)
    with Steps(console) as after:
        state = Checkpoint(stack.name)
        healthy = _settle(state, after)
    total = Timing("in all", time.monotonic() - started)
    _farewell(stack, state, console, [*steps.timings, deployed, *after.timings, total])
    if not healthy:
        raise LocalCloudError(
            f"stack {stack.name} is deployed, but its services do not answer yet", "make status shows each of them"
        )


def _validate(stack: StackFile) -> None:
    """Have the settings judge the file, all mistakes at once, before anything is started."""
    if find_spec("settings") is None or find_spec("settings.__main__") is None:
        return
    command = [sys.executable, "-m", "settings", "check", str(stack.source)]
    done = subprocess.run(command, cwd=paths.ROOT, env=clean_env(), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, end="", file=sys.stderr)
        raise LocalCloudError(f"{stack.source} was not accepted; nothing was touched", exit_code=done.returncode)


def _prepare(stack: StackFile, docker: Docker, steps: Steps) -> bool:
    """Copy the stack file, create the stack, heal it; returns whether its state may not be true any more."""
    stack.write_copy()
    interrupted = deployment.heal(stack.name, docker, steps)
    state = Checkpoint(stack.name)
    if state.pending_creates or deployment.left_underway():
        # Nobody knows whether those exist. An empty emulator makes the answer simple: nothing does.
        with steps.step("AWS emulator restarted, since an interrupted run left it in doubt"):
            emulator.ministack(docker).start()
            deployment.clear_pending(stack.name, docker)
    deployment.create(stack.name, docker)
    earlier = records.load(stack.name)
    life = daemons.boot_id(emulator.NAME)
    return interrupted or (earlier is not None and (earlier.outcome == "running" or earlier.emulator != life))


def _deploy(stack: StackFile, docker: Docker, console: Console, *, refresh: bool) -> Timing:
    started = time.monotonic()
    console.print(f"\n  pulumi up, stack [bold]{escape(stack.name)}[/bold]", highlight=False)
    record = partial(Record, source=str(stack.source), emulator=daemons.boot_id(emulator.NAME) or "")
    record(outcome="running").save(stack.name)
    try:
        deployment.up(stack, docker, refresh=refresh)
    except LocalCloudError:
        # A refresh that was due may not have been done: leave it due.
        record(outcome="running" if refresh else "failed").save(stack.name)
        raise
    record(outcome="up").save(stack.name)
    return Timing("pulumi up", time.monotonic() - started)


def _settle(state: Checkpoint, steps: Steps) -> bool:
    if health.settle(state, seconds=0.2):
        return True
    with steps.step("Services answer"):
        return health.settle(state)


def _farewell(stack: StackFile, state: Checkpoint, console: Console, timings: list[Timing]) -> None:
    """What came out of it, what to try next, how long it took."""
    base, cdn = health.url(state), health.cdn_url(state)
    lines = [f"  [bold green]{escape(each)}/[/bold green]" for each in (cdn, base) if each]
    if base:
        lines += ["", "  Try next:", f"    curl {base}/health"]
    other = "staging" if stack.name != "staging" else "prod"
    lines += [
        "    make status              what runs, and what this cloud lacks against AWS",
        f"    make up STACK={other:<11} a second system beside it",
        '    eval "$(make -s env)"    then: aws ecs list-services --cluster …, pulumi stack --stack ' + stack.name,
        "    make down                everything gone again",
        "",
        "  Took: " + ", ".join(f"{escape(each.name)} {duration(each.seconds)}" for each in timings),
    ]
    lost = [name for name in names() if name != stack.name and _is_lost(name)]
    lines += [f"  Stack {name} was lost with an earlier emulator: make up STACK={name} brings it back" for name in lost]
    console.print("\n" + "\n".join(lines), highlight=False, soft_wrap=True)


def _is_lost(name: str) -> bool:
    record = records.load(name)
    return record is not None and record.emulator != daemons.boot_id(emulator.NAME)
