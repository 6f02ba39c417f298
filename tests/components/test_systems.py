"""What holds for every stack file, of whatever system: all of them are built against the mocks."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

import pytest

from settings.stack_files import stack_name
from tests.components.recording import ROOT, build
from tests.components.stacks import FILES, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

GOLDEN = ROOT / "tests" / "components" / "golden"
every_file = pytest.mark.parametrize("name", FILES)


@functools.cache
def built(name: str) -> Recorder:
    """A stack as its file says, built once."""
    return build(stack(name), stack_name(FILES[name], ROOT))


@every_file
def test_released_names_are_never_changed(name: str) -> None:
    """A changed type or name is a new resource and the end of the old one: it must be seen in review.

    ``UPDATE_GOLDEN=1 pytest tests/components`` writes the files.
    """
    golden = GOLDEN / f"{name}.txt"
    found = "\n".join(sorted(resource.key for resource in built(name).resources)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


def test_there_is_no_inventory_of_a_stack_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FILES)


@every_file
def test_names_are_unique_within_their_type(name: str) -> None:
    keys = [resource.key for resource in built(name).resources]
    assert len(keys) == len(set(keys))


@every_file
def test_each_inventory_document_fits_a_standard_parameter(name: str) -> None:
    for parameter in built(name).all("ssm/parameter:Parameter"):
        assert len(str(parameter.inputs.get("insecureValue", "")).encode()) <= 4096, parameter.name


# A change of the stack file, and the resources whose inputs it changes, adds or removes: these and no others.
CHANGES: list[tuple[str, dict[str, Any], set[str]]] = [
    (
        "prod",
        {"services__backend__cpu": 4096},
        {"aws:ecs/taskDefinition:TaskDefinition::backend", "aws:ecs/taskDefinition:TaskDefinition::backend-migrate"},
    ),
    ("chatrelay-prod", {"files__data__infrequent_after_days": 60}, {"aws:efs/fileSystem:FileSystem::data"}),
    (
        "chatrelay-fargate",
        {"services__main-app__sidecars__agent-service__memory": 768},
        {"aws:ecs/taskDefinition:TaskDefinition::main-app"},
    ),
    ("prod", {"services__frontend__count__max": 12}, {"aws:appautoscaling/target:Target::frontend"}),
    (
        "prod",
        {"postgres__backup_retention_days": 31},
        {
            "aws:rds/instance:Instance::postgres",
            "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication::postgres-copies",
        },
    ),
    (
        "prod",
        {"backup__retention_days": 30},
        {
            "aws:backup/plan:Plan::backup",
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration::backup",
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration::backup-copy",
        },
    ),
    ("prod", {"backup__at": "07:30"}, {"aws:backup/plan:Plan::backup"}),
    (
        "prod",
        {"buckets__config__noncurrent_expire_days": 30},
        {
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::config",
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::config-replica",
        },
    ),
    (
        "prod",
        {"network__nat": "one"},
        {f"aws:ec2/{kind}::network-nat-{zone}" for kind in ("eip:Eip", "natGateway:NatGateway") for zone in "bc"}
        | {f"aws:ec2/route:Route::network-private-{zone}-out" for zone in "bc"},
    ),
    (
        "rapidphoto-prod",
        {"workers__image-processor__timeout_seconds": 90},
        {"aws:lambda/function:Function::image-processor", "aws:sqs/queue:Queue::image-processor"},
    ),
    (
        "rapidphoto-prod",
        {"workers__image-processor__max_concurrency": 20},
        {"aws:lambda/eventSourceMapping:EventSourceMapping::image-processor"},
    ),
]


@pytest.mark.parametrize(("name", "change", "touched"), CHANGES)
def test_a_change_touches_only_what_it_must(name: str, change: dict[str, Any], touched: set[str]) -> None:
    before = inputs(built(name))
    after = inputs(build(stack(name, **change), stack_name(FILES[name], ROOT)))
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == touched


def inputs(made: Recorder) -> dict[str, dict[str, Any]]:
    """What was asked for; generated secrets differ each time, and are ignored once they are there."""
    return {
        each.key: {name: value for name, value in each.inputs.items() if name not in each.secret}
        for each in made.resources
    }
