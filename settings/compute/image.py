"""Container images."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from settings.section import Section
from settings.values import EnvironmentName, Many, Shaped, refuse

LATEST: Final = "latest"
"""The one tag that moves."""

Repository = Annotated[
    str,
    Shaped(
        r"(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*",
        "the name of an ECR repository",
        "It has 2 to 256 lower-case letters, digits, '.', '_', '-' and '/', and no tag.",
        "Set for example 'auterity-backend'.",
    ),
]
Tag = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        "a tag",
        "It has letters, digits, '_', '.' and '-', neither of the last two first, and at most 128 of them.",
        "Set for example '1.4.0' or 'latest'.",
    ),
]


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\0" in value:
        refuse(
            f"{value!r} is not a path inside the project.",
            "Paths are relative to the project, and do not leave it.",
            "Set for example 'apps/backend'.",
        )
    return value


class Image(Section):
    """How a service's image is built, always for linux/amd64, and where it is kept."""

    context: Annotated[str, AfterValidator(_relative)]
    """Folder that the image is built from, relative to the project."""
    dockerfile: Annotated[str, AfterValidator(_relative)] = "Dockerfile"
    """Path of the Dockerfile, relative to the context."""
    repository: Repository
    """ECR repository, which the stack creates."""
    build_args: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Arguments of the build; they stay readable in the image, so no secrets. Plinth adds VERSION."""
    tags: Annotated[Many[Tag], Field(default=())]
    """Tags to push for people, beside one made from the content: `latest`, which moves to each new image, or a release,
    which names one image for good: ECR refuses another under it, so that a new image needs a new release. Nothing runs
    by a tag: deployments name the digest."""
    target: str | None = None
    """Stage of the Dockerfile to build; the last one unless set."""
