"""Container images: repository, build, digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, TypedDict

import pathspec
import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker_build

from components.component import Component, Context
from settings.compute.image import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from settings import Image as ImageSettings

KEEP_IMAGES = 30
UNTAGGED_DAYS = 7
TAG_LENGTH = 16  # hexadecimal digits: no two versions of one image ever share them


class Mutability(TypedDict, total=False):
    """Arguments of a repository."""

    image_tag_mutability: str
    image_tag_mutability_exclusion_filters: list[aws.ecr.RepositoryImageTagMutabilityExclusionFilterArgsDict]


class Image(Component):
    """An ECR repository and the linux/amd64 image in it, built and pushed when its content changes (AUT-IMG-01).

    `reference` is ``repository@digest``: whoever runs that runs exactly what was built. The tag is made from the
    content, so the repository's tags are immutable and yet nothing is ever built twice. The stack file may add
    releases, immutable too, and ``latest``, the only tag that ever moves (UTJ-IMG-05, CHR-IMG-02). With a month of
    their bases in the stack file, images are built anew when that changes (ADR 19). Logging in to the registry is
    Docker's business (its credential helper for ECR): no token passes through the program.
    """

    reference: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        context: Context,
        settings: ImageSettings,
        root: Path,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("images", name, opts)
        self.repository = aws.ecr.Repository(
            name,
            name=settings.repository,
            **mutability(settings.tags),
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "AES256"}],
            # An image that production runs is not deleted with its stack by accident.
            force_delete=not context.production,
            tags={"Name": settings.repository},
            opts=self.child(),
        )
        aws.ecr.LifecyclePolicy(name, repository=self.repository.name, policy=lifecycle_policy(), opts=self.child())
        directory = root / settings.context
        tag = content_tag(directory, settings.dockerfile, settings.build_args, context.images_rebuilt)
        tags = (tag, *(dated(each, context.images_rebuilt) for each in settings.tags))
        image = docker_build.Image(
            name,
            context={"location": str(settings.context)},
            dockerfile={"location": f"{settings.context}/{settings.dockerfile}"},
            platforms=[docker_build.Platform.LINUX_AMD64],
            build_args=dict(settings.build_args) | {"VERSION": tag},
            target=settings.target,
            tags=[pulumi.Output.concat(self.repository.repository_url, ":", each) for each in tags],
            push=True,
            # Not `pull`, with which every run would build: BuildKit asks the registry what a base's tag names anyway.
            no_cache=True if context.images_rebuilt else None,
            build_on_preview=False,
            opts=self.child(),
        )
        self.reference = pulumi.Output.concat(self.repository.repository_url, "@", image.digest)
        self.version = tag
        self.register_outputs({"reference": self.reference})


def mutability(tags: tuple[str, ...]) -> Mutability:
    """Which tags of a repository may be pushed anew: none but ``latest``, and that only where it is pushed at all."""
    if LATEST not in tags:
        return {"image_tag_mutability": "IMMUTABLE"}
    return {
        "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
        "image_tag_mutability_exclusion_filters": [{"filter": LATEST, "filter_type": "WILDCARD"}],
    }


def dated(tag: str, month: str | None) -> str:
    """A tag of the stack file as it is pushed: a release built on another month's base is another image."""
    return tag if month is None or tag == LATEST else f"{tag}-{month}"


def content_tag(
    directory: Path, dockerfile: str, build_args: dict[str, str] | None = None, month: str | None = None
) -> str:
    """A tag that changes exactly when what goes into the image does: paths, run bits, bytes, arguments, the base."""
    made_by = [dockerfile, build_args or {}, *([month] if month else [])]
    digest = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode())
    for path in sorted(context_files(directory, always=dockerfile)):
        runnable = bool(path.stat().st_mode & 0o100)
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"\n{path.relative_to(directory).as_posix()} {runnable} {content}".encode())
    return digest.hexdigest()[:TAG_LENGTH]


def context_files(directory: Path, *, always: str) -> Iterator[Path]:
    """The files of a build context that its .dockerignore lets through, and the Dockerfile, which it cannot hide."""
    ignored = docker_ignore(directory)
    for path in directory.rglob("*"):
        relative = path.relative_to(directory).as_posix()
        if path.is_file() and (relative == always or not ignored.match_file(relative)):
            yield path


def docker_ignore(directory: Path) -> pathspec.PathSpec[pathspec.Pattern]:
    """The patterns of .dockerignore: git's, but always from the root of the context."""
    file = directory / ".dockerignore"
    lines = file.read_text().splitlines() if file.is_file() else []
    patterns = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    anchored = (f"!/{p[1:].lstrip('/')}" if p.startswith("!") else f"/{p.lstrip('/')}" for p in patterns)
    return pathspec.PathSpec.from_lines("gitignore", anchored)


def lifecycle_policy() -> str:
    """Keeps the newest images for rollback; lets go of what no tag holds any more."""
    expire = {"type": "expire"}
    return json.dumps(
        {
            "rules": [
                {
                    "rulePriority": 1,
                    "description": f"Untagged images go after {UNTAGGED_DAYS} days",
                    "selection": {
                        "tagStatus": "untagged",
                        "countType": "sinceImagePushed",
                        "countUnit": "days",
                        "countNumber": UNTAGGED_DAYS,
                    },
                    "action": expire,
                },
                {
                    "rulePriority": 2,
                    "description": f"The newest {KEEP_IMAGES} images stay",
                    "selection": {
                        "tagStatus": "any",
                        "countType": "imageCountMoreThan",
                        "countNumber": KEEP_IMAGES,
                    },
                    "action": expire,
                },
            ]
        }
    )
