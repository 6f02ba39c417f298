"""An environment of Beanstalk as something to deploy, by the policy that the environment has (UTJ-DEP-01, CHR-DEP-01).

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.deploy-existing-version.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.deploy.deployable import Kind, Outcome, Release, State
from scripts.errors import Exit, PlinthError, unknown
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.target import Target
    from settings.inventory import BeanstalkEntry

NAME: Final = "beanstalk"
_EVERY_SECONDS: Final = 5
_MOST_VERSIONS: Final = 50
_HEALTH: Final[dict[str, State]] = {"Green": "healthy", "Yellow": "running", "Red": "failed"}
_BROKEN: Final = ("ERROR", "FATAL")


@dataclass(frozen=True)
class BeanstalkDeployable:
    """The environment. Its releases are application versions, by label."""

    target: Target
    entry: BeanstalkEntry
    kind: Kind = "beanstalk"

    @property
    def name(self) -> str:
        """A stack has one."""
        return NAME

    @property
    def client(self) -> Any:
        """Beanstalk's."""
        return self.target.cloud.client("elasticbeanstalk")

    def describe(self) -> dict[str, Any]:
        """The environment as it is now; PlinthError when it is not there."""
        found = self.client.describe_environments(EnvironmentNames=[self.entry.environment], IncludeDeleted=False)
        if not found["Environments"]:
            raise PlinthError(
                f"environment {self.entry.environment} is not there, though the inventory has it",
                "Somebody terminated it outside of Pulumi: pulumi up --refresh makes it again",
                Exit.RESOURCE,
            )
        return dict(found["Environments"][0])

    def current(self) -> Release:
        now = self.describe()
        label = now.get("VersionLabel", "")
        return Release(
            name=label,
            version=label,
            state=_HEALTH.get(now.get("Health", ""), "unknown"),
            at=now.get("DateUpdated"),
            current=True,
        )

    def releases(self) -> list[Release]:
        """Versions, the newest first; well are those that an event says were deployed without a failure after it."""
        current = self.current()
        found = self.client.describe_application_versions(
            ApplicationName=self.entry.application, MaxRecords=_MOST_VERSIONS
        )["ApplicationVersions"]
        states = self._states()
        return [
            current
            if each["VersionLabel"] == current.name
            else Release(
                name=each["VersionLabel"],
                version=each["VersionLabel"],
                state=states.get(each["VersionLabel"], "unknown"),
                at=each.get("DateCreated"),
            )
            for each in sorted(found, key=lambda each: str(each.get("DateCreated")), reverse=True)
        ]

    def release(self, name: str) -> Release:
        releases = self.releases()
        for each in releases:
            if each.name == name:
                return each
        raise unknown("application version", name, [each.name for each in releases], Exit.RESOURCE)

    def check(self, version: str) -> None:
        self.release(version)

    def prepare(self, version: str) -> str:
        self.check(version)
        return version

    def start(self, release: str) -> None:
        now = self.describe()
        runs = now.get("VersionLabel") == release and now.get("Health") != "Red"
        if runs or now["Status"] == "Updating":
            return  # it is there, or an earlier run began to deploy it
        self.client.update_environment(EnvironmentName=self.entry.environment, VersionLabel=release)

    def watch(self, release: str, minutes: float, note: Callable[[str], None]) -> Outcome:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=_EVERY_SECONDS)
        told: set[tuple[str, str]] = set()
        broken: list[str] = []
        remedy = "It goes on in AWS: plinth status shows it"
        for _ in poll(f"the deployment of {self.entry.environment}", minutes, every=_EVERY_SECONDS, remedy=remedy):
            for event in self.events(since=since):
                key = (str(event["EventDate"]), event["Message"])
                if key not in told:
                    told.add(key)
                    note(f"{event['Severity'].lower()}: {event['Message']}")
                    broken += [event["Message"]] if event["Severity"] in _BROKEN else []
            now = self.describe()
            if now["Status"] == "Ready" and now.get("Health") != "Grey":
                running = now.get("VersionLabel", "")
                good = running == release and now.get("Health") != "Red"
                why = f"Health is {now.get('Health')}, {running} runs"
                return Outcome(good=good, running=running, why=why, evidence=tuple(broken))
        raise AssertionError("poll ends with an exception")

    def events(self, *, since: dt.datetime | None = None, most: int = 100) -> list[dict[str, Any]]:
        """What happened to the environment, the oldest first."""
        of: dict[str, Any] = {"EnvironmentName": self.entry.environment, "MaxRecords": most}
        if since is not None:
            of["StartTime"] = since
        return list(reversed(self.client.describe_events(**of)["Events"]))

    def settings(self) -> list[dict[str, Any]]:
        """The option settings of the environment as they are."""
        found = self.client.describe_configuration_settings(
            ApplicationName=self.entry.application, EnvironmentName=self.entry.environment
        )["ConfigurationSettings"][0]["OptionSettings"]
        return list(found)

    def snapshot(self) -> dict[str, Any]:
        now = self.describe()
        return {
            "release": now.get("VersionLabel", ""),
            "version": now.get("VersionLabel", ""),
            "healthy": now.get("Health") == "Green",
            "environment": now,
            "settings": self.settings(),
        }

    def _states(self) -> dict[str, State]:
        """Label to how its last deployment ended, as far as the environment's events tell."""
        states: dict[str, State] = {}
        for event in self.events(most=1000):
            label = event.get("VersionLabel")
            if label and event["Severity"] in _BROKEN:
                states[label] = "failed"
            elif label and event["Severity"] == "INFO" and "deployed" in event["Message"]:
                states[label] = "healthy"
        return states
