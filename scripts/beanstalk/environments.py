"""Environments made and changed by hand: saved configurations, clones, and swaps of names (CHR-DR-01, UTJ-DR-02).

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.CNAMESwap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.aws_errors import code
from scripts.errors import Exit, PlinthError
from scripts.operations.journal import now
from scripts.operations.operation import operation
from scripts.output import Result
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console

    from scripts.beanstalk.deployable import BeanstalkDeployable

_EVERY_SECONDS: Final = 10
_VARIABLES: Final = "aws:elasticbeanstalk:application:environment"


class Changed(Result):
    """What was made or changed."""

    environment: str
    what: str
    address: str = ""

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.environment}: {self.what} {self.address}".rstrip(), markup=False)


def save(thing: BeanstalkDeployable, name: str | None) -> Changed:
    """Save the settings of the environment as they are, under a name of their own."""
    client, wanted = thing.client, name or f"{thing.entry.environment}-{now():%Y%m%d-%H%M%S}"
    with operation(thing.target, "beanstalk save", {"name": wanted}) as op:
        op.step(
            f"save {wanted}",
            lambda: client.create_configuration_template(
                ApplicationName=thing.entry.application,
                TemplateName=wanted,
                EnvironmentId=thing.describe()["EnvironmentId"],
            )["TemplateName"],
        )
    return Changed(environment=thing.entry.environment, what=f"its settings are saved as {wanted}")


def clone(
    thing: BeanstalkDeployable, name: str, *, version: str | None, variables: Mapping[str, str], minutes: float
) -> Changed:
    """Make an environment like this one, with its settings and its version; begun again, it waits for the first.

    variables: those that differ. Among them are the file systems that it mounts (CHR-DR-01), which otherwise are those
    of the first.
    """
    client, arguments = thing.client, {"name": name, "version": version, "variables": dict(variables)}
    with operation(thing.target, "beanstalk clone", arguments) as op:
        saved: str = op.step("save the settings", lambda: _template(thing, f"{name}-as-cloned"))
        label = version or thing.current().name
        op.step(f"make {name} with {label}", lambda: _create(thing, name, saved, label, variables))
        address: str = op.step("wait until it is ready", lambda: ready(client, name, minutes, op.note))
    return Changed(environment=name, what=f"is like {thing.entry.environment}, with {label}, at", address=address)


def swap(thing: BeanstalkDeployable, other: str, *, minutes: float) -> Changed:
    """Exchange the names of this environment and another: users of the one are the other's from then on."""
    client = thing.client
    with operation(thing.target, "beanstalk swap", {"with": other}) as op:
        before: str = op.step("names before", lambda: thing.describe()["CNAME"])
        op.step(f"exchange names with {other}", lambda: _swap(thing, other, before))
        address: str = op.step("wait until both are ready", lambda: ready(client, other, minutes, op.note))
    return Changed(environment=other, what="has the name now that users ask:", address=address)


def _template(thing: BeanstalkDeployable, name: str) -> str:
    try:
        thing.client.create_configuration_template(
            ApplicationName=thing.entry.application, TemplateName=name, EnvironmentId=thing.describe()["EnvironmentId"]
        )
    except thing.client.exceptions.ClientError as error:
        if "already exists" not in str(error):
            raise
    return name


def _create(thing: BeanstalkDeployable, name: str, template: str, label: str, variables: Mapping[str, str]) -> None:
    found = thing.client.describe_environments(EnvironmentNames=[name], IncludeDeleted=False)["Environments"]
    if not found:
        thing.client.create_environment(
            ApplicationName=thing.entry.application,
            EnvironmentName=name,
            TemplateName=template,
            VersionLabel=label,
            OptionSettings=[
                {"Namespace": _VARIABLES, "OptionName": variable, "Value": value}
                for variable, value in sorted(variables.items())
            ],
        )


def _swap(thing: BeanstalkDeployable, other: str, before: str) -> None:
    """Exchange them, unless that was done before."""
    if thing.describe()["CNAME"] != before:
        return
    try:
        thing.client.swap_environment_cnames(
            SourceEnvironmentName=thing.entry.environment, DestinationEnvironmentName=other
        )
    except thing.client.exceptions.ClientError as error:
        if code(error) == "InvalidParameterValue":
            raise PlinthError(
                f"names cannot be exchanged with {other}: {error}",
                "plinth beanstalk events says what it does",
                Exit.USAGE,
            ) from None
        raise


def ready(client: Any, name: str, minutes: float, note: Callable[[str], None]) -> str:
    """Wait until an environment is ready, telling what it does; its name in the DNS."""
    told = ""
    for _ in poll(f"environment {name}", minutes, every=_EVERY_SECONDS, remedy="It goes on in AWS"):
        found = client.describe_environments(EnvironmentNames=[name], IncludeDeleted=False)["Environments"]
        state = f"{found[0]['Status']}, {found[0].get('Health', 'Grey')}" if found else "not there yet"
        if state != told:
            told = state
            note(state)
        if found and found[0]["Status"] == "Ready":
            return str(found[0].get("CNAME", ""))
    raise AssertionError("poll ends with an exception")
