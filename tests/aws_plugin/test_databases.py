"""Databases that are made of a backup: the vendor's plugin restores, then changes what a restore does not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local.aws_plugin.diff import diff
from tests.aws_plugin.cases import CASES
from tests.aws_plugin.conftest import World
from tests.integration.cloud import wait_until

pytestmark = [pytest.mark.emulator]

TOKEN = CASES["db"].token
SNAPSHOT = "of-a-test"


@pytest.fixture
def first(world: World) -> str:
    """The database whose backups there are."""
    name = str(world.outputs("db")["identifier"])

    def has_backups() -> bool:
        found = world.aws.call("rds", "DescribeDBInstanceAutomatedBackups", {"DBInstanceIdentifier": name})
        return "RestoreWindow" in found["DBInstanceAutomatedBackups"][0]

    wait_until(has_backups, "the first backup is there", 30)
    return name


@pytest.fixture
def snapshot(world: World, first: str) -> Iterator[str]:
    world.aws.call("rds", "CreateDBSnapshot", {"DBInstanceIdentifier": first, "DBSnapshotIdentifier": SNAPSHOT})
    yield SNAPSHOT
    world.aws.call("rds", "DeleteDBSnapshot", {"DBSnapshotIdentifier": SNAPSHOT})


def test_a_database_is_made_of_a_snapshot(world: World, snapshot: str) -> None:
    made_as_the_program_says(world, {"snapshotIdentifier": snapshot})


def test_a_database_is_made_of_automated_backups(world: World, first: str) -> None:
    source = {"sourceDbInstanceIdentifier": first, "useLatestRestorableTime": True}
    made_as_the_program_says(world, {"restoreToPointInTime": source})


def test_a_backup_that_is_not_there_makes_no_database(world: World) -> None:
    lifecycle = world.lifecycle(TOKEN)
    for origin in ({"snapshotIdentifier": "none"}, {"restoreToPointInTime": {"sourceDbInstanceIdentifier": "none"}}):
        inputs = inputs_with(world, origin)
        with pytest.raises(Exception, match=r"none.*(not found|are here)"):
            lifecycle.create(inputs)


def made_as_the_program_says(world: World, origin: dict[str, Any]) -> None:
    """It has every setting of the program, those too that a restore does not take, and shows no drift."""
    lifecycle, inputs = world.lifecycle(TOKEN), inputs_with(world, origin)
    resource_id, outputs = lifecycle.create(inputs)
    try:
        found = lifecycle.read(resource_id, inputs, outputs)
        assert found is not None
        assert not diff(lifecycle.plan, found[1], inputs)
        wanted = {"maintenanceWindow": "sun:04:00-sun:05:00", "monitoringInterval": 60, "maxAllocatedStorage": 1000}
        assert {name: outputs[name] for name in wanted} == wanted
        assert outputs["masterUserSecrets"], "RDS makes it a password of its own"
    finally:
        lifecycle.delete(resource_id, inputs, outputs)


def inputs_with(world: World, origin: dict[str, Any]) -> dict[str, Any]:
    inputs = {name: value for name, value in world.inputs(CASES["db"], "made").items() if name != "__defaults"}
    return world.checked(TOKEN, {**{n: v for n, v in inputs.items() if n != "tagsAll"}, **origin})
