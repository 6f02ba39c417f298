"""What every component shares: its type token, its children's options, and the facts of the stack it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from settings import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings import Stack

BACKUP_TAG = "Backup"
CONTAINER_INSIGHTS = {"free": "disabled", "standard": "enabled", "detailed": "enhanced"}


@dataclass(frozen=True, kw_only=True)
class Context:
    """The facts of a stack that shape every resource in it."""

    system: str
    project: str
    """The value of the Project tag."""
    environment: str
    stack: str
    """Pulumi's name of the stack, as in ``Pulumi.<stack>.yaml``."""
    region: str
    production: bool
    """True in the production tier: data is protected and kept (design decision 7)."""
    images_rebuilt: str | None
    """The month of the bases that images are built on; None where builds may take them from caches."""
    log_retention_days: int
    container_insights: str
    """disabled, enabled or enhanced."""
    detailed_monitoring: bool
    backup_tags: Mapping[str, str]
    """The tags by which AWS Backup finds the data stores of a stack; none in a stack without backup."""

    @classmethod
    def of(cls, settings: Stack, stack: str) -> Context:
        return cls(
            system=settings.system,
            project=names.project(settings),
            environment=settings.environment,
            stack=stack,
            region=settings.region,
            production=settings.tier == "production",
            images_rebuilt=settings.images.rebuilt,
            log_retention_days=settings.logs.retention_days,
            container_insights=CONTAINER_INSIGHTS[settings.monitoring.level],
            detailed_monitoring=settings.monitoring.detailed,
            backup_tags={BACKUP_TAG: f"{settings.system}-{settings.environment}"} if settings.backup else {},
        )

    def name(self, *what: str) -> str:
        """The AWS name of a thing: ``<system>-<what>-<environment>``."""
        return "-".join((self.system, *what, self.environment))

    def tags(self, *what: str, **more: str) -> dict[str, str]:
        """The tags of one resource; the provider's default tags add the rest (AUT-SEC-14)."""
        return {"Name": self.name(*what), **more}


class Component(pulumi.ComponentResource):
    """A component resource whose children are its children, and nothing else."""

    def __init__(self, area: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"plinth:{area}:{type(self).__name__}", name, None, opts)

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a child resource: parented here, with whatever else is given."""
        return pulumi.ResourceOptions(parent=self, **options)
