"""Elastic Beanstalk: what stands in an environment's properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.environment import expect_plain
from policies.rule import CannotTell, Finding, Verdict, in_production, rule
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

ENVIRONMENTS: Final = (
    "aws:elasticbeanstalk/environment:Environment",
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
)
_PROPERTIES: Final = "aws:elasticbeanstalk:application:environment"


@rule(
    "EB-7",
    "No secret stands in the properties of a Beanstalk environment",
    types=ENVIRONMENTS,
    severity=Severity.CRITICAL,
    reason="whoever may describe the environment, or a saved configuration of it, reads its properties.",
    remedy="Put the value into Secrets Manager or Parameter Store, and its ARN into the namespace "
    "aws:elasticbeanstalk:application:environmentsecrets.",
)
def plain_secrets(environment: Resource) -> Iterator[Verdict]:
    """Judge names and values; values are never shown."""
    for name, value in _properties(environment):
        if UNKNOWN in (name, value):
            yield CannotTell(path="settings")
        else:
            yield expect_plain(f"settings.{show(name)}", name, value)


@rule(
    "GRD-20",
    "Production takes real payments, and answers named web sites only",
    types=ENVIRONMENTS,
    severity=Severity.HIGH,
    reason="a sandbox takes no money and says nothing of it, and '*' lets every web site speak in a visitor's name.",
    remedy="Set GOCARDLESS_ENVIRONMENT to live, and list the web sites in CORS_ORIGINS.",
)
def production_values(environment: Resource) -> Iterator[Verdict]:
    """By the names that the variables of the source have."""
    yield from in_production(environment, *_sandbox(environment))


def _sandbox(environment: Resource) -> Iterator[Verdict]:
    for name, value in _properties(environment):
        sandbox = name == "GOCARDLESS_ENVIRONMENT" and value not in ("live", UNKNOWN)
        anybody = name == "CORS_ORIGINS" and isinstance(value, str) and "*" in value
        if sandbox or anybody:
            yield Finding(path=f"settings.{name}", found=show(value))


def _properties(environment: Resource) -> Iterator[tuple[Any, Any]]:
    """Name and value of each property; unknown ones where the settings are."""
    for setting in environment.items("settings"):
        if setting is UNKNOWN:
            yield UNKNOWN, UNKNOWN
        elif at(setting, "namespace") == _PROPERTIES:
            yield at(setting, "name"), at(setting, "value")
