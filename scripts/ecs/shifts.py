"""Deployments that move users from one set of tasks to another: blue-green, canary and linear (AUT-DEP-05).

Both sets run meanwhile, so the service's own counts say little. Its service deployment says where it is: tasks scaled
up, the test listener's traffic moved, users moved in one or several steps, the time to bake, the old tasks gone.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from scripts.ecs.service import EcsService

STRATEGIES: Final = ("blue_green", "canary", "linear")
_BACK: Final = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")


@dataclass(frozen=True)
class Shift:
    """Where the newest service deployment is."""

    status: str
    stage: str
    reason: str
    percent: float | None
    """Of the users that the new tasks have; None where ECS does not say."""

    @property
    def is_done(self) -> bool:
        """Whether users have the new tasks, and the old ones are gone."""
        return self.status == "SUCCESSFUL"

    @property
    def is_taken_back(self) -> bool:
        """Whether it ended otherwise."""
        return self.status in _BACK

    def __str__(self) -> str:
        """``production traffic shift, 10 % of the users``."""
        words = (self.stage or self.status).lower().replace("_", " ")
        return words if self.percent is None else f"{words}, {self.percent:g} % of the users"


def newest(service: EcsService, since: dt.datetime) -> Shift | None:
    """The service deployment that was begun last; None while ECS knows those alone that were over by then."""
    of = {"cluster": service.cluster, "service": service.entry.name}
    listed = service.ecs.list_service_deployments(**of)["serviceDeployments"]
    fresh = [each for each in listed if each.get("finishedAt") is None or each["finishedAt"] >= since]
    if not fresh:
        return None
    arn = max(fresh, key=lambda each: each["createdAt"])["serviceDeploymentArn"]
    (found,) = service.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
    return _shift(found)


def _shift(found: dict[str, Any]) -> Shift:
    return Shift(
        status=found["status"],
        stage=found.get("lifecycleStage", ""),
        reason=found.get("statusReason", ""),
        percent=found.get("targetServiceRevision", {}).get("requestedProductionTrafficWeight"),
    )
