"""Verbs that are killed outright, before each of their calls that changes something, and begun again.

Which calls those are, an unbroken run tells, so that a step which is added is killed too. What comes of it in the end
is what comes of the unbroken run, nothing is made twice, and nobody else changes the stack in between.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.errors import PlinthError
from scripts.operations.history import history
from scripts.operations.operation import CURRENT, operation
from scripts.operations.records import Records
from scripts.stacks import ROOT
from settings.inventory import Inventory
from tests.integration.cloud import wait_until
from tests.scripts.stacks import REGION, TestCloud, operations, platform, target

pytestmark = pytest.mark.emulator

AT_ONCE = 2  # processors
RECOVERY, ELSEWHERE = "auterity-recovery", "us-east-1"


@dataclass(frozen=True)
class World:
    """A stack of its own for each run."""

    cloud: TestCloud
    name: str

    def deploy(self, **documents: Any) -> None:
        """Write its inventory as the program does, and make the bucket of its records."""
        documents = {"platform": platform(stack=self.name), "operations": operations(self.bucket), **documents}
        for place, document in documents.items():
            parts = document.items() if place == "services" else [("", document)]
            for key, part in parts:
                path = "/".join(filter(None, (Inventory.path(self.name), place, key)))
                self.client("ssm").put_parameter(Name=path, Value=json.dumps(part), Type="String", Overwrite=True)
        self.make_bucket(self.bucket)

    def make_bucket(self, name: str) -> None:
        """An empty one."""
        s3, where = self.client("s3"), {"LocationConstraint": self.cloud.region}
        s3.create_bucket(
            Bucket=name, **({} if self.cloud.region == ELSEWHERE else {"CreateBucketConfiguration": where})
        )

    def client(self, service: str) -> Any:
        return self.cloud.client(service)

    @property
    def bucket(self) -> str:
        """Of its records."""
        return f"{self.name}-operations"

    @property
    def records(self) -> Records:
        return Records(target(self.cloud, operations=operations(self.bucket)))


@dataclass(frozen=True)
class Scenario:
    """A verb: its words, the world that it is run in, and what is to be the same in the end."""

    words: Callable[[str], tuple[str, ...]]
    prepare: Callable[[World], None]
    outcome: Callable[[World], Any]
    region: str = REGION
    name: str = ""
    """Of the stack, where it cannot be another for each run."""


# --- the verbs -------------------------------------------------------------------------------------------------------


def with_service(world: World) -> None:
    """Two revisions, of which the second runs, with autoscaling."""
    ecs, name = world.client("ecs"), world.name
    ecs.create_cluster(clusterName=name)
    container = {"name": "app", "image": "app:1", "essential": True, "environment": []}
    for tag in ("1", "2"):
        ecs.register_task_definition(
            family=name, containerDefinitions=[{**container, "image": f"app:{tag}"}], cpu="256", memory="512",
        )  # fmt: skip
    ecs.create_service(cluster=name, serviceName=name, taskDefinition=f"{name}:1", desiredCount=1)
    ecs.update_service(cluster=name, service=name, taskDefinition=f"{name}:2")
    world.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs", ResourceId=f"service/{name}/{name}", ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1, MaxCapacity=10,
    )  # fmt: skip
    service = {
        "name": name, "task_family": name, "container": "app", "port": 80, "paths": [], "health_path": "/",
        "strategy": "rolling", "target_group_arn": "", "alternate_target_group_arn": None, "repository_url": "",
        "security_group_id": "sg-1", "alarms": [], "tasks": {},
    }  # fmt: skip
    world.deploy(platform=platform(stack=name, cluster=name), services={"backend": service})


def of_service(world: World) -> Any:
    ecs, name = world.client("ecs"), world.name
    (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
    scaling = world.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[f"service/{name}/{name}"]
    )["ScalableTargets"][0]
    return (
        service["taskDefinition"].rpartition("/")[2],
        service["desiredCount"],
        service["runningCount"],
        (scaling["MinCapacity"], scaling["MaxCapacity"]),
        len(ecs.list_task_definitions(familyPrefix=name)["taskDefinitionArns"]),
        len(ecs.list_service_deployments(cluster=name, service=name)["serviceDeployments"]),
    )


def with_database(world: World) -> None:
    """An instance, and a snapshot called monday."""
    rds, identifier = world.client("rds"), f"{world.name}-db"
    rds.create_db_instance(
        DBInstanceIdentifier=identifier, Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="shop", MasterUserPassword="0123456789",
    )  # fmt: skip
    rds.create_db_snapshot(DBInstanceIdentifier=identifier, DBSnapshotIdentifier=f"{world.name}-monday")
    postgres = {"identifier": identifier, "host": "x", "port": 5432, "database": "shop", "secret_arn": "arn"}
    world.deploy(platform=platform(stack=world.name, postgres=postgres))


def of_database(world: World) -> Any:
    rds = world.client("rds")
    instances = [each["DBInstanceIdentifier"] for each in rds.describe_db_instances()["DBInstances"]]
    snapshots = [each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"]]
    return [sorted(name for name in names if name.startswith(f"{world.name}-")) for names in (instances, snapshots)]


def with_buckets(world: World) -> None:
    buckets = {key: f"{world.name}-{key}" for key in ("backups", "uploads")}
    for name in buckets.values():
        world.make_bucket(name)
    for key in ("a", "b"):
        world.client("s3").put_object(Bucket=buckets["uploads"], Key=key, Body=key.encode())
    world.deploy(platform=platform(stack=world.name, buckets=buckets))


def of_buckets(world: World) -> Any:
    s3 = world.client("s3")
    found = s3.list_objects_v2(Bucket=f"{world.name}-backups").get("Contents", ())
    return [each["Key"][: -len("20261123_031500.tar.gz")] for each in found]


def with_copies(world: World) -> None:
    """Copies of production's backups and buckets in the region of recovery, whose own buckets are empty."""
    rds, lost = world.client("rds"), {"DBInstanceIdentifier": "auterity-db-production"}
    asked = {"Filters": [{"Name": "db-instance-id", "Values": [lost["DBInstanceIdentifier"]]}]}
    if not rds.describe_db_instance_automated_backups(**asked)["DBInstanceAutomatedBackups"]:
        there = TestCloud(world.cloud._endpoints).client("rds")
        made = there.create_db_instance(
            **lost, Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="auterity",
            MasterUserPassword="0123456789", BackupRetentionPeriod=1,
        )["DBInstance"]  # fmt: skip
        rds.start_db_instance_automated_backups_replication(SourceDBInstanceArn=made["DBInstanceArn"])

        def copied() -> bool:
            found = rds.describe_db_instance_automated_backups(**asked)["DBInstanceAutomatedBackups"]
            return "RestoreWindow" in found[0]

        wait_until(copied, "the first backup is copied", 30)
    s3, buckets = world.client("s3"), {key: f"recovered-{key}" for key in ("config", "uploads")}
    for name in (*buckets.values(), world.bucket):
        world.make_bucket(name)
        for each in s3.list_objects_v2(Bucket=name).get("Contents", ()):
            s3.delete_object(Bucket=name, Key=each["Key"])
    for key in ("config", "uploads", "backups"):
        world.make_bucket(f"auterity-{key}-production-replica")
    for key in ("a", "b"):
        s3.put_object(Bucket="auterity-uploads-production-replica", Key=key, Body=key.encode())
    world.deploy(platform=platform(stack=world.name, region=ELSEWHERE, buckets=buckets))


def of_copies(world: World) -> Any:
    found = world.client("s3").list_objects_v2(Bucket="recovered-uploads").get("Contents", ())
    return sorted(each["Key"] for each in found)


SCENARIOS = {
    "scale": Scenario(
        lambda name: ("scale", "backend", "--to", "3", "--reason", "load", "--yes", "--stack", name),
        with_service,
        of_service,
    ),
    "rollback": Scenario(
        lambda name: ("rollback", "backend", "--to", "1", "--yes", "--stack", name),
        with_service,
        of_service,
    ),
    "db snapshot": Scenario(
        lambda name: ("db", "snapshot", "--name", f"{name}-tuesday", "--yes", "--stack", name),
        with_database,
        of_database,
    ),
    "db restore": Scenario(
        lambda name: (
            *("db", "restore", "--snapshot", f"{name}-monday", "--name", f"{name}-restored"),
            *("--yes", "--stack", name),
        ),
        with_database,
        of_database,
    ),
    "backup archive": Scenario(
        lambda name: ("backup", "archive", "--yes", "--stack", name), with_buckets, of_buckets
    ),
    "recover region": Scenario(
        lambda name: ("recover", "region", "--lost", "prod", "--deploy", "true", "--yes", "--stack", name),
        with_copies,
        of_copies,
        region=ELSEWHERE,
        name=RECOVERY,
    ),
}  # fmt: skip


# --- killing them ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CRT-DR-06", "CRT-DR-07")
@pytest.mark.parametrize("verb", SCENARIOS)
def test_a_verb_that_is_killed_anywhere_goes_on_and_does_nothing_twice(
    verb: str, endpoints: dict[str, str], tmp_path: Path
) -> None:
    scenario = SCENARIOS[verb]

    def run(world: World, number: int = 0) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        file = tmp_path / f"{world.name}-{number}"
        file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.scripts.killed", str(file), str(number), *scenario.words(world.name)]
        environment = {**os.environ, **endpoints, "AWS_REGION": scenario.region, "NO_COLOR": "1"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        return done, file.read_text().split() if file.exists() else []

    def world(number: int) -> World:
        made = World(TestCloud(endpoints, scenario.region), scenario.name or f"{verb.replace(' ', '-')}-{number}")
        scenario.prepare(made)
        return made

    def outcome(of: World) -> str:
        return json.dumps(scenario.outcome(of)).replace(of.name, "NAME")

    def killed(number: int) -> str:
        mine = world(number)
        first, calls = run(mine, number)
        assert (first.returncode, len(calls)) == (-9, number - 1), first.stderr
        if mine.records.read(CURRENT) is not None:
            refuses_another(mine)
        again, _ = run(mine)
        assert again.returncode == 0, f"killed before call {number}, after {calls}:\n{again.stderr}"
        (record,) = history(mine.records, 10).operations
        assert record.state == "done"
        return outcome(mine)

    whole = world(0)
    unbroken, calls = run(whole)
    assert unbroken.returncode == 0, unbroken.stderr
    expected = outcome(whole)
    assert len(calls) > 3, calls
    numbers = range(1, len(calls) + 1)
    with ThreadPoolExecutor(1 if scenario.name else AT_ONCE) as pool:
        found = dict(zip(numbers, pool.map(killed, numbers), strict=True))
    assert found == dict.fromkeys(numbers, expected)


def refuses_another(world: World) -> None:
    """Nobody else begins, and is told by whom and where the stack is held."""
    other = target(world.cloud, operations=operations(world.bucket))
    if Records(other).read(CURRENT).document["state"] == "running":  # type: ignore[union-attr]
        with pytest.raises(PlinthError, match="was left unfinished at: "), operation(other, "another", {}):
            pass
