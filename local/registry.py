"""The image registry that plays ECR: Debian's docker-registry as a process, or registry:2 as a container."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request

from local import daemons, debian, paths, ports
from local.commands import run
from local.daemons import Daemon
from local.docker import Docker
from local.errors import LocalCloudError
from local.steps import Steps

NAME = "registry"
CONTAINER = "plinth-registry"
_BOOK = paths.STATE / "ports.json"


def ensure(docker: Docker, steps: Steps) -> str:
    """Start the registry unless it runs; returns its address, `127.0.0.1:PORT`."""
    return _as_process(steps) if docker.ours else _as_container(docker, steps)


def address() -> str:
    """The registry's address as remembered; empty before the first `make up`."""
    port = ports.remembered(_BOOK).get(NAME)
    return f"127.0.0.1:{port}" if port else ""


def answers(address: str) -> bool:
    """Whether a registry's API answers at `address`."""
    try:
        with urllib.request.urlopen(f"http://{address}/v2/", timeout=5) as response:
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, OSError):
        return False


def has(repository: str, tag: str) -> bool:
    """Whether the registry holds `repository:tag`."""
    url = f"http://{address()}/v2/{repository}/manifests/{tag}"
    accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def collect_garbage() -> None:
    """Drop all repositories but the base images' from the registry's disk; it must not be written to meanwhile."""
    repositories = paths.CACHE / "registry" / "docker" / "registry" / "v2" / "repositories"
    config = paths.RUN / "registry.yml"
    if not repositories.exists() or not config.exists():
        return
    for folder in repositories.iterdir():
        if folder.name != "library":
            shutil.rmtree(folder)
    run(["docker-registry", "garbage-collect", str(config)], failure="the registry's garbage was not collected")


def _as_process(steps: Steps) -> str:
    if shutil.which("docker-registry") is None:
        with steps.step("Debian package docker-registry"):
            debian.install(["docker-registry"])
    port = ports.choose(NAME, _BOOK, in_use_by_us=daemons.boot_id(NAME) is not None)
    config = paths.RUN / "registry.yml"
    config.write_text(_config(port))
    daemon = Daemon(
        name=NAME, command=("docker-registry", "serve", str(config)), ready=lambda: answers(f"127.0.0.1:{port}")
    )
    if not daemon.running():
        with steps.step("Image registry") as step:
            daemon.start()
            step.detail = f"127.0.0.1:{port}"
    return f"127.0.0.1:{port}"


def _config(port: int) -> str:
    """The registry's configuration; JSON is YAML. Debian's own asks for a password and binds every address."""
    storage = {
        "filesystem": {"rootdirectory": str(paths.CACHE / "registry")},
        "cache": {"blobdescriptor": "inmemory"},
        "delete": {"enabled": True},
    }
    http = {"addr": f"127.0.0.1:{port}"}
    return json.dumps({"version": 0.1, "log": {"level": "warn"}, "storage": storage, "http": http}, indent=2) + "\n"


def _as_container(docker: Docker, steps: Steps) -> str:
    running = docker.containers(f"name=^{CONTAINER}$")
    port = ports.choose(NAME, _BOOK, in_use_by_us=bool(running))
    here = f"127.0.0.1:{port}"
    if running and answers(here):
        return here
    with steps.step("Image registry") as step:
        if not docker.has_image("registry:2") and not docker.pull("registry:2"):
            raise LocalCloudError("the image registry:2 cannot be pulled", "Check the network, then: make up")
        docker.remove(*(each["ID"] for each in docker.containers(f"name=^{CONTAINER}$", every=True)))
        docker.run(
            "run",
            "--detach",
            f"--name={CONTAINER}",
            f"--publish={here}:5000",
            f"--volume={CONTAINER}:/var/lib/registry",
            "registry:2",
            failure="the registry did not start",
        )
        step.detail = here
    return here
