"""The deployed stack that a verb works on: found by name, and known by its inventory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

from scripts import output
from scripts.cloud import Cloud
from scripts.errors import Exit, PlinthError, unknown
from scripts.stacks import Wanted, wanted_stack
from settings.inventory import Inventory, InventoryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings.inventory import ServiceEntry, WorkerEntry

E = TypeVar("E")


_OTHER_CREDENTIALS = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE")


@dataclass(frozen=True)
class Target:
    """A stack in AWS: `cloud` is its account and region, `inventory` what it consists of."""

    stack: str
    cloud: Cloud
    inventory: Inventory

    @classmethod
    def open(cls, wanted: str | None, *, region: str | None = None, profile: str | None = None) -> Self:
        """The stack of that name, or of that stack file.

        Raises PlinthError (exit 6) when AWS has no inventory of it in this account and region.
        """
        stack = wanted_stack(wanted)
        cloud = Cloud(region or stack.region, profile or _profile(stack))
        return cls(stack.name, cloud, _inventory(stack, cloud))

    @property
    def region(self) -> str:
        """The stack's region."""
        return self.inventory.platform.region

    @cached_property
    def account(self) -> str:
        """The account of the credentials."""
        return self.cloud.account()

    @property
    def url(self) -> str:
        """Where users reach the stack; PLINTH_URL overrides it. Without a slash at the end."""
        found = os.environ.get("PLINTH_URL") or self.inventory.platform.url
        if not found:
            raise PlinthError(
                f"stack {self.stack} has no address: neither load balancer nor Beanstalk environment nor CDN",
                "Name one with --url",
                Exit.USAGE,
            )
        return found.rstrip("/")

    def service(self, name: str | None) -> tuple[str, ServiceEntry]:
        """A service by its key in the stack file, or by its name in ECS; the only one when none is named."""
        services = self.inventory.services
        if name is None:
            return _only("service", services)
        for key, entry in services.items():
            if name in (key, entry.name):
                return key, entry
        raise unknown("service", name, services)

    def worker(self, name: str | None) -> tuple[str, WorkerEntry]:
        """A worker by its key in the stack file, or by its function's name; the only one when none is named."""
        workers = self.inventory.workers
        if name is None:
            return _only("worker", workers)
        for key, entry in workers.items():
            if name in (key, entry.function):
                return key, entry
        raise unknown("worker", name, workers)

    def announce(self, what: str) -> None:
        """Say, before a change, where it will be made."""
        platform = self.inventory.platform
        output.tell(
            f"{what}\n  stack {self.stack} ({platform.system} {platform.environment}, tier {platform.tier}), "
            f"account {self.account}, region {self.region}"
        )


def _only(kind: str, found: Mapping[str, E]) -> tuple[str, E]:
    if len(found) == 1:
        return next(iter(found.items()))
    if not found:
        raise PlinthError(f"the stack has no {kind}", exit_code=Exit.USAGE)
    raise PlinthError(f"the stack has several: say which {kind}", f"Use one of {', '.join(sorted(found))}", Exit.USAGE)


def _profile(stack: Wanted) -> str | None:
    """The profile that the stack file names for Pulumi, unless the environment says otherwise (UTJ-OPS-09)."""
    return None if any(os.environ.get(name) for name in _OTHER_CREDENTIALS) else stack.profile


def _inventory(stack: Wanted, cloud: Cloud) -> Inventory:
    path = Inventory.path(stack.name)
    found = cloud.pages("ssm", "get_parameters_by_path", "Parameters", Path=path, Recursive=True)
    parameters = {each["Name"]: each["Value"] for each in found}
    if not parameters:
        raise _not_deployed(stack, cloud)
    try:
        inventory = Inventory.read(stack.name, parameters)
    except InventoryError as error:
        raise PlinthError(str(error), exit_code=Exit.USAGE) from None
    if inventory.platform.region != cloud.region:
        raise PlinthError(
            f"stack {stack.name} is in {inventory.platform.region}, and this is {cloud.region}",
            f"Leave --region out, or say --region {inventory.platform.region}",
            Exit.USAGE,
        )
    return inventory


def _not_deployed(stack: Wanted, cloud: Cloud) -> PlinthError:
    described = cloud.pages(
        "ssm",
        "describe_parameters",
        "Parameters",
        ParameterFilters=[{"Key": "Name", "Option": "Contains", "Values": ["/inventory/platform"]}],
    )
    deployed = [each["Name"].split("/")[2] for each in described]
    there = f"account {cloud.account()}, region {cloud.region}"
    if not deployed:
        message = f"stack {stack.name} is not deployed: no stack of Plinth is, in {there}"
        return PlinthError(message, "Check AWS_PROFILE and --region, or deploy it: pulumi up", Exit.NO_STACK)
    error = unknown("stack", stack.name, deployed, Exit.NO_STACK)
    return PlinthError(f"stack {stack.name} is not deployed in {there}", error.remedy, Exit.NO_STACK)
