"""Container images."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from settings.section import Section
from settings.values import EnvironmentName, Shaped, refuse

Repository = Annotated[
    str,
    Shaped(
        r"(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*",
        "the name of an ECR repository",
        "It has 2 to 256 lower-case letters, digits, '.', '_', '-' and '/', and no tag.",
        "Set for example 'auterity-backend'.",
    ),
]


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\0" in value:
        refuse(
            f"{value!r} is not a path inside the project.",
            "Paths are relative and do not leave the folder of the stack file.",
            "Set for example 'apps/backend'.",
        )
    return value


def _root(info: ValidationInfo) -> Path | None:
    context: dict[str, Any] = info.context or {}
    root: Path | None = context.get("root")
    return root


def _folder(value: str, info: ValidationInfo) -> str:
    root = _root(info)
    if root is not None and not (root / value).is_dir():
        refuse(
            f"There is no folder {value!r}.",
            "The context is the folder that the image is built from, relative to the stack file.",
            "Create it, or correct the path.",
        )
    return value


def _dockerfile(value: str, info: ValidationInfo) -> str:
    root, context = _root(info), info.data.get("context")
    if root is not None and context is not None and not (root / context / value).is_file():
        refuse(
            f"There is no file {str(PurePosixPath(context) / value)!r}.",
            "The Dockerfile is named relative to the image's context.",
            "Write it, or say with 'dockerfile' where it is.",
            why="Images are built by the deployment itself.",
        )
    return value


class Image(Section):
    """How a service's image is built, always for linux/amd64, and where it is kept."""

    context: Annotated[str, AfterValidator(_relative), AfterValidator(_folder)]
    """Folder that the image is built from, relative to the stack file."""
    dockerfile: Annotated[
        str, AfterValidator(_relative), AfterValidator(_dockerfile), Field(default="Dockerfile", validate_default=True)
    ]
    """Path of the Dockerfile, relative to the context."""
    repository: Repository
    """ECR repository, which the stack creates."""
    build_args: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Arguments of the build; they stay readable in the image, so no secrets. Plinth adds VERSION."""
    target: str | None = None
    """Stage of the Dockerfile to build; the last one unless set."""
