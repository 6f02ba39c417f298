"""Findings: each from the facts that speak for it, and silent where they do not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.cloud import Cloud
from scripts.diagnose import application, infrastructure, pulumi, security
from scripts.diagnose.facts import Facts, ServiceFacts
from scripts.diagnose.issue import Issue
from scripts.diagnose.run import FINDINGS
from scripts.diagnose.tasks import CAUSES, cause_of
from scripts.errors import PlinthError
from scripts.health.metrics import PERIOD_SECONDS, Metric, Series
from scripts.logs.search import Line, ago
from scripts.target import Target
from tests.scripts.stacks import REGION, inventory, platform

NOW = dt.datetime(2026, 11, 23, 3, 15, tzinfo=dt.UTC)
POSTGRES = {
    "identifier": "shop-db", "host": "x", "port": 5432, "database": "shop", "secret_arn": "arn",
    "security_group_id": "sg-db",
}  # fmt: skip
SERVICE = {
    "name": "backend", "task_family": "backend", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "rolling", "target_group_arn": "arn", "alternate_target_group_arn": None, "repository_url": "",
    "security_group_id": "sg-app", "alarms": [], "tasks": {"migrate": "backend-migrate"},
}  # fmt: skip
MONITORING = {
    "topic_arn": "arn", "alarms": {"critical": ["shop-critical"], "security": ["shop-security"]}, "dashboards": [],
    "queries": [],
}  # fmt: skip


def facts(**given_: Any) -> Facts:
    documents = inventory(platform=platform(postgres=POSTGRES), services={"backend": SERVICE}, monitoring=MONITORING)
    found: dict[str, Any] = {"services": [service()], "series": {}, "alarms": [], "lines": []} | given_
    return Facts(target=Target("shop-prod", Cloud(REGION), documents), since=NOW - dt.timedelta(hours=1), **found)


def service(running: int = 2, *, stopped: tuple[dict[str, Any], ...] = (), **more: Any) -> ServiceFacts:
    now = {"runningCount": running, "desiredCount": 2, "deployments": [], "events": [], **more}
    return ServiceFacts("backend", now, list(stopped), more.get("targets", []))


def task(reason: str, code: int | None = None, *, stop: str = "EssentialContainerExited") -> dict[str, Any]:
    container = {"name": "app"} | ({} if code is None else {"exitCode": code})
    return {
        "taskArn": "arn:aws:ecs:us-west-2:1:task/shop/abc", "stoppedReason": reason, "containers": [container],
        "stoppedAt": NOW, "stopCode": stop,
    }  # fmt: skip


def series(of: str, what: str, values: list[float]) -> dict[str, Series]:
    metric = Metric(of, what, "x", "x", "Average", ())
    times = tuple(NOW + dt.timedelta(seconds=PERIOD_SECONDS * index) for index in range(len(values)))
    return {metric.key: Series(metric, times, tuple(values))}


def line(message: str, stream: str = "backend/app/1") -> Line:
    return Line(at=NOW, group="/ecs/shop", stream=stream, message=message)


def ids(issues: Any) -> list[str]:
    return [each.id for each in issues]


@pytest.mark.requirement("CRT-OPS-08", "AUT-OPS-06", "RPH-OPS-06", "CHR-OPS-02", "UTJ-OPS-08")
@pytest.mark.parametrize(
    ("reason", "code", "cause"),
    [
        ("CannotPullContainerError: pull image manifest has been retried 5 time(s)", None, "image-cannot-be-pulled"),
        ("ResourceInitializationError: unable to pull secrets", None, "secrets-cannot-be-read"),
        ("OutOfMemoryError: Container killed due to memory usage", 137, "out-of-memory"),
        ("Essential container in task exited", 137, "out-of-memory"),
        ("exec /app: exec format error", 1, "wrong-platform"),
        (
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes",
            None,
            "files-cannot-be-mounted",
        ),
        ("Task failed ELB health checks in (target-group x)", None, "health-checks-fail"),
        ("Task failed container health checks", None, "health-checks-fail"),
        ("Capacity is unavailable at this time", None, "no-capacity"),
        ("Essential container in task exited", 1, "container-ends"),
    ],
)
def test_why_a_task_ended(reason: str, code: int | None, cause: str) -> None:
    (found,) = infrastructure.tasks_that_end(facts(services=[service(stopped=(task(reason, code),))]))
    assert found.id == cause
    assert found.steps
    assert found.prevention


@pytest.mark.parametrize("stop", ["ServiceSchedulerInitiated", "UserInitiated"])
def test_a_task_that_somebody_stopped_is_no_issue(stop: str) -> None:
    assert cause_of(task("Scaling activity initiated by (deployment ecs-svc/1)", 143, stop=stop)) is None


def test_every_cause_says_what_to_do_and_how_to_prevent_it() -> None:
    assert all(cause.means and cause.steps and cause.prevention.endswith(".") for cause in CAUSES)
    assert len({cause.id for cause in CAUSES}) == len(CAUSES)


@pytest.mark.requirement("CRT-OPS-05", "CRT-OPS-08")
def test_too_few_tasks_are_told_though_none_says_why() -> None:
    event = {"message": "(service backend) was unable to place a task"}
    (found,) = infrastructure.too_few_tasks(facts(services=[service(0, events=[event])]))
    assert (found.severity, found.cause) == ("critical", event["message"])
    assert ids(infrastructure.too_few_tasks(facts())) == []


@pytest.mark.requirement("CRT-OPS-05")
def test_unhealthy_targets_are_told_with_the_load_balancers_reason() -> None:
    state = {
        "State": "unhealthy",
        "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with 500",
    }
    targets = [{"Target": {"Id": "10.0.0.1"}, "TargetHealth": state}]
    (found,) = infrastructure.unhealthy_targets(facts(services=[service(targets=targets)]))
    assert found.cause == "Health checks failed with 500"


@pytest.mark.requirement("CRT-OPS-05", "RPH-OPS-06")
@pytest.mark.parametrize(
    ("instance", "free", "expected"),
    [
        ({"DBInstanceStatus": "available"}, 50, []),
        ({"DBInstanceStatus": "storage-full"}, 50, ["database-not-available"]),
        (
            {"DBInstanceStatus": "available", "PendingModifiedValues": {"DBInstanceClass": "x"}},
            50,
            ["database-waits-for-restart"],
        ),
    ],
)
def test_what_ails_a_database(instance: dict[str, Any], free: float, expected: list[str]) -> None:
    given_ = facts(database=instance, series=series("postgres", "free", [free * 2**30]))
    assert ids(infrastructure.database_not_ready(given_)) == expected


@pytest.mark.requirement("UTJ-OPS-08", "CHR-OPS-02")
def test_a_red_environment_is_told_by_its_events() -> None:
    events = [{"Severity": "ERROR", "Message": "Unable to pull the image."}, {"Severity": "INFO", "Message": "x"}]
    environment = {"Status": "Ready", "Health": "Red"}
    (found,) = infrastructure.environment_not_green(facts(environment=environment, events=events))
    assert (found.severity, found.cause) == ("critical", "Unable to pull the image.")
    assert ids(infrastructure.environment_not_green(facts(environment={"Status": "Ready", "Health": "Green"}))) == []


@pytest.mark.requirement("AUT-OPS-04", "AUT-OPS-03", "CRT-OPS-08")
@pytest.mark.parametrize(
    ("what", "value", "expected"),
    [("cpu", 81, "cpu-too-high"), ("memory", 91, "memory-too-high"), ("response", 2.5, "response-too-high")],
)
def test_a_threshold_that_is_crossed_comes_with_advice(what: str, value: float, expected: str) -> None:
    (found,) = application.thresholds_crossed(facts(series=series("backend", what, [value])))
    assert found.id == expected
    assert list(application.thresholds_crossed(facts(series=series("backend", what, [1])))) == []


def test_a_full_database_is_told_as_that() -> None:
    (found,) = application.thresholds_crossed(facts(series=series("postgres", "free", [2**30])))
    assert (found.id, found.severity, found.components) == ("storage-too-low", "critical", ("postgres",))


def test_a_component_of_two_words_keeps_both() -> None:
    (found,) = application.thresholds_crossed(facts(series=series("load balancer", "response", [9])))
    assert found.components == ("load balancer",)


@pytest.mark.requirement("AUT-OPS-04")
def test_a_cache_that_misses_is_told() -> None:
    both = series("redis", "hits", [70]) | series("redis", "misses", [30])
    assert ids(application.thresholds_crossed(facts(series=both))) == ["hit-rate-too-low"]


@pytest.mark.requirement("CRT-OPS-05")
def test_memory_that_only_grows_is_a_leak() -> None:
    growing = [40 + index / 12 for index in range(48)]  # a point an hour
    assert ids(application.memory_leaks(facts(series=series("backend", "memory", growing)))) == ["memory-leak"]
    assert ids(application.memory_leaks(facts(series=series("backend", "memory", [50.0] * 48)))) == []


@pytest.mark.requirement("CRT-OPS-07", "CRT-MAN-04")
def test_the_same_error_is_counted_whatever_its_ids_and_who_has_it_is_named() -> None:
    lines = [
        line("ERROR order 17 of 3f2b8c1a-1111-2222-3333-444455556666 failed at 2026-11-23T03:15:00Z"),
        line("ERROR order 42 of 3f2b8c1a-9999-2222-3333-444455556666 failed at 2026-11-23T03:16:10Z", "worker/app/2"),
        line("ERROR cannot open 'a.txt'"),
    ]
    first, second = application.errors_in_logs(facts(lines=lines))
    assert first.description.startswith("2 times in the logs: ERROR order … of … failed at")
    assert first.components == ("backend", "worker")
    assert "share" in first.cause
    assert second.description.startswith("1 times")


@pytest.mark.requirement("CRT-OPS-05", "CHR-OPS-02", "AUT-OPS-06")
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"FromPort": 5432, "ToPort": 5432, "IpProtocol": "tcp", "ReferencedGroupInfo": {"GroupId": "sg-app"}}, []),
        ({"IpProtocol": "-1", "ReferencedGroupInfo": {"GroupId": "sg-app"}}, []),
        (
            {"FromPort": 5432, "ToPort": 5432, "IpProtocol": "tcp", "ReferencedGroupInfo": {"GroupId": "sg-x"}},
            ["database-out-of-reach"],
        ),
        (
            {"FromPort": 22, "ToPort": 22, "IpProtocol": "tcp", "ReferencedGroupInfo": {"GroupId": "sg-app"}},
            ["database-out-of-reach"],
        ),
    ],
)
def test_a_service_that_the_database_does_not_let_in(rule: dict[str, Any], expected: list[str]) -> None:
    assert ids(security.services_kept_out_of_the_database(facts(ingress=[rule]))) == expected


@pytest.mark.requirement("CRT-OPS-05")
def test_a_database_that_lets_nobody_in_is_told_and_one_not_looked_at_is_not() -> None:
    assert ids(security.services_kept_out_of_the_database(facts(ingress=[]))) == ["database-out-of-reach"]
    assert ids(security.services_kept_out_of_the_database(facts())) == []


def test_the_platform_is_found_in_what_the_container_wrote() -> None:
    found = cause_of(task("Essential container in task exited", 1), ["exec /app: exec format error"])
    assert found is not None
    assert found.id == "wrong-platform"


@pytest.mark.requirement("CRT-OPS-05", "CRT-OPS-07")
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("botocore: AccessDenied when calling PutObject", ["permission-denied"]),
        ('FATAL: no pg_hba.conf entry for host "10.0.0.1", no encryption', ["permission-denied", "tls-fails"]),
        ("ssl.SSLError: CERTIFICATE_VERIFY_FAILED", ["tls-fails"]),
        ("all is well", []),
    ],
)
def test_what_was_refused_is_security(message: str, expected: list[str]) -> None:
    assert ids(security.refused_in_logs(facts(lines=[line(message)]))) == expected


@pytest.mark.requirement("CRT-OPS-05")
def test_alarms_are_told_by_their_severity() -> None:
    ringing = [
        {"AlarmName": name, "StateReason": "threshold crossed"} for name in ("shop-security", "shop-critical", "other")
    ]
    found = [(each.category, each.severity) for each in security.alarms_that_are_on(facts(alarms=ringing))]
    assert found == [("security", "critical"), ("application", "critical"), ("application", "warning")]


@pytest.mark.requirement("CRT-OPS-06")
def test_of_a_stack_that_is_well_nothing_is_said() -> None:
    assert [issue for finding in FINDINGS for issue in finding(facts(database={"DBInstanceStatus": "available"}))] == []


# --- Pulumi's state --------------------------------------------------------------------------------------------------

URN = "urn:pulumi:shop-prod::plinth::plinth:data:Postgres$aws:rds/instance:Instance::postgres"


@pytest.mark.requirement("CRT-OPS-05", "CRT-OPS-08")
def test_what_a_killed_run_of_pulumi_left_is_told_with_what_it_was_doing() -> None:
    left = pulumi.State(({"type": "creating", "resource": {"urn": URN, "type": "aws:rds/instance:Instance"}},))
    (found,) = pulumi.operations_left_pending(facts(state=left))
    assert "creating postgres" in found.description
    assert found.evidence == (f"creating: {URN}",)
    assert "pulumi refresh --stack shop-prod" in found.steps[0]
    assert ids(pulumi.operations_left_pending(facts())) == []


@pytest.mark.parametrize(
    ("script", "unread"),
    [
        ("echo 'error: no stack named x found' >&2; exit 255", "error: no stack named x found"),
        ("echo not json", "Expecting value"),
        (None, "No such file"),
    ],
)
def test_a_state_that_cannot_be_read_is_said_and_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, unread: str
) -> None:
    if script is not None:
        (tmp_path / "pulumi").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    state = pulumi.read_state("shop-prod")
    assert state.pending == ()
    assert unread in state.unread


words = st.text(max_size=40)


@pytest.mark.requirement("CRT-OPS-06")
@given(st.lists(st.tuples(words, st.one_of(st.none(), st.integers(0, 255))), max_size=4), st.lists(words, max_size=6))
def test_no_words_of_aws_break_a_finding_and_every_issue_is_whole(
    stopped: list[tuple[str, int | None]], messages: list[str]
) -> None:
    given_ = facts(
        services=[service(1, stopped=tuple(task(*each) for each in stopped))], lines=[line(each) for each in messages]
    )
    for finding in FINDINGS:
        for issue in finding(given_):
            assert isinstance(issue, Issue)
            assert issue.steps
            assert issue.prevention
            assert issue.impact


@pytest.mark.parametrize("text", ["", "1", "h", "1w", "-1h", "1.5h"])
def test_a_span_of_time_is_a_number_and_a_unit(text: str) -> None:
    with pytest.raises(PlinthError, match="is no span of time"):
        ago(text)
    assert abs((dt.datetime.now(dt.UTC) - ago("15m")).total_seconds() - 900) < 5
