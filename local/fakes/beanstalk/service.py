"""The operations of Elastic Beanstalk, as
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/ describes them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from local.fakes.beanstalk import bundle, instance, options, platforms
from local.fakes.beanstalk.environment import Environment
from local.fakes.errors import ApiError
from local.fakes.protocols import Reply, Request

Params = Mapping[str, Any]
PAGES = "/_eb/"
"""Where environments answer: /_eb/<environment>/…"""

_ACCOUNT = "000000000000"
_KEPT = timedelta(hours=1)  # that a terminated environment is still described
_SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_BUSY = ("Launching", "Updating", "Terminating")


class Beanstalk:
    """The state of the service, and its operations by name."""

    def __init__(self) -> None:
        self._applications: dict[tuple[str, str], dict[str, Any]] = {}
        self._versions: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._templates: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._environments: dict[str, Environment] = {}
        self._events: list[dict[str, Any]] = []
        self._tags: dict[str, dict[str, str]] = {}
        self._docker = instance.engine()
        if self._docker is not None:
            instance.clear(self._docker)
        self._known: dict[str, Callable[[Params, str], dict[str, Any]]] = {
            "CheckDNSAvailability": self._check_dns,
            "CreateApplication": self._create_application,
            "DescribeApplications": self._describe_applications,
            "UpdateApplication": self._update_application,
            "UpdateApplicationResourceLifecycle": self._update_lifecycle,
            "DeleteApplication": self._delete_application,
            "CreateApplicationVersion": self._create_version,
            "DescribeApplicationVersions": self._describe_versions,
            "UpdateApplicationVersion": self._update_version,
            "DeleteApplicationVersion": self._delete_version,
            "CreateConfigurationTemplate": self._create_template,
            "UpdateConfigurationTemplate": self._update_template,
            "DeleteConfigurationTemplate": self._delete_template,
            "DescribeConfigurationSettings": self._describe_settings,
            "DescribeConfigurationOptions": self._describe_options,
            "ValidateConfigurationSettings": self._validate_settings,
            "CreateEnvironment": self._create_environment,
            "DescribeEnvironments": self._describe_environments,
            "UpdateEnvironment": self._update_environment,
            "RebuildEnvironment": self._rebuild_environment,
            "RestartAppServer": self._rebuild_environment,
            "TerminateEnvironment": self._terminate_environment,
            "SwapEnvironmentCNAMEs": self._swap_cnames,
            "DescribeEnvironmentResources": self._describe_resources,
            "DescribeEnvironmentHealth": self._describe_health,
            "DescribeInstancesHealth": self._describe_instances,
            "DescribeEvents": self._describe_events,
            "DescribeEnvironmentManagedActions": partial(self._no_actions, "ManagedActions"),
            "DescribeEnvironmentManagedActionHistory": partial(self._no_actions, "ManagedActionHistoryItems"),
            "ListAvailableSolutionStacks": lambda _, __: {"SolutionStacks": platforms.stacks()},
            "ListPlatformBranches": lambda params, _: {
                "PlatformBranchSummaryList": _filtered(platforms.branches(), params, "Attribute")
            },
            "ListPlatformVersions": lambda params, region: {
                "PlatformSummaryList": _filtered(platforms.versions(region), params, "Type")
            },
            "ListTagsForResource": self._list_tags,
            "UpdateTagsForResource": self._update_tags,
        }

    def operation(self, name: str) -> Callable[[Params, str], dict[str, Any]] | None:
        """The method for an operation, from its parameters and region to its response."""
        return self._known.get(name)

    def page(self, request: Request) -> Reply | None:
        """What an environment answers; None for paths that are not of environments."""
        if not request.path.startswith(PAGES):
            return None
        name, slash, path = request.path.removeprefix(PAGES).partition("/")
        found = [each for each in self._environments.values() if each.name == name and each.status != "Terminated"]
        running = found[0].running if found else None
        if running is None:
            return Reply(503, {"Content-Type": "text/plain"}, f"no environment {name} runs here\n".encode())
        return running.forward(request, f"{slash or '/'}{path}", name)

    # Applications

    def _create_application(self, params: Params, region: str) -> dict[str, Any]:
        name = params["ApplicationName"]
        if (region, name) in self._applications:
            raise ApiError("InvalidParameterValue", f"Application {name} already exists.")
        now = datetime.now(UTC)
        arn = _arn(region, f"application/{name}")
        self._applications[region, name] = {
            "ApplicationArn": arn, "ApplicationName": name, "Description": params.get("Description", ""),
            "DateCreated": now, "DateUpdated": now,
            "ResourceLifecycleConfig": params.get("ResourceLifecycleConfig", _NO_LIFECYCLE),
        }  # fmt: skip
        self._tag(arn, params)
        return {"Application": self._application(params, region)}

    def _describe_applications(self, params: Params, region: str) -> dict[str, Any]:
        wanted = params.get("ApplicationNames")
        names = [name for place, name in self._applications if place == region and (not wanted or name in wanted)]
        return {"Applications": [self._application({"ApplicationName": name}, region) for name in names]}

    def _application(self, params: Params, region: str) -> dict[str, Any]:
        name = params["ApplicationName"]
        if (region, name) not in self._applications:
            raise ApiError("InvalidParameterValue", f"No Application named '{name}' found.")
        versions = [key[2] for key in self._versions if key[:2] == (region, name)]
        templates = [key[2] for key in self._templates if key[:2] == (region, name)]
        return {**self._applications[region, name], "Versions": versions, "ConfigurationTemplates": templates}

    def _update_application(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        kept = self._applications[region, params["ApplicationName"]]
        kept |= {"Description": params.get("Description", kept["Description"]), "DateUpdated": datetime.now(UTC)}
        return {"Application": self._application(params, region)}

    def _update_lifecycle(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        kept = self._applications[region, params["ApplicationName"]]
        kept["ResourceLifecycleConfig"] = params["ResourceLifecycleConfig"]
        return dict(params)

    def _delete_application(self, params: Params, region: str) -> dict[str, Any]:
        key = (region, params["ApplicationName"])
        alive = [each for each in self._alive(region) if each.application == key[1]]
        if alive and not params.get("TerminateEnvByForce"):
            names = ", ".join(each.name for each in alive)
            raise ApiError("OperationInProgressFailure", f"Unable to delete application {key[1]}: {names} still runs.")
        for each in alive:
            each.become("Terminating", each.terminate)
        self._applications.pop(key, None)  # deleting what is not there succeeds
        for store in (self._versions, self._templates):
            for each_key in [each for each in store if each[:2] == key]:
                del store[each_key]
        return {}

    # Versions

    def _create_version(self, params: Params, region: str) -> dict[str, Any]:
        name, label = params["ApplicationName"], params["VersionLabel"]
        if (region, name) not in self._applications and params.get("AutoCreateApplication"):
            self._create_application({"ApplicationName": name}, region)
        self._application(params, region)
        if (region, name, label) in self._versions:
            raise ApiError("InvalidParameterValue", f"Application Version {label} already exists.")
        source = params.get("SourceBundle")
        if source is None:
            raise ApiError("InvalidParameterCombination", "a version without SourceBundle is not possible here")
        try:
            bundle.fetch(region, source["S3Bucket"], source["S3Key"])
        except bundle.BundleError as error:
            raise ApiError("InvalidParameterValue", str(error)) from None
        now, arn = datetime.now(UTC), _arn(region, f"applicationversion/{name}/{label}")
        self._versions[region, name, label] = {
            "ApplicationVersionArn": arn, "ApplicationName": name, "Description": params.get("Description", ""),
            "VersionLabel": label, "SourceBundle": source, "DateCreated": now, "DateUpdated": now,
            "Status": "PROCESSED" if params.get("Process") else "UNPROCESSED",
        }  # fmt: skip
        self._tag(arn, params)
        return {"ApplicationVersion": self._versions[region, name, label]}

    def _describe_versions(self, params: Params, region: str) -> dict[str, Any]:
        wanted = params.get("VersionLabels")
        found = [
            version
            for (place, name, label), version in self._versions.items()
            if place == region and params.get("ApplicationName", name) == name and (not wanted or label in wanted)
        ]
        return {"ApplicationVersions": sorted(found, key=lambda each: each["DateCreated"], reverse=True)}

    def _version(self, region: str, application: str, label: str) -> dict[str, Any]:
        if (region, application, label) not in self._versions:
            raise ApiError("InvalidParameterValue", f"No Application Version named '{label}' found.")
        return self._versions[region, application, label]

    def _update_version(self, params: Params, region: str) -> dict[str, Any]:
        version = self._version(region, params["ApplicationName"], params["VersionLabel"])
        version |= {"Description": params.get("Description", ""), "DateUpdated": datetime.now(UTC)}
        return {"ApplicationVersion": version}

    def _delete_version(self, params: Params, region: str) -> dict[str, Any]:
        name, label = params["ApplicationName"], params["VersionLabel"]
        version = self._versions.get((region, name, label))
        if any(each.application == name and each.version == label for each in self._alive(region)):
            message = f"Unable to delete application version {label} because it is deployed to an environment."
            raise ApiError("SourceBundleDeletionFailure", message)
        if version and params.get("DeleteSourceBundle"):
            bundle.delete(region, version["SourceBundle"]["S3Bucket"], version["SourceBundle"]["S3Key"])
        self._versions.pop((region, name, label), None)
        return {}

    # Saved configurations

    def _create_template(self, params: Params, region: str) -> dict[str, Any]:
        key = (region, params["ApplicationName"], params["TemplateName"])
        self._application(params, region)
        if key in self._templates:
            raise ApiError("InvalidParameterValue", f"Configuration Template {key[2]} already exists.")
        stack, base = self._stack(params), {}
        if "EnvironmentId" in params:
            environment = self._environment(params, region)
            stack, base = environment.stack, environment.options
        elif "SourceConfiguration" in params:
            source = params["SourceConfiguration"]
            kept = self._template(region, source["ApplicationName"], source["TemplateName"])
            stack, base = kept["SolutionStackName"], kept["options"]
        if not stack:
            raise ApiError("InvalidParameterCombination", "a platform, an environment or a configuration is needed")
        now = datetime.now(UTC)
        self._templates[key] = {
            "SolutionStackName": stack, "PlatformArn": platforms.arn(stack, region), "ApplicationName": key[1],
            "TemplateName": key[2], "Description": params.get("Description", ""), "DateCreated": now,
            "DateUpdated": now, "options": _valid(options.merged(base, params.get("OptionSettings", []))),
        }  # fmt: skip
        return _saved(self._templates[key])

    def _template(self, region: str, application: str, name: str) -> dict[str, Any]:
        if (region, application, name) not in self._templates:
            raise ApiError("InvalidParameterValue", f"No Configuration Template named '{application}/{name}' found.")
        return self._templates[region, application, name]

    def _update_template(self, params: Params, region: str) -> dict[str, Any]:
        template = self._template(region, params["ApplicationName"], params["TemplateName"])
        template["options"] = _valid(_changed(template["options"], params))
        template |= {
            "Description": params.get("Description", template["Description"]),
            "DateUpdated": datetime.now(UTC),
        }
        return _saved(template)

    def _delete_template(self, params: Params, region: str) -> dict[str, Any]:
        self._templates.pop((region, params["ApplicationName"], params["TemplateName"]), None)
        return {}

    def _describe_settings(self, params: Params, region: str) -> dict[str, Any]:
        if "TemplateName" in params:
            found = _saved(self._template(region, params["ApplicationName"], params["TemplateName"]))
        else:
            environment = self._environment(params, region)
            found = {
                "SolutionStackName": environment.stack,
                "PlatformArn": platforms.arn(environment.stack, region),
                "ApplicationName": environment.application,
                "EnvironmentName": environment.name,
                "Description": environment.description,
                "DeploymentStatus": "deployed" if environment.status == "Ready" else "pending",
                "DateCreated": environment.created,
                "DateUpdated": environment.updated,
                "OptionSettings": options.described(environment.options),
            }
        return {"ConfigurationSettings": [found]}

    def _describe_options(self, params: Params, region: str) -> dict[str, Any]:
        stack = self._stack(params) or (self._environment(params, region).stack if _named(params) else "")
        return {"SolutionStackName": stack, "Options": options.vocabulary()}

    def _validate_settings(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        chosen = options.merged({}, params["OptionSettings"])
        return {"Messages": [{"Message": each, "Severity": "error"} for each in options.problems(chosen)]}

    # Environments

    def _check_dns(self, params: Params, region: str) -> dict[str, Any]:
        cname = f"{params['CNAMEPrefix']}.{region}.elasticbeanstalk.com"
        free = all(each.cname != cname for each in self._alive(region))
        return {"Available": free, "FullyQualifiedCNAME": cname}

    def _create_environment(self, params: Params, region: str) -> dict[str, Any]:
        application, name = params["ApplicationName"], params.get("EnvironmentName", "")
        self._application(params, region)
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", name):
            raise ApiError("InvalidParameterValue", f"Value {name} at 'EnvironmentName' failed to satisfy constraint")
        if any(each.name == name for each in self._alive(region)):
            raise ApiError("InvalidParameterValue", f"Environment {name} already exists.")
        if params.get("Tier", {}).get("Name", "WebServer") != "WebServer":
            raise ApiError("InvalidParameterValue", "only the tier WebServer is possible here")
        stack, base = self._stack(params), {}
        if "TemplateName" in params:
            kept = self._template(region, application, params["TemplateName"])
            stack, base = stack or kept["SolutionStackName"], kept["options"]
        if not stack:
            raise ApiError("InvalidParameterCombination", "a platform or a saved configuration is needed")
        chosen = _valid(options.merged(base, params.get("OptionSettings", [])))
        label = params.get("VersionLabel", "")
        source = self._source(region, application, label)
        prefix = params.get("CNAMEPrefix") or f"{name}.eba-{secrets.token_hex(4)}"
        if "CNAMEPrefix" in params and not self._check_dns(params, region)["Available"]:
            raise ApiError("DNSNameInUseException", f"DNS name ({prefix}) is not available.")
        environment = Environment(
            f"e-{secrets.token_hex(5)}", name, application, region, f"{prefix}.{region}.elasticbeanstalk.com", stack,
            chosen, self._docker, self._record, params.get("Description", ""), template=params.get("TemplateName", ""),
        )  # fmt: skip
        self._environments[environment.id] = environment
        self._tag(environment.arn, params)
        self._record(environment, "INFO", "createEnvironment is starting.")
        environment.become("Launching", partial(environment.deploy, source, label, chosen))
        return environment.describe()

    def _describe_environments(self, params: Params, region: str) -> dict[str, Any]:
        ids, names = params.get("EnvironmentIds"), params.get("EnvironmentNames")
        now = datetime.now(UTC)
        found = [
            each
            for each in self._environments.values()
            if each.region == region
            and params.get("ApplicationName", each.application) == each.application
            and params.get("VersionLabel", each.version) == each.version
            and (not ids or each.id in ids)
            and (not names or each.name in names)
            and (each.status != "Terminated" or (params.get("IncludeDeleted") and now - each.updated < _KEPT))
        ]
        return {"Environments": [each.describe() for each in found]}

    def _update_environment(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._ready(params, region)
        base = environment.options
        if "TemplateName" in params:
            base = self._template(region, environment.application, params["TemplateName"])["options"]
        chosen = _valid(_changed(base, params))
        label = params.get("VersionLabel", environment.version)
        source = self._source(region, environment.application, label)
        stack = self._stack(params) or environment.stack
        if platforms.runs_several(stack) != platforms.runs_several(environment.stack):
            raise ApiError("InvalidParameterValue", "an environment cannot go to another platform branch")
        same = label == environment.version and _given(chosen) == _given(environment.options)
        environment.stack, environment.options = stack, chosen
        environment.description = params.get("Description", environment.description)
        self._record(environment, "INFO", "Environment update is starting.")
        deploy = partial(environment.deploy, source, label, chosen)
        environment.become("Updating", (lambda: None) if same and environment.color == "Green" else deploy)
        return environment.describe()

    def _rebuild_environment(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._ready(params, region)
        source = self._source(region, environment.application, environment.version)
        deploy = partial(environment.deploy, source, environment.version, environment.options)
        environment.become("Updating", deploy)
        return {}

    def _terminate_environment(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._environment(params, region)
        if environment.status == "Updating" and not params.get("ForceTerminate"):
            raise ApiError("InvalidParameterValue", f"Environment {environment.name} is in an invalid state: Updating.")
        self._record(environment, "INFO", "terminateEnvironment is starting.")
        environment.become("Terminating", environment.terminate)
        return environment.describe()

    def _swap_cnames(self, params: Params, region: str) -> dict[str, Any]:
        ends = [
            self._ready({"EnvironmentId": params.get(f"{side}EnvironmentId"),
                         "EnvironmentName": params.get(f"{side}EnvironmentName")}, region)
            for side in ("Source", "Destination")
        ]  # fmt: skip
        first, second = ends
        first.cname, second.cname = second.cname, first.cname
        for each in ends:
            self._record(each, "INFO", f"Completed swapping CNAMEs: it is {each.cname} now.")
        return {}

    def _describe_resources(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._environment(params, region)
        group = f"awseb-{environment.id}-stack-AWSEBAutoScalingGroup"
        balancer = f"awseb--AWSEB-{environment.id[2:]}"
        arn = f"arn:aws:elasticloadbalancing:{region}:{_ACCOUNT}:loadbalancer/app/{balancer}/{environment.id[2:]}"
        return {
            "EnvironmentResources": {
                "EnvironmentName": environment.name,
                "AutoScalingGroups": [{"Name": group}], "LoadBalancers": [{"Name": arn}],
                "Instances": [{"Id": environment.running.id}] if environment.running else [],
                "LaunchConfigurations": [], "LaunchTemplates": [], "Triggers": [], "Queues": [],
            }
        }  # fmt: skip

    def _describe_health(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._environment(params, region)
        self._needs_enhanced(environment)
        found = environment.describe()
        count = {"Ok": 1 if found["Health"] == "Green" else 0, "Severe": 1 if found["Health"] == "Red" else 0}
        return {
            "EnvironmentName": environment.name,
            "HealthStatus": found["HealthStatus"],
            "Status": found["Status"],
            "Color": found["Health"],
            "Causes": environment.causes,
            "InstancesHealth": count if environment.running else {"NoData": 0},
            "RefreshedAt": datetime.now(UTC),
        }

    def _describe_instances(self, params: Params, region: str) -> dict[str, Any]:
        environment = self._environment(params, region)
        self._needs_enhanced(environment)
        found, running = environment.describe(), environment.running
        each = {
            "HealthStatus": found["HealthStatus"], "Color": found["Health"], "Causes": environment.causes,
            "LaunchedAt": environment.updated, "InstanceId": running.id if running else "",
            "Deployment": {"VersionLabel": environment.version, "Status": "Deployed"},
            "InstanceType": options.value(environment.options, "aws:ec2:instances", "InstanceTypes"),
        }  # fmt: skip
        return {"InstanceHealthList": [each] if running else [], "RefreshedAt": datetime.now(UTC)}

    def _no_actions(self, member: str, params: Params, region: str) -> dict[str, Any]:
        self._environment(params, region)
        return {member: []}

    def _needs_enhanced(self, environment: Environment) -> None:
        kind = options.value(environment.options, "aws:elasticbeanstalk:healthreporting:system", "SystemType")
        if kind != "enhanced":
            raise ApiError(
                "InvalidRequestException", "DescribeEnvironmentHealth is not supported: enhanced health is off"
            )

    def _environment(self, params: Params, region: str) -> Environment:
        """The environment that an id or a name names."""
        wanted = _named(params)
        for each in self._alive(region):
            if wanted and wanted in {each.id, each.name}:
                return each
        raise ApiError("InvalidParameterValue", f"No Environment found for '{wanted}'.")

    def _ready(self, params: Params, region: str) -> Environment:
        environment = self._environment(params, region)
        if environment.status in _BUSY:
            message = f"Environment named {environment.name} is in an invalid state for this operation. Must be Ready."
            raise ApiError("InvalidParameterValue", message)
        return environment

    def _alive(self, region: str) -> list[Environment]:
        return [each for each in self._environments.values() if each.region == region and each.status != "Terminated"]

    def _source(self, region: str, application: str, label: str) -> tuple[str, str] | None:
        """Where in S3 a version's bundle is."""
        if not label:
            return None
        found = self._version(region, application, label)["SourceBundle"]
        return found["S3Bucket"], found["S3Key"]

    def _stack(self, params: Params) -> str:
        """The solution stack that is asked for; empty when none is."""
        if "PlatformArn" in params:
            stack = platforms.stack_of(params["PlatformArn"])
        else:
            stack = params.get("SolutionStackName", "")
        if stack is None or (stack and not platforms.known(stack)):
            wanted = params.get("PlatformArn", params.get("SolutionStackName"))
            raise ApiError("InvalidParameterValue", f"No Solution Stack named '{wanted}' found.")
        return stack

    # Events and tags

    def _record(self, environment: Environment, severity: str, message: str) -> None:
        self._events.append(
            {
                "EventDate": datetime.now(UTC),
                "Message": message,
                "ApplicationName": environment.application,
                "EnvironmentName": environment.name,
                "Severity": severity,
                "region": environment.region,
            }
        )

    def _describe_events(self, params: Params, region: str) -> dict[str, Any]:
        lowest = _SEVERITIES.index(params.get("Severity", "TRACE"))
        name = params.get("EnvironmentName")
        if "EnvironmentId" in params:
            name = (
                self._environments[params["EnvironmentId"]].name
                if params["EnvironmentId"] in self._environments
                else ""
            )
        since, until = _time(params.get("StartTime")), _time(params.get("EndTime"))
        found = [
            {field: value for field, value in each.items() if field != "region"}
            for each in reversed(self._events)
            if each["region"] == region
            and _SEVERITIES.index(each["Severity"]) >= lowest
            and (name is None or each["EnvironmentName"] == name)
            and params.get("ApplicationName", each["ApplicationName"]) == each["ApplicationName"]
            and (since is None or each["EventDate"] >= since)
            and (until is None or each["EventDate"] <= until)
        ]
        return {"Events": found[: params.get("MaxRecords", 1000)]}

    def _tag(self, arn: str, params: Params) -> None:
        self._tags[arn] = {each["Key"]: each["Value"] for each in params.get("Tags", [])}

    def _tagged(self, params: Params) -> dict[str, str]:
        if params["ResourceArn"] not in self._tags:
            raise ApiError("ResourceNotFoundException", f"Resource not found for {params['ResourceArn']}.")
        return self._tags[params["ResourceArn"]]

    def _list_tags(self, params: Params, _region: str) -> dict[str, Any]:
        tags = [{"Key": key, "Value": value} for key, value in self._tagged(params).items()]
        return {"ResourceArn": params["ResourceArn"], "ResourceTags": tags}

    def _update_tags(self, params: Params, _region: str) -> dict[str, Any]:
        tags = self._tagged(params)
        tags |= {each["Key"]: each["Value"] for each in params.get("TagsToAdd", [])}
        for name in params.get("TagsToRemove", []):
            tags.pop(name, None)
        return {}


_NO_LIFECYCLE = {
    "VersionLifecycleConfig": {
        "MaxCountRule": {"Enabled": False, "MaxCount": 200, "DeleteSourceFromS3": False},
        "MaxAgeRule": {"Enabled": False, "MaxAgeInDays": 180, "DeleteSourceFromS3": False},
    }
}


def _arn(region: str, rest: str) -> str:
    return f"arn:aws:elasticbeanstalk:{region}:{_ACCOUNT}:{rest}"


def _named(params: Params) -> str:
    return params.get("EnvironmentId") or params.get("EnvironmentName") or ""


def _valid(chosen: dict[options.Key, str]) -> dict[options.Key, str]:
    if found := options.problems(chosen):
        raise ApiError("ConfigurationValidationException", f"Configuration validation exception: {' '.join(found)}")
    return chosen


def _changed(base: Mapping[options.Key, str], params: Params) -> dict[options.Key, str]:
    removed = {options.key(each) for each in params.get("OptionsToRemove", [])}
    kept = {key: value for key, value in base.items() if key not in removed}
    return options.merged(kept, params.get("OptionSettings", []))


def _given(chosen: Mapping[options.Key, str]) -> dict[options.Key, str]:
    """The options that a running container is given."""
    return {key: value for key, value in chosen.items() if key[0] in options.FREE}


def _saved(template: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in template.items() if name != "options"}
    return {**found, "OptionSettings": options.described(template["options"])}


def _filtered(found: list[dict[str, Any]], params: Params, naming: str) -> list[dict[str, Any]]:
    """What passes all filters, by the operators that there are."""
    tests: dict[str, Callable[[str, str], bool]] = {
        "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "contains": lambda a, b: b in a,
        "begins_with": lambda a, b: a.startswith(b), "ends_with": lambda a, b: a.endswith(b),
        "in": lambda a, b: a == b,
    }  # fmt: skip
    for each in params.get("Filters", []):
        name, operator = each.get(naming, ""), each.get("Operator", "=")
        if operator not in tests or (found and name not in found[0]):
            raise ApiError("InvalidParameterValue", f"no filter {name} {operator}")
        found = [
            item for item in found if any(tests[operator](str(item[name]), text) for text in each.get("Values", []))
        ]
    return found


def _time(value: Any) -> datetime | None:
    """A parameter's time; the query protocol carries it as text."""
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
