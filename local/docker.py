"""The engine for containers: a Docker that is here already, else Debian's dockerd run by ourselves as root.

Our own has its data in the cache (images outlive `make down`), its socket and pid file in `.plinth`, and
serves nobody else. Containers of tasks, databases and caches all sit on its default bridge, since that is
where MiniStack puts ECS tasks, and reach each other and are reached from here by address.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import debian, paths
from local.commands import clean_env, run, succeeds
from local.daemons import Daemon, Record, pid_file, stop
from local.errors import LocalCloudError
from local.steps import Steps

NAME = "dockerd"
NETWORK = "bridge"
PACKAGES = {"dockerd": "docker.io", "runc": "runc", "iptables": "iptables", "docker": "docker.io"}
HOW_TO_GET = "Install Docker (https://docs.docker.com/engine/install) and start it, then: make up"

_DATA = paths.CACHE / "docker"
# One engine of ours per machine, whatever its caches: they would share the bridge docker0 and its firewall rules.
_OWNER = Path("/run/plinth-docker.owner")


@dataclass(frozen=True)
class Docker:
    """A Docker engine that answers."""

    host: str
    """Its address, as in DOCKER_HOST."""
    ours: bool

    @property
    def env(self) -> dict[str, str]:
        """What clients need in their environment to find it."""
        return {"DOCKER_HOST": self.host}

    def run(self, *arguments: str, failure: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run the docker command, with `env` in its environment too, and return its output."""
        return run([_client(), *arguments], failure=failure, env={**(env or {}), **self.env}, stdin=stdin)

    def has_image(self, reference: str) -> bool:
        """Whether `reference` needs no pull."""
        return succeeds([_client(), "image", "inspect", reference], env=self.env)

    def label(self, reference: str, name: str) -> str:
        """The label `name` of an image; empty when the image or the label is not there."""
        if not self.has_image(reference):
            return ""
        shown = self.run("image", "inspect", reference, failure=f"docker cannot show {reference}")
        return str((json.loads(shown)[0]["Config"].get("Labels") or {}).get(name, ""))

    def pull(self, reference: str) -> bool:
        """Try once to pull `reference`; False when it cannot be had from here."""
        return succeeds([_client(), "pull", "--quiet", reference], env=self.env, timeout=600)

    def containers(self, *filters: str, every: bool = False) -> list[dict[str, str]]:
        """The containers matching all `filters` (as in `docker ps --filter`), stopped ones too if `every`."""
        flags = [flag for each in filters for flag in ("--filter", each)] + (["--all"] if every else [])
        shown = self.run("ps", "--no-trunc", "--format", "{{json .}}", *flags, failure="docker ps failed")
        return [json.loads(line) for line in shown.splitlines()]

    def last_words(self, container: str, lines: int = 5) -> str:
        """What a container said last, on both its outputs."""
        command = [_client(), "logs", "--tail", str(lines), container]
        env = clean_env(self.env)
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.stdout.strip()

    def remove(self, *containers: str) -> None:
        """Remove containers, running or not, with their anonymous volumes."""
        if containers:
            self.run("rm", "--force", "--volumes", *containers, failure="docker rm failed")

    def remove_volumes(self, label: str) -> None:
        """Remove the volumes that have a label, whatever its value; no container may use them."""
        shown = self.run("volume", "ls", "--quiet", "--filter", f"label={label}", failure="docker volume ls failed")
        if found := shown.split():
            self.run("volume", "rm", "--force", *found, failure="docker volume rm failed")

    def remove_images(self, pattern: str) -> None:
        """Remove the images whose name matches `pattern` (as in `docker images --filter reference=`)."""
        shown = self.run("images", "--quiet", "--filter", f"reference={pattern}", failure="docker images failed")
        if found := sorted(set(shown.split())):
            self.run("rmi", "--force", *found, failure="docker rmi failed")


def find() -> Docker | None:
    """The Docker that answers now: our own if it runs, else the user's; None when there is neither."""
    own = own_daemon()
    record = Record.read(pid_file(NAME))
    if record is not None and record.alive and own.ready():
        return Docker(_own_host(), ours=True)
    if shutil.which("docker") is None:
        return None
    host = os.environ.get("DOCKER_HOST") or _context_host()
    if host and host != _own_host() and _answers(host):
        return Docker(host, ours=False)
    return None


def can_be_ours() -> bool:
    """Whether we may run Debian's dockerd: as root on Debian."""
    return debian.available()


def demand() -> None:
    """LocalCloudError when there can be no Docker engine: asked first, before minutes of work for nothing."""
    if not can_be_ours() and find() is None:
        raise LocalCloudError("no Docker engine answers, and only root on Debian can start one from here", HOW_TO_GET)


def ensure(steps: Steps) -> Docker:
    """A Docker engine, found or started; LocalCloudError when there can be none."""
    if (found := find()) is not None:
        return found
    demand()
    if missing := sorted({package for tool, package in PACKAGES.items() if shutil.which(tool) is None}):
        with steps.step("Debian packages " + ", ".join(missing)):
            debian.install(missing)
        _client.cache_clear()
        if (found := find()) is not None:  # installed with systemd, it runs by now
            return found
    with steps.step("Docker engine"):
        start_own()
    return Docker(_own_host(), ours=True)


def own_daemon() -> Daemon:
    """Debian's dockerd, for us alone."""
    command = (
        "dockerd",
        f"--host={_own_host()}",
        f"--data-root={_DATA}",
        f"--exec-root={paths.short('docker')}",
        f"--pidfile={paths.RUN / 'dockerd.own'}",
        "--storage-driver=overlay2",
        "--ip=127.0.0.1",  # published ports answer on loopback only
        "--log-level=warn",
    )
    # Containers get ten seconds to stop before they are killed; dockerd waits for all of them.
    return Daemon(name=NAME, command=command, ready=lambda: _answers(_own_host()), timeout=60, stop_timeout=30)


def start_own() -> None:
    """Start our engine; LocalCloudError while another work tree's runs."""
    other = other_owner()
    if other is not None:
        raise LocalCloudError(
            f"the local cloud of {other.parent} is running, and only one can have this machine's container network",
            f"make -C {other.parent} down, then the same command again",
        )
    _OWNER.write_text(f"{paths.STATE}\n")
    own_daemon().start()


def other_owner() -> Path | None:
    """The state directory of another work tree whose Docker engine runs on this machine."""
    if not _OWNER.exists():
        return None
    owner = Path(_OWNER.read_text().strip())
    record = Record.read(owner / "run" / f"{NAME}.pid")
    return owner if owner != paths.STATE and record is not None and record.alive else None


def left_behind() -> bool:
    """Whether our engine was not stopped properly: it is not running, but containers of it may be."""
    return paths.short("docker").exists() and not own_daemon().ready()


def stop_own() -> None:
    """Stop our engine, and remove what it leaves in the system: mounts, its bridge, its firewall rules."""
    stop(NAME, timeout=30)
    exec_root = paths.short("docker")
    if not exec_root.exists():
        return
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in reversed([each for each in mounts if Path(each).is_relative_to(exec_root)]):
        succeeds(["umount", mount])  # the network namespaces of containers, and its own
    shutil.rmtree(exec_root)
    if other_owner() is not None:
        return  # the bridge and the rules are another engine's now
    _OWNER.unlink(missing_ok=True)
    succeeds(["ip", "link", "delete", "docker0"])
    for table in ("nat", "filter"):
        rules = run(["iptables", "-t", table, "-S"], failure="iptables does not tell its rules").splitlines()
        ours = [rule.split() for rule in rules if "DOCKER" in rule or "docker0" in rule]
        for _, *rule in (each for each in ours if each[0] == "-A"):
            succeeds(["iptables", "-t", table, "-D", *rule])
        for _, chain in (each for each in ours if each[0] == "-N"):
            succeeds(["iptables", "-t", table, "-X", chain])


def _own_host() -> str:
    return f"unix://{paths.short('docker.sock')}"


@functools.cache
def _client() -> str:
    # Debian's own client fits Debian's daemon; a newer one elsewhere on PATH may refuse its API.
    own = "/usr/bin/docker"
    return own if os.access(own, os.X_OK) else shutil.which("docker") or "docker"


def _answers(host: str) -> bool:
    return succeeds([_client(), "version", "--format", "{{.Server.Version}}"], env={"DOCKER_HOST": host}, timeout=10)


def _context_host() -> str:
    try:
        shown = run([_client(), "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"], failure="no context")
    except LocalCloudError:
        return ""
    return shown.strip()
