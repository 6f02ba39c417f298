"""An instance of an environment: a version's containers, run by the Docker engine of the local cloud."""

from __future__ import annotations

import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.docker import Docker
from local.errors import LocalCloudError
from local.fakes.beanstalk.bundle import Container
from local.fakes.protocols import Reply, Request

# Whose containers they are; `make status` and the emulator, which clears up after another, know the first.
_LABELS = ("ministack=beanstalk", "plinth.beanstalk=instance")
_TRUSTED = "/etc/plinth/trusted.pem"  # as in tasks: see local/ministack/trust.py
_PROXIED_SECONDS = 120
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "host", "server", "date"}


class Unhealthy(Exception):  # noqa: N818 - a state, not an error of the program
    """A version that does not come up, and why."""


def engine() -> Docker | None:
    """The engine that may be used, which the local cloud names; None without."""
    host = os.environ.get("PLINTH_BEANSTALK_DOCKER")
    return Docker(host, ours=False) if host else None


@dataclass(frozen=True)
class Probe:
    """How an instance is asked whether it is well."""

    path: str
    timeout: int
    statuses: str
    """As in MatcherHTTPCode: 200, 200,301 or 200-399."""

    def accepts(self, status: int) -> bool:
        """Whether an answer of that status is a good one."""
        ranges = (part.partition("-") for part in self.statuses.split(","))
        return any(int(first) <= status <= int(last or first) for first, _, last in ranges)


@dataclass(frozen=True)
class Instance:
    """Running containers; `address` is where the one in front answers."""

    id: str
    docker: Docker
    names: tuple[str, ...]
    address: str

    def status(self, probe: Probe) -> int:
        """The status of an answer to the health check; 0 for none."""
        try:
            with urllib.request.urlopen(f"http://{self.address}{probe.path}", timeout=probe.timeout) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def ended(self) -> str:
        """The container that has ended with its last words; empty while all run."""
        for name in self.names:
            state = self.docker.run("inspect", "--format", "{{.State.Status}}", name, failure=f"{name} is gone")
            if state.strip() not in {"running", "created"}:
                return f"container {name} {state.strip()}: {self.docker.last_words(name)}"
        return ""

    def come_up(self, probe: Probe, good: int, seconds: float) -> None:
        """Wait until `good` checks in a row went well. Raises `Unhealthy`."""
        deadline, streak, status = time.monotonic() + seconds, 0, 0
        while streak < good:
            status = self.status(probe)
            streak = streak + 1 if probe.accepts(status) else 0
            if not streak and (ended := self.ended()):
                raise Unhealthy(ended)
            if time.monotonic() > deadline:
                answer = f"status {status}" if status else "no answer"
                msg = f"{probe.path} gave {answer} for {seconds:.0f} s, not {probe.statuses}"
                raise Unhealthy(msg)
            time.sleep(0.2)

    def forward(self, request: Request, path: str, environment: str) -> Reply:
        """Hand a request on to the container in front, as a load balancer does."""
        connection = http.client.HTTPConnection(self.address, timeout=_PROXIED_SECONDS)
        headers = {name: text for name, text in request.headers.items() if name not in _HOP_BY_HOP}
        headers = {"x-forwarded-proto": "http", **headers, "x-forwarded-for": "127.0.0.1", "host": environment}
        try:
            connection.request(request.method, f"{path}?{request.query}".rstrip("?"), request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            return Reply(502, {"Content-Type": "text/plain"}, f"{environment} does not answer: {error}\n".encode())
        finally:
            connection.close()
        kept = {name: text for name, text in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
        return Reply(answer.status, kept, body)

    def stop(self) -> None:
        """Remove the containers."""
        self.docker.remove(*self.names)


def start(
    docker: Docker,
    name: str,
    number: int,
    containers: Sequence[Container],
    variables: Mapping[str, str],
    *,
    mounted: Mapping[str, str],
) -> Instance:
    """Run containers, in their order, with the variables that all have; `mounted` names the file systems of EFS that
    the instance has, by directory. Raises `Unhealthy`.
    """
    names: list[str] = []
    address = ""
    try:
        for container in containers:
            names.append(f"eb-{name}-{number}-{container.name}")
            given = {**variables, **container.environment}
            labels = [word for label in _LABELS for word in ("--label", label)]
            links = [word for link in container.links for word in ("--link", f"eb-{name}-{number}-{link}:{link}")]
            memory = ["--memory", f"{container.memory}m"] if container.memory else []
            volumes = _volumes(docker, f"eb-{name}-{number}", container.volumes, mounted)
            # Names only: values come by the environment, so that no secret is in a list of processes.
            told = [word for variable in given for word in ("--env", variable)]
            docker.run(
                *("run", "--detach", "--name", names[-1], *labels, *links, *memory, *volumes, *told),
                *(container.image, *container.command),
                failure=f"container {container.name} does not start",
                env=given,
            )
            if container.port:
                shown = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
                found = docker.run("inspect", "--format", shown, names[-1], failure=f"{names[-1]} is gone")
                address = f"{found.strip()}:{container.port}"
    except LocalCloudError as error:
        docker.remove(*names)
        raise Unhealthy(str(error)) from None
    return Instance(f"i-{number:017x}", docker, tuple(names), address)


def _volumes(docker: Docker, prefix: str, wanted: Mapping[str, str], mounted: Mapping[str, str]) -> list[str]:
    """Docker's options for the directories that a container sees, and for the authorities that all of them trust.

    A directory of EFS is a volume that outlives the instance and goes with the file system: MiniStack deletes what has
    that label (local/ministack/file_systems.py). Docker gives a new one the owner that the image's directory has.
    """
    options = []
    for directory, inside in wanted.items():
        file_system = mounted.get(directory, "")
        volume = f"{file_system or prefix}{directory.replace('/', '-')}"
        label = f"io.plinth.efs={file_system}"
        docker.run("volume", "create", "--label", label, volume, failure=f"no volume for {directory}")
        options += ["--volume", f"{volume}:{inside}"]
    trusted = os.environ.get("PLINTH_TRUSTED", "")
    if os.path.exists(trusted):  # noqa: PTH110 - a name, handed on
        options += ["--volume", f"{trusted}:{_TRUSTED}:ro"]
        options += [
            word for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS") for word in ("--env", f"{name}={_TRUSTED}")
        ]
    return options


def clear(docker: Docker) -> None:
    """Remove what an earlier life of the fake left running."""
    left = docker.containers(f"label={_LABELS[1]}", every=True)
    docker.remove(*(each["Names"] for each in left))
