"""Option settings, and configurations that are saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.fakes.beanstalk import options, platforms
from local.fakes.beanstalk.store import Params, Store, named
from local.fakes.errors import ApiError


class Configurations(Store):
    """The operations on saved configurations and option settings."""

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
            "DateUpdated": now, "options": valid(options.merged(base, params.get("OptionSettings", []))),
        }  # fmt: skip
        return _saved(self._templates[key])

    def _update_template(self, params: Params, region: str) -> dict[str, Any]:
        template = self._template(region, params["ApplicationName"], params["TemplateName"])
        template["options"] = valid(changed(template["options"], params))
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
        stack = self._stack(params) or (self._environment(params, region).stack if named(params) else "")
        return {"SolutionStackName": stack, "Options": options.vocabulary()}

    def _validate_settings(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        chosen = options.merged({}, params["OptionSettings"])
        return {"Messages": [{"Message": each, "Severity": "error"} for each in options.problems(chosen)]}


def valid(chosen: dict[options.Key, str]) -> dict[options.Key, str]:
    """The same options. Raises `ApiError` when they are not right."""
    if found := options.problems(chosen):
        raise ApiError("ConfigurationValidationException", f"Configuration validation exception: {' '.join(found)}")
    return chosen


def changed(base: Mapping[options.Key, str], params: Params) -> dict[options.Key, str]:
    """Options with those set and removed that parameters say."""
    removed = {options.key(each) for each in params.get("OptionsToRemove", [])}
    kept = {key: value for key, value in base.items() if key not in removed}
    return options.merged(kept, params.get("OptionSettings", []))


def _saved(template: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in template.items() if name != "options"}
    return {**found, "OptionSettings": options.described(template["options"])}
