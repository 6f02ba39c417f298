"""A service of ECS as something to deploy, by the strategy that the service has: ECS does the switching itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.deploy.deployable import Kind, Outcome, Release, State
from scripts.ecs import rollout
from scripts.ecs.definitions import revision, version_of
from scripts.ecs.releases import releases
from scripts.ecs.service import EcsService, primary
from scripts.ecs.snapshot import snapshot
from scripts.errors import Exit, unknown
from scripts.images.registry import Image, Registry

if TYPE_CHECKING:
    from collections.abc import Callable

_ROLLOUT: Final[dict[str, State]] = {"COMPLETED": "healthy", "IN_PROGRESS": "running", "FAILED": "failed"}


@dataclass(frozen=True)
class EcsDeployable:
    """A service."""

    service: EcsService
    kind: Kind = "service"

    @property
    def name(self) -> str:
        """Its key in the stack file."""
        return self.service.key

    def current(self) -> Release:
        deployment = primary(self.service.describe())
        return Release(
            name=revision(deployment["taskDefinition"]),
            version=self._version(deployment["taskDefinition"]),
            state=_ROLLOUT.get(deployment.get("rolloutState", ""), "unknown"),
            at=deployment["createdAt"],
            current=True,
        )

    def release(self, name: str) -> Release:
        """By ``family:7``, or 7 alone."""
        family = self.service.entry.task_family
        wanted = name if ":" in name else f"{family}:{name}"
        for each in self.releases():
            if wanted == each.name:
                return each
        try:
            version = self._version(wanted)
        except self.service.ecs.exceptions.ClientException:
            known = [each.name for each in self.releases()]
            raise unknown(f"release of {self.name}", name, known, Exit.RESOURCE) from None
        return Release(name=wanted, version=version, state="unknown")

    def _version(self, definition: str) -> str:
        return version_of(self.service.definition(definition), self.service.entry.container)

    def releases(self) -> list[Release]:
        return releases(self.service)

    def check(self, version: str) -> None:
        self._image(version)

    def prepare(self, version: str) -> str:
        """A task definition for an image of the service's repository: a tag, a digest or a whole reference."""
        running = primary(self.service.describe())["taskDefinition"]
        return revision(self.service.register(running, self._image(version)))

    def _image(self, version: str) -> Image:
        image = Registry(self.service.entry.repository_url, self.service.target.cloud).find(version)
        image.check()
        return image

    def start(self, release: str) -> None:
        if self.current().name != release:
            self.service.update(taskDefinition=release)

    def watch(self, release: str, minutes: float, note: Callable[[str], None]) -> Outcome:
        wanted = self.service.definition(release)["taskDefinitionArn"]
        return rollout.watch(self.service, wanted, minutes, note)

    def snapshot(self) -> dict[str, Any]:
        return snapshot(self.service)
