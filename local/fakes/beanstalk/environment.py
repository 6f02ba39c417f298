"""One environment: its state, its events, and what deploys to it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.docker import Docker
from local.fakes.beanstalk import bundle, instance, options, platforms
from local.fakes.beanstalk.instance import Instance, Probe, Unhealthy
from local.fakes.beanstalk.options import Key

_LONGEST_WAIT = 180.0  # seconds; what does not come up on a loopback network by then never will
_STALE = 1.0  # seconds after which a look at the health is repeated
_PROPERTIES, _SECRETS = options.FREE
_TIER = {"Name": "WebServer", "Type": "Standard", "Version": "1.0"}
_HEALTH = {"Green": "Ok", "Yellow": "Warning", "Red": "Severe", "Grey": "NoData"}


@dataclass
class Environment:
    """An environment. What threads change, they change under `lock`."""

    id: str
    name: str
    application: str
    region: str
    cname: str
    stack: str
    options: dict[Key, str]
    docker: Docker | None
    record: Callable[[Environment, str, str], None]
    """Takes an event: severity and message."""
    description: str = ""
    version: str = ""
    template: str = ""
    status: str = "Launching"
    color: str = "Grey"
    causes: list[str] = field(default_factory=list)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    lock: threading.RLock = field(default_factory=threading.RLock)
    running: Instance | None = None
    _deployments: int = 0
    _looked: float = 0.0

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:elasticbeanstalk:{self.region}:000000000000:environment/{self.application}/{self.name}"

    @property
    def url(self) -> str:
        """What AWS gives as the load balancer's host name; here nothing answers there."""
        return f"awseb-{self.id[2:]}.{self.region}.elb.amazonaws.com"

    @property
    def probe(self) -> Probe:
        """How its instances are asked."""
        return Probe(
            self._process("HealthCheckPath"), int(self._process("HealthCheckTimeout")), self._process("MatcherHTTPCode")
        )

    def describe(self) -> dict[str, Any]:
        """As DescribeEnvironments answers, its health looked at anew."""
        self._look()
        with self.lock:
            found = {
                "EnvironmentName": self.name, "EnvironmentId": self.id, "ApplicationName": self.application,
                "SolutionStackName": self.stack, "PlatformArn": platforms.arn(self.stack, self.region),
                "EndpointURL": self.url, "CNAME": self.cname, "DateCreated": self.created, "DateUpdated": self.updated,
                "Status": self.status, "AbortableOperationInProgress": False, "Health": self.color,
                "HealthStatus": _HEALTH[self.color], "Tier": _TIER, "EnvironmentLinks": [], "EnvironmentArn": self.arn,
            }  # fmt: skip
            more = {"VersionLabel": self.version, "TemplateName": self.template, "Description": self.description}
            return found | {name: value for name, value in more.items() if value}

    def become(self, status: str, work: Callable[[], None]) -> None:
        """Enter a status, and do work in the background after which the environment is ready again."""
        self.status, self.updated = status, datetime.now(UTC)
        threading.Thread(target=self._finish, args=(work,), daemon=True).start()

    def deploy(self, source: tuple[str, str] | None, version: str, chosen: Mapping[Key, str]) -> None:
        """Replace what runs by a version with these options; if it does not come up, what runs stays.

        `source` is the bundle's place in S3; None without a version.
        """
        try:
            fresh = self._start(source, chosen)
            if fresh is not None:
                good = int(self._process("HealthyThresholdCount"))
                limit = float(options.value(chosen, "aws:elasticbeanstalk:command", "Timeout"))
                try:
                    fresh.come_up(self.probe, good, min(limit, _LONGEST_WAIT))
                except Unhealthy:
                    fresh.stop()
                    raise
        except (Unhealthy, bundle.BundleError) as reason:
            kept = f" Version {self.version} still runs." if self.running else ""
            self._turn("Red", f"Version {version} was not deployed: {reason}")
            self.record(self, "ERROR", f"Failed to deploy application. {reason}{kept}")
            return
        old, self.running = self.running, fresh
        with self.lock:
            self.version = version
        if old is not None:
            old.stop()
        if fresh is not None:
            self._turn("Green", "")
            self.record(self, "INFO", f"New application version was deployed to running EC2 instances: {version}.")

    def terminate(self) -> None:
        """Stop what runs."""
        if self.running is not None:
            self.running.stop()
            self.running = None
        self.record(self, "INFO", "terminateEnvironment completed successfully.")

    def _finish(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it was, the environment must not stay busy for ever
            self._turn("Red", f"{type(error).__name__}: {error}")
            self.record(self, "ERROR", f"An internal error of the local cloud: {error}")
        with self.lock:
            self.status = "Terminated" if self.status == "Terminating" else "Ready"
            self.updated = datetime.now(UTC)

    def _start(self, source: tuple[str, str] | None, chosen: Mapping[Key, str]) -> Instance | None:
        if source is None or self.docker is None:
            lacking = "no Docker engine is reachable" if self.docker is None else "there is no version"
            self._turn("Grey", lacking)
            self.record(self, "WARN", f"Nothing runs here: {lacking}.")
            return None
        port = int(self._process("Port"))
        content, variables = bundle.fetch(self.region, *source), self._variables(chosen)
        found = bundle.containers(content, several=platforms.runs_several(self.stack), port=port)
        mounted = bundle.file_systems(content, variables)
        self._deployments += 1
        return instance.start(self.docker, self.name, self._deployments, found, variables, mounted=mounted)

    def _variables(self, chosen: Mapping[Key, str]) -> dict[str, str]:
        """The environment properties, and the secrets behind their ARNs."""
        plain = {name: text for (space, name, _), text in chosen.items() if space == _PROPERTIES}
        secret = {name: self._secret(name, arn) for (space, name, _), arn in chosen.items() if space == _SECRETS}
        return plain | secret

    def _secret(self, name: str, arn: str) -> str:
        service = arn.split(":")[2] if arn.count(":") > 4 else ""  # noqa: PLR2004 - of an ARN's parts the third
        try:
            if service == "secretsmanager":
                base, part = arn.split(":")[:7], arn.split(":")[7:]
                client = boto3.client("secretsmanager", region_name=self.region)
                text: str = client.get_secret_value(SecretId=":".join(base))["SecretString"]
                return str(json.loads(text)[part[0]]) if part and part[0] else text
            if service == "ssm":
                found = boto3.client("ssm", region_name=self.region).get_parameter(
                    Name=arn.partition(":parameter")[2], WithDecryption=True
                )
                return str(found["Parameter"]["Value"])
        except (ClientError, BotoCoreError, KeyError, ValueError) as error:
            msg = f"the secret of {name} cannot be read: {error}"
            raise Unhealthy(msg) from None
        msg = f"{name} is no ARN of a secret or parameter"
        raise Unhealthy(msg)

    def _process(self, name: str) -> str:
        return options.value(self.options, "aws:elasticbeanstalk:environment:process:default", name)

    def _look(self) -> None:
        """Ask what runs, unless it was asked just now or a deployment does."""
        if self.running is None or self.status != "Ready" or time.monotonic() - self._looked < _STALE:
            return
        self._looked = time.monotonic()
        status = self.running.status(self.probe)
        if self.probe.accepts(status):
            if not any(cause.startswith("Version ") for cause in self.causes):
                self._turn("Green", "")
        else:
            self._turn("Red", f"{self.probe.path} gave {status or 'no answer'}")

    def _turn(self, color: str, cause: str) -> None:
        with self.lock:
            old, self.color, self.causes = self.color, color, [cause] if cause else []
        if old != color:
            names = f"from {_HEALTH[old]} to {_HEALTH[color]}"
            severity = "INFO" if color == "Green" else "WARN"
            self.record(self, severity, f"Environment health has transitioned {names}. {cause}".strip())
