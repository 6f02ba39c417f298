"""One service of a stack, as ECS has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scripts.ecs.definitions import request_of, revision, with_image
from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from scripts.images.registry import Image
    from scripts.target import Target
    from settings.inventory import ServiceEntry


@dataclass(frozen=True)
class EcsService:
    """A service: `key` is what the stack file calls it."""

    target: Target
    key: str
    entry: ServiceEntry

    @cached_property
    def ecs(self) -> Any:
        """The client."""
        return self.target.cloud.client("ecs")

    @property
    def cluster(self) -> str:
        """The cluster, which every stack with services has."""
        return str(self.target.inventory.platform.cluster)

    def describe(self) -> dict[str, Any]:
        """The service as it is now; PlinthError when it is not there."""
        found = self.ecs.describe_services(cluster=self.cluster, services=[self.entry.name])["services"]
        active = [each for each in found if each["status"] == "ACTIVE"]
        if not active:
            raise PlinthError(
                f"service {self.entry.name} is not in cluster {self.cluster}, though the inventory has it",
                "Somebody deleted it outside of Pulumi: pulumi up --refresh makes it again",
                Exit.RESOURCE,
            )
        return dict(active[0])

    def definition(self, name: str) -> dict[str, Any]:
        """A task definition, by its ARN, ``family:revision``, or family for the newest."""
        return dict(self.ecs.describe_task_definition(taskDefinition=name)["taskDefinition"])

    def register(self, base: str, image: Image, container: str | None = None) -> str:
        """A revision like `base` with that image, as its ARN; one that is already there is not made again.

        The container whose image it is, is the service's own unless named.
        """
        described = self.definition(base)
        request = with_image(described, container or self.entry.container, image.reference, image.version)
        newest = self.definition(described["family"])
        if request_of(newest) == request:
            return str(newest["taskDefinitionArn"])
        tags = self.ecs.list_tags_for_resource(resourceArn=described["taskDefinitionArn"]).get("tags", [])
        if tags:
            request["tags"] = tags
        return str(self.ecs.register_task_definition(**request)["taskDefinition"]["taskDefinitionArn"])

    def update(self, **change: Any) -> dict[str, Any]:
        """Change the service; what it is then."""
        return dict(self.ecs.update_service(cluster=self.cluster, service=self.entry.name, **change)["service"])

    def stopped_tasks(self) -> list[dict[str, Any]]:
        """Tasks that ended in the last hour, the newest first, as far as ECS remembers."""
        arns = self.target.cloud.pages(
            "ecs", "list_tasks", "taskArns", cluster=self.cluster, serviceName=self.entry.name, desiredStatus="STOPPED"
        )[:100]
        if not arns:
            return []
        found = self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]
        return sorted(found, key=lambda each: str(each.get("stoppedAt", "")), reverse=True)

    def __str__(self) -> str:
        return f"service {self.key}"


def primary(service: dict[str, Any]) -> dict[str, Any]:
    """The deployment that a service is on, or on the way to."""
    return next(each for each in service["deployments"] if each["status"] == "PRIMARY")


def running_revision(service: dict[str, Any]) -> str:
    """``family:7``."""
    return revision(primary(service)["taskDefinition"])
