from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local import checkpoint, records
from local.checkpoint import Checkpoint
from local.records import Record

STACK = {"type": "pulumi:pulumi:Stack", "outputs": {"load_balancer_name": "auterity-alb-prod"}}
DATABASE = {
    "type": "aws:rds/instance:Instance",
    "id": "db-1",
    "custom": True,
    "protect": True,
    "outputs": {"identifier": "auterity-db-prod"},
}


def write(state: Path, latest: dict[str, Any]) -> None:
    folder = state / "state" / ".pulumi" / "stacks" / "plinth"
    folder.mkdir(parents=True)
    (folder / "prod.json").write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def test_a_checkpoint_tells_resources_outputs_and_protection(state: Path):
    write(state, {"resources": [STACK, DATABASE]})
    prod = Checkpoint("prod")
    assert checkpoint.names() == ["prod"]
    assert prod.exists
    assert prod.protected
    assert prod.outputs == {"load_balancer_name": "auterity-alb-prod"}
    assert prod.of_type("aws:rds/instance:Instance") == [{"identifier": "auterity-db-prod", "id": "db-1"}]
    assert not prod.pending_creates


@pytest.mark.parametrize(("kind", "in_doubt"), [("creating", True), ("updating", False), ("reading", False)])
def test_only_an_unfinished_creation_leaves_doubt(state: Path, kind: str, in_doubt: bool):  # noqa: FBT001
    write(state, {"resources": [STACK], "pending_operations": [{"resource": DATABASE, "type": kind}]})
    assert Checkpoint("prod").pending_creates is in_doubt


def test_a_stack_that_is_not_there_is_empty(state: Path):
    assert state.exists()
    assert checkpoint.names() == []
    assert not Checkpoint("prod").exists
    assert Checkpoint("prod").resources == []
    assert Checkpoint("prod").outputs == {}


def test_a_record_comes_back_as_it_was_saved(state: Path):
    assert records.load("prod") is None
    record = Record(source="Pulumi.prod.yaml", emulator="12-345", outcome="up")
    record.save("prod")
    assert records.load("prod") == record
    (state / "stacks" / "prod.json").write_text("{}")
    assert records.load("prod") is None
