"""The fake of Elastic Beanstalk, asked by boto3 over the wire."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

STACK = "64bit Amazon Linux 2023 v4.7.2 running Docker"
ENHANCED = {
    "Namespace": "aws:elasticbeanstalk:healthreporting:system",
    "OptionName": "SystemType",
    "Value": "enhanced",
}


def bundle(image: str = "registry.invalid/shop@sha256:" + "0" * 64, port: int = 80) -> bytes:
    document = {"AWSEBDockerrunVersion": "1", "Image": {"Name": image}, "Ports": [{"ContainerPort": port}]}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Dockerrun.aws.json", json.dumps(document))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def eb(endpoints: dict[str, str]) -> Any:
    return boto3.client(
        "elasticbeanstalk",
        region_name="us-west-2",
        endpoint_url=endpoints["AWS_ENDPOINT_URL_ELASTIC_BEANSTALK"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="module")
def bucket(endpoints: dict[str, str]) -> str:
    s3 = boto3.client(
        "s3", region_name="us-west-2", endpoint_url=endpoints["AWS_ENDPOINT_URL"],
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    s3.create_bucket(Bucket="eb-bundles", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    s3.put_object(Bucket="eb-bundles", Key="one.zip", Body=bundle())
    return "eb-bundles"


@pytest.fixture(scope="module")
def application(eb: Any, bucket: str) -> Iterator[str]:
    eb.create_application(ApplicationName="shop", Tags=[{"Key": "a", "Value": "b"}])
    for label in ("one", "two"):
        eb.create_application_version(
            ApplicationName="shop", VersionLabel=label, SourceBundle={"S3Bucket": bucket, "S3Key": "one.zip"}
        )
    yield "shop"
    eb.delete_application(ApplicationName="shop", TerminateEnvByForce=True)


def ready(eb: Any, name: str) -> dict[str, Any]:
    """The environment when it is ready."""
    deadline = time.monotonic() + 20
    while True:
        (found,) = eb.describe_environments(EnvironmentNames=[name])["Environments"]
        if found["Status"] == "Ready":
            return dict(found)
        assert time.monotonic() < deadline, f"{name} is not ready: {found}"
        time.sleep(0.05)


def made(eb: Any, application: str, name: str, **more: Any) -> dict[str, Any]:
    eb.create_environment(
        ApplicationName=application,
        EnvironmentName=name,
        SolutionStackName=STACK,
        **{"OptionSettings": [ENHANCED], "VersionLabel": "one", **more},
    )
    return ready(eb, name)


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_without_docker_it_says_that_nothing_runs(eb: Any, application: str) -> None:
    found = made(eb, application, "shop-idle")
    assert (found["Health"], found["HealthStatus"], found["VersionLabel"]) == ("Grey", "NoData", "one")
    events = eb.describe_events(EnvironmentName="shop-idle", Severity="WARN")["Events"]
    assert events[0]["Message"] == "Nothing runs here: no Docker engine is reachable."
    assert eb.describe_environment_health(EnvironmentName="shop-idle", AttributeNames=["All"])["Color"] == "Grey"
    assert eb.describe_instances_health(EnvironmentName="shop-idle", AttributeNames=["All"])["InstanceHealthList"] == []


def test_an_update_changes_version_and_options(eb: Any, application: str) -> None:
    made(eb, application, "shop-update")
    change = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "7"}
    eb.update_environment(EnvironmentName="shop-update", VersionLabel="two", OptionSettings=[change])
    assert ready(eb, "shop-update")["VersionLabel"] == "two"
    (settings,) = eb.describe_configuration_settings(ApplicationName=application, EnvironmentName="shop-update")[
        "ConfigurationSettings"
    ]
    found = {(each["Namespace"], each["OptionName"]): each.get("Value") for each in settings["OptionSettings"]}
    assert found["aws:autoscaling:asg", "MaxSize"] == "7"
    assert found["aws:autoscaling:asg", "MinSize"] == "1"  # Beanstalk's default, said too


def test_cnames_are_swapped(eb: Any, application: str) -> None:
    blue = made(eb, application, "shop-blue", CNAMEPrefix="shop-live")
    green = made(eb, application, "shop-green")
    assert not eb.check_dns_availability(CNAMEPrefix="shop-live")["Available"]
    eb.swap_environment_cnames(SourceEnvironmentName="shop-blue", DestinationEnvironmentName="shop-green")
    assert ready(eb, "shop-green")["CNAME"] == blue["CNAME"]
    assert ready(eb, "shop-blue")["CNAME"] == green["CNAME"]


def test_a_saved_configuration_makes_an_environment(eb: Any, application: str) -> None:
    change = {"Namespace": "aws:autoscaling:asg", "OptionName": "MinSize", "Value": "2"}
    eb.create_configuration_template(
        ApplicationName=application, TemplateName="saved", SolutionStackName=STACK, OptionSettings=[change]
    )
    eb.create_environment(ApplicationName=application, EnvironmentName="shop-saved", TemplateName="saved")
    assert ready(eb, "shop-saved")["SolutionStackName"] == STACK
    (settings,) = eb.describe_configuration_settings(ApplicationName=application, EnvironmentName="shop-saved")[
        "ConfigurationSettings"
    ]
    assert {"Namespace": "aws:autoscaling:asg", "OptionName": "MinSize", "Value": "2"} in settings["OptionSettings"]


def test_a_terminated_environment_is_gone_but_remembered(eb: Any, application: str) -> None:
    made(eb, application, "shop-gone")
    eb.terminate_environment(EnvironmentName="shop-gone")
    deadline = time.monotonic() + 10
    while eb.describe_environments(EnvironmentNames=["shop-gone"])["Environments"]:
        assert time.monotonic() < deadline
    (found,) = eb.describe_environments(EnvironmentNames=["shop-gone"], IncludeDeleted=True)["Environments"]
    assert found["Status"] == "Terminated"


def test_platforms_are_listed(eb: Any) -> None:
    assert STACK in eb.list_available_solution_stacks()["SolutionStacks"]
    branch = {"Attribute": "BranchName", "Operator": "begins_with", "Values": ["ECS"]}
    (ecs,) = eb.list_platform_branches(Filters=[branch])["PlatformBranchSummaryList"]
    assert ecs["BranchName"] == "ECS running on 64bit Amazon Linux 2023"
    versions = eb.list_platform_versions(
        Filters=[{"Type": "PlatformBranchName", "Operator": "contains", "Values": ["Docker running"]}]
    )["PlatformSummaryList"]
    assert versions[0]["PlatformVersion"] == "4.7.2"


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (("aws:autoscaling:asgs", "MinSize", "1"), "Unknown configuration setting"),
        (("aws:autoscaling:asg", "MinimumSize", "1"), "Unknown configuration setting"),
        (("aws:autoscaling:asg", "MinSize", "none"), "not a number"),
        (("aws:autoscaling:asg", "MinSize", "9"), "MinSize is greater than MaxSize"),
        (("aws:elasticbeanstalk:command", "DeploymentPolicy", "Sudden"), "not one of the allowed values"),
        (("aws:autoscaling:scheduledaction", "MinSize", "1"), "Missing resource name"),
        (("aws:elasticbeanstalk:application:environment", "LONG", "x" * 5000), "5005 bytes"),
    ],
)
def test_wrong_options_are_refused(eb: Any, application: str, option: tuple[str, str, str], reason: str) -> None:
    settings = dict(zip(("Namespace", "OptionName", "Value"), option, strict=True))
    more = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "4"}
    with pytest.raises(ClientError, match=reason) as error:
        eb.create_environment(
            ApplicationName=application,
            EnvironmentName="shop-wrong",
            SolutionStackName=STACK,
            OptionSettings=[settings, more],
        )
    assert code(error) == "ConfigurationValidationException"


def test_what_is_not_there_is_refused(eb: Any, application: str, bucket: str) -> None:
    with pytest.raises(ClientError, match="Unable to download from S3") as error:
        eb.create_application_version(
            ApplicationName=application, VersionLabel="x", SourceBundle={"S3Bucket": bucket, "S3Key": "none.zip"}
        )
    assert code(error) == "InvalidParameterValue"
    with pytest.raises(ClientError, match="already exists"):
        eb.create_application_version(
            ApplicationName=application, VersionLabel="one", SourceBundle={"S3Bucket": bucket, "S3Key": "one.zip"}
        )
    with pytest.raises(ClientError, match="No Application named 'shops' found"):
        eb.create_environment(ApplicationName="shops", EnvironmentName="shop-x", SolutionStackName=STACK)
    with pytest.raises(ClientError, match="No Solution Stack named"):
        eb.create_environment(
            ApplicationName=application,
            EnvironmentName="shop-x",
            SolutionStackName="64bit Amazon Linux 2 v3.8.0 running Docker",
        )
    with pytest.raises(ClientError, match="No Environment found"):
        eb.terminate_environment(EnvironmentName="shop-none")


def test_a_deployed_version_cannot_be_deleted(eb: Any, application: str) -> None:
    made(eb, application, "shop-kept")
    with pytest.raises(ClientError, match="deployed to an environment"):
        eb.delete_application_version(ApplicationName=application, VersionLabel="one")


def test_regions_are_apart(eb: Any, application: str, endpoints: dict[str, str]) -> None:
    other = boto3.client(
        "elasticbeanstalk", region_name="eu-north-1", endpoint_url=endpoints["AWS_ENDPOINT_URL_ELASTIC_BEANSTALK"],
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    assert other.describe_applications()["Applications"] == []
    assert application in [each["ApplicationName"] for each in eb.describe_applications()["Applications"]]
