"""`make status`: what runs, which stacks are up and whether they answer, what this cloud lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from local import checkpoint, daemons, docker, emulator, health, ports, records
from local.aws_plugin.gaps import GAPS
from local.checkpoint import Checkpoint
from local.docker import Docker
from local.paths import STATE

if TYPE_CHECKING:
    from rich.console import Console

_OK = 200


def show(console: Console) -> None:
    """Print everything; a quick look that starts and changes nothing."""
    engine = docker.find() if STATE.exists() else None
    running = {name: record for name, record in daemons.recorded().items() if record.alive}
    if not running and not checkpoint.names():
        console.print("  nothing runs here: make up")
    else:
        _daemons(console, engine)
        for name in checkpoint.names():
            _stack(console, name)
        if engine is not None:
            _containers(console, engine)
    _gaps(console)


def _daemons(console: Console, engine: Docker | None) -> None:
    table = _table(console, "process", "state", "pid", "at")
    chosen = ports.remembered(STATE / "ports.json")
    for name, record in daemons.recorded().items():
        state = "[green]runs[/green]" if record.alive else "[red]dead: make up[/red]"
        address = f"127.0.0.1:{chosen[name]}" if name in chosen else "unix socket"
        table.add_row(name, state, str(record.pid), address)
    if engine is not None and not engine.ours:
        table.add_row("docker", "[green]yours[/green]", "", engine.host)
    console.print(table)


def _stack(console: Console, name: str) -> None:
    record, state = records.load(name), Checkpoint(name)
    count = sum(1 for each in state.resources if each.get("custom"))
    if record is None or record.emulator != daemons.boot_id(emulator.NAME):
        console.print(f"\n  stack [bold]{name}[/bold]: [red]lost with an earlier emulator[/red]: make up STACK={name}")
        return
    outcomes = {
        "up": "up",
        "failed": f"[red]not complete, the last make up STACK={name} failed[/red]",
        "running": f"[yellow]under way, or interrupted: make up STACK={name}[/yellow]",
    }
    console.print(
        f"\n  stack [bold]{name}[/bold]: {outcomes[record.outcome]}, {count} resources, from {_shown(record.source)}"
    )
    try:
        services, environments = health.services(state), health.environments(state)
    except (ClientError, BotoCoreError) as error:
        console.print(f"    [red]its services cannot be asked for: {error}[/red]", highlight=False)
        return
    for service in services:
        colour = "green" if service.settled else "red"
        console.print(f"    service {service.name}: [{colour}]{service.running} of {service.desired} tasks[/{colour}]")
    for each in environments:
        colour = "green" if each.health == "Green" else "red"
        console.print(f"    environment {each.name}: [{colour}]{each.status}, {each.health}[/{colour}], {each.version}")
    for answer in health.answers(state):
        colour = "green" if answer.status == _OK else "red"
        console.print(f"    {answer.url}: [{colour}]{answer.status or 'no answer'}[/{colour}]", soft_wrap=True)


def _containers(console: Console, engine: Docker) -> None:
    found = engine.containers("label=ministack")
    if not found:
        return
    table = _table(console, "container", "image", "state")
    for each in sorted(found, key=lambda each: each["Names"]):
        table.add_row(each["Names"], each["Image"], each["Status"])
    console.print()
    console.print(table)


def _gaps(console: Console) -> None:
    if not GAPS:
        return
    console.print("\n  What this cloud lacks or does differently from AWS")
    table = _table(console, "service", "what", "so")
    for gap in GAPS:
        table.add_row(gap.service, gap.what, gap.effect)
    console.print(table)


def _table(console: Console, *columns: str) -> Table:
    table = Table(*columns, box=None, pad_edge=True, padding=(0, 1), header_style="dim")
    if not console.is_terminal:
        table.width = None
        console.width = max(console.width, 160)  # a pipe has no width: do not fold what others may parse
    return table


def _shown(source: str) -> str:
    path = Path(source)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source
