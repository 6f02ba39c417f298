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

from local.fakes.beanstalk import instance, options, platforms
from local.fakes.beanstalk.applications import Applications
from local.fakes.beanstalk.configurations import Configurations, changed, valid
from local.fakes.beanstalk.environment import Environment
from local.fakes.beanstalk.store import Params
from local.fakes.errors import ApiError
from local.fakes.protocols import Reply, Request

PAGES = "/_eb/"
"""Where environments answer: /_eb/<environment>/…, and the same by its CNAME"""

_ACCOUNT = "000000000000"
_KEPT = timedelta(hours=1)  # that a terminated environment is still described


class Beanstalk(Applications, Configurations):
    """The service: its operations by name, and those on environments."""

    def __init__(self) -> None:
        super().__init__()
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
        alive = (each for each in self._environments.values() if each.status != "Terminated")
        found = [each for each in alive if name in (each.name, each.cname)]
        running = found[0].running if found else None
        if running is None:
            return Reply(503, {"Content-Type": "text/plain"}, f"no environment {name} runs here\n".encode())
        return running.forward(request, f"{slash or '/'}{path}", name)

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
        chosen = valid(options.merged(base, params.get("OptionSettings", [])))
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
        chosen = valid(changed(base, params))
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


def _given(chosen: Mapping[options.Key, str]) -> dict[options.Key, str]:
    """The options that a running container is given."""
    return {key: value for key, value in chosen.items() if key[0] in options.FREE}


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
