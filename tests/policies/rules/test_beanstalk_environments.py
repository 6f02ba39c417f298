from __future__ import annotations

import pytest
from google.protobuf import json_format
from pulumi_policy import EnforcementLevel

ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment"
TEMPLATE = "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate"
INSTANCE = "aws:ec2/instance:Instance"
LAUNCH = "aws:ec2/launchTemplate:LaunchTemplate"
STAGING = {"Environment": "staging", "Project": "p", "Tier": "staging"}
SOUND = {
    ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"): "true",
    ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel"): "minor",
    ("aws:elasticbeanstalk:healthreporting:system", "SystemType"): "enhanced",
    ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs"): "true",
    ("aws:elbv2:listener:443", "Protocol"): "HTTPS",
    ("aws:elbv2:listener:443", "SSLPolicy"): "ELBSecurityPolicy-TLS13-1-2-2021-06",
    ("aws:autoscaling:launchconfiguration", "DisableIMDSv1"): "true",
    ("aws:ec2:vpc", "AssociatePublicIpAddress"): "false",
    ("aws:elasticbeanstalk:environment", "EnvironmentType"): "LoadBalanced",
}
RULES = {
    "EB-1": "managed-updates", "EB-2": "enhanced-health", "EB-3": "logs", "EB-4": "https", "EB-5": "imdsv2",
    "EB-6": "no-public-address",
}  # fmt: skip


def settings(**changes):
    """Sound settings, some of them changed by name, or left out."""
    values = {key: changes.get(key[1], value) for key, value in SOUND.items()}
    return {
        "settings": [
            {"namespace": namespace, "name": name, "value": value}
            for (namespace, name), value in values.items()
            if value is not None
        ]
    }


def test_a_sound_environment_passes(program):
    program.add(ENVIRONMENT, "it", settings())
    assert set().union(*(program.flaws(id_) for id_ in RULES)) == set()


@pytest.mark.parametrize(
    ("id_", "name", "value"),
    [
        ("EB-1", "ManagedActionsEnabled", "false"),
        ("EB-1", "ManagedActionsEnabled", None),
        ("EB-1", "UpdateLevel", None),
        ("EB-2", "SystemType", "basic"),
        ("EB-2", "SystemType", None),
        ("EB-3", "StreamLogs", "false"),
        ("EB-3", "StreamLogs", None),
        ("EB-4", "Protocol", "HTTP"),
        ("EB-4", "Protocol", None),
        ("EB-4", "SSLPolicy", "ELBSecurityPolicy-2016-08"),
        ("EB-4", "SSLPolicy", None),
        ("EB-5", "DisableIMDSv1", "false"),
        ("EB-5", "DisableIMDSv1", None),
        ("EB-6", "AssociatePublicIpAddress", "true"),
    ],
)
def test_each_setting_counts(program, id_, name, value):
    program.add(ENVIRONMENT, "it", settings(**{name: value}))
    assert program.flaws(id_) == {(RULES[id_], "it")}


@pytest.mark.parametrize("id_", ["EB-4", "EB-6"])
def test_a_single_instance_has_no_load_balancer(program, id_):
    program.add(
        ENVIRONMENT,
        "it",
        settings(EnvironmentType="SingleInstance", Protocol=None, AssociatePublicIpAddress="true"),
    )
    assert program.flaws(id_) == set()


@pytest.mark.parametrize("id_", ["EB-1", "EB-4"])
def test_what_is_asked_of_production_only(program, id_):
    program.tags = STAGING
    program.add(ENVIRONMENT, "it", settings(ManagedActionsEnabled=None, Protocol=None))
    assert program.flaws(id_) == set()


@pytest.mark.parametrize(
    "properties",
    [
        {"settings": [], "templateName": "saved"},
        {"settings": [{"namespace": "?", "name": "?", "value": "?"}]},
        {"settings": "?"},
    ],
)
def test_settings_that_cannot_be_seen_cannot_be_told(program, properties):
    text = str(properties).replace("'?'", repr(program.unknown))
    program.add(ENVIRONMENT, "it", eval(text))  # noqa: S307 the examples above
    for id_ in ("EB-2", "EB-3", "EB-5", "EB-6"):
        assert program.flaws(id_, preview=True) == set()
    assert ("EB-3", "settings.StreamLogs") in program.unjudged("it")


@pytest.mark.parametrize("token", [ENVIRONMENT, TEMPLATE])
@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("64bit Amazon Linux 2023 v4.7.2 running Docker", True),
        ("64bit Amazon Linux 2 v3.4.9 running Docker", False),
        ("64bit Amazon Linux 2018.03 v2.26.4 running Java 8", False),
        ("64bit Windows Server 2022 v2.15.2 running IIS 10.0", True),
    ],
)
def test_platforms_are_live(program, token, name, good):
    program.add(token, "it", {"solutionStackName": name})
    assert program.flaws("EB-8") == (set() if good else {("live-platform", "it")})


@pytest.mark.parametrize("token", [INSTANCE, LAUNCH])
@pytest.mark.parametrize(
    ("options", "good"),
    [
        (None, False),
        ({"httpTokens": "optional"}, False),
        ({"httpTokens": "required"}, True),
        ([{"httpTokens": "required"}], True),
        ({"httpEndpoint": "disabled"}, True),
    ],
)
def test_instances_ask_for_tokens(program, token, options, good):
    program.add(token, "it", {} if options is None else {"metadataOptions": options})
    assert program.flaws("EB-5") == (set() if good else {("instance-imdsv2", "it")})


def test_tokens_are_required_where_that_may_be_mended(program):
    program.add(INSTANCE, "it", {"metadataOptions": {"httpPutResponseHopLimit": 1.0}})
    program.levels = {"eb-5-instance-imdsv2": EnforcementLevel.REMEDIATE}
    (request,) = program.requests()
    (mended,) = program.analyzer().Remediate(request, None).remediations
    properties = json_format.MessageToDict(mended.properties)
    assert properties == {"metadataOptions": {"httpPutResponseHopLimit": 1.0, "httpTokens": "required"}}
