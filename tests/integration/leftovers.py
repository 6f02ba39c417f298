"""What the emulator still has of a stack that was destroyed: every resource is asked for, as a refresh would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local import emulator
from local.aws_plugin import tables
from local.aws_plugin.aws import Aws
from local.aws_plugin.catalog import Catalog
from local.aws_plugin.check import Settings
from local.aws_plugin.lifecycle import Lifecycle
from local.aws_plugin.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def remaining(resources: Sequence[Mapping[str, Any]], region: str) -> list[str]:
    """The URNs of those resources, as a state had them, that are still there.

    What is kept on purpose does not count: task definitions, for rollbacks, and tags that the account's costs are told
    apart by. Nor does what can only have happened, as an invocation has.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment().items():
            patch.setenv(name, value)
        return list(_remaining(resources, region))


def _remaining(resources: Sequence[Mapping[str, Any]], region: str) -> Iterator[str]:
    catalog = Catalog(tables.RESOURCES.values())
    aws = Aws(region)
    for each in resources:
        spec = tables.RESOURCES.get(each["type"])
        inputs = each.get("inputs", {})
        if spec is None or not spec.delete or inputs.get("skipDestroy") or each.get("retainOnDelete"):
            continue
        lifecycle = Lifecycle(Plan(spec, catalog), aws, Settings(region=region))
        if lifecycle.read(each["id"], inputs, each.get("outputs", {})) is not None:
            yield each["urn"]
