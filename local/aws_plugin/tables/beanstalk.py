"""Elastic Beanstalk: applications, versions, environments and saved configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.aws import AwsError
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait
from local.aws_plugin.values import UNKNOWN

TAGS = TagCalls(
    add="UpdateTagsForResource", remove="UpdateTagsForResource", params={"ResourceArn": "$arn"},
    member="TagsToAdd", keys="TagsToRemove",
)  # fmt: skip
_READ_TAGS = Call(
    op="ListTagsForResource", params={"ResourceArn": "$arn"}, needs=("arn",), at="{Tags: ResourceTags}", optional=True
)
_APPLICATION = Limit(pattern=r"[^/]+", max=100, why="an application's name has 1 to 100 characters and no /")
_VERSION = Limit(pattern=r"[^/]+", max=100, why="a version's label has 1 to 100 characters and no /")
_DAY, _MINUTE = 86_400, 60  # seconds


def _lifecycle(state: Mapping[str, Any]) -> Any:
    """How long versions are kept: by number or by age, the other rule being off."""
    rule = state.get("appversionLifecycle")
    if not rule or rule is UNKNOWN:
        return rule
    config: dict[str, Any] = {}
    if rule.get("serviceRole"):
        config["ServiceRole"] = rule["serviceRole"]
    delete = bool(rule.get("deleteSourceFromS3"))
    kinds = {"MaxCountRule": ("MaxCount", "maxCount"), "MaxAgeRule": ("MaxAgeInDays", "maxAgeInDays")}
    config["VersionLifecycleConfig"] = {
        kind: {"Enabled": True, member: rule[name], "DeleteSourceFromS3": delete}
        if rule.get(name)
        else {"Enabled": False}
        for kind, (member, name) in kinds.items()
    }
    return config


def _found_lifecycle(_: Mapping[str, Any], found: Mapping[str, Any]) -> Any:
    config = found.get("ResourceLifecycleConfig", {})
    rules = config.get("VersionLifecycleConfig", {})
    for kind, member, name in (
        ("MaxCountRule", "MaxCount", "maxCount"),
        ("MaxAgeRule", "MaxAgeInDays", "maxAgeInDays"),
    ):
        rule = rules.get(kind, {})
        if rule.get("Enabled"):
            delete = rule.get("DeleteSourceFromS3", False)
            return {"serviceRole": config.get("ServiceRole"), name: rule[member], "deleteSourceFromS3": delete}
    return None


APPLICATION = Resource(
    token="aws:elasticbeanstalk/application:Application",
    service="elasticbeanstalk",
    create=Call(op="CreateApplication", at="Application", uses=("appversionLifecycle",),
                params={"ResourceLifecycleConfig": _lifecycle}),
    id="{name}",
    read=(
        Call(op="DescribeApplications", params={"ApplicationNames": ["$id"]}, at="Applications[0]"),
        _READ_TAGS,
    ),
    update=(
        Call(op="UpdateApplication", params={"ApplicationName": "$id"}, props=("description",)),
        Call(op="UpdateApplicationResourceLifecycle", props=(), uses=("appversionLifecycle",),
             params={"ApplicationName": "$id", "ResourceLifecycleConfig": _lifecycle}),
    ),
    delete=(Call(op="DeleteApplication", params={"ApplicationName": "$id"}),),
    name="name",
    rename={"name": "ApplicationName", "arn": "ApplicationArn"},
    outputs={"appversionLifecycle": _found_lifecycle},
    limits={"name": _APPLICATION},
    tags=TAGS,
    # Environments of it may be on their way out.
    retry={"OperationInProgressFailure": 60},
)  # fmt: skip

APPLICATION_VERSION = Resource(
    token="aws:elasticbeanstalk/applicationVersion:ApplicationVersion",
    service="elasticbeanstalk",
    create=Call(op="CreateApplicationVersion", at="ApplicationVersion"),
    id="{name}",
    import_id=r"(?P<application>[^/]+)/(?P<name>[^/]+)",
    read=(
        Call(
            op="DescribeApplicationVersions",
            params={"ApplicationName": "$application", "VersionLabels": ["$name"]},
            at="ApplicationVersions[0]",
        ),
        _READ_TAGS,
    ),
    update=(
        Call(
            op="UpdateApplicationVersion",
            params={"ApplicationName": "$application", "VersionLabel": "$name"},
            props=("description",),
        ),
    ),
    delete=(
        Call(op="DeleteApplicationVersion", params={"ApplicationName": "$application", "VersionLabel": "$name"}),
    ),
    rename={
        "application": "ApplicationName", "name": "VersionLabel", "arn": "ApplicationVersionArn",
        "bucket": "SourceBundle.S3Bucket", "key": "SourceBundle.S3Key",
    },
    local=("forceDelete",),
    write_only=("process",),
    limits={"name": _VERSION},
    tags=TAGS,
    retry={"SourceBundleDeletionFailure": 30},
)  # fmt: skip

_SETTINGS = {
    "settings": "OptionSettings", "settings.name": "OptionName", "settings.resource": "ResourceName",
}  # fmt: skip
_PLATFORM = (("solutionStackName", "platformArn", "templateName"),)


def _option(setting: Mapping[str, Any]) -> tuple[str, str, str]:
    return setting.get("namespace", ""), setting.get("name", ""), setting.get("resource", "")


def _all(_: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every option setting that has a value."""
    return [each for each in found.get("OptionSettings", []) if each.get("Value")]


def _own(state: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of all option settings those that the program sets: the others are Beanstalk's defaults."""
    every = {
        (each["Namespace"], each["OptionName"], each.get("ResourceName", "")): each
        for each in found.get("OptionSettings", [])
    }
    return [every[_option(each)] for each in state.get("settings") or [] if _option(each) in every]


def _removed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[dict[str, str]]:
    """The settings that are set no longer, as UpdateEnvironment removes them."""
    kept = {_option(each) for each in news.get("settings", [])}
    gone = [_option(each) for each in olds.get("settings", []) if _option(each) not in kept]
    names = ("Namespace", "OptionName", "ResourceName")
    return [{name: value for name, value in zip(names, each, strict=True) if value} for each in gone]


_ONE = {"EnvironmentIds": ["$id"]}
_READY = Wait(op="DescribeEnvironments", params=_ONE, until="Environments[0].Status == 'Ready'", timeout=1200)


def _verify(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """An environment is ready after a failed deployment too: its events since the last start say what went wrong."""
    answer = lifecycle.request("DescribeEvents", {"EnvironmentId": state["id"], "MaxRecords": 100}, state)
    for event in answer["Events"]:
        if event["Message"].endswith(" is starting."):
            return
        if event["Severity"] in {"ERROR", "FATAL"}:
            raise AwsError(f"elasticbeanstalk: {state['name']}: {event['Message']}")


_IDLE = Wait(op="DescribeEnvironments", until="!Environments[0] || Environments[0].Status == 'Ready'", timeout=1200)


def _wait_idle(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS refuses while another change is under way, by the code that it has for what is not there."""
    place = str(state.get("region") or "")
    lifecycle.aws.wait("elasticbeanstalk", _IDLE, {"EnvironmentIds": [state["id"]]}, place)


def _created(lifecycle: Any, _inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _verify(lifecycle, state)


def _updated(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _verify(lifecycle, state)
    if removed := _removed(olds, news):
        lifecycle.request("UpdateEnvironment", {"EnvironmentId": state["id"], "OptionsToRemove": removed}, state)
        lifecycle.aws.wait(
            "elasticbeanstalk", _READY, {"EnvironmentIds": [state["id"]]}, str(state.get("region") or "")
        )
        _verify(lifecycle, state)


ENVIRONMENT = Resource(
    token="aws:elasticbeanstalk/environment:Environment",
    service="elasticbeanstalk",
    create=Call(op="CreateEnvironment"),
    id="EnvironmentId",
    read=(
        Call(op="DescribeEnvironments", params=_ONE, at="Environments[0]"),
        Call(
            op="DescribeConfigurationSettings",
            params={"ApplicationName": "$application", "EnvironmentName": "$name"},
            at="{OptionSettings: ConfigurationSettings[0].OptionSettings}",
        ),
        Call(op="DescribeEnvironmentResources", params={"EnvironmentId": "$id"}, at="EnvironmentResources"),
        _READ_TAGS,
    ),
    update=(Call(op="UpdateEnvironment", params={"EnvironmentId": "$id"}, omit=("application", "name", "tier")),),
    delete=(Call(op="TerminateEnvironment", params={"EnvironmentId": "$id"}),),
    name="name",
    rename={
        **_SETTINGS, "application": "ApplicationName", "name": "EnvironmentName", "version": "VersionLabel",
        "arn": "EnvironmentArn", "tier": "Tier.Name", "cname": "CNAME", "cnamePrefix": "CNAMEPrefix",
        "endpointUrl": "EndpointURL", "platformArn": "PlatformArn", "instances": "",
    },
    local=("pollInterval", "waitForReadyTimeout"),
    write_only=("templateName",),
    replace=("tier",),
    defaults={"tier": "WebServer", "waitForReadyTimeout": "20m"},
    outputs={
        "settings": _own, "allSettings": _all,
        "cnamePrefix": lambda _, found: found.get("CNAME", "").partition(".")[0] or None,
        "instances": "Instances[].Id", "autoscalingGroups": "AutoScalingGroups[].Name",
        "loadBalancers": "LoadBalancers[].Name", "launchConfigurations": "LaunchConfigurations[].Name",
        "triggers": "Triggers[].Name", "queues": "Queues[].URL",
    },
    limits={
        "name": Limit(
            pattern=r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", min=4, max=40,
            why="an environment's name has 4 to 40 letters, digits and inner hyphens",
        ),
    },
    required_one=_PLATFORM,
    gone="Status == 'Terminated' || Status == 'Terminating'",
    tags=TAGS,
    wait_created=(_READY,),
    wait_updated=(_READY,),
    wait_deleted=(Wait(op="DescribeEnvironments", params=_ONE, until="!Environments[0]", timeout=1200),),
    gone_codes=("InvalidParameterValue",),
    before_delete=_wait_idle,
    after_create=_created,
    after_update=_updated,
)  # fmt: skip

_TEMPLATE = {"ApplicationName": "$application", "TemplateName": "$name"}


def _template_updated(
    lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]
) -> None:
    if removed := _removed(olds, news):
        names = {"ApplicationName": state["application"], "TemplateName": state["name"]}
        lifecycle.request("UpdateConfigurationTemplate", {**names, "OptionsToRemove": removed}, state)


CONFIGURATION_TEMPLATE = Resource(
    token="aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
    service="elasticbeanstalk",
    create=Call(op="CreateConfigurationTemplate"),
    id="{name}",
    import_id=r"(?P<application>[^/]+)/(?P<name>[^/]+)",
    read=(Call(op="DescribeConfigurationSettings", params=_TEMPLATE, at="ConfigurationSettings[0]"),),
    update=(Call(op="UpdateConfigurationTemplate", params=_TEMPLATE),),
    delete=(Call(op="DeleteConfigurationTemplate", params=_TEMPLATE),),
    rename={**_SETTINGS, "application": "ApplicationName", "name": "TemplateName"},
    write_only=("environmentId",),
    outputs={"settings": _own},
    limits={"name": Limit(max=100, why="a saved configuration's name has 1 to 100 characters")},
    gone_codes=("InvalidParameterValue",),
    after_update=_template_updated,
)

RESOURCES = (APPLICATION, APPLICATION_VERSION, ENVIRONMENT, CONFIGURATION_TEMPLATE)
