"""Service deployments and revisions of ECS: the history of a service, which outlives a rollback.

MiniStack rolls, and rolls back, and answers with empty lists when asked for it. Here each deployment that CreateService
or UpdateService starts gets a service deployment with its source and target revisions, follows what becomes of it, and
can be stopped: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html. As on AWS the first
deployment of a service is one like others, which the circuit breaker judges too; MiniStack calls it completed at once.
"""

from __future__ import annotations

import random
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import AccountRegionScopedDict, error_response_json, get_account_id, get_region
from ministack.core.responses import json_response as answer
from ministack.services import ecs

from local.ministack.service_events import say

_deployments = AccountRegionScopedDict()  # ARN -> service deployment; what begins with _ is not told
_revisions = AccountRegionScopedDict()  # ARN -> service revision

OPEN = ("PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
_KEPT = (
    "serviceArn", "clusterArn", "taskDefinition", "capacityProviderStrategy", "launchType", "platformVersion",
    "platformFamily", "loadBalancers", "serviceRegistries", "networkConfiguration",
)  # fmt: skip
TASKS_FAILED = "tasks failed to start."
MOST_LISTED, MOST_DESCRIBED = 100, 20


def install() -> None:
    """Lays it over what makes deployments, and over what follows each change of a service's tasks."""
    make, refresh = ecs._make_deployment, ecs._refresh_service_state

    def make_in_progress(task_definition: str, desired_count: int, status: str = "PRIMARY") -> dict[str, Any]:
        made: dict[str, Any] = make(task_definition, desired_count, status)
        made["id"] = f"ecs-svc/{random.randrange(10**18, 10**19)}"  # noqa: S311 - AWS's are numbers
        return made | {"rolloutState": "IN_PROGRESS", "rolloutStateReason": f"ECS deployment {made['id']} in progress."}

    def refresh_and_follow(cluster_name: str, group: str) -> None:
        refresh(cluster_name, group)
        if service := ecs._services.get(f"{cluster_name}/{group.removeprefix('service:')}"):
            follow(service)

    ecs._make_deployment, ecs._refresh_service_state = make_in_progress, refresh_and_follow
    ecs._ACTION_MAP |= {
        "ListServiceDeployments": list_deployments,
        "DescribeServiceDeployments": describe_deployments,
        "DescribeServiceRevisions": describe_revisions,
        "StopServiceDeployment": stop,
    }


def follow(service: dict[str, Any]) -> None:
    """Opens a service deployment for each new one of MiniStack's, and writes down what became of the others."""
    with resource_lock("ecs-service-deployments", service["serviceArn"]):
        for deployment in reversed(service["deployments"]):
            if "_revision" not in deployment:
                _open(service, deployment)
        for record in _of(service):
            if record["status"] in OPEN:
                _advance(service, record)
        deployments = [each for each in service["deployments"] if each["rolloutState"] != "FAILED"]
        steady = (
            service["status"] == "ACTIVE"
            and service["runningCount"] == service["desiredCount"]
            and [each["rolloutState"] for each in deployments] == ["COMPLETED"]
        )
        if steady and service.get("_steady_at") != service["desiredCount"]:
            say(service, "has reached a steady state.")
        service["_steady_at"] = service["desiredCount"] if steady else None


def _open(service: dict[str, Any], deployment: dict[str, Any]) -> None:
    now, tail = ecs._iso(), service["serviceArn"].partition(":service/")[2]
    scope = f"arn:aws:ecs:{get_region()}:{get_account_id()}"
    revision = f"{scope}:service-revision/{tail}/{deployment['id'].partition('/')[2]}"
    configuration = service["deploymentConfiguration"]
    sources = [each for each in service["deployments"] if "_revision" in each and each["rolloutState"] == "COMPLETED"]
    deployment["_revision"] = revision
    # What starts no tasks resolves no digests: those of the running ones are added when somebody asks.
    _revisions[revision] = {name: service[name] for name in _KEPT if service.get(name)} | {
        "serviceRevisionArn": revision,
        "taskDefinition": deployment["taskDefinition"],
        "createdAt": now,
        "_deployment": deployment,
    }
    arn = f"{scope}:service-deployment/{tail}/{''.join(random.choices('0123456789abcdefghijkmnopq', k=21))}"  # noqa: S311
    _deployments[arn] = {
        "serviceDeploymentArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "status": "IN_PROGRESS",
        "createdAt": now,
        "startedAt": now,
        "updatedAt": now,
        "deploymentConfiguration": configuration,
        "_threshold": ecs._circuit_breaker_threshold(service),
        "_deployment": deployment,
        "_sources": sources,
    }


def _advance(service: dict[str, Any], record: dict[str, Any]) -> None:
    """Changes the status of a service deployment that is under way, as its deployment has changed."""
    deployment, primary = record["_deployment"], ecs._primary_deployment(service)
    if record["status"] == "ROLLBACK_IN_PROGRESS":
        back = record["_back"]
        if back["rolloutState"] == "COMPLETED":
            back["rolloutStateReason"] = f"ECS deployment {back['id']} completed."
            _finish(record, "ROLLBACK_SUCCESSFUL", record["statusReason"])
        elif back["rolloutState"] == "FAILED":
            _finish(record, "ROLLBACK_FAILED", back["rolloutStateReason"])
        elif primary is not back or service["status"] != "ACTIVE":
            _finish(record, "STOPPED", _superseded(service))
    elif deployment["rolloutState"] == "COMPLETED":
        deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} completed."
        _finish(record, "SUCCESSFUL")
        say(service, f"(deployment {deployment['id']}) deployment completed.")
    elif deployment["rolloutState"] == "FAILED":
        deployment["rolloutStateReason"] = f"ECS deployment circuit breaker: {TASKS_FAILED}"
        say(service, f"(deployment {deployment['id']}) deployment failed: {TASKS_FAILED}")
        record["_triggered"] = True
        if primary is None or primary is deployment:
            _finish(record, "STOPPED", deployment["rolloutStateReason"])
        else:
            back_to = f"rolling back to deploymentId {primary['id']}."
            primary["rolloutStateReason"] = f"ECS deployment circuit breaker: {back_to}"
            _roll_back(service, record, primary, deployment["rolloutStateReason"])
    elif primary is not deployment or service["status"] != "ACTIVE":
        _finish(record, "STOPPED", _superseded(service))


def _roll_back(service: dict[str, Any], record: dict[str, Any], to: dict[str, Any], reason: str) -> None:
    say(service, f"rolling back to deployment {to['id']}.")
    now = ecs._iso()
    record |= {
        "status": "ROLLBACK_IN_PROGRESS",
        "statusReason": reason,
        "updatedAt": now,
        "rollback": {"reason": reason, "startedAt": now, "serviceRevisionArn": to["_revision"]},
        "_back": to,
    }


def _finish(record: dict[str, Any], status: str, reason: str = "") -> None:
    now = ecs._iso()
    record |= {"status": status, "finishedAt": now, "updatedAt": now}
    if reason:
        record["statusReason"] = reason
    if status == "STOPPED":
        record["stoppedAt"] = now


def _superseded(service: dict[str, Any]) -> str:
    ended = service["status"] != "ACTIVE"
    return "Service was deleted." if ended else "Service deployment was superseded by a newer one."


def list_deployments(request: dict[str, Any]) -> Any:
    """ECS's ListServiceDeployments: the newest first."""
    service = _service(request)
    if service is None:
        return error_response_json("ServiceNotFoundException", "Service not found.", 400)
    wanted, created = request.get("status"), request.get("createdAt") or {}
    found = [
        each
        for each in reversed(_of(service))
        if (not wanted or each["status"] in wanted)
        and created.get("after", 0) <= ecs._ts_to_epoch(each["createdAt"]) <= created.get("before", float("inf"))
    ]
    first, size = int(request.get("nextToken") or 0), int(request.get("maxResults") or MOST_LISTED)
    left_out = {"deploymentConfiguration", "updatedAt", "rollback", "stoppedAt"}
    page = [
        {name: value for name, value in each.items() if name not in left_out}
        | {"targetServiceRevisionArn": each["_deployment"]["_revision"]}
        for each in found[first : first + size]
    ]
    more = {"nextToken": str(first + size)} if len(found) > first + size else {}
    return _told({"serviceDeployments": page, **more})


def describe_deployments(request: dict[str, Any]) -> Any:
    """ECS's DescribeServiceDeployments."""
    arns = request.get("serviceDeploymentArns") or []
    if not 1 <= len(arns) <= MOST_DESCRIBED:
        return error_response_json("InvalidParameterException", "serviceDeploymentArns must have 1 to 20 ARNs.", 400)
    found = [_described(_deployments[arn]) for arn in arns if arn in _deployments]
    return _told({"serviceDeployments": found, "failures": _missing(arns, _deployments)})


def describe_revisions(request: dict[str, Any]) -> Any:
    """ECS's DescribeServiceRevisions."""
    arns = request.get("serviceRevisionArns") or []
    if not 1 <= len(arns) <= MOST_DESCRIBED:
        return error_response_json("InvalidParameterException", "serviceRevisionArns must have 1 to 20 ARNs.", 400)
    found = [_revisions[arn] | {"containerImages": _images(_revisions[arn])} for arn in arns if arn in _revisions]
    return _told({"serviceRevisions": found, "failures": _missing(arns, _revisions)})


def stop(request: dict[str, Any]) -> Any:
    """ECS's StopServiceDeployment: back to the source revision, which still runs."""
    arn, kind = request.get("serviceDeploymentArn", ""), request.get("stopType", "ROLLBACK")
    record = _deployments.get(arn)
    if record is None:
        return error_response_json("ServiceDeploymentNotFoundException", f"{arn} does not exist.", 400)
    if kind != "ROLLBACK":
        return error_response_json("InvalidParameterException", f"stopType {kind} is not supported.", 400)
    if record["status"] == "ROLLBACK_IN_PROGRESS":
        return answer({"serviceDeploymentArn": arn})
    service = _service({"service": record["serviceArn"], "cluster": record["clusterArn"]})
    if record["status"] not in OPEN or service is None:
        return error_response_json("ConflictException", f"The service deployment is {record['status']}.", 400)
    back = next((each for each in record["_sources"] if each in service["deployments"]), None)
    if back is None:
        return error_response_json("ConflictException", "There is no service revision to roll back to.", 400)
    cluster = ecs._cluster_name_from_arn(service["clusterArn"])
    key, deployment = f"{cluster}/{service['serviceName']}", record["_deployment"]
    reason = "Service deployment rollback was requested."
    with resource_lock("ecs-service", key):
        deployment |= {"status": "ACTIVE", "rolloutState": "FAILED", "desiredCount": 0, "rolloutStateReason": reason}
        back |= {"status": "PRIMARY", "rolloutState": "IN_PROGRESS", "desiredCount": service["desiredCount"]}
        back["rolloutStateReason"] = f"ECS deployment {back['id']} in progress."
        service["taskDefinition"] = back["taskDefinition"]
        _roll_back(service, record, back, reason)
    ecs._reconcile_service_tasks(cluster, key)
    ecs._schedule_service_deployment_completion(cluster, key, get_account_id(), get_region())
    return answer({"serviceDeploymentArn": arn})


def _service(request: dict[str, Any]) -> dict[str, Any] | None:
    cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
    name = request.get("service", "").rpartition("/")[2]
    found: dict[str, Any] | None = ecs._services.get(f"{cluster}/{name}")
    return found


def _of(service: dict[str, Any]) -> list[dict[str, Any]]:
    """The service deployments of a service, as they were made."""
    return [each for each in list(_deployments.values()) if each["serviceArn"] == service["serviceArn"]]


def _described(record: dict[str, Any]) -> dict[str, Any]:
    breaker = (record["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}).get("enable", False)
    alarms = record["deploymentConfiguration"].get("alarms") or {}
    watching = "MONITORING" if record["status"] in OPEN else "MONITORING_COMPLETE"
    triggered = "TRIGGERED" if record.get("_triggered") else watching
    return record | {
        "targetServiceRevision": _summary(record["_deployment"]),
        "sourceServiceRevisions": [_summary(each) for each in record["_sources"]],
        "deploymentCircuitBreaker": {
            "status": triggered if breaker else "DISABLED",
            "failureCount": record["_deployment"]["failedTasks"],
            "threshold": record["_threshold"],
        },
        "alarms": {
            "status": watching if alarms.get("enable") else "DISABLED",
            "alarmNames": alarms.get("alarmNames", []),
        },
    }


def _summary(deployment: dict[str, Any]) -> dict[str, Any]:
    counts = {
        "requestedTaskCount": "desiredCount",
        "runningTaskCount": "runningCount",
        "pendingTaskCount": "pendingCount",
    }
    return {"arn": deployment["_revision"]} | {ours: deployment[theirs] for ours, theirs in counts.items()}


def _images(revision: dict[str, Any]) -> list[dict[str, str]]:
    """The images of a revision's containers, with the digests that its deployment found for their tags."""
    definition = ecs._task_defs.get(ecs._resolve_td_key(revision["taskDefinition"])) or {}
    digests = revision["_deployment"].get("_image_digests", {})
    return [
        {"containerName": each["name"], "image": each["image"], "imageDigest": digests.get(each["name"])}
        for each in definition.get("containerDefinitions", [])
    ]


def _missing(arns: list[str], known: Any) -> list[dict[str, str]]:
    return [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]


def _told(body: dict[str, Any]) -> Any:
    """The answer without what begins with _, its times in seconds as JSON has them."""
    times = {"createdAt", "startedAt", "updatedAt", "finishedAt", "stoppedAt"}

    def plain(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: plain(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return ecs._ts_to_epoch(value) if name in times else value

    return answer(plain(ecs._sanitize(body)))
