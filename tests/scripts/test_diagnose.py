"""Findings: each from the facts that speak for it, and silent where they do not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.diagnose import application, certificates, environment, infrastructure, pulumi, reach, security
from scripts.diagnose.facts import Certificate, EnvironmentFacts, State
from scripts.diagnose.issue import Issue
from scripts.diagnose.run import FINDINGS
from scripts.diagnose.tasks import CAUSES, cause_of
from scripts.errors import PlinthError
from scripts.logs.search import Line, ago
from tests.scripts.findings import (
    BEANSTALK,
    NOW,
    REDIS,
    RULES,
    RULES_OUT,
    SERVICE,
    facts,
    ids,
    line,
    rule,
    series,
    service,
    task,
)
from tests.scripts.stacks import REGION, StubbedCloud, platform
from tests.scripts.stacks import target as stack


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


@pytest.mark.requirement("AUT-OPS-06", "CHR-OPS-02")
@pytest.mark.parametrize(
    ("wrote", "cause"),
    [
        ("KeyError: 'DATABASE_URL'", "variable-missing"),
        ("pydantic: redis_url Field required", "variable-missing"),
        ("sqlalchemy.exc.OperationalError: connection to server at 10.0.0.9 failed", "store-does-not-answer"),
        ("redis.exceptions.TimeoutError: Timeout connecting to server", "store-does-not-answer"),
        ('psycopg.errors.UndefinedTable: relation "cases" does not exist', "schema-is-behind"),
        ("KeyError: 'title'", "container-ends"),
        ("ValueError: nothing of the kind", "container-ends"),
    ],
)
def test_why_a_program_ended_is_read_from_its_last_words(wrote: str, cause: str) -> None:
    found = cause_of(task("Essential container in task exited", 1), [wrote])
    assert found is not None
    assert found.id == cause


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


@pytest.mark.requirement("CRT-OPS-08")
@pytest.mark.parametrize(
    ("state", "minutes", "expected"),
    [("IN_PROGRESS", 31, ["deployment-stuck"]), ("IN_PROGRESS", 29, []), ("COMPLETED", 31, [])],
)
def test_a_deployment_that_neither_ends_nor_fails_is_told(state: str, minutes: float, expected: list[str]) -> None:
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    deployment = {"rolloutState": state, "createdAt": begun, "taskDefinition": "arn:x/backend:8", "desiredCount": 2}
    found = list(infrastructure.deployments_stuck(facts(services=[service(deployments=[deployment])])))
    assert ids(found) == expected
    assert all("0 of 2 tasks" in each.description for each in found)


@pytest.mark.requirement("CHR-OPS-02")
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"Status": "available"}, []),
        ({"Status": "modifying"}, ["warning"]),
        ({"Status": "not there"}, ["critical"]),
        ({"Status": "available", "NodeGroups": [{"NodeGroupId": "0001", "Status": "available"}]}, []),
        ({"Status": "available", "NodeGroups": [{"NodeGroupId": "0001", "Status": "creating"}]}, ["warning"]),
    ],
)
def test_a_cache_that_is_not_available_is_told(found: dict[str, Any], expected: list[str]) -> None:
    assert [each.severity for each in infrastructure.redis_not_ready(facts(redis=found))] == expected


@pytest.mark.requirement("CRT-OPS-05")
def test_unhealthy_targets_are_told_with_the_load_balancers_reason() -> None:
    state = {
        "State": "unhealthy",
        "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with 500",
    }
    targets = [{"Target": {"Id": "10.0.0.1"}, "TargetHealth": state}]
    (found,) = infrastructure.unhealthy_targets(facts(services=[service(targets=targets)]))
    assert (found.cause, found.severity) == ("Health checks failed with 500", "critical")
    others = {"unused": "critical", "draining": "critical", "healthy": "warning"}
    for other, severity in others.items():
        both = [*targets, {"Target": {"Id": "10.0.0.2"}, "TargetHealth": {"State": other}}]
        (found,) = infrastructure.unhealthy_targets(facts(services=[service(targets=both)]))
        assert found.severity == severity


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
def test_a_red_environment_is_told_by_its_health_then_by_its_events() -> None:
    events = [{"Severity": "ERROR", "Message": "Unable to pull the image."}, {"Severity": "INFO", "Message": "x"}]
    ill = [{"InstanceId": "i-1", "HealthStatus": "Severe", "Causes": ["ELB health is failing"]}]
    red = EnvironmentFacts({"Status": "Ready", "Health": "Red"}, events)
    (found,) = environment.environment_not_green(facts(environment=red))
    assert (found.severity, found.cause) == ("critical", "Unable to pull the image.")
    (found,) = environment.environment_not_green(
        facts(environment=replace(red, causes=["100.0 % of the requests fail with HTTP 5xx."], instances=ill))
    )
    assert found.cause == "100.0 % of the requests fail with HTTP 5xx."
    assert found.evidence == ("i-1: Severe: ELB health is failing", "Unable to pull the image.")
    green = EnvironmentFacts({"Status": "Ready", "Health": "Green"}, events)
    assert ids(environment.environment_not_green(facts(environment=green))) == []


@pytest.mark.requirement("CHR-OPS-02")
@pytest.mark.parametrize("enhanced", [True, False])
def test_an_environment_is_asked_for_its_causes_where_it_has_enhanced_health(enhanced: bool) -> None:  # noqa: FBT001
    cloud, service = StubbedCloud(), "elasticbeanstalk"
    cloud.expect(service, "describe_environments", {"Environments": [{"Status": "Ready", "Health": "Red"}]})
    cloud.expect(service, "describe_events", {"Events": []})
    if enhanced:
        instances = [{"InstanceId": "i-1", "HealthStatus": "Ok"}, {"InstanceId": "i-2", "HealthStatus": "Severe"}]
        cloud.expect(service, "describe_environment_health", {"Causes": ["too slow"]})
        cloud.expect(service, "describe_instances_health", {"InstanceHealthList": instances})
    else:
        cloud.refuse(service, "describe_environment_health", "InvalidRequestException")
    found = environment.read_environment(stack(cloud, beanstalk=BEANSTALK), NOW)
    assert found is not None
    assert found.causes == (["too slow"] if enhanced else [])
    assert [each["InstanceId"] for each in found.instances] == (["i-2"] if enhanced else [])


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


@pytest.mark.requirement("RPH-OPS-06", "CHR-OPS-02", "AUT-OPS-03")
@pytest.mark.parametrize(("of", "what"), [("redis", "evictions"), ("thumbnails", "throttles")])
def test_keys_thrown_out_and_calls_turned_away_are_told(of: str, what: str) -> None:
    (found,) = application.thresholds_crossed(facts(series=series(of, what, [3])))
    assert (found.id, found.components) == (f"{what}-too-high", (of,))
    assert ids(application.thresholds_crossed(facts(series=series(of, what, [0])))) == []


@pytest.mark.requirement("CHR-OPS-02", "AUT-OPS-03")
def test_connections_near_what_redis_takes_are_told() -> None:
    for connections, expected in ((53_000, ["connections-too-high"]), (51_000, [])):
        given_ = facts(series=series("redis", "connections", [connections]))
        assert ids(application.thresholds_crossed(given_)) == expected
    database = facts(series=series("postgres", "connections", [53_000]))
    assert ids(application.thresholds_crossed(database)) == []  # it has another limit: plinth db probe


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
        line('PLINTH {"slow": [{"query": "SELECT error FROM orders"}]}'),  # an answer to plinth db probe
    ]
    first, second = application.errors_in_logs(facts(lines=lines))
    assert first.description.startswith("2 times in the logs: ERROR order … of … failed at")
    assert first.components == ("backend", "worker")
    assert "share" in first.cause
    assert second.description.startswith("1 times")


@pytest.mark.requirement("CRT-OPS-07", "AUT-MON-03")
def test_of_lines_in_json_those_count_that_say_they_are_errors() -> None:
    def record(level: str, message: str, **more: str) -> Line:
        return line(json.dumps({"level": level, "logger": "uvicorn.error", "message": message, **more}))

    lines = [
        record("INFO", "Started server process [1]"),  # by a logger whose name has the word in it
        record("ERROR", "order 17 failed", exception="ValueError: no such order"),
        record("ERROR", "order 42 failed", exception="ValueError: no such order"),
        line('{"error": "not a record of a log'),
    ]
    first, second = application.errors_in_logs(facts(lines=lines))
    assert first.description == "2 times in the logs: order … failed ValueError: no such order"
    assert second.description.startswith("1 times in the logs: {")


@pytest.mark.requirement("CRT-OPS-05", "CHR-OPS-02", "AUT-OPS-06", "RPH-OPS-06")
@pytest.mark.parametrize(
    ("of", "port", "store"), [("sg-db", 5432, "postgres"), ("sg-cache", 6379, "redis"), ("sg-files", 2049, "history")]
)
@pytest.mark.parametrize(
    ("instead", "reaches"),
    [
        (lambda *_: [], False),
        (lambda of, port: [rule(of, port)], True),
        (lambda of, port: [rule(of, port - 1, port + 1)], True),
        (lambda of, port: [rule(of, port) | {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1}], True),
        (lambda of, port: [rule(of, port + 1)], False),
        (lambda of, port: [rule(of, port, lets_in="sg-another")], False),
        (lambda _, port: [rule("sg-another", port)], False),
        (lambda of, port: [{**rule(of, port), "ReferencedGroupInfo": {}, "CidrIpv4": "10.0.0.0/16"}], True),
    ],
    ids=["nobody", "the port", "a range", "everything", "another port", "another group", "elsewhere", "addresses"],
)
def test_a_service_that_a_store_does_not_let_in(of: str, port: int, store: str, instead: Any, reaches: bool) -> None:  # noqa: FBT001
    others = [each for each in RULES if each["GroupId"] != of]
    found = list(reach.stores_out_of_reach(facts(rules=[*RULES_OUT, *others, *instead(of, port)])))
    assert [each.components for each in found] == ([] if reaches else [("service backend", store)])


@pytest.mark.requirement("CHR-OPS-02")
@pytest.mark.parametrize(("lost", "port", "store"), [(0, 5432, "postgres"), (1, 6379, "redis"), (2, 2049, "history")])
def test_a_service_that_is_not_let_out_to_its_store(lost: int, port: int, store: str) -> None:
    out = [each for index, each in enumerate(RULES_OUT) if index != lost]
    (found,) = reach.stores_out_of_reach(facts(rules=[*RULES, *out]))
    assert found.components == ("service backend", store)
    assert found.description == f"the security group of service backend does not let it out to {store}, on port {port}"


@pytest.mark.requirement("CHR-OPS-02")
def test_instances_of_beanstalk_that_a_store_does_not_let_in_are_told() -> None:
    beanstalk = {**BEANSTALK, "security_group_id": "sg-instances", "uses": ["redis", "history", "uploads"]}
    rules = [
        rule("sg-cache", 6379, lets_in="sg-instances"),
        {**rule("sg-instances", 6379, lets_in="sg-cache"), "IsEgress": True},
        {**rule("sg-instances", 2049, lets_in="sg-files"), "IsEgress": True},
    ]
    (found,) = reach.stores_out_of_reach(facts(rules=rules, documents={"beanstalk": beanstalk, "services": {}}))
    assert found.components == ("beanstalk", "history")


def test_rules_that_could_not_be_read_speak_for_nothing() -> None:
    assert ids(reach.stores_out_of_reach(facts(rules=None))) == []
    assert len(ids(reach.stores_out_of_reach(facts(rules=[])))) == 6


@pytest.mark.requirement("CRT-OPS-05")
def test_rules_of_many_groups_are_asked_for_together() -> None:
    cloud = StubbedCloud()
    stores = platform(redis=REDIS)
    services = {
        f"service-{index}": {**SERVICE, "security_group_id": f"sg-{index:03}", "uses": ["redis"]}
        for index in range(250)
    }
    for _ in range(2):
        cloud.expect("ec2", "describe_security_group_rules", {"SecurityGroupRules": RULES})
    assert len(reach.read_rules(stack(cloud, platform=stores, services=services))) == 2 * len(RULES)
    cloud.done()
    assert reach.read_rules(stack(cloud, platform=stores)) == []


# --- certificates ----------------------------------------------------------------------------------------------------


def certificate(days: float, status: str = "ISSUED", **renewal: str) -> Certificate:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    more = {"RenewalSummary": renewal} if renewal else {}
    return Certificate(
        "load balancer", "arn:aws:acm:us-west-2:1:certificate/x", {"Status": status, "NotAfter": ends, **more}
    )


@pytest.mark.requirement("RPH-OPS-06", "CRT-OPS-05")
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (certificate(31), None),
        (certificate(29), ("warning", "nobody renews it")),
        (
            certificate(29, RenewalStatus="PENDING_VALIDATION", RenewalStatusReason="CAA_ERROR"),
            ("warning", "PENDING_VALIDATION; CAA_ERROR"),
        ),
        (certificate(6, RenewalStatus="FAILED"), ("critical", "FAILED")),
        (certificate(-1, "EXPIRED"), ("critical", "nobody renews it")),
        (certificate(300, "PENDING_VALIDATION"), ("critical", "never issued")),
        (Certificate("cdn", "arn", {}), ("critical", "somebody deleted it")),
    ],
)
def test_a_certificate_near_its_end_is_told_with_why_nobody_renewed_it(
    found: Certificate, expected: tuple[str, str] | None
) -> None:
    issues = list(certificates.certificates_that_end(facts(certificates=[found])))
    if expected is None:
        assert issues == []
    else:
        (issue,) = issues
        assert (issue.severity, expected[1] in issue.cause) == (expected[0], True), issue.cause


@pytest.mark.requirement("RPH-OPS-06")
@pytest.mark.parametrize(("days", "expected"), [(31, []), (20, ["warning"]), (2, ["critical"])])
def test_the_databases_certificate_near_its_end_is_told(days: int, expected: list[str]) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days, hours=1)
    database = {
        "DBInstanceStatus": "available",
        "CACertificateIdentifier": "rds-ca",
        "CertificateDetails": {"ValidTill": ends},
    }
    found = certificates.certificates_that_end(facts(database=database))
    assert [each.severity for each in found] == expected


@pytest.mark.requirement("RPH-OPS-06")
def test_certificates_are_those_of_the_listeners_and_of_the_cdn_in_its_own_region() -> None:
    cloud = StubbedCloud()
    balancer = {"name": "shop", "arn": "arn:elb", "dns_name": "x", "url": "x"}
    edge = {"cdn": {"distribution_id": "E1", "domain_name": "x", "url": "x"}, "sites": {}, "zone_id": None, "names": {}}
    here, there = (f"arn:aws:acm:{region}:000000000000:certificate/a" for region in (REGION, "us-east-1"))
    third, another = f"{here}/third", here.replace("000000000000", "123456789012")
    beanstalk = {**BEANSTALK, "certificate_arn": third}
    shop = stack(cloud, platform=platform(load_balancer=balancer), edge=edge, beanstalk=beanstalk)
    listeners = [{"Port": 80}, {"Port": 443, "Certificates": [{"CertificateArn": each} for each in (here, another)]}]
    cloud.expect("sts", "get_caller_identity", {"Account": "000000000000"})
    cloud.expect("elbv2", "describe_listeners", {"Listeners": listeners}, {"LoadBalancerArn": "arn:elb"})
    cloud.expect("cloudfront", "get_distribution", {"Distribution": distribution(there)}, {"Id": "E1"})
    asked = {"CertificateArn": there}
    cloud.expect("acm", "describe_certificate", {"Certificate": {"Status": "ISSUED"}}, asked, region="us-east-1")
    for _ in (third, here):  # in whatever order
        cloud.expect("acm", "describe_certificate", {"Certificate": {"Status": "EXPIRED"}})
    assert [(each.of, each.arn, each.found["Status"]) for each in certificates.read_certificates(shop)] == [
        ("beanstalk", third, "EXPIRED"), ("load balancer", here, "EXPIRED"), ("cdn", there, "ISSUED"),
    ]  # fmt: skip
    cloud.done()


def distribution(certificate_arn: str) -> dict[str, Any]:
    origins = {"Quantity": 1, "Items": [{"Id": "x", "DomainName": "x"}]}
    behaviour = {"TargetOriginId": "x", "ViewerProtocolPolicy": "https-only"}
    settings = {
        "CallerReference": "x", "Origins": origins, "DefaultCacheBehavior": behaviour, "Comment": "", "Enabled": True,
        "ViewerCertificate": {"ACMCertificateArn": certificate_arn},
    }  # fmt: skip
    return {
        "Id": "E1", "ARN": "x", "Status": "Deployed", "LastModifiedTime": NOW, "InProgressInvalidationBatches": 0,
        "DomainName": "x", "DistributionConfig": settings,
    }  # fmt: skip


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
    left = State(({"type": "creating", "resource": {"urn": URN, "type": "aws:rds/instance:Instance"}},))
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
