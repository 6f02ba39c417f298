"""A Beanstalk environment as its operators see it: versions, health, a rollback by label."""

from __future__ import annotations

import functools
import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from local import health
from tests.integration.cloud import get, wait_until
from tests.integration.operator import Operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.cloud import Cloud

    Client = Callable[[str], Any]

STACK, REGION = "utjfc-dev", "eu-north-1"
APPLICATION, NAME = "utjfc-dev", "utjfc-backend-dev"


@pytest.fixture(scope="module")
def client(cloud: Cloud) -> Client:
    """Makes boto3 clients in the stack's region."""
    return functools.partial(cloud.client, region=REGION)


@pytest.fixture(scope="module")
def base(cloud: Cloud) -> str:
    """Where the environment answers."""
    cloud.ensure(STACK)
    return str(health.url(cloud.state(STACK)))


def ready(eb: Any) -> dict[str, Any]:
    """The environment once it is ready."""

    def found() -> dict[str, Any]:
        return dict(eb.describe_environments(EnvironmentNames=[NAME])["Environments"][0])

    time.sleep(0.1)
    wait_until(lambda: found()["Status"] == "Ready", f"{NAME} is ready")
    return found()


def label_of(client: Client, name: str, document: dict[str, Any]) -> str:
    """A version made by hand, of a bundle with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Dockerrun.aws.json", json.dumps(document))
    bucket = "utjfc-beanstalk-versions-dev"
    client("s3").put_object(Bucket=bucket, Key=f"{name}.zip", Body=buffer.getvalue())
    client("elasticbeanstalk").create_application_version(
        ApplicationName=APPLICATION, VersionLabel=name, SourceBundle={"S3Bucket": bucket, "S3Key": f"{name}.zip"}
    )
    return name


@pytest.mark.requirement("UTJ-DEP-03")
def test_the_backend_answers_as_the_source_says(base: str, client: Client) -> None:
    status, body = get(f"{base}/health")
    assert status == 200
    answer = json.loads(body)
    assert (answer["status"], answer["message"]) == ("healthy", "UTJFC Registration Backend is running")
    assert answer["version"] == ready(client("elasticbeanstalk"))["VersionLabel"]


@pytest.mark.requirement("UTJ-DEP-03")
def test_chat_and_upload_take_what_they_should(base: str) -> None:
    chat = {"user_message": "hello", "session_id": "health_check"}
    assert urllib3.request("POST", f"{base}/api/chat", json=chat).json()["session_id"] == "health_check"
    assert urllib3.request("POST", f"{base}/api/chat", json={**chat, "session_id": ""}).status == 422
    assert urllib3.request("POST", f"{base}/api/chat", json={"user_message": "hello"}).status == 422
    assert upload(base, b"\xff\xd8\xff photo", "image/jpeg") == 202
    assert upload(base, b"no photo", "image/jpeg") == 422
    assert upload(base, b"#!/bin/sh", "text/x-sh") == 415
    assert upload(base, b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "image/jpeg") == 413


def upload(base: str, content: bytes, kind: str) -> int:
    """The status of an upload."""
    fields: dict[str, str | tuple[str, bytes, str]] = {
        "session_id": "health_check",
        "file": ("photo", content, kind),
    }
    return int(urllib3.request("POST", f"{base}/api/upload-async", fields=fields).status)


@pytest.mark.requirement("UTJ-DEP-01")
def test_a_version_that_does_not_come_up_leaves_the_one_before_in_place(base: str, client: Client) -> None:
    eb = client("elasticbeanstalk")
    good = ready(eb)["VersionLabel"]
    image = eb_image(client, good)
    broken = {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": image},
        "Ports": [{"ContainerPort": 80}],
        "Command": "python -c raise(SystemExit('broken'))",
    }
    eb.update_environment(EnvironmentName=NAME, VersionLabel=label_of(client, f"broken-{time.time_ns()}", broken))
    after = ready(eb)
    assert (after["VersionLabel"], after["Health"]) == (good, "Red")
    assert get(f"{base}/health")[0] == 200
    errors = [each["Message"] for each in eb.describe_events(EnvironmentName=NAME, Severity="ERROR")["Events"]]
    assert any("Failed to deploy application" in message and "broken" in message for message in errors)
    eb.update_environment(EnvironmentName=NAME, VersionLabel=good)
    again = ready(eb)
    assert (again["VersionLabel"], again["Health"]) == (good, "Green")


@pytest.fixture
def operator(cloud: Cloud, base: str) -> Operator:
    """Somebody at work on it by plinth."""
    assert base
    return Operator(cloud, STACK)


@pytest.mark.requirement("UTJ-OPS-01", "UTJ-OPS-03", "UTJ-MAN-05", "RPH-DEP-08", "RPH-MAN-10")
def test_the_daily_look_takes_two_commands(operator: Operator) -> None:
    (environment,) = (each for each in operator.does("status")["parts"] if each["kind"] == "beanstalk")
    assert (environment["well"], environment["state"]) == (True, "Ready Green")
    assert operator.does("health")["levels"]["basic"] == 100
    assert operator.does("release", "list")["releases"][0]["name"]


@pytest.mark.requirement("UTJ-DEP-01", "CHR-DEP-01", "UTJ-MAN-07", "CHR-MAN-09", "UTJ-OPS-08")
def test_a_broken_version_is_a_failure_and_a_label_brings_the_environment_back(
    operator: Operator, client: Client
) -> None:
    eb = client("elasticbeanstalk")
    good = ready(eb)["VersionLabel"]
    broken = {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": eb_image(client, good)},
        "Ports": [{"ContainerPort": 80}],
        "Command": "python -c raise(SystemExit('broken'))",
    }
    label = label_of(client, f"broken-{time.time_ns()}", broken)
    failed = operator.plinth("deploy", "beanstalk", "--version", label, "--monitor", "0", "--yes", "--json")
    assert failed.code == 4, failed
    assert (failed.result["state"], failed.result["running"]) == ("rolled back", good)
    assert any("broken" in line for line in failed.result["evidence"])
    issues = {each["id"]: each for each in operator.plinth("diagnose", "--json").result["issues"]}
    assert issues["environment-not-green"]["severity"] == "critical"
    done = operator.does("rollback", "beanstalk", "--to", good, "--yes")
    assert done["running"] == good
    again = ready(eb)
    assert (again["VersionLabel"], again["Health"]) == (good, "Green")


def eb_image(client: Client, label: str) -> str:
    """The image that a version runs, from its bundle."""
    found = client("elasticbeanstalk").describe_application_versions(ApplicationName=APPLICATION, VersionLabels=[label])
    place = found["ApplicationVersions"][0]["SourceBundle"]
    content = client("s3").get_object(Bucket=place["S3Bucket"], Key=place["S3Key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return str(json.loads(archive.read("Dockerrun.aws.json"))["Image"]["Name"])


@pytest.mark.requirement("UTJ-OPS-01", "CHR-CMP-05")
@pytest.mark.usefixtures("base")
def test_its_health_is_what_it_answers(client: Client) -> None:
    eb = client("elasticbeanstalk")
    found = eb.describe_environment_health(EnvironmentName=NAME, AttributeNames=["All"])
    assert (found["Status"], found["Color"], found["InstancesHealth"]["Ok"]) == ("Ready", "Green", 1)
    (instance,) = eb.describe_instances_health(EnvironmentName=NAME, AttributeNames=["All"])["InstanceHealthList"]
    assert instance["Deployment"]["VersionLabel"] == ready(eb)["VersionLabel"]


@pytest.mark.requirement("UTJ-CMP-04")
def test_the_season_can_begin_before_the_calendar_says(cloud: Cloud) -> None:
    cloud.ensure("utjfc-prod")
    operator = Operator(cloud, "utjfc-prod")
    before = operator.does("beanstalk", "season")
    begins, ends = (before["actions"][f"registration-{what}"] for what in ("begins", "ends"))
    assert (before["min"], before["max"]) == (ends["min"], ends["max"])
    assert begins["recurrence"] == "0 0 1 7 *"
    begun = operator.does("beanstalk", "season", "registration-begins", "--yes")
    assert (begun["min"], begun["max"]) == (begins["min"], begins["max"]) != (before["min"], before["max"])
    assert operator.does("beanstalk", "season", "registration-ends", "--yes") == before
