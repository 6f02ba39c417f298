"""Elastic Beanstalk: the environment, its options, its bundle, and who may reach what."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from components.packing import packed
from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

CERTIFICATE = "arn:aws:acm:eu-north-1:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55"
MORE = {"image": {"context": "systems/utjfc/backend", "repository": "utjfc-more"}, "port": 8090, "memory": 256}
SEVERAL = {
    "beanstalk__containers__backend__memory": 512,
    "beanstalk__containers__backend__links": ["more"],
    "beanstalk__containers__more": {**MORE, "environment": {"ROLE": "agent"}},
    "beanstalk__front": "backend",
}


@pytest.fixture(scope="module")
def prod() -> Recorder:
    return build(stack("utjfc-prod"), "utjfc-prod")


def options(made: Recorder) -> dict[tuple[str, str], str]:
    """The environment's option settings but for the scheduled actions."""
    settings = made.one("elasticbeanstalk/environment:Environment").inputs["settings"]
    return {(each["namespace"], each["name"]): each["value"] for each in settings if "resource" not in each}


def actions(made: Recorder) -> dict[str, dict[str, str]]:
    """The scheduled actions by name."""
    found: dict[str, dict[str, str]] = {}
    for each in made.one("elasticbeanstalk/environment:Environment").inputs["settings"]:
        if "resource" in each:
            found.setdefault(each["resource"], {})[each["name"]] = each["value"]
    return found


def files(made: Recorder) -> dict[str, str]:
    """What is in the source bundle."""
    content = made.one("s3/bucketObjectv2:BucketObjectv2", "beanstalk-bundle").inputs["contentBase64"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(content))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.requirement("UTJ-CMP-01", "UTJ-CMP-02")
def test_the_environment_is_on_amazon_linux_2023(prod: Recorder) -> None:
    made = prod.one("elasticbeanstalk/environment:Environment").inputs
    assert made["solutionStackName"] == "64bit Amazon Linux 2023 v4.7.2 running Docker"
    assert (made["name"], made["tier"]) == ("utjfc-backend-prod-3", "WebServer")
    chosen = options(prod)
    assert chosen["aws:elasticbeanstalk:environment", "EnvironmentType"] == "LoadBalanced"
    assert chosen["aws:elasticbeanstalk:environment", "LoadBalancerType"] == "application"
    assert chosen["aws:ec2:instances", "InstanceTypes"] == "t3.medium"
    assert prod.one("elasticbeanstalk/application:Application").inputs["name"] == "utjfc"


@pytest.mark.requirement("UTJ-CMP-03")
def test_it_scales_by_cpu(prod: Recorder) -> None:
    trigger = {name: value for (space, name), value in options(prod).items() if space == "aws:autoscaling:trigger"}
    assert trigger == {
        "MeasureName": "CPUUtilization", "Statistic": "Average", "Unit": "Percent", "Period": "5",
        "BreachDuration": "5", "EvaluationPeriods": "1", "UpperThreshold": "70", "UpperBreachScaleIncrement": "1",
        "LowerThreshold": "30", "LowerBreachScaleIncrement": "-1",
    }  # fmt: skip
    assert options(prod)["aws:autoscaling:asg", "MinSize"] == "1"
    assert options(prod)["aws:autoscaling:asg", "MaxSize"] == "3"


@pytest.mark.requirement("UTJ-CMP-04")
def test_the_season_is_on_the_calendar(prod: Recorder) -> None:
    assert actions(prod) == {
        "registration-begins": {"MinSize": "2", "MaxSize": "5", "Recurrence": "0 0 1 7 *"},
        "registration-ends": {"MinSize": "1", "MaxSize": "3", "Recurrence": "0 0 1 10 *"},
        "registration-peak-begins": {"MinSize": "3", "MaxSize": "5", "Recurrence": "0 17 * 7,8,9 *"},
        "registration-peak-ends": {"MinSize": "2", "MaxSize": "5", "Recurrence": "0 21 * 7,8,9 *"},
    }


@pytest.mark.requirement("UTJ-CMP-04", "UTJ-MAN-04")
def test_the_season_that_is_deployed_for_has_its_instances() -> None:
    chosen = options(build(stack("utjfc-season"), "utjfc-prod"))
    assert chosen["aws:ec2:instances", "InstanceTypes"] == "t3.large"
    assert chosen["aws:autoscaling:asg", "MinSize"] == "2"
    assert chosen["aws:autoscaling:asg", "MaxSize"] == "5"


def test_a_season_that_follows_another_needs_no_end() -> None:
    autumn = {"start": "10-01", "end": "12-15", "min": 1, "max": 2}
    found = actions(build(stack("utjfc-prod", beanstalk__seasons__autumn=autumn)))
    assert "registration-ends" not in found
    assert found["autumn-begins"]["Recurrence"] == "0 0 1 10 *"
    assert found["autumn-ends"] == {"MinSize": "1", "MaxSize": "3", "Recurrence": "0 0 16 12 *"}


@pytest.mark.requirement("UTJ-CMP-05", "UTJ-CMP-06", "CHR-CMP-05")
def test_the_load_balancer_asks_health(prod: Recorder) -> None:
    space = "aws:elasticbeanstalk:environment:process:default"
    assert {name: value for (each, name), value in options(prod).items() if each == space} == {
        "Port": "80", "Protocol": "HTTP", "HealthCheckPath": "/health", "HealthCheckInterval": "30",
        "HealthCheckTimeout": "5", "HealthyThresholdCount": "3", "UnhealthyThresholdCount": "5",
        "MatcherHTTPCode": "200", "DeregistrationDelay": "300", "StickinessEnabled": "false",
    }  # fmt: skip
    sticky = options(build(stack("utjfc-prod", beanstalk__sticky=True)))
    assert sticky[space, "StickinessEnabled"] == "true"


@pytest.mark.requirement("UTJ-CMP-07", "UTJ-MON-04", "CHR-CMP-06")
def test_health_is_enhanced_and_logs_are_streamed(prod: Recorder) -> None:
    chosen = options(prod)
    assert chosen["aws:elasticbeanstalk:healthreporting:system", "SystemType"] == "enhanced"
    assert chosen["aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs"] == "true"
    assert chosen["aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays"] == "30"
    assert chosen["aws:elasticbeanstalk:cloudwatch:logs:health", "HealthStreamingEnabled"] == "true"


@pytest.mark.requirement("UTJ-CMP-08")
def test_slow_answers_are_waited_for(prod: Recorder) -> None:
    found = files(prod)
    assert "proxy_read_timeout 110s;" in found[".platform/nginx/conf.d/timeouts.conf"]
    resources = json.loads(found[".ebextensions/load-balancer.config"])["Resources"]
    attributes = resources["AWSEBV2LoadBalancer"]["Properties"]["LoadBalancerAttributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "120"} in attributes


@pytest.mark.requirement("UTJ-CMP-09", "UTJ-DEP-04")
def test_instances_run_the_image_that_was_built_once(prod: Recorder) -> None:
    found = files(prod)
    document = json.loads(found["Dockerrun.aws.json"])
    image = f"123456789012.dkr.ecr.us-west-2.amazonaws.com/utjfc-backend@sha256:{'0' * 64}"
    assert document == {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": image, "Update": "true"},
        "Ports": [{"ContainerPort": 80}],
    }
    assert "Dockerfile" not in found  # nothing is built on an instance
    assert "Memory" not in document  # the instance's size is the limit


@pytest.mark.requirement("UTJ-DEP-01", "CHR-DEP-01", "CHR-DEP-03")
def test_a_version_is_labelled_by_its_content(prod: Recorder) -> None:
    label = prod.one("elasticbeanstalk/applicationVersion:ApplicationVersion").inputs["name"]
    assert prod.one("elasticbeanstalk/environment:Environment").inputs["version"] == label
    assert options(prod)["aws:elasticbeanstalk:application:environment", "VERSION"] == label
    again = build(stack("utjfc-prod"), "utjfc-prod")
    assert again.one("elasticbeanstalk/applicationVersion:ApplicationVersion").inputs["name"] == label
    other = build(stack("utjfc-prod", beanstalk__proxy_timeout_seconds=100))
    assert other.one("elasticbeanstalk/applicationVersion:ApplicationVersion").inputs["name"] != label
    named = build(stack("utjfc-prod", beanstalk__release="1.4.2"))
    assert named.one("elasticbeanstalk/applicationVersion:ApplicationVersion").inputs["name"] == f"1.4.2-{label}"


def test_the_bundle_is_the_same_bytes_for_the_same_files() -> None:
    assert packed({"a": "1", "b.sh": "2"}) == packed({"b.sh": "2", "a": "1"})


@pytest.mark.requirement("UTJ-DEP-01", "CHR-CMP-04")
@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        ({"policy": "rolling", "batch_percent": 50}, {"DeploymentPolicy": "Rolling", "BatchSize": "50"}),
        ({"policy": "rolling_with_additional_batch"}, {"DeploymentPolicy": "RollingWithAdditionalBatch"}),
        ({"policy": "immutable"}, {"DeploymentPolicy": "Immutable"}),
        ({"policy": "traffic_splitting", "new_version_percent": 15}, {"DeploymentPolicy": "TrafficSplitting"}),
    ],
)
def test_health_gates_each_kind_of_deployment(deployment: dict[str, Any], expected: dict[str, str]) -> None:
    chosen = options(build(stack("utjfc-prod", beanstalk__deployment=deployment)))
    command = {name: value for (space, name), value in chosen.items() if space == "aws:elasticbeanstalk:command"}
    assert command.items() >= {**expected, "IgnoreHealthCheck": "false"}.items()
    split = chosen.get(("aws:elasticbeanstalk:trafficsplitting", "NewVersionPercent"))
    assert split == ("15" if deployment["policy"] == "traffic_splitting" else None)


@pytest.mark.requirement("CHR-DEP-02")
def test_platform_updates_have_their_window(prod: Recorder) -> None:
    chosen = options(prod)
    assert chosen["aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"] == "true"
    assert chosen["aws:elasticbeanstalk:managedactions", "PreferredStartTime"] == "Sun:03:00"
    assert chosen["aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel"] == "minor"
    off = options(build(stack("utjfc-prod", beanstalk__managed_updates=ABSENT)))
    assert off["aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"] == "false"


@pytest.mark.requirement("UTJ-NET-02", "UTJ-SEC-02", "GRD-08")
def test_instances_are_reached_by_the_load_balancer_alone(prod: Recorder) -> None:
    group = "beanstalk-instances-id"
    ways_in = [
        each.inputs
        for each in prod.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if each.inputs["securityGroupId"] == group
    ]
    assert [(each["fromPort"], each["toPort"], each["referencedSecurityGroupId"]) for each in ways_in] == [
        (80, 80, "beanstalk-alb-id")
    ]
    ways_out = [
        (each.inputs["fromPort"], each.inputs.get("cidrIpv4"))
        for each in prod.all("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        if each.inputs["securityGroupId"] == group
    ]
    assert ways_out == [(443, "0.0.0.0/0")]
    chosen = options(prod)
    assert chosen["aws:autoscaling:launchconfiguration", "SecurityGroups"] == group
    assert chosen["aws:autoscaling:launchconfiguration", "DisableDefaultEC2SecurityGroup"] == "true"


@pytest.mark.requirement("UTJ-SEC-01", "UTJ-NET-01", "GRD-21")
def test_instances_are_in_private_subnets(prod: Recorder) -> None:
    chosen = options(prod)
    assert chosen["aws:ec2:vpc", "Subnets"] == "network-private-a-id,network-private-b-id"
    assert chosen["aws:ec2:vpc", "ELBSubnets"] == "network-public-a-id,network-public-b-id"
    assert chosen["aws:ec2:vpc", "AssociatePublicIpAddress"] == "false"
    assert chosen["aws:autoscaling:launchconfiguration", "DisableIMDSv1"] == "true"


@pytest.mark.requirement("UTJ-SEC-04", "UTJ-CFG-02", "GRD-12")
def test_secrets_are_passed_by_their_arns(prod: Recorder) -> None:
    space = "aws:elasticbeanstalk:application:environmentsecrets"
    found = {name: value for (each, name), value in options(prod).items() if each == space}
    assert set(found) == {
        "OPENAI_API_KEY", "AIRTABLE_API_KEY", "GOCARDLESS_ACCESS_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN",
        "SESSION_SECRET_KEY",
    }  # fmt: skip
    assert all(value.startswith("arn:aws:") for value in found.values())


@pytest.mark.requirement("UTJ-CFG-01", "UTJ-CFG-03", "UTJ-SEC-06", "UTJ-SEC-10", "GRD-20", "UTJ-MAN-02")
def test_plain_variables_are_the_sources(prod: Recorder) -> None:
    space = "aws:elasticbeanstalk:application:environment"
    found = {name: value for (each, name), value in options(prod).items() if each == space}
    expected = {
        "PORT": "80", "ENVIRONMENT": "production", "USE_MCP": "true", "GOCARDLESS_ENVIRONMENT": "live",
        "AWS_REGION": "eu-north-1", "S3_BUCKET_NAME": "utjfc-player-photos", "LOG_LEVEL": "INFO", "LOG_FORMAT": "JSON",
    }  # fmt: skip
    assert found.items() >= expected.items()
    assert {"HOST", "MCP_SERVER_URL", "TWILIO_PHONE_NUMBER", "AIRTABLE_BASE_ID"} <= set(found)
    assert "*" not in found["CORS_ORIGINS"]
    assert json.loads(found["CORS_ORIGINS"])[0] == "https://urmstontownjfc.co.uk"


@pytest.mark.requirement("UTJ-SEC-05", "GRD-13")
def test_the_instances_role_may_do_what_it_needs(prod: Recorder) -> None:
    policies = {
        each.name: json.loads(each.inputs["policy"])
        for each in prod.all("iam/rolePolicy:RolePolicy")
        if each.name.startswith("beanstalk-")
    }
    assert set(policies) == {"beanstalk-run", "beanstalk-read-secrets", "beanstalk-use"}
    for policy in policies.values():
        for statement in policy["Statement"]:
            assert not any(action.endswith("*") for action in statement["Action"])
            if statement["Resource"] == ["*"]:
                assert statement["Action"] == ["ecr:GetAuthorizationToken", "elasticbeanstalk:PutInstanceStatistics"]
    profile = prod.one("iam/instanceProfile:InstanceProfile").inputs
    assert profile["role"] == "utjfc-beanstalk-instances-prod"
    assert not [each for each in prod.resources if each.type.endswith(":AccessKey")]


@pytest.mark.requirement("CHR-NET-03", "CHR-CMP-01")
def test_with_a_certificate_443_answers_and_80_redirects() -> None:
    alone = {"cdn": ABSENT, "sites": ABSENT, "dns": ABSENT, "operations__host": "registration.example.com"}
    made = build(stack("utjfc-prod", beanstalk__certificate_arn=CERTIFICATE, **alone))
    chosen = options(made)
    assert chosen["aws:elbv2:listener:443", "SSLCertificateArns"] == CERTIFICATE
    assert chosen["aws:elbv2:listener:443", "Protocol"] == "HTTPS"
    listener = json.loads(files(made)[".ebextensions/load-balancer.config"])["Resources"]["AWSEBV2LoadBalancerListener"]
    assert listener["Properties"]["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"
    ports = {
        each.inputs["fromPort"]
        for each in made.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if each.inputs["securityGroupId"] == "beanstalk-alb-id"
    }
    assert ports == {80, 443}


@pytest.mark.requirement("CHR-CMP-01", "CHR-CMP-02", "CHR-CMP-06")
def test_several_containers_run_on_the_ecs_platform() -> None:
    made = build(stack("utjfc-prod", **SEVERAL, beanstalk__platform_version=ABSENT))
    environment = made.one("elasticbeanstalk/environment:Environment").inputs
    assert environment["solutionStackName"] == "64bit Amazon Linux 2023 v4.2.0 running ECS"
    found = files(made)
    document = json.loads(found["Dockerrun.aws.json"])
    assert document["AWSEBDockerrunVersion"] == 2
    backend, more = document["containerDefinitions"]
    assert (backend["name"], backend["links"], backend["memory"]) == ("backend", ["more"], 512)
    assert backend["portMappings"] == [{"containerPort": 80, "hostPort": 80}]
    assert (more["portMappings"], more["environment"]) == ([], [{"name": "ROLE", "value": "agent"}])
    assert not any(path.startswith(".platform/nginx") for path in found)
    attached = [each.inputs["policyArn"] for each in made.all("iam/rolePolicyAttachment:RolePolicyAttachment")]
    assert "arn:aws:iam::aws:policy/AWSElasticBeanstalkMulticontainerDocker" in attached


@pytest.mark.requirement("UTJ-DR-02", "UTJ-MAN-03")
def test_the_configuration_is_saved_as_deployed(prod: Recorder) -> None:
    saved = prod.one("elasticbeanstalk/configurationTemplate:ConfigurationTemplate").inputs
    environment = prod.one("elasticbeanstalk/environment:Environment").inputs
    assert saved["name"] == "production-config"
    assert saved["settings"] == environment["settings"]


def test_settings_are_sorted_and_each_is_there_once(prod: Recorder) -> None:
    settings = prod.one("elasticbeanstalk/environment:Environment").inputs["settings"]
    keys = [(each["namespace"], each.get("resource", ""), each["name"]) for each in settings]
    assert keys == sorted(set(keys))
