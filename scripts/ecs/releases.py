"""What was deployed to a service, by ECS's own record of its deployments (of the last 90 days).

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import batches, together
from scripts.deploy.deployable import Release, State
from scripts.ecs.definitions import revision, version_of
from scripts.ecs.service import primary

if TYPE_CHECKING:
    from scripts.ecs.service import EcsService

_MOST: Final = 40
_AT_A_CALL: Final = 20  # DescribeServiceRevisions

_STATES: Final[dict[str, State]] = {
    "SUCCESSFUL": "healthy",
    "PENDING": "running",
    "IN_PROGRESS": "running",
    "ROLLBACK_REQUESTED": "failed",
    "ROLLBACK_IN_PROGRESS": "failed",
    "ROLLBACK_SUCCESSFUL": "failed",
    "ROLLBACK_FAILED": "failed",
    "STOPPED": "failed",
    "STOP_REQUESTED": "failed",
}
"""What a deployment's status says of what was deployed."""


def releases(service: EcsService) -> list[Release]:
    """The task definitions that were deployed, the newest deployment of each, the newest first."""
    now = service.describe()
    current = str(primary(now)["taskDefinition"])
    deployments = service.ecs.list_service_deployments(
        service=now["serviceArn"], cluster=service.cluster, maxResults=_MOST
    )["serviceDeployments"]
    definitions = _definitions(service, [each["targetServiceRevisionArn"] for each in deployments])
    newest: dict[str, dict[str, Any]] = {}
    for each in deployments:
        if definition := definitions.get(each["targetServiceRevisionArn"]):
            newest.setdefault(definition, each)
    if current not in newest:
        newest = {current: {"status": "", "createdAt": primary(now)["createdAt"]}, **newest}
    versions = together(lambda name: version_of(service.definition(name), service.entry.container), newest)
    return [
        Release(
            name=revision(definition),
            version=version,
            state=_STATES.get(each["status"], "unknown"),
            at=each.get("createdAt"),
            current=definition == current,
        )
        for (definition, each), version in zip(newest.items(), versions, strict=True)
    ]


def _definitions(service: EcsService, revisions: list[str]) -> dict[str, str]:
    """The task definition of each service revision."""
    answers = together(
        lambda some: service.ecs.describe_service_revisions(serviceRevisionArns=some)["serviceRevisions"],
        batches(dict.fromkeys(revisions), _AT_A_CALL),
    )
    return {each["serviceRevisionArn"]: each["taskDefinition"] for answer in answers for each in answer}
