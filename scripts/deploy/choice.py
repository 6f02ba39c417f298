"""What of a stack is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.beanstalk.deployable import NAME, BeanstalkDeployable
from scripts.ecs.deployable import EcsDeployable
from scripts.ecs.service import EcsService
from scripts.errors import Exit, PlinthError, unknown
from scripts.worker.deployable import WorkerDeployable

if TYPE_CHECKING:
    from scripts.deploy.deployable import Deployable
    from scripts.target import Target


def deployables(target: Target) -> dict[str, Deployable]:
    """Everything in a stack that can be deployed, by name: keys of the stack file, and ``beanstalk``."""
    inventory = target.inventory
    found: dict[str, Deployable] = {}
    for key, service in inventory.services.items():
        found[key] = EcsDeployable(EcsService(target, key, service))
    for key, worker in inventory.workers.items():
        found[key] = WorkerDeployable(target, key, worker)
    if inventory.beanstalk is not None:
        found[NAME] = BeanstalkDeployable(target, inventory.beanstalk)
    return found


def deployable(target: Target, name: str | None) -> Deployable:
    """The one of that name; the only one when none is named. PlinthError when it is not clear which."""
    found = deployables(target)
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name is None:
        raise PlinthError(
            f"stack {target.stack} has {len(found)} things to deploy: say which",
            f"Use one of {', '.join(sorted(found))}",
            Exit.USAGE,
        )
    if name not in found:
        raise unknown("service, worker or environment", name, found)
    return found[name]
