"""BuildKit, which builds the images, and the buildx instance by which the docker-build plugin finds it.

The plugin takes the first builder of `$DOCKER_CONFIG/buildx/instances` that it can reach, so the program
names none. Beside our own dockerd BuildKit runs as a process; a user's Docker starts it as a container.
"""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

from local import debian, paths, plugins, registry
from local.commands import succeeds
from local.daemons import Daemon
from local.docker import Docker
from local.steps import Steps

NAME = "buildkitd"
INSTANCE = "plinth"


def ensure(docker: Docker, registry_address: str, steps: Steps) -> None:
    """Start BuildKit (or let the plugin start it as a container) and write the buildx instance."""
    config = _config(registry_address, ours=docker.ours)
    if not docker.ours:
        files = {"buildkitd.toml": base64.b64encode(config.encode()).decode()}
        _write_instance("docker-container", docker.host, {"network": "host"}, files)
        return
    toml = paths.RUN / "buildkitd.toml"
    toml.write_text(config)
    daemon = process(toml, config)
    _write_instance("remote", _address(), None, None)
    if not daemon.running():
        with steps.step("BuildKit"):
            daemon.start()


def process(toml: Path, config: str) -> Daemon:
    """BuildKit as a process; its cache of layers lies in CACHE, so that a rebuild takes no time."""
    if shutil.which("runc") is None:
        debian.install(["runc"])
    tools = plugins.build_tools()
    command = (
        str(tools / "buildkitd"),
        f"--addr={_address()}",
        f"--root={paths.CACHE / 'buildkit'}",
        f"--config={toml}",
        f"--oci-worker-binary={shutil.which('runc')}",
    )
    check = (str(tools / "buildctl"), "--addr", _address(), "debug", "workers")
    return Daemon(name=NAME, command=command, ready=lambda: succeeds(check, timeout=5), env={"PLINTH_CONFIG": config})


def _address() -> str:
    return f"unix://{paths.short('buildkit.sock')}"


def _config(address: str, *, ours: bool) -> str:
    """BuildKit's TOML: how our registry speaks, and that it is asked first for the images of docker.io."""
    certificate = registry.certificates() / "registry.crt"
    # Without a word about it, BuildKit speaks plain http to 127.0.0.1.
    speaks = f'http = false\n  ca = ["{certificate}"]' if ours else "http = true"
    return f"""[registry."docker.io"]
  mirrors = ["{address}"]
[registry."{address}"]
  {speaks}
[worker.oci]
  gc = true
  maxUsedSpace = "10GB"
"""


def _write_instance(driver: str, endpoint: str, options: dict[str, str] | None, files: dict[str, str] | None) -> None:
    """The file that `docker buildx create` would write."""
    node: dict[str, object] = {"Name": f"{INSTANCE}0", "Endpoint": endpoint, "Platforms": None, "Flags": None}
    node |= {"DriverOpts": options, "Files": files}
    folder = paths.DOCKER_CONFIG / "buildx" / "instances"
    folder.mkdir(parents=True, exist_ok=True)
    instance = {"Name": INSTANCE, "Driver": driver, "Nodes": [node], "Dynamic": False}
    (folder / INSTANCE).write_text(json.dumps(instance))
