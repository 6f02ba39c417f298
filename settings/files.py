"""Whether the files that a stack names are there: the only look at anything but the stack file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from settings.compute.image import Image
from settings.compute.worker import Worker
from settings.names import sidecar_images
from settings.problems import Problem
from settings.section import Unknown, problem
from settings.stack import Stack


def missing_files(stack: Stack, root: Path, key: str) -> Iterator[Problem]:
    """What is wrong with the folders of images and workers, relative to `root`."""
    with suppress(Unknown):
        for name, service in stack.services.items():
            with suppress(Unknown):
                yield from _missing_for(service.image, root, f"{key}services.{name}.image")
            with suppress(Unknown):
                for sidecar, image in sidecar_images(service):
                    yield from _missing_for(image, root, f"{key}services.{name}.sidecars.{sidecar}.image")
    with suppress(Unknown):
        for name, container in (stack.beanstalk.containers if stack.beanstalk else {}).items():
            with suppress(Unknown):
                yield from _missing_for(container.image, root, f"{key}beanstalk.containers.{name}.image")
    with suppress(Unknown):
        for name, worker in stack.workers.items():
            with suppress(Unknown):
                yield from _missing_code(worker, root, f"{key}workers.{name}")
    with suppress(Unknown):
        for name in stack.sites:
            with suppress(Unknown):
                yield from _missing_from_site(stack, name, root, f"{key}sites.{name}")
    with suppress(Unknown):
        if stack.cdn is not None and stack.cdn.unavailable_page and stack.cdn.default.site in stack.sites:
            folder = stack.sites[stack.cdn.default.site].content
            yield from _missing_page(f"{key}cdn.unavailable_page", root, folder, stack.cdn.unavailable_page)


def _missing_from_site(stack: Stack, name: str, root: Path, at: str) -> Iterator[Problem]:
    site = stack.sites[name]
    if (root / site.content).is_dir():
        yield from _missing_page(f"{at}.index", root, site.content, site.index)
    else:
        yield problem(
            f"{at}.content",
            site.content,
            f"There is no folder {site.content!r}.",
            "The files of a site are in a folder of the project.",
            "Create it, or correct the path.",
        )


def _missing_page(at: str, root: Path, folder: str, page: str) -> Iterator[Problem]:
    if not (root / folder / page).is_file():
        yield problem(
            at,
            page,
            f"There is no file {page!r} in {folder!r}.",
            "A page is one of the site's files.",
            "Write it, or correct the name.",
        )


def _missing_code(worker: Worker, root: Path, at: str) -> Iterator[Problem]:
    source = root / worker.code / "src"
    module = worker.handler.rpartition(".")[0].replace(".", "/")
    if not source.is_dir():
        yield problem(
            f"{at}.code",
            worker.code,
            f"There is no folder {worker.code}/src.",
            "A worker's source is in src/ of its folder, relative to the project.",
            "Create it, or correct the path.",
        )
    elif not (source / f"{module}.py").is_file() and not (source / module / "__init__.py").is_file():
        yield problem(
            f"{at}.handler",
            worker.handler,
            f"There is no module {module.replace('/', '.')} in {worker.code}/src.",
            "The handler names a module there, and a function in it.",
            f"Write {worker.code}/src/{module}.py, or correct the handler.",
            why="The function would fail at its first message.",
        )


def _missing_for(image: Image, root: Path, at: str) -> Iterator[Problem]:
    if not (root / image.context).is_dir():
        yield problem(
            f"{at}.context",
            image.context,
            f"There is no folder {image.context!r}.",
            "The context is the folder that the image is built from, relative to the project.",
            "Create it, or correct the path.",
        )
    elif not (root / image.context / image.dockerfile).is_file():
        yield problem(
            f"{at}.dockerfile",
            image.dockerfile,
            f"There is no file {image.dockerfile!r} in {image.context!r}.",
            "The Dockerfile is named relative to the image's context.",
            "Write it, or correct the path.",
            why="The deployment builds the image from it.",
        )
