"""The images that others start from: pulled where they can be, else made from Debian's packages.

`debian:bookworm-slim` is what most Dockerfiles here start from; `postgres:15-alpine` and
`redis:7-alpine` are what MiniStack starts behind RDS and ElastiCache; others are what sample apps start from. Each is
made once: its label holds a digest of what it was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess

from local import debian, paths, registry
from local.commands import clean_env, run
from local.debootstrap import bootstrap
from local.docker import Docker
from local.errors import LocalCloudError
from local.steps import Steps

BASE = "debian:bookworm-slim"
_LABEL = "io.plinth.digest"

# Image, as MiniStack 1.5.33 asks for it -> the folder under local/images with its Dockerfile.
BUILT = {
    "postgres:15-alpine": "postgres",
    "redis:7-alpine": "redis",
    "python:3.11-slim": "python",
    "node:20-bookworm-slim": "node",
}
# Those that Dockerfiles start from, and so must be where BuildKit looks.
STARTED_FROM = (BASE, "python:3.11-slim", "node:20-bookworm-slim")


def ensure(docker: Docker, steps: Steps) -> None:
    """See that the base image and those of BUILT are in the Docker engine."""
    for reference in (BASE, *BUILT):
        if docker.has_image(reference) and not _is_outdated(docker, reference):
            continue
        if not docker.label(reference, _LABEL) and docker.pull(reference):
            continue
        if not debian.available():
            raise LocalCloudError(f"the image {reference} cannot be pulled", "Check the network, then: make up")
        if reference == BASE:
            with steps.step(f"Base image {BASE}, by debootstrap", expect="1 min"):
                _make_base(docker)
        else:
            with steps.step(f"Image {reference}"):
                _build(docker, reference)


def publish(docker: Docker, address: str) -> None:
    """Put what Dockerfiles start from where BuildKit looks for docker.io's, unless it is there already.

    Only what was made here: a machine that can pull it needs no copy.
    """
    for reference in STARTED_FROM:
        name, tag = reference.split(":")
        made = docker.label(reference, _LABEL)
        marker = paths.CACHE / "registry" / f"base-image-{name}"
        published = marker.exists() and marker.read_text() == made and registry.has(f"library/{name}", tag)
        if not made or published:
            continue
        target = f"{address}/library/{reference}"
        docker.run("tag", reference, target, failure="docker tag failed")
        docker.run("push", "--quiet", target, failure=f"{reference} could not be pushed to the local registry")
        docker.run("rmi", target, failure="docker rmi failed")
        marker.write_text(made)


def _is_outdated(docker: Docker, reference: str) -> bool:
    """Whether an image made here was made from something else than would be used now."""
    made = docker.label(reference, _LABEL)
    return made != "" and made != _digest(docker, reference)


def _digest(docker: Docker, reference: str) -> str:
    """Names what `reference` is made from: the code here for the base, its folder for the others."""
    digest = hashlib.sha256()
    if reference == BASE:
        digest.update((paths.ROOT / "local" / "debootstrap.py").read_bytes())
    else:
        digest.update(docker.label(BASE, _LABEL).encode())
        for file in sorted((paths.IMAGES / BUILT[reference]).iterdir()):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _make_base(docker: Docker) -> None:
    if shutil.which("debootstrap") is None:
        debian.install(["debootstrap"])
    root = paths.CACHE / "debootstrap"
    shutil.rmtree(root, ignore_errors=True)  # what an interrupted run left
    bootstrap(root)
    label = f"LABEL {_LABEL}={_digest(docker, BASE)}"
    command = ["docker", "import", "--change", 'CMD ["bash"]', "--change", label, "-", BASE]
    with subprocess.Popen(["tar", "--numeric-owner", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as tar:
        done = subprocess.run(
            command, stdin=tar.stdout, env=clean_env(docker.env), capture_output=True, text=True, check=False
        )
    if done.returncode != 0 or tar.returncode != 0:
        raise LocalCloudError(f"the base image could not be imported: {done.stderr.strip()}", "make up")
    shutil.rmtree(root)


def _build(docker: Docker, reference: str) -> None:
    """Build by Docker itself: BuildKit may not be there yet, and these images stay in this engine."""
    folder = paths.IMAGES / BUILT[reference]
    label = f"{_LABEL}={_digest(docker, reference)}"
    run(
        ["docker", "build", "--quiet", "--network=host", f"--tag={reference}", f"--label={label}", str(folder)],
        failure=f"the image {reference} could not be built from {folder.relative_to(paths.ROOT)}",
        remedy="make doctor, then: make up",
        env=docker.env | {"DOCKER_BUILDKIT": "0", "DOCKER_CONFIG": str(paths.DOCKER_CONFIG), "PATH": _path()},
    )


def _path() -> str:
    # Debian's own client still has the classic builder that DOCKER_BUILDKIT=0 asks for.
    return f"/usr/bin{os.pathsep}{os.environ.get('PATH', '')}"
