"""Running the Pulumi engine on the unchanged program, and healing what an interrupted run left behind."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from local import daemons, emulator, engine, paths, registry
from local.checkpoint import PROJECT, Checkpoint
from local.commands import clean_env, run
from local.daemons import RECORD_AND_EXEC, pid_file
from local.docker import Docker
from local.errors import LocalCloudError
from local.stackfile import StackFile
from local.steps import Steps

NAME = "pulumi"


def environment(docker: Docker | None) -> dict[str, str]:
    """Everything that `pulumi` and `aws` need to work on the local cloud instead of AWS."""
    path = os.pathsep.join([*_engine_path(), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {
        "PATH": path,  # the virtual environment first: the language host takes the first python it finds
        "PULUMI_HOME": str(paths.PULUMI_HOME),
        "PULUMI_BACKEND_URL": f"file://{paths.PULUMI_STATE}",
        "PULUMI_CONFIG_PASSPHRASE": os.environ.get("PULUMI_CONFIG_PASSPHRASE") or _passphrase(),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_PARALLEL": "16",  # calls to a local AWS are short; what takes time is waiting
        "DOCKER_CONFIG": str(paths.DOCKER_CONFIG),
        "PLINTH_LOCAL_REGISTRY": registry.address(),
        "PLINTH_LOCAL_UNDERWAY": str(paths.UNDERWAY),
        **emulator.environment(),
    }
    return env | (docker.env if docker is not None else {})


def up(stack: StackFile, docker: Docker, *, refresh: bool) -> None:
    """`pulumi up` with the policy pack, its output shown as it comes; LocalCloudError when it fails.

    The preview stays: rules on the whole stack are judged at its end, before anything is created.
    """
    command = ["pulumi", "up", "--yes", "--stack", stack.name, "--config-file", str(stack.copy)]
    policies = paths.ROOT / "policies"
    if (policies / "PulumiPolicy.yaml").exists():
        command += ["--policy-pack", str(policies)]
    _stream([*command, *(["--refresh"] if refresh else [])], docker, stack.name)


def destroy(name: str, docker: Docker | None, *, refresh: bool) -> None:
    """`pulumi destroy` of stack `name`, protection lifted, and the stack forgotten."""
    config = ["--config-file", str(paths.STACKS / f"{name}.yaml")]
    if Checkpoint(name).protected:
        _quiet(["pulumi", "state", "unprotect", "--all", "--yes", "--stack", name], docker)
    flags = ["--yes", "--skip-preview", *(["--refresh"] if refresh else [])]
    _stream(["pulumi", "destroy", *flags, "--stack", name, *config], docker, name)
    forget(name)


def create(name: str, docker: Docker) -> None:
    """Create stack `name` in the state, unless it is there.

    In a directory of its own: `pulumi stack init` writes a Pulumi.<name>.yaml where it runs, over the user's.
    """
    if Checkpoint(name).exists:
        return
    scratch = paths.RUN / "new-stack"
    scratch.mkdir(exist_ok=True)
    (scratch / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
    _quiet(["pulumi", "stack", "init", name, "--no-select"], docker, cwd=scratch)


def forget(name: str) -> None:
    """Remove everything recorded about stack `name`; what it describes must be gone."""
    for file in (paths.PULUMI_STATE / ".pulumi" / "stacks" / PROJECT).glob(f"{name}.json*"):
        file.unlink()
    for folder in ("backups", "history"):
        shutil.rmtree(paths.PULUMI_STATE / ".pulumi" / folder / PROJECT / name, ignore_errors=True)
    for suffix in ("yaml", "json"):
        (paths.STACKS / f"{name}.{suffix}").unlink(missing_ok=True)


def heal(name: str, docker: Docker, steps: Steps) -> bool:
    """Clear the way for a run on stack `name`; True when an earlier one was interrupted.

    An engine that outlived its `make up` is stopped; the lock of a dead one is lifted.
    """
    interrupted = daemons.stop(NAME)
    locks = list((paths.PULUMI_STATE / ".pulumi" / "locks" / "organization" / PROJECT / name).glob("*.json"))
    for lock in locks:
        pid = int(json.loads(lock.read_text()).get("pid", 0))
        if daemons.start_time(pid) is not None:
            raise LocalCloudError(
                f"another pulumi (pid {pid}) is working on stack {name}", "Wait for its end, then: make up"
            )
    if locks:
        with steps.step("Lock of an interrupted run lifted"):
            _quiet(["pulumi", "cancel", "--yes", "--stack", name], docker)
    return interrupted or bool(locks)


def left_underway() -> list[Path]:
    """Notes of creations that a killed plugin left: perhaps they exist, and the state does not know them."""
    return list(paths.UNDERWAY.glob("*"))


def clear_pending(name: str, docker: Docker) -> None:
    """Forget operations that an interrupted run never finished; the emulator must be empty of them."""
    for note in left_underway():
        note.unlink(missing_ok=True)
    if not Checkpoint(name).exists:
        return
    config = ["--config-file", str(paths.STACKS / f"{name}.yaml")]
    flags = ["--yes", "--skip-preview", "--clear-pending-creates", "--stack", name, *config]
    _quiet(["pulumi", "refresh", *flags], docker)


def _engine_path() -> list[str]:
    found = engine.installed()
    return [str(found)] if found is not None else []


def _passphrase() -> str:
    file = paths.STATE / "passphrase"
    if not file.exists():
        paths.make_state_dirs()
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


def _quiet(command: list[str], docker: Docker | None, cwd: Path = paths.ROOT) -> str:
    return run(
        [*command, "--non-interactive"],
        failure=f"{' '.join(command[:3])} failed",
        remedy="make up",
        env=environment(docker),
        cwd=cwd,
    )


def _stream(command: list[str], docker: Docker | None, name: str) -> None:
    """Run the engine in the foreground, recorded like a daemon so that a later run can find a survivor."""
    recorded = ["/bin/sh", "-c", RECORD_AND_EXEC, str(pid_file(NAME)), "-", *command]
    process = subprocess.Popen(recorded, env=clean_env(environment(docker)), cwd=paths.ROOT)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.wait()  # the terminal has told pulumi too; it ends what it is doing and unlocks the stack
        raise
    finally:
        pid_file(NAME).unlink(missing_ok=True)
    if code != 0:
        raise LocalCloudError(*_explain(code, name))


def _explain(code: int, name: str) -> tuple[str, str]:
    """What a failed run of the engine means, and the remedy."""
    if daemons.boot_id(emulator.NAME) is None:
        log = paths.LOGS / f"{emulator.NAME}.log"
        return f"the AWS emulator stopped in the middle (its log: {log})", "make up starts it again and goes on"
    if code < 0:
        return f"the Pulumi engine was ended by signal {-code}", "make up goes on where it stopped"
    return f"Pulumi could not deploy stack {name} (its messages are above)", "Correct what it names, then: make up"
