"""Getting the local cloud to run: what is missing is made or fetched, in parallel where that saves time."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Any

from local import base_images, builder, docker, emulator, engine, paths, plugins, registry
from local.docker import Docker
from local.steps import Steps


def ensure(steps: Steps) -> Docker:
    """Have everything in place and running; quick and silent when it already is."""
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    paths.make_state_dirs()
    docker.demand()
    container_engine = _gather(steps)
    address = registry.address()
    base_images.publish(container_engine, address)
    builder.ensure(container_engine, address, steps)
    plugins.link_plugins()
    emulator.ensure(container_engine, steps)
    return container_engine


def _gather(steps: Steps) -> Docker:
    """The three long things side by side: Go builds; Docker and its images; the emulator's packages."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        containers = pool.submit(_containers, steps)
        work: list[Future[Any]] = [
            containers,
            pool.submit(_tools, steps),
            pool.submit(emulator.ensure_packages, steps),
        ]
        done, _ = wait(work, return_when=FIRST_EXCEPTION)
        for each in done:
            each.result()  # raises what went wrong first; the pool waits for the rest, which is not lost
        return containers.result()


def _tools(steps: Steps) -> None:
    engine.ensure(steps)
    plugins.ensure_build_tools(steps)


def _containers(steps: Steps) -> Docker:
    found = docker.ensure(steps)
    registry.ensure(found, steps)
    base_images.ensure(found, steps)
    return found
