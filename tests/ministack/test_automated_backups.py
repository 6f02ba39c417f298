"""Automated backups of databases that no container backs: instances and their settings, not their data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud import wait_until

pytestmark = pytest.mark.emulator

ELSEWHERE = "us-east-1"


@pytest.fixture
def rds(client: Callable[..., Any]) -> Any:
    return client("rds")


@pytest.fixture
def database(rds: Any) -> Iterator[dict[str, Any]]:
    made = rds.create_db_instance(
        DBInstanceIdentifier="kept", Engine="postgres", EngineVersion="15.4", DBInstanceClass="db.t3.large",
        AllocatedStorage=30, DBName="shop", MasterUsername="shop", ManageMasterUserPassword=True,
        StorageEncrypted=True, BackupRetentionPeriod=7,
    )["DBInstance"]  # fmt: skip
    wait_until(lambda: "RestoreWindow" in backups(rds)[0], "the first backup is there", 30)
    yield made
    rds.delete_db_instance(DBInstanceIdentifier="kept", SkipFinalSnapshot=True)


def backups(rds: Any, name: str = "kept") -> list[dict[str, Any]]:
    wanted = [{"Name": "db-instance-id", "Values": [name]}]
    return list(rds.describe_db_instance_automated_backups(Filters=wanted)["DBInstanceAutomatedBackups"])


def test_an_instance_is_made_of_backups_with_the_settings_of_the_first(rds: Any, database: dict[str, Any]) -> None:
    made = rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="kept",
        TargetDBInstanceIdentifier="made",
        UseLatestRestorableTime=True,
        DBInstanceClass="db.t3.micro",
        ManageMasterUserPassword=True,
    )["DBInstance"]
    try:
        same = ("Engine", "EngineVersion", "AllocatedStorage", "DBName", "MasterUsername", "StorageEncrypted")
        assert {name: made[name] for name in same} == {name: database[name] for name in same}
        assert made["DBInstanceClass"] == "db.t3.micro"
        assert made["MasterUserSecret"]["SecretArn"] != database["MasterUserSecret"]["SecretArn"]
    finally:
        rds.delete_db_instance(DBInstanceIdentifier="made", SkipFinalSnapshot=True)


@pytest.mark.usefixtures("database")
def test_no_moment_outside_the_window_and_no_database_without_backups(rds: Any) -> None:
    window = backups(rds)[0]["RestoreWindow"]
    late, early = window["LatestTime"] + dt.timedelta(days=1), window["EarliestTime"] - dt.timedelta(seconds=1)
    for moment in (late, early):
        with pytest.raises(rds.exceptions.ClientError, match="not within the restore window"):
            rds.restore_db_instance_to_point_in_time(
                SourceDBInstanceIdentifier="kept", TargetDBInstanceIdentifier="made", RestoreTime=moment
            )
    with pytest.raises(ClientError, match="RestoreTime or UseLatestRestorableTime"):
        rds.restore_db_instance_to_point_in_time(SourceDBInstanceIdentifier="kept", TargetDBInstanceIdentifier="made")
    with pytest.raises(ClientError, match="No automated backups"):
        rds.restore_db_instance_to_point_in_time(
            SourceDBInstanceIdentifier="gone", TargetDBInstanceIdentifier="made", UseLatestRestorableTime=True
        )


def test_copies_in_another_region_outlive_the_database(client: Callable[..., Any]) -> None:
    here, there = client("rds"), client("rds", ELSEWHERE)
    made = here.create_db_instance(
        DBInstanceIdentifier="lost", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="shop", MasterUserPassword="0123456789", BackupRetentionPeriod=1,
    )["DBInstance"]  # fmt: skip
    assert backups(there, "lost") == []
    there.start_db_instance_automated_backups_replication(SourceDBInstanceArn=made["DBInstanceArn"])
    wait_until(lambda: "RestoreWindow" in backups(there, "lost")[0], "the first backup is there", 30)
    assert backups(there, "lost")[0]["Status"] == "replicating"
    with pytest.raises(ClientError, match="already"):
        there.start_db_instance_automated_backups_replication(SourceDBInstanceArn=made["DBInstanceArn"])
    here.delete_db_instance(DBInstanceIdentifier="lost", SkipFinalSnapshot=True)
    copy = backups(there, "lost")[0]
    assert (copy["Region"], copy["Status"]) == ("us-west-2", "retained")
    there.restore_db_instance_to_point_in_time(
        SourceDBInstanceAutomatedBackupsArn=copy["DBInstanceAutomatedBackupsArn"],
        TargetDBInstanceIdentifier="found",
        UseLatestRestorableTime=True,
    )
    assert there.describe_db_instances(DBInstanceIdentifier="found")["DBInstances"][0]["MasterUsername"] == "shop"
    there.delete_db_instance_automated_backup(DBInstanceAutomatedBackupsArn=copy["DBInstanceAutomatedBackupsArn"])
    assert backups(there, "lost") == []
    there.delete_db_instance(DBInstanceIdentifier="found", SkipFinalSnapshot=True)
