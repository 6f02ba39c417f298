"""RapidPhoto from end to end: a photo comes in, its thumbnail is made by the function, both are found again."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.aws_plugin.test_worker import png
from tests.integration.cloud import get, wait_until
from tests.integration.operator import Operator

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud

STACK, REGION = "rapidphoto-prod", "us-east-1"
CLUSTER, BACKEND = "rapid-photo-prod-cluster", "rapid-photo-prod-backend"
JPEG = b"\xff\xd8\xff"


@pytest.fixture(scope="module")
def rapid(cloud: Cloud) -> Cloud:
    cloud.ensure(STACK)
    wait_until(lambda: get(f"{cloud.url(STACK)}/health")[0] == 200, "RapidPhoto answers")
    return cloud


def thumbnail(url: str) -> bytes:
    """The picture at a URL; empty when there is none."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - loopback
            picture: bytes = response.read()
            return picture
    except urllib.error.HTTPError:
        return b""


def migrate(cloud: Cloud) -> int:
    """Runs the one-off task as operators do, and says how it ended."""
    ecs = cloud.client("ecs", REGION)
    (service,) = ecs.describe_services(cluster=CLUSTER, services=[BACKEND])["services"]
    (task,) = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=f"{BACKEND}-migrate",
        launchType="FARGATE",
        networkConfiguration=service["networkConfiguration"],
    )["tasks"]

    def described() -> Any:
        return ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]])["tasks"][0]

    wait_until(lambda: described()["lastStatus"] == "STOPPED", "the migration ends")
    return int(described()["containers"][0]["exitCode"])


@pytest.mark.requirement("RPH-DAT-01", "RPH-CMP-01")
def test_migrations_run_once_and_may_run_again(rapid: Cloud) -> None:
    assert rapid.state(STACK).outputs["cluster_name"] == CLUSTER
    assert migrate(rapid) == 0
    assert migrate(rapid) == 0


@pytest.mark.requirement("RPH-CMP-02", "RPH-DAT-02", "RPH-DAT-04", "RPH-SEC-06")
def test_a_photo_comes_back_as_a_thumbnail(rapid: Cloud) -> None:
    url = f"{rapid.url(STACK)}/api/photos"
    request = urllib.request.Request(url, png(), {"Content-Type": "image/png"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        photo = json.load(response)["id"]
    wait_until(lambda: thumbnail(f"{url}/{photo}/thumbnail").startswith(JPEG), "the thumbnail is there")
    status, listed = get(url)
    assert (status, [each["id"] for each in json.loads(listed)]) == (200, [photo])


@pytest.mark.requirement("RPH-OPS-04")
def test_the_history_of_migrations_is_told(rapid: Cloud) -> None:
    assert migrate(rapid) == 0
    history = Operator(rapid, STACK).does("db", "probe")["answers"]["flyway"]
    assert history
    assert {"version", "description", "installed_on"} <= set(history[0])


@pytest.mark.requirement("RPH-DEP-06", "RPH-MAN-10")
def test_a_worker_goes_back_to_an_earlier_version_and_forth(rapid: Cloud) -> None:
    assert migrate(rapid) == 0
    operator, function = Operator(rapid, STACK), rapid.client("lambda", REGION)
    (worker,) = (each for each in operator.does("status")["parts"] if each["kind"] == "worker")
    assert worker["well"], worker
    key, before = worker["name"], worker["version"]
    inventory = json.loads(
        rapid.client("ssm", REGION).get_parameter(Name=f"/plinth/{STACK}/inventory/workers/{key}")["Parameter"]["Value"]
    )
    name = inventory["function"]
    function.update_function_configuration(FunctionName=name, Description="another")
    function.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    fresh = function.publish_version(FunctionName=name)["Version"]
    assert fresh != before
    rapid_alias = {"FunctionName": name, "Name": inventory["alias"]}
    done = operator.does(
        "deploy", key, "--version", fresh, "--suite", "smoke", "--monitor", "0", "--timeout", "0.1", "--yes"
    )
    assert (done["state"], function.get_alias(**rapid_alias)["FunctionVersion"]) == ("deployed", fresh)
    back = operator.does("rollback", key, "--to", before, "--timeout", "0.1", "--yes")
    assert (back["running"], function.get_alias(**rapid_alias)["FunctionVersion"]) == (before, before)
