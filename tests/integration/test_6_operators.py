"""The operators' command on a real system: Court Case, whose container, database and cache are real.

The tests stand in the order of an operator's day, and each leaves the stack well.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from local import paths
from local.checkpoint import PROJECT
from tests.integration.cloud import ROOT, Load, get
from tests.integration.images import derive
from tests.integration.operator import Operator

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.cloud import Cloud

STACK, CLUSTER, SERVICE = "court-case-prod", "CourtCaseCluster", "BackendService"
QUICKLY = ("--suite", "smoke", "--suite", "api", "--suite", "integration", "--monitor", "0", "--yes")
# Healthy for the load balancer, and nothing else: it answers every path alike.
HOLLOW = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"status":"healthy","version":"hollow"}')
HTTPServer(("", 8000), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def operator(cloud: Cloud) -> Operator:
    """Somebody at work on Court Case."""
    cloud.ensure(STACK)
    return Operator(cloud, STACK)


@pytest.fixture(scope="module")
def deployed(operator: Operator) -> dict[str, Any]:
    """What the program deployed, by the inventory: the image, and the task definition."""
    name = f"/plinth/{STACK}/inventory/services/backend"
    return dict(json.loads(operator.cloud.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]))


@pytest.fixture(scope="module")
def image(deployed: dict[str, Any]) -> str:
    """The image that the program deployed."""
    return str(deployed["image"])


def service(cloud: Cloud) -> dict[str, Any]:
    return dict(cloud.client("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0])


def runs(cloud: Cloud) -> str:
    return str(service(cloud)["taskDefinition"]).rpartition("/")[2]


@pytest.mark.requirement("CRT-DEP-06", "CRT-DEP-07", "AUT-DEP-04", "CRT-MAN-02")
def test_a_migration_runs_after_a_backup(operator: Operator) -> None:
    done = operator.does("migrate", "--yes", "--reason", "first release")
    assert done["backup"] in [each["name"] for each in operator.does("db", "list")["snapshots"]]
    status, body = get(f"{operator.cloud.url(STACK)}/health/ready")
    assert (status, json.loads(body)["migrations"]["up_to_date"]) == (200, True)


@pytest.mark.requirement("AUT-DEP-04", "CRT-DEP-06")
def test_a_migration_that_fails_says_why_and_leaves_the_schema_as_it_was(operator: Operator) -> None:
    before = operator.does("db", "probe")["answers"]
    failed = operator.plinth("migrate", "--command", "alembic upgrade nowhere", "--no-backup", "--yes")
    assert failed.code == 4, failed
    assert "Can't locate revision identified by 'nowhere'" in failed.err
    after = operator.does("db", "probe")["answers"]
    assert after["migrations"] == before["migrations"]
    assert [each["name"] for each in after["tables"]] == [each["name"] for each in before["tables"]]


@pytest.mark.requirement("AUT-DEP-04", "CRT-DEP-06")
def test_a_migration_that_is_killed_before_or_after_what_it_changes_runs_once(
    operator: Operator, deployed: dict[str, Any], tmp_path: Path
) -> None:
    ecs, migrate = operator.cloud.client("ecs"), ("migrate", "--yes")

    def made() -> tuple[set[str], set[str]]:
        of = {"cluster": CLUSTER, "family": deployed["tasks"]["migrate"]}
        tasks = {
            arn for status in ("RUNNING", "STOPPED") for arn in ecs.list_tasks(**of, desiredStatus=status)["taskArns"]
        }
        return {each["name"] for each in operator.does("db", "list")["snapshots"]}, tasks

    code, calls = operator.changing(tmp_path / "whole", 0, *migrate)
    assert (code, {"CreateDBSnapshot", "RunTask"} - set(calls)) == (0, set())
    numbers = {number + more for number, call in enumerate(calls, 1) if call != "PutObject" for more in (0, 1)}
    for number in sorted(numbers):
        snapshots, tasks = made()
        code, _ = operator.changing(tmp_path / str(number), number, *migrate)
        assert code == -9
        again = operator.does(*migrate)
        after, ran = made()
        assert after - snapshots == {again["backup"]}, calls[:number]
        assert len(ran - tasks) == 1, calls[:number]


@pytest.mark.requirement("AUT-OPS-05", "CRT-DEP-07", "RPH-MAN-08")
def test_the_database_is_asked_over_tls(operator: Operator) -> None:
    answers = operator.does("db", "probe")["answers"]
    assert answers["tls"][0]["ssl"] is True
    assert answers["connections"][0]["total"] >= 1
    assert answers["blocked"] == []


@pytest.mark.requirement("AUT-DEP-01", "CRT-DEP-01", "AUT-MAN-04")
def test_the_checklist_finds_the_stack_ready(operator: Operator) -> None:
    found = operator.does("check")
    assert found["ready"], found
    assert {each["state"] for each in found["items"]} == {"ok"}


@pytest.mark.requirement(
    "CRT-DEP-01", "CRT-DEP-02", "CRT-DEP-03", "CRT-DEP-04", "CRT-DEP-05", "CRT-DR-01", "RPH-DEP-01"
)
def test_a_version_is_deployed_while_requests_come_and_none_fails(operator: Operator, image: str) -> None:
    cloud, before = operator.cloud, runs(operator.cloud)
    digest = derive(image, "v2")
    with Load(f"{cloud.url(STACK)}/health") as load:
        done = operator.does("deploy", "--version", "v2", *QUICKLY)
    assert load.failures == []
    assert load.statuses[200] > 20
    assert (done["state"], done["before"], done["running"]) == ("deployed", before, runs(cloud))
    assert [each["state"] for each in done["phases"]] == ["passed"] * 5
    definition = cloud.client("ecs").describe_task_definition(taskDefinition=done["running"])["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"].endswith(digest)
    kept = {each["release"] for each in operator.does("snapshot", "list")["snapshots"]}
    assert {before, done["running"]} <= kept


def test_what_runs_already_is_not_deployed_again(operator: Operator) -> None:
    before = runs(operator.cloud)
    assert operator.does("deploy", "--version", "v2", *QUICKLY)["state"] == "unchanged"
    assert runs(operator.cloud) == before


@pytest.mark.requirement("CRT-DEP-02", "CRT-DR-05", "AUT-DEP-03", "CRT-OPS-08")
def test_a_version_that_cannot_start_is_a_failure_though_aws_rolled_it_back(operator: Operator, image: str) -> None:
    cloud, before = operator.cloud, runs(operator.cloud)
    derive(image, "broken", Entrypoint=[], Cmd=["python", "-c", "import sys; sys.exit('no configuration')"])
    with Load(f"{cloud.url(STACK)}/health") as load:
        failed = operator.plinth("deploy", "--version", "broken", *QUICKLY, "--json")
    assert failed.code == 4, failed
    assert load.failures == []
    assert (failed.result["state"], failed.result["running"]) == ("rolled back", before)
    assert "no configuration" in "\n".join(failed.result["evidence"])
    assert runs(cloud) == before
    kept = operator.does("operation", "show", failed.result["operation"])["operation"]
    assert kept["verb"] == "deploy"


@pytest.mark.requirement(
    "CRT-OPS-05", "CRT-OPS-06", "CRT-OPS-08", "AUT-OPS-06", "RPH-OPS-06", "UTJ-OPS-08", "AUT-MAN-07"
)
def test_what_went_wrong_is_told_with_its_cause_and_what_to_do(operator: Operator) -> None:
    found = {each["id"]: each for each in operator.does("diagnose", "--since", "10m")["issues"]}
    ended = found["container-ends"]
    assert ended["components"] == ["service backend"]
    assert "exit 1" in ended["cause"]
    assert ended["category"] == "infrastructure"
    assert all(ended[part] for part in ("description", "impact", "steps", "prevention", "evidence"))
    assert "database-out-of-reach" not in found


@pytest.mark.requirement("CRT-MAN-04", "UTJ-OPS-02", "CRT-OPS-07")
def test_the_logs_have_what_the_broken_version_wrote(operator: Operator) -> None:
    said = operator.plinth("logs", "--search", "configuration", "--since", "10m", "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert "no configuration" in {line["message"] for line in lines}, said
    assert {line["stream"].partition("/")[0] for line in lines} == {"backend"}


@pytest.mark.requirement("CRT-OPS-04", "UTJ-OPS-06")
def test_looking_on_is_a_line_for_each_look(operator: Operator) -> None:
    said = operator.plinth("watch", "--every", "1", "--times", "2")
    assert said.code == 0, said
    assert [line.split("  ")[1] for line in said.out.splitlines() if "backend 2/2" in line] == ["100 Excellent"] * 2


@pytest.mark.requirement("CRT-DEP-03", "CRT-DR-05", "AUT-DEP-03", "CRT-OPS-16", "AUT-MAN-05")
def test_a_version_that_is_up_and_does_no_good_is_taken_back(operator: Operator, image: str) -> None:
    cloud, before = operator.cloud, runs(operator.cloud)
    derive(image, "hollow", Entrypoint=[], Cmd=["python", "-c", HOLLOW])
    failed = operator.plinth("deploy", "--version", "hollow", *QUICKLY, "--json")
    assert failed.code == 4, failed
    assert failed.result["state"] == "rolled back"
    assert "validation" in failed.result["why"]
    assert runs(cloud) == before


@pytest.mark.requirement("CRT-IMG-01")
def test_an_image_of_another_platform_is_refused_before_anything_is_changed(operator: Operator, image: str) -> None:
    before = runs(operator.cloud)
    derive(image, "arm", architecture="arm64")
    refused = operator.plinth("deploy", "--version", "arm", *QUICKLY)
    assert refused.code == 4, refused
    assert "is for linux/arm64, and tasks run linux/amd64" in refused.err
    assert runs(operator.cloud) == before


def test_a_deployment_that_is_killed_is_gone_on_with_and_nobody_else_begins(operator: Operator, image: str) -> None:
    derive(image, "v3")
    operator.killed("deploy", "--version", "v3", *QUICKLY, once="rollout: waiting")
    refused = operator.plinth("scale", "--to", "3", "--reason", "load", "--yes")
    assert refused.code != 0
    assert "a deploy of root" in refused.err
    assert "left unfinished at: rollout" in refused.err
    done = operator.plinth("deploy", "--version", "v3", *QUICKLY, "--json")
    assert done.code == 0, done
    assert "going on with the deploy that root began" in done.err
    assert done.result["running"] == runs(operator.cloud)


@pytest.mark.requirement("CRT-DR-02", "CRT-DR-06", "CRT-MAN-03", "RPH-DEP-05")
def test_a_rollback_goes_to_the_last_release_that_was_healthy(operator: Operator) -> None:
    cloud, now = operator.cloud, runs(operator.cloud)
    known = operator.does("release", "list")["releases"]
    assert [each["name"] for each in known if each["current"]] == [now]
    assert "failed" in {each["state"] for each in known}
    wanted = next(each["name"] for each in known if each["state"] == "healthy" and not each["current"])
    said = operator.plinth("rollback", "--dry-run")
    assert (said.code, runs(cloud)) == (0, now), said
    with Load(f"{cloud.url(STACK)}/health") as load:
        done = operator.does("rollback", "--yes", "--reason", "errors at login")
    assert load.failures == []
    assert done["running"] == runs(cloud) == wanted


@pytest.mark.requirement("RPH-DEP-05", "RPH-MAN-06")
def test_a_rollback_goes_to_the_release_that_is_named(operator: Operator, deployed: dict[str, Any]) -> None:
    first = deployed["task_definition_arn"].rpartition("/")[2]
    done = operator.does("rollback", "--to", first.rpartition(":")[2], "--yes")
    assert done["running"] == runs(operator.cloud) == first
    (backend,) = (each for each in operator.does("status")["parts"] if each["kind"] == "service")
    assert (backend["well"], backend["version"], backend["note"]) == (True, first, "")


@pytest.mark.requirement("CRT-DR-06")
def test_a_rollback_goes_to_the_release_of_a_snapshot(operator: Operator) -> None:
    newest = next(
        each for each in operator.does("snapshot", "list")["snapshots"] if each["release"] != runs(operator.cloud)
    )
    done = operator.does("rollback", "--snapshot", newest["id"], "--yes")
    assert done["running"] == runs(operator.cloud) == newest["release"]


@pytest.mark.requirement("CRT-DR-03", "CRT-DR-07", "RPH-OPS-01", "RPH-MAN-09")
def test_a_service_is_scaled_with_its_floor(operator: Operator) -> None:
    done = operator.does("scale", "--to", "4", "--reason", "queue of uploads", "--yes")
    assert (done["before"], done["now"], done["floor"]) == (2, 4, 4)
    assert service(operator.cloud)["runningCount"] == 4
    drift = operator.plinth("drift", "--json")
    assert (drift.code, "4 to 10" in drift.out) == (7, True), drift
    too_many = operator.plinth("scale", "--to", "11", "--reason", "more", "--yes")
    assert (too_many.code, service(operator.cloud)["desiredCount"]) == (2, 4), too_many
    assert operator.does("scale", "--to", "2", "--reason", "back", "--yes")["floor"] == 2


def test_a_change_that_was_killed_is_resumed_by_its_record(operator: Operator) -> None:
    operator.killed("scale", "--to", "3", "--reason", "load", "--yes", once="3 tasks")
    done = operator.plinth("operation", "resume", "--yes")
    assert done.code == 0, done
    assert service(operator.cloud)["desiredCount"] == 3
    assert operator.does("operation", "show")["operation"]["state"] == "done"
    assert operator.does("scale", "--to", "2", "--reason", "back", "--yes")["now"] == 2


@pytest.mark.requirement("AUT-OPS-07", "AUT-MAN-06")
def test_a_restart_brings_new_tasks_before_old_ones_go(operator: Operator) -> None:
    cloud = operator.cloud
    before = set(cloud.client("ecs").list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"])
    with Load(f"{cloud.url(STACK)}/health") as load:
        operator.does("restart", "backend", "--yes")
    assert load.failures == []
    assert before.isdisjoint(cloud.client("ecs").list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"])
    unknown = operator.plinth("restart", "databse", "--yes")
    assert unknown.code == 2


@pytest.mark.requirement("CRT-OPS-12", "CRT-OPS-13", "CRT-OPS-14", "CRT-OPS-15", "CRT-OPS-16", "UTJ-MAN-08")
def test_the_suites_of_the_stack_file_pass(operator: Operator) -> None:
    for suite in ("smoke", "api", "integration"):
        assert operator.does("validate", suite)["verdict"] == "passed"


@pytest.mark.requirement("RPH-OPS-03")
def test_a_database_comes_back_row_by_row(operator: Operator) -> None:
    cloud, asked = operator.cloud, "SELECT count(*), md5(string_agg(title, ',' ORDER BY id)) FROM cases"
    for number in range(3):
        made = urllib3.request("POST", f"{cloud.url(STACK)}/api/v1/cases", json={"title": f"case {number}"})
        assert made.status == 201, made.data
    before = cloud.sql("court-case-db-prod", asked)
    taken = operator.plinth("db", "snapshot", "--name", "before-the-mistake", "--yes")
    assert taken.code == 0, taken
    cloud.sql("court-case-db-prod", "DELETE FROM cases")
    assert cloud.sql("court-case-db-prod", asked) != before
    done = operator.does("db", "restore", "--snapshot", "before-the-mistake", "--name", "court-case-restored", "--yes")
    assert cloud.sql("court-case-restored", asked) == before
    assert done["of"] == "before-the-mistake"
    cloud.client("rds").delete_db_instance(DBInstanceIdentifier="court-case-restored", SkipFinalSnapshot=True)
    assert operator.plinth("db", "delete", "before-the-mistake", "--yes").code == 0


@pytest.mark.requirement("RPH-OPS-03", "RPH-MAN-07")
def test_a_snapshot_of_the_database_is_taken_by_hand(operator: Operator) -> None:
    said = operator.plinth("db", "snapshot", "--yes")
    assert said.code == 0, said
    name = said.out.strip()
    assert name.startswith("court-case-db-prod-manual-20")
    assert name in [each["name"] for each in operator.does("db", "list")["snapshots"]]


def test_mistakes_are_one_message_and_change_nothing(operator: Operator) -> None:
    before = runs(operator.cloud)
    for words, code, message in (
        (("deploy", "bakend", "--version", "v2", "--yes"), 2, "Did you mean backend?"),
        (("deploy", "--version", "v22", "--yes"), 4, "Did you mean v2"),
        (("rollback", "--to", "999", "--yes"), 4, "there is no release of backend called '999'"),
        (("rollback", "--snapshot", "20200101_000000", "--yes"), 4, "there is no snapshot of backend"),
        (("scale", "--to", "3", "--reason", "x"), 2, "Add --yes"),
        (("migrate", "migrat", "--yes"), 2, "Did you mean migrate?"),
        (("validate", "smok"), 2, "Did you mean smoke?"),
        (("status", "--region", "eu-west-1"), 6, "is not deployed"),
    ):
        said = operator.plinth(*words)
        assert (said.code, message in said.err) == (code, True), (words, said)
        assert "Traceback" not in said.err
    assert runs(operator.cloud) == before


@pytest.mark.requirement("CRT-OPS-05")
def test_operations_that_a_killed_run_of_pulumi_left_are_told(operator: Operator) -> None:
    recorded = paths.PULUMI_STATE / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"
    before = recorded.read_text()
    state = json.loads(before)
    latest = state["checkpoint"]["latest"]
    service = next(each for each in latest["resources"] if each["type"] == "aws:ecs/service:Service")
    latest["pending_operations"] = [{"resource": service, "type": "updating"}]
    try:
        for text, expected in ((json.dumps(state), ["pulumi-was-interrupted"]), (before, [])):
            recorded.write_text(text)  # pulumi stack import would leave them out
            said = operator.plinth("diagnose", "--json")
            assert [each["id"] for each in said.result["issues"] if each["id"].startswith("pulumi")] == expected
            assert said.result["not_read"] == []
    finally:
        recorded.write_text(before)


def test_a_run_of_the_program_brings_back_what_the_stack_file_says(operator: Operator) -> None:
    """What operators did in a hurry is told by `pulumi up --refresh`, and taken back."""
    config = ("--config-file", str(ROOT / ".plinth" / "stacks" / f"{STACK}.yaml"))
    up = operator.cloud.pulumi("up", "--refresh", "--yes", "--skip-preview", "--non-interactive", *config, stack=STACK)
    assert up.code == 0, up.output
    done = operator.cloud.differences(STACK)
    assert done.code == 0, done.output
