"""`make down`: stacks destroyed by the engine, then everything stopped by pid; only caches stay.

It works on whatever is left: what cannot be destroyed because the emulator is gone is gone with it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rich.markup import escape

from local import builder, checkpoint, daemons, deployment, docker, emulator, paths, records, registry, teardown
from local.checkpoint import Checkpoint
from local.docker import Docker
from local.errors import LocalCloudError
from local.stackfile import find
from local.steps import Steps

if TYPE_CHECKING:
    from rich.console import Console


def down(wanted: str | None, console: Console) -> None:
    """Destroy the stack named (or the one of that file), or all of them and the cloud with them."""
    if not paths.STATE.exists():
        console.print("  nothing runs here")
        return
    paths.make_state_dirs()
    existing = checkpoint.names()
    chosen = existing if wanted is None else [_named(wanted, existing)]
    engine = docker.find()
    with Steps(console) as steps:
        failures = [name for name in chosen if not _destroy(name, engine, console, steps)]
        if wanted is None:
            stop_everything(engine, steps)
    if failures and wanted is not None:
        raise LocalCloudError(
            f"stack {failures[0]} was not destroyed (the reasons are above)",
            "make down destroys everything with the emulator itself",
        )
    if failures:
        console.print(f"  {', '.join(failures)}: not destroyed one by one, but gone with the emulator")


def _named(wanted: str, existing: list[str]) -> str:
    name = wanted if wanted in existing else find(wanted).name
    if name not in existing:
        known = ", ".join(existing) or "none"
        raise LocalCloudError(f"STACK={wanted}: no such stack in the local cloud (there: {known})", "make status", 2)
    return name


def _destroy(name: str, engine: Docker | None, console: Console, steps: Steps) -> bool:
    """Destroy one stack; False when the engine could not."""
    state = Checkpoint(name)
    record, life = records.load(name), daemons.boot_id(emulator.NAME)
    lost = life is None or (record is not None and record.emulator != life)
    if lost or engine is None or not state.resources:
        deployment.forget(name)  # nothing of it is left
        return True
    try:
        deployment.heal(name, engine, steps)
        with steps.step(f"Protection of {name} lifted"):
            teardown.unprotect(state)
        console.print(f"\n  pulumi destroy, stack [bold]{escape(name)}[/bold]", highlight=False)
        in_doubt = record is None or record.outcome == "running"
        deployment.destroy(name, engine, refresh=in_doubt)
        teardown.remove_leftovers(state)
    except LocalCloudError as error:
        steps.note(str(error))
        return False
    return True


def stop_everything(engine: Docker | None, steps: Steps) -> None:
    """Stop all processes and containers, and remove all state."""
    daemons.stop(deployment.NAME)
    with steps.step("Local cloud stopped"):
        if docker.left_behind():  # containers outlive an engine that was killed; only an engine removes them
            docker.start_own()
            engine = docker.find()
        daemons.stop(emulator.FAKES)
        daemons.stop(emulator.NAME)
        if engine is not None:
            _remove_containers(engine)
        daemons.stop(builder.NAME)
        registry.collect_garbage()
        daemons.stop(registry.NAME)
        docker.stop_own()
        for name in daemons.recorded():
            daemons.stop(name)
    shutil.rmtree(paths.STATE)


def _remove_containers(engine: Docker) -> None:
    """Containers and volumes of MiniStack's services, our registry's, and the images that tasks were started from."""
    found = engine.containers("label=ministack", every=True)
    found += engine.containers(f"name=^{registry.CONTAINER}$", every=True)
    engine.remove(*{each["ID"] for each in found})
    engine.remove_volumes("io.plinth.efs")  # file systems: local/ministack/file_systems.py
    engine.remove_images(f"{registry.address()}/*")
    engine.remove_images(f"{registry.address()}/*/*")
