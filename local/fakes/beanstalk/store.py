"""What the service keeps, and how it finds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.fakes.beanstalk import platforms
from local.fakes.beanstalk.environment import Environment
from local.fakes.errors import ApiError

Params = Mapping[str, Any]

_ACCOUNT = "000000000000"
_SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_BUSY = ("Launching", "Updating", "Terminating")


class Store:
    """Applications, versions and saved configurations by region and names, environments by id, events and tags."""

    def __init__(self) -> None:
        self._applications: dict[tuple[str, str], dict[str, Any]] = {}
        self._versions: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._templates: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._environments: dict[str, Environment] = {}
        self._events: list[dict[str, Any]] = []
        self._tags: dict[str, dict[str, str]] = {}

    def _application(self, params: Params, region: str) -> dict[str, Any]:
        name = params["ApplicationName"]
        if (region, name) not in self._applications:
            raise ApiError("InvalidParameterValue", f"No Application named '{name}' found.")
        versions = [key[2] for key in self._versions if key[:2] == (region, name)]
        templates = [key[2] for key in self._templates if key[:2] == (region, name)]
        return {**self._applications[region, name], "Versions": versions, "ConfigurationTemplates": templates}

    def _version(self, region: str, application: str, label: str) -> dict[str, Any]:
        if (region, application, label) not in self._versions:
            raise ApiError("InvalidParameterValue", f"No Application Version named '{label}' found.")
        return self._versions[region, application, label]

    def _template(self, region: str, application: str, name: str) -> dict[str, Any]:
        if (region, application, name) not in self._templates:
            raise ApiError("InvalidParameterValue", f"No Configuration Template named '{application}/{name}' found.")
        return self._templates[region, application, name]

    def _environment(self, params: Params, region: str) -> Environment:
        """The environment that an id or a name names."""
        wanted = named(params)
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


def arn(region: str, rest: str) -> str:
    """The ARN of what `rest` names."""
    return f"arn:aws:elasticbeanstalk:{region}:{_ACCOUNT}:{rest}"


def named(params: Params) -> str:
    """The id or name of an environment that parameters give; empty without."""
    return params.get("EnvironmentId") or params.get("EnvironmentName") or ""


def _time(value: Any) -> datetime | None:
    """A parameter's time; the query protocol carries it as text."""
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
