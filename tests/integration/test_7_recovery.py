"""Auterity's production is lost, and comes back: in another region, of the copies there, and then in its own place."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud import get, stack_file, wait_until
from tests.integration.operator import Operator

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.cloud import Cloud

LOST, RECOVERY, ELSEWHERE = "prod", "auterity-recovery", "us-east-1"
DATABASE, RECOVERED = "auterity-db-production", "auterity-db-recovery-production"
CLUSTER, SNAPSHOT = "auterity-cluster-production", "before-the-loss"
ROWS = "SELECT count(*), md5(string_agg(email, ',' ORDER BY id)) FROM users"
UPLOADS = {"letters/a.txt": b"a letter", "letters/b.txt": b"another letter"}
RECOVER = ("recover", "region", "--lost", LOST, "--yes")


@pytest.fixture(scope="module")
def before(cloud: Cloud) -> str:
    """What users had put into production: the rows, by their number and sum; and two uploads."""
    cloud.ensure(LOST)
    operator = Operator(cloud, LOST)
    migrated = operator.plinth("migrate", "--yes")
    assert migrated.code == 0, migrated
    cloud.sql(DATABASE, "INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 500) AS n")
    for name, body in UPLOADS.items():
        cloud.client("s3").put_object(Bucket="auterity-uploads-production", Key=name, Body=body)
    taken = operator.plinth("db", "snapshot", "--name", SNAPSHOT, "--yes")
    assert taken.code == 0, taken
    return cloud.sql(DATABASE, ROWS)


@pytest.fixture(scope="module")
def operator(cloud: Cloud, before: str) -> Operator:
    """Somebody who recovers it. There is a stack of recovery, as the preparations want, with nothing in it."""
    assert before.startswith("500")
    cloud.ensure(RECOVERY)
    url = cloud.url(RECOVERY)
    in_the_way = Operator(cloud, RECOVERY).plinth(*RECOVER)
    assert in_the_way.code == 4, in_the_way
    assert f"{RECOVERED} is in {ELSEWHERE} already, made of nothing" in in_the_way.err
    cloud.down(RECOVERY)
    cloud.prepare(RECOVERY)
    lose(cloud)
    return Operator(cloud, RECOVERY, url)


def services(cloud: Cloud) -> list[str]:
    return list(cloud.client("ecs").list_services(cluster=CLUSTER)["serviceArns"])


def lose(cloud: Cloud) -> None:
    """Take production's tasks and its database away, once what users did is in the copies."""
    rds, elsewhere, ecs = cloud.client("rds"), cloud.client("rds", ELSEWHERE), cloud.client("ecs")
    since = dt.datetime.now(dt.UTC)

    def is_copied() -> bool:
        wanted = [{"Name": "db-instance-id", "Values": [DATABASE]}]
        found = elsewhere.describe_db_instance_automated_backups(Filters=wanted)["DBInstanceAutomatedBackups"]
        return any(each["RestoreWindow"]["LatestTime"] >= since for each in found if "RestoreWindow" in each)

    wait_until(is_copied, "the backups hold what was done")
    for service in services(cloud):
        ecs.update_service(cluster=CLUSTER, service=service, desiredCount=0)
    rds.modify_db_instance(DBInstanceIdentifier=DATABASE, DeletionProtection=False, ApplyImmediately=True)
    rds.delete_db_instance(DBInstanceIdentifier=DATABASE, SkipFinalSnapshot=True)
    wait_until(lambda: get(f"{cloud.url(LOST)}/health")[0] != 200, "production does not answer")


@pytest.fixture(scope="module")
def recovered(operator: Operator) -> dict[str, Any]:
    """What `plinth recover region` says in the end."""
    return operator.does(*RECOVER)


@pytest.mark.requirement("AUT-DR-01", "AUT-DR-02", "AUT-MAN-02")
def test_a_system_answers_in_another_region_with_its_data(
    operator: Operator, before: str, recovered: dict[str, Any]
) -> None:
    cloud = operator.cloud
    assert get(f"{recovered['url']}/health/detailed")[0] == 200
    assert get(f"{cloud.url(LOST)}/health")[0] != 200
    assert cloud.sql(RECOVERED, ROWS, ELSEWHERE) == before
    s3 = cloud.client("s3", ELSEWHERE)
    found = {
        key: s3.get_object(Bucket="auterity-uploads-recovery-production", Key=key)["Body"].read() for key in UPLOADS
    }
    assert found == UPLOADS
    assert recovered["objects"]["uploads"] == len(UPLOADS)
    # The schema is the copy's: no migration was run here.
    assert operator.does("validate", "integration")["verdict"] == "passed"


@pytest.mark.requirement("AUT-DR-01", "CRT-DR-04")
def test_how_long_it_took_is_told_beside_what_was_promised(operator: Operator, recovered: dict[str, Any]) -> None:
    assert 0 < recovered["minutes"] <= recovered["rto_minutes"] == 120
    assert 0 <= recovered["lost_minutes"] <= recovered["rpo_minutes"] == 15
    plans = {each["name"]: each for each in operator.does("recover", "plans")["plans"]}
    assert plans["region"]["measured_minutes"] == pytest.approx(recovered["minutes"], abs=0.1)


@pytest.mark.requirement("AUT-DR-02")
def test_what_is_recovered_is_as_safe_as_what_was_lost(operator: Operator, recovered: dict[str, Any]) -> None:
    assert recovered["region"] == ELSEWHERE
    database = operator.cloud.client("rds", ELSEWHERE).describe_db_instances(DBInstanceIdentifier=RECOVERED)
    found = database["DBInstances"][0]
    wanted = {"MultiAZ": True, "DeletionProtection": True, "BackupRetentionPeriod": 30, "StorageEncrypted": True}
    assert {name: found[name] for name in wanted} == wanted
    drift = operator.cloud.differences(RECOVERY)
    assert drift.code == 0, drift.output


def test_recovering_again_finds_everything_done(operator: Operator, before: str, recovered: dict[str, Any]) -> None:
    again = operator.does(*RECOVER)
    assert set(again["objects"].values()) == {0}
    assert again["data_until"] == recovered["data_until"]
    assert operator.cloud.sql(RECOVERED, ROWS, ELSEWHERE) == before


@pytest.mark.requirement("RPH-OPS-03", "AUT-MAN-02")
@pytest.mark.usefixtures("recovered")
def test_a_destroyed_database_is_put_back_in_its_own_place(cloud: Cloud, before: str, tmp_path: Path) -> None:
    """By the program, with the snapshot's name in the stack file: addresses and secrets then are right everywhere."""
    file = stack_file(tmp_path, LOST, postgres__restore_from={"snapshot": SNAPSHOT})
    flags = ("--refresh", "--yes", "--skip-preview", "--non-interactive")
    back = cloud.pulumi("up", *flags, "--config-file", str(file), stack=LOST)
    assert back.code == 0, back.output
    assert cloud.sql(DATABASE, ROWS) == before
    for service in services(cloud):  # on AWS autoscaling does so, which never goes below its floor
        cloud.client("ecs").update_service(cluster=CLUSTER, service=service, desiredCount=2)
    wait_until(lambda: get(f"{cloud.url(LOST)}/health/readiness")[0] == 200, "production answers again")
    # The line is taken out of the stack file again, and that changes nothing.
    again = cloud.differences(LOST)
    assert again.code == 0, again.output
    assert Operator(cloud, LOST).plinth("db", "delete", SNAPSHOT, "--yes").code == 0


@pytest.mark.requirement("AUT-OPS-07")
@pytest.mark.usefixtures("recovered")
def test_a_service_that_deploys_blue_green_is_restarted_to_the_end_of_its_deployment(cloud: Cloud) -> None:
    """The emulator rolls its tasks, and keeps a service deployment as AWS does: that is what is waited for."""
    ecs, name = cloud.client("ecs"), "auterity-backend-production"
    before = set(ecs.list_tasks(cluster=CLUSTER, serviceName=name)["taskArns"])
    said = Operator(cloud, LOST).plinth("restart", "backend", "--yes")
    assert (said.code, "successful" in said.err) == (0, True), said
    assert before.isdisjoint(ecs.list_tasks(cluster=CLUSTER, serviceName=name)["taskArns"])
    newest = max(
        ecs.list_service_deployments(cluster=CLUSTER, service=name)["serviceDeployments"],
        key=lambda each: each["createdAt"],
    )
    assert newest["status"] == "SUCCESSFUL"
