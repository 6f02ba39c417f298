"""Service deployments, revisions and events, of tasks that no container backs: those that start, start at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.emulator

CLUSTER = "history"


@pytest.fixture
def ecs(client: Callable[..., Any]) -> Any:
    ecs = client("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    return ecs


def definition(ecs: Any, tag: str) -> str:
    container = {"name": "web", "image": f"web:{tag}", "memory": 128}
    made = ecs.register_task_definition(family="history", containerDefinitions=[container])
    return str(made["taskDefinition"]["taskDefinitionArn"])


def service(ecs: Any, name: str) -> str:
    """A service with two tasks of web:1."""
    ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition=definition(ecs, "1"), desiredCount=2)
    return name


def deployments(ecs: Any, name: str, **wanted: Any) -> list[dict[str, Any]]:
    found = ecs.list_service_deployments(cluster=CLUSTER, service=name, **wanted)["serviceDeployments"]
    return list(found)


def test_the_first_deployment_has_no_source_and_succeeds(ecs: Any) -> None:
    name = service(ecs, "first")
    (brief,) = deployments(ecs, name)
    assert brief["status"] == "SUCCESSFUL"
    (told,) = ecs.describe_service_deployments(serviceDeploymentArns=[brief["serviceDeploymentArn"]])[
        "serviceDeployments"
    ]
    assert told["sourceServiceRevisions"] == []
    assert told["targetServiceRevision"]["runningTaskCount"] == 2
    assert told["createdAt"] <= told["finishedAt"]
    assert told["deploymentCircuitBreaker"]["status"] == "DISABLED"


def test_a_deployment_names_what_it_goes_from_and_to(ecs: Any) -> None:
    name, second = service(ecs, "second"), definition(ecs, "2")
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    ecs.update_service(cluster=CLUSTER, service=name, taskDefinition=second, deploymentConfiguration=breaker)
    newest, oldest = deployments(ecs, name)
    (told,) = ecs.describe_service_deployments(serviceDeploymentArns=[newest["serviceDeploymentArn"]])[
        "serviceDeployments"
    ]
    assert [each["arn"] for each in told["sourceServiceRevisions"]] == [oldest["targetServiceRevisionArn"]]
    assert told["targetServiceRevision"]["arn"] == newest["targetServiceRevisionArn"]
    revisions = [oldest["targetServiceRevisionArn"], newest["targetServiceRevisionArn"]]
    before, after = ecs.describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]
    assert (before["containerImages"][0]["image"], after["containerImages"][0]["image"]) == ("web:1", "web:2")
    assert after["taskDefinition"] == second


def test_a_forced_deployment_is_one_and_a_new_count_is_none(ecs: Any) -> None:
    name = service(ecs, "forced")
    ecs.update_service(cluster=CLUSTER, service=name, desiredCount=3)
    assert len(deployments(ecs, name)) == 1
    ecs.update_service(cluster=CLUSTER, service=name, forceNewDeployment=True)
    assert len(deployments(ecs, name)) == 2


def test_deployments_are_listed_by_status_and_in_pages(ecs: Any) -> None:
    name = service(ecs, "listed")
    ecs.update_service(cluster=CLUSTER, service=name, forceNewDeployment=True)
    assert deployments(ecs, name, status=["IN_PROGRESS"]) == []
    page = ecs.list_service_deployments(cluster=CLUSTER, service=name, maxResults=1)
    following = ecs.list_service_deployments(cluster=CLUSTER, service=name, nextToken=page["nextToken"])
    assert page["serviceDeployments"][0]["createdAt"] >= following["serviceDeployments"][0]["createdAt"]
    assert len(page["serviceDeployments"] + following["serviceDeployments"]) == 2


def test_events_tell_of_tasks_and_of_the_end(ecs: Any) -> None:
    name = service(ecs, "told")
    ecs.update_service(cluster=CLUSTER, service=name, desiredCount=1)
    (told,) = ecs.describe_services(cluster=CLUSTER, services=[name])["services"]
    said = [event["message"].removeprefix("(service told) ") for event in reversed(told["events"])]
    beginnings = [message.partition("(task")[0].partition("ecs-svc")[0].strip() for message in said]
    assert beginnings[0] == "has started 2 tasks:"
    assert "has stopped 1 running tasks:" in beginnings
    assert said[-1] == "has reached a steady state."
    assert not any("draining" in message for message in said)  # no load balancer


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("list_service_deployments", {"cluster": CLUSTER, "service": "nobody"}), "ServiceNotFoundException"),
        (("describe_service_deployments", {"serviceDeploymentArns": []}), "InvalidParameterException"),
        (("stop_service_deployment", {"serviceDeploymentArn": "arn:x"}), "ServiceDeploymentNotFoundException"),
    ],
)
def test_what_is_not_there_is_refused(ecs: Any, call: tuple[str, dict[str, Any]], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(ecs, call[0])(**call[1])
    assert refused.value.response["Error"]["Code"] == code


def test_what_has_ended_cannot_be_stopped(ecs: Any) -> None:
    (brief,) = deployments(ecs, service(ecs, "ended"))
    with pytest.raises(ClientError) as refused:
        ecs.stop_service_deployment(serviceDeploymentArn=brief["serviceDeploymentArn"])
    assert refused.value.response["Error"]["Code"] == "ConflictException"
