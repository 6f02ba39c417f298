"""The image registry that plays ECR: Debian's docker-registry as a process, or registry:2 as a container."""

from __future__ import annotations

import json
import shutil
import ssl
import urllib.error
import urllib.request
from pathlib import Path

from local import daemons, debian, paths, ports
from local.commands import run
from local.daemons import Daemon
from local.docker import Docker
from local.errors import LocalCloudError
from local.steps import Steps

NAME = "registry"
CONTAINER = "plinth-registry"
_BOOK = paths.STATE / "ports.json"
_CERTIFICATE = "registry.crt"


def ensure(docker: Docker, steps: Steps) -> str:
    """Start the registry unless it runs; returns its address, `127.0.0.1:PORT`."""
    return _as_process(steps) if docker.ours else _as_container(docker, steps)


def address() -> str:
    """The registry's address as remembered; empty before the first `make up`."""
    port = ports.remembered(_BOOK).get(NAME)
    return f"127.0.0.1:{port}" if port else ""


def certificates() -> Path:
    """The directory of the certificate that our own registry shows; empty beside a user's Docker."""
    return paths.RUN / "certificates"


def answers(address: str) -> bool:
    """Whether a registry's API answers at `address`."""
    return _get(address, "")


def has(repository: str, tag: str) -> bool:
    """Whether the registry holds `repository:tag`."""
    return _get(address(), f"{repository}/manifests/{tag}")


def _get(address: str, path: str) -> bool:
    """Whether GET of an API's path succeeds."""
    certificate = certificates() / _CERTIFICATE
    ours = certificate.exists()
    context = ssl.create_default_context(cafile=str(certificate)) if ours else None
    types = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
    url = f"{'https' if ours else 'http'}://{address}/v2/{path}"
    request = urllib.request.Request(url, headers={"Accept": types})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=5, context=context):  # noqa: S310
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
    _certify()
    file, text = paths.RUN / "registry.yml", _config(port)
    file.write_text(text)
    daemon = Daemon(
        name=NAME,
        command=("docker-registry", "serve", str(file)),
        ready=lambda: answers(f"127.0.0.1:{port}"),
        env={"PLINTH_CONFIG": text},  # so that another configuration counts as another daemon
    )
    if not daemon.running():
        with steps.step("Image registry") as step:
            daemon.start()
            step.detail = f"127.0.0.1:{port}"
    return f"127.0.0.1:{port}"


def _certify() -> None:
    """Make a certificate for 127.0.0.1: the docker-build plugin reads images back by https only."""
    certificate = certificates() / _CERTIFICATE
    if certificate.exists():
        return
    certificates().mkdir(exist_ok=True)
    subject = ("-subj", "/CN=plinth local registry", "-addext", "subjectAltName=IP:127.0.0.1")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(_key()))
    fresh = paths.RUN / "registry.crt.new"
    run(
        ["openssl", "req", "-x509", "-days", "3650", *subject, *key, "-out", str(fresh)],
        failure="openssl could not make the registry's certificate",
    )
    fresh.replace(certificate)


def _key() -> Path:
    return paths.RUN / "registry.key"


def _config(port: int) -> str:
    """The registry's configuration; JSON is YAML. Debian's own asks for a password and binds every address."""
    storage = {
        "filesystem": {"rootdirectory": str(paths.CACHE / "registry")},
        "cache": {"blobdescriptor": "inmemory"},
        "delete": {"enabled": True},
    }
    tls = {"certificate": str(certificates() / _CERTIFICATE), "key": str(_key())}
    http = {"addr": f"127.0.0.1:{port}", "tls": tls}
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
