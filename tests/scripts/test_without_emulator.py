"""What no emulator has: verbs against AWS's answers as its service models shape them (botocore's Stubber)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import pytest
import yaml

from scripts.backup import jobs, points, restore
from scripts.backup.stores import stores
from scripts.beanstalk import environments, seasons, variables
from scripts.beanstalk.deployable import BeanstalkDeployable
from scripts.db import restore as db_restore
from scripts.db.snapshots import take
from scripts.drift.drift import drift_of
from scripts.ecs.definitions import request_of, version_of, with_image
from scripts.ecs.service import EcsService
from scripts.ecs.shell import open_shell
from scripts.errors import Exit, PlinthError
from scripts.recover.deployment import deploy, with_copies
from scripts.recover.region import refuse_another
from scripts.recover.sources import Sources, sources
from scripts.restart.restart import chosen, parts
from scripts.stacks import ROOT, StackFile, settings_of
from scripts.target import Target
from settings import load_file
from settings.stack_files import stack_name
from tests.scripts.stacks import StubbedCloud, inventory, platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = dt.datetime(2026, 11, 23, 3, 15, tzinfo=dt.UTC)
REDIS = {"replication_group_id": "shop-redis", "host": "x", "port": 6379, "url_secret_arn": "arn"}
POSTGRES = {
    "identifier": "shop-db-prod", "host": "x", "port": 5432, "database": "shop", "secret_arn": "arn",
    "subnet_group": "shop-db", "parameter_group": "shop-pg15", "security_group_id": "sg-1",
}  # fmt: skip
BEANSTALK = {
    "application": "shop", "environment": "shop-prod-1", "url": "http://x", "health_path": "/health",
    "log_group_prefix": "/aws/elasticbeanstalk/shop-prod-1", "versions_bucket": "b", "template": "t",
}  # fmt: skip
FILES = {"history": {"file_system_id": "fs-1", "access_point_id": "fsap-1"}}
VAULT = {"backup_vault": "shop-backup-prod", "backup_role_arn": "arn:aws:iam::000000000000:role/backup"}


@pytest.fixture
def cloud() -> Iterator[StubbedCloud]:
    made = StubbedCloud()
    yield made
    made.done()


def stack(cloud: StubbedCloud, **documents: Any) -> Target:
    return Target("shop-prod", cloud, inventory(**documents))


# --- restarts --------------------------------------------------------------------------------------------------------


def group(failover: str, members: int) -> dict[str, Any]:
    names = [f"shop-redis-{number:03}" for number in range(1, members + 1)]
    found = {"AutomaticFailover": failover, "MemberClusters": names, "NodeGroups": [{"NodeGroupId": "0001"}]}
    return {"ReplicationGroups": [{**found, "Status": "available", "ReplicationGroupId": "shop-redis"}]}


@pytest.mark.requirement("AUT-OPS-07")
def test_redis_with_a_replica_fails_over(cloud: StubbedCloud) -> None:
    found = parts(stack(cloud, platform=platform(redis=REDIS)))
    cloud.expect("elasticache", "describe_replication_groups", group("enabled", 2))
    asked = {"ReplicationGroupId": "shop-redis", "NodeGroupId": "0001"}
    cloud.expect("elasticache", "test_failover", {"ReplicationGroup": {}}, asked)
    cloud.expect("elasticache", "describe_replication_groups", group("enabled", 2))
    assert found["redis"](None, 1) == "a replica took over"  # type: ignore[arg-type]


@pytest.mark.requirement("AUT-OPS-07")
def test_redis_of_one_node_is_rebooted_by_the_id_of_its_member(cloud: StubbedCloud) -> None:
    found = parts(stack(cloud, platform=platform(redis=REDIS)))
    cloud.expect("elasticache", "describe_replication_groups", group("disabled", 1))
    asked = {"CacheClusterId": "shop-redis-001", "CacheNodeIdsToReboot": ["0001"]}
    cloud.expect("elasticache", "reboot_cache_cluster", {"CacheCluster": {}}, asked)
    cloud.expect("elasticache", "describe_replication_groups", group("disabled", 1))
    assert found["redis"](None, 1) == "shop-redis-001 rebooted"  # type: ignore[arg-type]


@pytest.mark.requirement("AUT-OPS-07")
@pytest.mark.parametrize("standby", [True, False])
def test_a_database_with_a_standby_fails_over(cloud: StubbedCloud, standby: bool) -> None:  # noqa: FBT001
    instance = {"DBInstances": [{"DBInstanceStatus": "available", "MultiAZ": standby}]}
    found = parts(stack(cloud, platform=platform(postgres=POSTGRES)))
    cloud.expect("rds", "describe_db_instances", instance)
    asked = {"DBInstanceIdentifier": "shop-db-prod", "ForceFailover": standby}
    cloud.expect("rds", "reboot_db_instance", {"DBInstance": {}}, asked)
    cloud.expect("rds", "describe_db_instances", instance)
    assert ("standby" in found["postgres"](None, 1)) == standby  # type: ignore[arg-type]


@pytest.mark.requirement("AUT-OPS-07", "UTJ-OPS-04")
def test_all_is_everything_but_the_database_and_a_typo_is_an_error(cloud: StubbedCloud) -> None:
    all_of_it = stack(cloud, platform=platform(redis=REDIS, postgres=POSTGRES), beanstalk=BEANSTALK)
    assert list(chosen(all_of_it, "all")) == ["beanstalk", "redis"]
    with pytest.raises(PlinthError, match="there is no part called 'rediss'"):
        chosen(all_of_it, "rediss")


@pytest.mark.requirement("UTJ-OPS-04")
def test_the_application_server_of_beanstalk_is_restarted(cloud: StubbedCloud) -> None:
    found = parts(stack(cloud, beanstalk=BEANSTALK))
    asked = {"EnvironmentName": "shop-prod-1"}
    cloud.expect("elasticbeanstalk", "restart_app_server", {}, asked)
    cloud.expect("elasticbeanstalk", "describe_environments", {"Environments": [{"Status": "Ready"}]})
    assert found["beanstalk"](None, 1) == "its application server was restarted"  # type: ignore[arg-type]


# --- Beanstalk -------------------------------------------------------------------------------------------------------


def environment(status: str, health: str, label: str) -> dict[str, Any]:
    found = {"EnvironmentName": "shop-prod-1", "Status": status, "Health": health, "VersionLabel": label}
    return {"Environments": [{**found, "DateUpdated": NOW}]}


def event(severity: str, message: str, label: str | None = None) -> dict[str, Any]:
    return {"EventDate": NOW, "Severity": severity, "Message": message, **({"VersionLabel": label} if label else {})}


def beanstalk(cloud: StubbedCloud) -> BeanstalkDeployable:
    made = stack(cloud, beanstalk=BEANSTALK)
    assert made.inventory.beanstalk is not None
    return BeanstalkDeployable(made, made.inventory.beanstalk)


@pytest.mark.requirement("UTJ-DEP-01", "CHR-DEP-01", "UTJ-MAN-07")
def test_the_versions_of_beanstalk_are_listed_with_how_they_did(cloud: StubbedCloud) -> None:
    cloud.expect("elasticbeanstalk", "describe_environments", environment("Ready", "Green", "v3"))
    labels = [{"VersionLabel": f"v{number}", "DateCreated": NOW + dt.timedelta(days=number)} for number in (1, 2, 3)]
    cloud.expect("elasticbeanstalk", "describe_application_versions", {"ApplicationVersions": labels})
    happened = [
        event("ERROR", "Failed to deploy application.", "v2"),
        event("INFO", "New application version was deployed to running EC2 instances.", "v1"),
    ]
    cloud.expect("elasticbeanstalk", "describe_events", {"Events": happened})
    found = [(each.name, each.state, each.current) for each in beanstalk(cloud).releases()]
    assert found == [("v3", "healthy", True), ("v2", "failed", False), ("v1", "healthy", False)]


@pytest.mark.requirement("UTJ-DEP-01", "CHR-DEP-01")
@pytest.mark.parametrize(
    ("health", "label", "good"), [("Green", "v2", True), ("Red", "v2", False), ("Green", "v1", False)]
)
def test_a_version_of_beanstalk_is_good_when_it_runs_and_is_not_red(
    cloud: StubbedCloud,
    monkeypatch: pytest.MonkeyPatch,
    health: str,
    label: str,
    good: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr("scripts.waiting.time.sleep", lambda _: None)
    thing = beanstalk(cloud)
    cloud.expect("elasticbeanstalk", "describe_environments", environment("Ready", "Green", "v1"))
    asked = {"EnvironmentName": "shop-prod-1", "VersionLabel": "v2"}
    cloud.expect("elasticbeanstalk", "update_environment", {}, asked)
    thing.start("v2")
    notes: list[str] = []
    for status in ("Updating", "Ready"):
        cloud.expect("elasticbeanstalk", "describe_events", {"Events": [event("WARN", "Added instance.")]})
        cloud.expect("elasticbeanstalk", "describe_environments", environment(status, health, label))
    ended = thing.watch("v2", 1, notes.append)
    assert (ended.good, ended.running, notes) == (good, label, ["warn: Added instance."])


def test_a_deployment_of_beanstalk_that_was_begun_is_not_begun_again(cloud: StubbedCloud) -> None:
    cloud.expect("elasticbeanstalk", "describe_environments", environment("Updating", "Green", "v1"))
    beanstalk(cloud).start("v2")


# --- database --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("RPH-OPS-03", "RPH-MAN-07")
def test_a_snapshot_that_is_there_already_is_waited_for(cloud: StubbedCloud) -> None:
    target = stack(cloud, platform=platform(postgres=POSTGRES))
    cloud.refuse("rds", "create_db_snapshot", "DBSnapshotAlreadyExists")
    cloud.expect("rds", "describe_db_snapshots", {"DBSnapshots": [{"Status": "available"}]})
    assert take(target, "Before_The-Release"[:6]) == "before"


@pytest.mark.requirement("RPH-OPS-03")
@pytest.mark.parametrize("lost", [False, True])
def test_an_instance_made_of_a_backup_stands_where_the_first_did(cloud: StubbedCloud, lost: bool) -> None:  # noqa: FBT001
    target = stack(cloud, platform=platform(postgres=POSTGRES))
    like = {"DBSubnetGroupName": "shop-db", "DBParameterGroupName": "shop-pg15", "VpcSecurityGroupIds": ["sg-1"]}
    if lost:
        cloud.refuse("rds", "describe_db_instances", "DBInstanceNotFound")
    else:
        instance = {
            "DBInstanceClass": "db.t3.medium",
            "DBSubnetGroup": {"DBSubnetGroupName": "shop-db"},
            "DBParameterGroups": [{"DBParameterGroupName": "shop-pg15"}],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
        }
        cloud.expect("rds", "describe_db_instances", {"DBInstances": [instance]})
        like |= {"DBInstanceClass": "db.t3.medium", "MultiAZ": False, "CopyTagsToSnapshot": True}  # type: ignore[dict-item]
    asked = {
        "DBSnapshotIdentifier": "monday",
        "DBInstanceIdentifier": "shop-db-restored",
        "PubliclyAccessible": False,
        "Tags": [{"Key": "Stack", "Value": "shop-prod"}],
        **like,
    }
    cloud.expect("rds", "restore_db_instance_from_db_snapshot", {"DBInstance": {}}, asked)
    db_restore.begin(target, "shop-db-restored", snapshot="monday", time=None)


@pytest.mark.parametrize("text", ["yesterday", "2026-11-23", "2026-11-23T03:15:00"])
def test_a_moment_has_a_date_a_time_and_a_zone(text: str) -> None:
    with pytest.raises(PlinthError, match="is no moment"):
        db_restore.moment(text)
    assert db_restore.moment("latest") is None
    assert db_restore.moment("2026-11-23T03:15:00Z") == NOW


# --- AWS Backup ------------------------------------------------------------------------------------------------------


@pytest.fixture
def chat(cloud: StubbedCloud) -> Target:
    cloud.expect("sts", "get_caller_identity", {"Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"})
    return stack(cloud, platform=platform(files=FILES, postgres=POSTGRES), protection=VAULT)


FILE_SYSTEM = "arn:aws:elasticfilesystem:us-west-2:000000000000:file-system/fs-1"


@pytest.mark.requirement("CHR-DR-02")
def test_the_newest_whole_recovery_point_is_found_and_stores_without_one_are_named(
    cloud: StubbedCloud, chat: Target
) -> None:
    assert stores(chat)["history"] == FILE_SYSTEM
    made = [
        {
            "RecoveryPointArn": f"arn:{number}",
            "ResourceArn": FILE_SYSTEM,
            "Status": status,
            "CreationDate": NOW + dt.timedelta(hours=number),
        }
        for number, status in ((1, "COMPLETED"), (2, "COMPLETED"), (3, "PARTIAL"))
    ]
    for _ in range(2):
        cloud.expect("backup", "list_recovery_points_by_backup_vault", {"RecoveryPoints": made})
    assert points.points(chat).without == ("postgres",)
    assert points.newest(chat, "history").arn == "arn:2"
    with pytest.raises(PlinthError, match="there is no data store called 'histroy'"):
        points.newest(chat, "histroy")


@pytest.mark.requirement("CHR-DR-01")
def test_a_file_system_is_restored_into_a_new_one(cloud: StubbedCloud, chat: Target) -> None:
    assert stores(chat)
    stored = {"RestoreMetadata": {"file-system-id": "fs-1"}, "ResourceType": "EFS"}
    cloud.expect("backup", "get_recovery_point_restore_metadata", stored)
    asked = {
        "RecoveryPointArn": "arn:1",
        "IamRoleArn": VAULT["backup_role_arn"],
        "IdempotencyToken": "token",
        "Metadata": {
            "file-system-id": "fs-1",
            "newFileSystem": "true",
            "Encrypted": "true",
            "PerformanceMode": "generalPurpose",
            "CreationToken": "history-restored",
        },
    }
    cloud.expect("backup", "start_restore_job", {"RestoreJobId": "job"}, asked)
    assert restore._begin(chat, "arn:1", "history-restored", "token") == "job"


@pytest.mark.requirement("CRT-MAN-06", "CHR-DR-02")
@pytest.mark.parametrize("keep", [False, True])
def test_a_drill_restores_the_newest_backup_and_takes_what_it_made_away(
    cloud: StubbedCloud,
    chat: Target,
    monkeypatch: pytest.MonkeyPatch,
    keep: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(restore, "operation", Kept)
    made = {"RecoveryPointArn": "arn:1", "ResourceArn": FILE_SYSTEM, "Status": "COMPLETED", "CreationDate": NOW}
    cloud.expect("backup", "list_recovery_points_by_backup_vault", {"RecoveryPoints": [made]})
    stored = {"RestoreMetadata": {"file-system-id": "fs-1"}, "ResourceType": "EFS"}
    cloud.expect("backup", "get_recovery_point_restore_metadata", stored)
    cloud.expect("backup", "start_restore_job", {"RestoreJobId": "job"})
    fresh = FILE_SYSTEM.replace("fs-1", "fs-2")
    cloud.expect("backup", "describe_restore_job", {"Status": "COMPLETED", "CreatedResourceArn": fresh})
    if not keep:
        cloud.expect("efs", "delete_file_system", {}, {"FileSystemId": "fs-2"})
    done = restore.restore(chat, "history", keep=keep, minutes=1)
    assert (done.made, done.kept) == (fresh, keep)


@pytest.mark.parametrize(("state", "good"), [("COMPLETED", True), ("FAILED", False), ("ABORTED", False)])
def test_a_job_is_told_until_its_end(
    cloud: StubbedCloud,
    chat: Target,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    good: bool,  # noqa: FBT001
) -> None:
    assert stores(chat)
    monkeypatch.setattr("scripts.waiting.time.sleep", lambda _: None)
    cloud.expect("backup", "describe_backup_job", {"State": "RUNNING", "PercentDone": "10"})
    cloud.expect("backup", "describe_backup_job", {"State": state, "RecoveryPointArn": "arn:1", "StatusMessage": "no"})
    notes: list[str] = []
    if good:
        assert jobs.wait(chat, "job", 1, notes.append) == "arn:1"
    else:
        with pytest.raises(PlinthError, match=f"ended as {state}: no"):
            jobs.wait(chat, "job", 1, notes.append)
    assert notes[0] == "running 10"


# --- recovery in another region --------------------------------------------------------------------------------------

RECOVERY = ROOT / "systems" / "auterity" / "Pulumi.recovery.yaml"
PROD = ROOT / "Pulumi.prod.yaml"


@pytest.mark.requirement("AUT-DR-01", "AUT-DR-02")
def test_the_newest_copies_are_found_by_the_file_of_the_lost_stack_alone(cloud: StubbedCloud) -> None:
    lost = load_file(PROD, root=ROOT)
    backups = [
        {
            "DBInstanceAutomatedBackupsArn": f"arn:{number}",
            "RestoreWindow": {"EarliestTime": NOW, "LatestTime": NOW + dt.timedelta(hours=number)},
        }
        for number in (2, 1)
    ]
    asked = {"Filters": [{"Name": "db-instance-id", "Values": ["auterity-db-production"]}]}
    cloud.expect(
        "rds",
        "describe_db_instance_automated_backups",
        {"DBInstanceAutomatedBackups": backups},
        asked,
        region="us-east-1",
    )
    found = sources(lost, "us-east-1", cloud)
    assert (found.automated_backup, found.data_until) == ("arn:2", NOW + dt.timedelta(hours=2))
    assert set(found.buckets) == {"backups", "config", "uploads"}


def test_without_copies_it_says_which_setting_makes_them(cloud: StubbedCloud) -> None:
    cloud.expect(
        "rds", "describe_db_instance_automated_backups", {"DBInstanceAutomatedBackups": []}, region="us-east-1"
    )
    with pytest.raises(PlinthError, match="there are no backups of auterity-db-production in us-east-1") as told:
        sources(load_file(PROD, root=ROOT), "us-east-1", cloud)
    assert "postgres.backup_region" in told.value.remedy


@pytest.mark.requirement("AUT-DR-01", "AUT-DR-02")
@pytest.mark.parametrize(
    ("hours", "expected"), [(1, "arn:old"), (5, "arn:young"), (3, None)], ids=["the old", "the young", "neither"]
)
def test_of_several_backups_those_that_hold_the_moment_are_taken(
    cloud: StubbedCloud, hours: int, expected: str | None
) -> None:
    """An instance that was made again has backups of its own beside those of the first; between them is a gap."""
    windows = {"old": (0, 2), "young": (4, 6), "begun": None}
    backups = [
        {
            "DBInstanceAutomatedBackupsArn": f"arn:{name}",
            "RestoreWindow": dict(
                zip(("EarliestTime", "LatestTime"), (NOW + dt.timedelta(hours=each) for each in window), strict=True)
            )
            if window
            else {},
        }
        for name, window in windows.items()
    ]
    cloud.expect(
        "rds", "describe_db_instance_automated_backups", {"DBInstanceAutomatedBackups": backups}, region="us-east-1"
    )
    lost, moment = load_file(PROD, root=ROOT), NOW + dt.timedelta(hours=hours)
    if expected is None:
        with pytest.raises(PlinthError, match="no backup of auterity-db-production in us-east-1 holds"):
            sources(lost, "us-east-1", cloud, moment)
    else:
        found = sources(lost, "us-east-1", cloud, moment)
        assert (found.automated_backup, found.data_until) == (expected, moment)


@pytest.mark.requirement("AUT-DR-01")
@pytest.mark.parametrize("made_of", [None, "arn:another", "arn:these"])
def test_a_database_that_is_there_already_was_made_of_these_backups_or_is_in_the_way(
    cloud: StubbedCloud, made_of: str | None
) -> None:
    """Pulumi makes no second database: an empty one that stood by would be found to answer, with nothing in it."""
    tags = [{"Key": "RestoredFrom", "Value": made_of}] if made_of else []
    cloud.expect("rds", "describe_db_instances", {"DBInstances": [{"TagList": tags}]})
    if made_of == "arn:these":
        refuse_another("shop-db", "arn:these", cloud)
    else:
        with pytest.raises(PlinthError, match=r"shop-db is in .* already, made of"):
            refuse_another("shop-db", "arn:these", cloud)


@pytest.mark.requirement("AUT-DR-02")
def test_the_file_of_the_recovery_is_the_users_with_the_database_made_of_the_copies() -> None:
    arn = "arn:aws:rds:us-east-1:000000000000:auto-backup:ab-abcdefghijklmnopqrstuvwxyz"
    recovery = StackFile("auterity-recovery", RECOVERY)
    file = with_copies(recovery, Sources(automated_backup=arn, data_until=NOW, buckets={}), None)
    try:
        made = settings_of(StackFile("x", file))
        assert made.postgres is not None
        assert made.postgres.restore_from is not None
        assert made.postgres.restore_from.automated_backup == arn
        before = settings_of(recovery)
        assert before.postgres is not None
        assert made.model_copy(update={"postgres": None, "extends": None}) == before.model_copy(
            update={"postgres": None, "extends": None}
        )
        assert stack_name(file, ROOT) == "auterity-recovery"
        assert "restore_from" not in yaml.safe_load(RECOVERY.read_text())["config"]["plinth:postgres"]
    finally:
        file.unlink()


@pytest.mark.parametrize(
    ("command", "message", "code"),
    [
        ("no-such-command {stack}", "no-such-command cannot be run", 2),
        ("false {stack} {file}", "could not be deployed", 4),
    ],
)
def test_a_stack_of_recovery_that_cannot_be_deployed_is_said(
    tmp_path: Path, command: str, message: str, code: int
) -> None:
    with pytest.raises(PlinthError, match=message) as told:
        deploy("shop-recovery", tmp_path / "Pulumi.shop-recovery.yaml", command)
    assert told.value.exit_code == code


# --- task definitions ------------------------------------------------------------------------------------------------

DEFINITION = {
    "taskDefinitionArn": "arn:aws:ecs:us-west-2:000000000000:task-definition/shop:7",
    "family": "shop", "revision": 7, "status": "ACTIVE", "registeredBy": "x", "cpu": "512", "volumes": [],
    "containerDefinitions": [
        {
            "name": "app", "image": "r@sha256:old",
            "environment": [{"name": "VERSION", "value": "1"}, {"name": "A", "value": "b"}],
        },
        {"name": "proxy", "image": "p@sha256:proxy", "environment": []},
    ],
}  # fmt: skip


def test_another_version_differs_by_its_image_and_its_version_alone() -> None:
    made = with_image(DEFINITION, "app", "r@sha256:new", "2")
    assert made["containerDefinitions"][0]["image"] == "r@sha256:new"
    assert made["containerDefinitions"][0]["environment"] == [
        {"name": "A", "value": "b"},
        {"name": "VERSION", "value": "2"},
    ]
    assert made["containerDefinitions"][1] == DEFINITION["containerDefinitions"][1]  # type: ignore[index]
    same = with_image(DEFINITION, "app", "r@sha256:old", "1")
    same["containerDefinitions"][0]["environment"].sort(key=lambda each: each["name"], reverse=True)
    assert same == request_of(DEFINITION)
    assert version_of(made, "app") == "2"
    assert version_of({"containerDefinitions": [{"name": "app", "image": "r@sha256:" + "0" * 64}]}, "app") == "0" * 16


def test_exit_codes_are_pulumis() -> None:
    assert [code.value for code in Exit] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert Path(RECOVERY).exists()


# --- sessions --------------------------------------------------------------------------------------------------------

SERVICE = {
    "name": "backend", "task_family": "backend", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "rolling", "target_group_arn": "arn", "alternate_target_group_arn": None, "repository_url": "",
    "security_group_id": "sg-app", "alarms": [], "tasks": {},
}  # fmt: skip
TASK = {
    "taskArn": "arn:aws:ecs:us-west-2:1:task/shop/abc", "enableExecuteCommand": True,
    "containers": [{"name": "app", "runtimeId": "abc-1"}],
}  # fmt: skip


@pytest.mark.requirement("RPH-OPS-02", "CHR-OPS-02")
def test_a_session_is_handed_to_awss_own_plugin(
    cloud: StubbedCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    plugin = tmp_path / "session-manager-plugin"
    plugin.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {told}\nexit 7\n")
    plugin.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    target = stack(cloud, platform=platform(cluster="shop"), services={"backend": SERVICE})
    session = {"sessionId": "s-1", "streamUrl": "wss://x", "tokenValue": "t"}
    asked = {"cluster": "shop", "task": TASK["taskArn"], "container": "app", "command": "ls", "interactive": True}
    cloud.expect("ecs", "execute_command", {"session": session}, asked)
    assert open_shell(EcsService(target, *target.service(None)), TASK, "app", "ls") == 7
    lines = told.read_text().splitlines()
    assert json.loads(lines[0]) == session
    assert json.loads(lines[4]) == {"Target": "ecs:shop_abc_abc-1"}


def test_a_task_that_takes_no_sessions_says_which_setting_does(
    cloud: StubbedCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = stack(cloud, platform=platform(cluster="shop"), services={"backend": SERVICE})
    service = EcsService(target, *target.service(None))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlinthError, match="session-manager-plugin is not on PATH"):
        open_shell(service, TASK, "app", "ls")
    (tmp_path / "session-manager-plugin").write_text("")
    (tmp_path / "session-manager-plugin").chmod(0o755)
    with pytest.raises(PlinthError, match="takes no sessions") as refused:
        open_shell(service, {**TASK, "enableExecuteCommand": False}, "app", "ls")
    assert "exec: true" in refused.value.remedy


# --- environments made by hand ---------------------------------------------------------------------------------------


class Kept:
    """An operation whose steps are done at once, and kept nowhere."""

    def __init__(self, *_: object, **__: object) -> None:
        self.notes: list[str] = []
        self.journal = SimpleNamespace(id="20261123_031500_test", started=NOW)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def step(self, _name: str, work: Callable[[], Any]) -> Any:
        return work()

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations need a bucket, which no Stubber has; tests/scripts/operations has theirs."""
    monkeypatch.setattr(environments, "operation", Kept)
    monkeypatch.setattr(seasons, "operation", Kept)
    monkeypatch.setattr("scripts.waiting.time.sleep", lambda _: None)


def one(cname: str, **more: Any) -> dict[str, Any]:
    (found,) = environment("Ready", "Green", "v3")["Environments"]
    return {"Environments": [{**found, "CNAME": cname, "EnvironmentId": "e-1", **more}]}


@pytest.mark.requirement("CHR-DR-01")
@pytest.mark.usefixtures("by_hand")
def test_an_environment_is_cloned_with_its_settings_and_version(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    cloud.expect(service, "describe_environments", one("a"))
    template = {"ApplicationName": "shop", "TemplateName": "shop-recovery-as-cloned", "EnvironmentId": "e-1"}
    cloud.expect(service, "create_configuration_template", {}, template)
    cloud.expect(service, "describe_environments", one("a"))
    cloud.expect(service, "describe_environments", {"Environments": []})
    asked = {
        "ApplicationName": "shop",
        "EnvironmentName": "shop-recovery",
        "TemplateName": "shop-recovery-as-cloned",
        "VersionLabel": "v3",
        "OptionSettings": [
            {
                "Namespace": "aws:elasticbeanstalk:application:environment",
                "OptionName": "HISTORY_FILE_SYSTEM",
                "Value": "fs-2",
            }
        ],
    }
    cloud.expect(service, "create_environment", {}, asked)
    cloud.expect(service, "describe_environments", one("b", Status="Launching"))
    cloud.expect(service, "describe_environments", one("b"))
    restored = {"HISTORY_FILE_SYSTEM": "fs-2"}  # the variables by which it mounts: a clone would have the lost ones
    assert environments.clone(thing, "shop-recovery", version=None, variables=restored, minutes=1).address == "b"


@pytest.mark.requirement("CHR-DR-01")
@pytest.mark.usefixtures("by_hand")
def test_a_clone_that_was_begun_is_waited_for(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    cloud.expect(service, "describe_environments", one("a"))
    cloud.stubs[service].add_client_error(
        "create_configuration_template", "InvalidParameterValue", "Configuration Template x already exists."
    )
    cloud.expect(service, "describe_environments", one("b"))
    cloud.expect(service, "describe_environments", one("b"))
    assert environments.clone(thing, "shop-recovery", version="v2", variables={}, minutes=1).address == "b"


@pytest.mark.usefixtures("by_hand")
def test_names_are_exchanged_once(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    cloud.expect(service, "describe_environments", one("users"))
    cloud.expect(service, "describe_environments", one("users"))
    asked = {"SourceEnvironmentName": "shop-prod-1", "DestinationEnvironmentName": "shop-prod-2"}
    cloud.expect(service, "swap_environment_cnames", {}, asked)
    cloud.expect(service, "describe_environments", one("users"))
    assert environments.swap(thing, "shop-prod-2", minutes=1).address == "users"
    cloud.expect(service, "describe_environments", one("others"))
    environments._swap(thing, "shop-prod-2", "users")  # begun again: the names are exchanged already


def settings_with(least: int, most: int) -> dict[str, Any]:
    """The option settings of an environment with a calendar, as Beanstalk describes them."""

    def option(namespace: str, name: str, value: str, resource: str | None = None) -> dict[str, str]:
        more = {"ResourceName": resource} if resource else {}
        return {"Namespace": namespace, "OptionName": name, "Value": value, **more}

    calendar = {"summer-begins": ("0 0 1 7 *", "2", "6"), "summer-ends": ("0 0 1 10 *", "1", "2")}
    options = [
        option("aws:autoscaling:asg", "MinSize", str(least)),
        option("aws:autoscaling:asg", "MaxSize", str(most)),
        option("aws:ec2:instances", "InstanceTypes", "t3.small"),
        option("aws:autoscaling:scheduledaction", "StartTime", "2026-07-01T00:00:00Z", "once"),
        *(
            option("aws:autoscaling:scheduledaction", key, value, name)
            for name, values in calendar.items()
            for key, value in zip(("Recurrence", "MinSize", "MaxSize"), values, strict=True)
        ),
    ]
    return {"ConfigurationSettings": [{"OptionSettings": options}]}


@pytest.mark.requirement("UTJ-OPS-09")
def test_variables_are_read_back_as_beanstalk_has_them(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    space = "aws:elasticbeanstalk:application:environment"
    options = [
        {"Namespace": space, "OptionName": "LOG_LEVEL", "Value": "debug"},
        {"Namespace": f"{space}secrets", "OptionName": "API_KEY", "Value": "arn:aws:secretsmanager:x"},
        {"Namespace": "aws:autoscaling:asg", "OptionName": "MinSize", "Value": "1"},
    ]
    for _ in range(3):
        cloud.expect(
            service, "describe_configuration_settings", {"ConfigurationSettings": [{"OptionSettings": options}]}
        )
    assert variables.read(thing).variables == {"API_KEY": "arn:aws:secretsmanager:x", "LOG_LEVEL": "debug"}
    assert variables.read(thing, "LOG_LEVEL").variables == {"LOG_LEVEL": "debug"}
    with pytest.raises(PlinthError, match="there is no variable called 'LOGLEVEL'") as told:
        variables.read(thing, "LOGLEVEL")
    assert "LOG_LEVEL" in told.value.remedy


@pytest.mark.requirement("UTJ-CMP-04")
def test_the_calendar_is_told_with_what_is_set_now(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    asked = {"ApplicationName": "shop", "EnvironmentName": "shop-prod-1"}
    cloud.expect(service, "describe_configuration_settings", settings_with(1, 2), asked)
    found = seasons.seasons(thing)
    assert (found.min, found.max, found.instance_types) == (1, 2, "t3.small")
    assert {name: (each.recurrence, each.min, each.max) for name, each in found.actions.items()} == {
        "summer-begins": ("0 0 1 7 *", 2, 6),
        "summer-ends": ("0 0 1 10 *", 1, 2),
    }
    with pytest.raises(PlinthError, match="summer-begin") as told:
        seasons.action(found, "summer-begin")
    assert "Did you mean summer-begins" in told.value.remedy


@pytest.mark.requirement("UTJ-CMP-04")
@pytest.mark.usefixtures("by_hand")
def test_an_action_of_the_calendar_is_run_now(cloud: StubbedCloud) -> None:
    thing, service = beanstalk(cloud), "elasticbeanstalk"
    cloud.expect(service, "describe_configuration_settings", settings_with(1, 2))
    sizes = [
        {"Namespace": "aws:autoscaling:asg", "OptionName": name, "Value": value}
        for name, value in (("MinSize", "2"), ("MaxSize", "6"))
    ]
    asked = {"EnvironmentName": "shop-prod-1", "OptionSettings": sizes}
    cloud.expect(service, "update_environment", {"EnvironmentId": "e-1"}, asked)
    cloud.expect(service, "describe_environments", one("a", Status="Updating"))
    cloud.expect(service, "describe_environments", one("a"))
    cloud.expect(service, "describe_configuration_settings", settings_with(2, 6))
    done = seasons.run_now(thing, "summer-begins", minutes=1)
    assert (done.min, done.max) == (2, 6)


# --- what operators changed ------------------------------------------------------------------------------------------


def deployed(cloud: StubbedCloud, runs: str, least: int) -> None:
    found = {
        "serviceName": "backend",
        "status": "ACTIVE",
        "deployments": [{"status": "PRIMARY", "taskDefinition": f"arn:x/{runs}"}],
    }
    cloud.expect("ecs", "describe_services", {"services": [found]})
    target = {"MinCapacity": least, "MaxCapacity": 10, "ResourceId": "x", "ServiceNamespace": "ecs"}
    more = {"ScalableDimension": "ecs:service:DesiredCount", "RoleARN": "arn", "CreationTime": NOW}
    cloud.expect("application-autoscaling", "describe_scalable_targets", {"ScalableTargets": [{**target, **more}]})
    cloud.expect("application-autoscaling", "describe_scaling_policies", {"ScalingPolicies": []})


@pytest.mark.parametrize(
    ("runs", "least", "expected"),
    [
        ("shop:7", 2, []),
        ("shop:8", 2, [("release", "shop:7", "shop:8")]),
        ("shop:7", 5, [("tasks", "2 to 10", "5 to 10")]),
        ("shop:8", 5, [("release", "shop:7", "shop:8"), ("tasks", "2 to 10", "5 to 10")]),
    ],
)
def test_what_operators_changed_is_told(
    cloud: StubbedCloud, runs: str, least: int, expected: list[tuple[str, str, str]]
) -> None:
    entry = {**SERVICE, "task_definition_arn": "arn:x/shop:7", "min": 2, "max": 10}
    deployed(cloud, runs, least)
    found = drift_of(stack(cloud, platform=platform(cluster="shop"), services={"backend": entry}))
    assert [(each.what, each.deployed, each.now) for each in found.differences] == expected
