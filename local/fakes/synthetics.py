"""CloudWatch Synthetics: keeps canaries, as https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/ describes
them. A canary that is started never runs: there is no function behind it, and there are no results or metrics. Nor is
its program looked at.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from local.fakes.errors import ApiError
from local.fakes.tagging import Params, Tagging

_ACCOUNT = "000000000000"
_RATE = re.compile(r"rate\((0|1|[1-9]\d*) (minutes?|hour)\)|cron\(.+\)")
_LONGEST_RUN, _MOST_MINUTES, _MINUTE = 840, 60, 60
_KEPT_DAYS = 31
_KEPT = (
    "ArtifactS3Location", "ExecutionRoleArn", "RuntimeVersion", "SuccessRetentionPeriodInDays",
    "FailureRetentionPeriodInDays", "VpcConfig", "ArtifactConfig", "KmsKeyArn", "ProvisionedResourceCleanup",
)  # fmt: skip


class Synthetics(Tagging):
    """The state of the service, by region, and its operations by name."""

    def __init__(self) -> None:
        self._canaries: dict[str, dict[str, Any]] = {}

    def operation(self, name: str) -> Callable[[Params, str], dict[str, Any]] | None:
        """The method for an operation, from its parameters and region to its response."""
        known: dict[str, Callable[[Params, str], dict[str, Any]]] = {
            "CreateCanary": self._create,
            "GetCanary": self._get,
            "UpdateCanary": self._update,
            "DeleteCanary": self._delete,
            "StartCanary": self._start,
            "StopCanary": self._stop,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return known.get(name)

    def _create(self, params: Params, region: str) -> dict[str, Any]:
        arn = _arn(params, region)
        if arn in self._canaries:
            raise ApiError("ValidationException", f"There is a canary {params['Name']} already")
        id_, now = str(uuid.uuid4()), time.time()
        engine = f"arn:aws:lambda:{region}:{_ACCOUNT}:function:cwsyn-{params['Name']}-{id_}:1"
        canary = {
            "Id": id_,
            "Name": params["Name"],
            "SuccessRetentionPeriodInDays": _KEPT_DAYS,
            "FailureRetentionPeriodInDays": _KEPT_DAYS,
            "Status": {"State": "READY"},
            "Timeline": {"Created": now, "LastModified": now},
            "EngineArn": engine,
            "Tags": dict(params.get("Tags", {})),
            **_content(params, engine),
        }
        self._canaries[arn] = canary
        return {"Canary": canary}

    def _get(self, params: Params, region: str) -> dict[str, Any]:
        return {"Canary": self._canary(params, region)}

    def _update(self, params: Params, region: str) -> dict[str, Any]:
        canary = self._canary(params, region)
        runs = {**canary["RunConfig"], **params.get("RunConfig", {})}
        canary.update(_content({"Schedule": canary["Schedule"], **params, "RunConfig": runs}, canary["EngineArn"]))
        canary["Timeline"]["LastModified"] = time.time()
        return {}

    def _delete(self, params: Params, region: str) -> dict[str, Any]:
        if self._canary(params, region)["Status"]["State"] == "RUNNING":
            raise ApiError("ConflictException", f"Canary {params['Name']} is running: stop it first")
        del self._canaries[_arn(params, region)]
        return {}

    def _start(self, params: Params, region: str) -> dict[str, Any]:
        return self._turn(params, region, "RUNNING", "LastStarted")

    def _stop(self, params: Params, region: str) -> dict[str, Any]:
        return self._turn(params, region, "STOPPED", "LastStopped")

    def _turn(self, params: Params, region: str, state: str, at: str) -> dict[str, Any]:
        canary = self._canary(params, region)
        if canary["Status"]["State"] == state or (state == "STOPPED" and canary["Status"]["State"] != "RUNNING"):
            raise ApiError("ConflictException", f"Canary {params['Name']} is {canary['Status']['State']}")
        canary["Status"] = {"State": state}
        canary["Timeline"][at] = time.time()
        return {}

    def _canary(self, params: Params, region: str) -> dict[str, Any]:
        arn = _arn(params, region)
        if arn not in self._canaries:
            raise ApiError("ResourceNotFoundException", f"There is no canary {params['Name']}")
        return self._canaries[arn]

    def _tagged(self, params: Params) -> dict[str, str]:
        if params["ResourceArn"] not in self._canaries:
            raise ApiError("NotFoundException", f"There is no {params['ResourceArn']}")
        tags: dict[str, str] = self._canaries[params["ResourceArn"]]["Tags"]
        return tags


def _arn(params: Params, region: str) -> str:
    return f"arn:aws:synthetics:{region}:{_ACCOUNT}:canary:{params['Name']}"


def _content(params: Params, engine: str) -> dict[str, Any]:
    """What of a request is told later: not where the program came from, nor its variables."""
    runs, schedule = params.get("RunConfig", {}), params["Schedule"]
    seconds = _seconds(schedule["Expression"])
    timeout = runs.get("TimeoutInSeconds", min(seconds or _LONGEST_RUN, _LONGEST_RUN))
    if seconds and timeout > seconds:
        raise ApiError("ValidationException", "TimeoutInSeconds is longer than from run to run")
    content = {name: params[name] for name in _KEPT if name in params}
    if "ArtifactS3Location" in content:
        content["ArtifactS3Location"] = content["ArtifactS3Location"].removeprefix("s3://")
    if "Code" in params:
        layer = engine.replace(":function:", ":layer:")
        content["Code"] = {"SourceLocationArn": layer, "Handler": params["Code"].get("Handler", "")}
    shown = {name: value for name, value in runs.items() if name != "EnvironmentVariables"}
    return {
        **content,
        "Schedule": {"DurationInSeconds": 0, **schedule},
        "RunConfig": {"MemoryInMB": 1000, "ActiveTracing": False, **shown, "TimeoutInSeconds": timeout},
    }


def _seconds(expression: str) -> int:
    """From run to run; 0 where a canary runs once, or by a calendar."""
    found = _RATE.fullmatch(expression)
    if found is None:
        raise ApiError("ValidationException", f"{expression} is no schedule")
    if found[1] is None:
        return 0
    minutes = int(found[1]) * (_MOST_MINUTES if found[2] == "hour" else 1)
    if minutes > _MOST_MINUTES:
        raise ApiError("ValidationException", f"{expression} is more than {_MOST_MINUTES} minutes")
    return minutes * _MINUTE
