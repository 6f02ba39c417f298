"""A worker as something to deploy: its alias goes over to another version in steps (RPH-DEP-02, RPH-DEP-06).

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import WaiterError

from scripts.deploy.deployable import Kind, Outcome, Release
from scripts.errors import Exit, PlinthError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.target import Target
    from settings.inventory import WorkerEntry

WEIGHTS: Final = (0.1, 0.5)
"""The new version's share of the messages, step by step, before it gets all."""
_MOST_ERRORS_PERCENT: Final = 5
_LATEST: Final = "$LATEST"


@dataclass(frozen=True)
class WorkerDeployable:
    """A worker. Its releases are published versions."""

    target: Target
    key: str
    entry: WorkerEntry
    pause: Callable[[float], None] = time.sleep
    kind: Kind = "worker"

    @property
    def name(self) -> str:
        """Its key in the stack file."""
        return self.key

    @property
    def _lambda(self) -> Any:
        return self.target.cloud.client("lambda")

    def _alias(self) -> dict[str, Any]:
        return dict(self._lambda.get_alias(FunctionName=self.entry.function, Name=self.entry.alias))

    def current(self) -> Release:
        return self.release(self._alias()["FunctionVersion"])

    def releases(self) -> list[Release]:
        """Published versions, the newest first; Lambda does not say which were well, so the one in use alone is."""
        current = self._alias()["FunctionVersion"]
        pages = self.target.cloud.pages(
            "lambda", "list_versions_by_function", "Versions", FunctionName=self.entry.function
        )
        found = [each for each in pages if each["Version"] != _LATEST]
        return [_release(each, current) for each in sorted(found, key=lambda each: -int(each["Version"]))]

    def release(self, name: str) -> Release:
        for each in self.releases():
            if name == each.name:
                return each
        raise unknown(f"version of {self.key}", name, [each.name for each in self.releases()], Exit.RESOURCE)

    def check(self, version: str) -> None:
        """A version is Pending for a moment after it was published; one that is Failed stays that."""
        self.release(version)
        waiter = self._lambda.get_waiter("published_version_active")
        try:
            waiter.wait(
                FunctionName=self.entry.function, Qualifier=version, WaiterConfig={"Delay": 2, "MaxAttempts": 60}
            )
        except WaiterError as error:
            reason = error.last_response.get("StateReason", error)
            raise PlinthError(
                f"version {version} of {self.entry.function} cannot run: {reason}",
                "Publish it again, or deploy another",
                Exit.RESOURCE,
            ) from None

    def prepare(self, version: str) -> str:
        self.check(version)
        return version

    def start(self, release: str) -> None:
        """Give the first share to the release; nothing where it has all, or its share, already."""
        alias = self._alias()
        if release != alias["FunctionVersion"] and release not in _shares(alias):
            self._share(alias["FunctionVersion"], release, WEIGHTS[0])

    def watch(self, release: str, minutes: float, note: Callable[[str], None]) -> Outcome:
        """Raise the share step by step; back to none when the version fails too often."""
        alias = self._alias()
        before = alias["FunctionVersion"]
        if before == release:
            return Outcome(good=True, running=release)
        begun = dt.datetime.now(dt.UTC)
        for weight in WEIGHTS:
            if weight < _shares(alias).get(release, 0):
                continue  # an earlier run came further
            self._share(before, release, weight)
            note(f"version {release} gets {weight:.0%} of the messages")
            self.pause(min(60.0, minutes * 60 / (len(WEIGHTS) + 1)))
            if problem := self._errors(release, begun):
                self._all(before)
                return Outcome(good=False, running=before, why=problem)
        self._all(release)
        note(f"version {release} gets all messages")
        return Outcome(good=True, running=release)

    def snapshot(self) -> dict[str, Any]:
        alias = self._alias()
        configuration = self._lambda.get_function_configuration(
            FunctionName=self.entry.function, Qualifier=alias["FunctionVersion"]
        )
        configuration.pop("ResponseMetadata", None)
        alias.pop("ResponseMetadata", None)
        return {
            "release": alias["FunctionVersion"],
            "version": _release(configuration, alias["FunctionVersion"]).version,
            "healthy": configuration.get("State", "Active") == "Active",
            "alias": alias,
            "function": configuration,
        }

    def _share(self, most: str, some: str, weight: float) -> None:
        self._lambda.update_alias(
            FunctionName=self.entry.function,
            Name=self.entry.alias,
            FunctionVersion=most,
            RoutingConfig={"AdditionalVersionWeights": {some: weight}},
        )

    def _all(self, version: str) -> None:
        self._lambda.update_alias(
            FunctionName=self.entry.function,
            Name=self.entry.alias,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )

    def _errors(self, version: str, since: dt.datetime) -> str:
        """What speaks against a version by its own metrics, or nothing."""
        dimensions = [
            {"Name": "FunctionName", "Value": self.entry.function},
            {"Name": "Resource", "Value": f"{self.entry.function}:{self.entry.alias}"},
            {"Name": "ExecutedVersion", "Value": version},
        ]
        answer = self.target.cloud.client("cloudwatch").get_metric_data(
            MetricDataQueries=[
                {
                    "Id": name.lower(),
                    "MetricStat": {
                        "Metric": {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions},
                        "Period": 60,
                        "Stat": "Sum",
                    },
                }
                for name in ("Errors", "Invocations")
            ],
            StartTime=since.replace(second=0, microsecond=0),
            EndTime=dt.datetime.now(dt.UTC),
        )
        sums = {each["Id"]: sum(each["Values"]) for each in answer["MetricDataResults"]}
        errors, calls = sums.get("errors", 0), sums.get("invocations", 0)
        if calls and 100 * errors / calls > _MOST_ERRORS_PERCENT:
            return f"{errors:g} of {calls:g} invocations of version {version} failed"
        return ""


def _shares(alias: dict[str, Any]) -> dict[str, float]:
    return dict(alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}))


def _release(configuration: dict[str, Any], current: str) -> Release:
    number = configuration["Version"]
    variables = configuration.get("Environment", {}).get("Variables", {})
    modified = configuration.get("LastModified")
    return Release(
        name=number,
        version=variables.get("VERSION", number),
        state="healthy" if number == current else "unknown",
        at=dt.datetime.fromisoformat(modified) if modified else None,
        current=number == current,
    )
