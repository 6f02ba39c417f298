"""How a system is operated: defaults, what is refused with which words, and what the systems' own files say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings import Stack, load_file
from settings.collisions import collisions
from settings.stack_files import known_as, stack_files
from tests.settings.examples import ABSENT, ROOT, SHORTEST, changed, only_problem, problems_of, prod, project

OPERATIONS = "plinth:operations"
SMOKE = f"{OPERATIONS}.validation.smoke"
CHECK: dict[str, Any] = {"health": {"path": "/health"}}
FILES = {known_as(path, ROOT): path for path in stack_files(ROOT)}


@pytest.fixture(params=FILES)
def each(request: pytest.FixtureRequest) -> Stack:
    """Each stack file of ours."""
    return load_file(FILES[request.param], root=ROOT)


@pytest.mark.requirement("CRT-MON-06", "CRT-OPS-04", "CRT-DR-01", "CRT-DR-05", "CRT-CFG-01")
def test_what_nobody_says_is_as_court_case_has_it() -> None:
    operations = prod({OPERATIONS: {}}).operations
    assert (operations.monitoring_minutes, operations.validation.timeout_minutes) == (5, 10)
    assert (operations.snapshots.most, operations.snapshots.days) == (10, 30)
    health, rollback = operations.health, operations.rollback
    assert (health.interval_seconds, health.response_ms, health.anomalies, health.least_score) == (30, 2000, True, 70)
    assert (rollback.automatic, rollback.error_percent, rollback.unavailable_minutes) == (True, 25, 5)
    assert (operations.recovery.rto_minutes, operations.bucket, operations.host) == (None, None, None)


@pytest.mark.requirement("CRT-OPS-12", "CRT-OPS-13", "CRT-OPS-14", "CRT-OPS-15", "CRT-OPS-16")
def test_suites_are_run_in_their_order_and_each_has_its_time() -> None:
    names = ("performance", "integration", "api", "smoke")
    suites = prod(
        {f"{OPERATIONS}.validation": {name: {"checks": CHECK} for name in names}}
    ).operations.validation.suites
    found = {name: suite.timeout_seconds for name, suite in suites.items()}
    assert list(found.items()) == [("smoke", 10), ("api", 15), ("integration", 30), ("performance", 60)]


@pytest.mark.requirement("CRT-OPS-15")
@pytest.mark.parametrize("seconds", [60, 61])
def test_a_load_that_lasts_as_long_as_its_suite_is_refused(seconds: int) -> None:
    problem = only_problem({f"{OPERATIONS}.validation.performance": {"load": {"path": "/", "seconds": seconds}}})
    assert problem.key == f"{OPERATIONS}.validation.performance.load.seconds"
    assert "The suite ends after 60 s" in problem.found
    assert "cut off while it is still right" in problem.why


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({f"{SMOKE}.checks": {}}, SMOKE, "A suite has checks, or a load"),
        ({f"{SMOKE}.checks.health.path": "health"}, f"{SMOKE}.checks.health.path", "begins with '/'"),
        ({f"{SMOKE}.checks.health.path": "http://x/"}, f"{SMOKE}.checks.health.path", "begins with '/'"),
        ({f"{SMOKE}.checks.health.method": "PATCH"}, f"{SMOKE}.checks.health.method", "PATCH"),
        ({f"{SMOKE}.checks.health.status": 99}, f"{SMOKE}.checks.health.status", "99 is not a status of HTTP"),
        ({f"{SMOKE}.checks.health.headers": {"a b": "c"}}, f"{SMOKE}.checks.health.headers", "not a header's name"),
        ({f"{SMOKE}.timeout_seconds": 0}, f"{SMOKE}.timeout_seconds", "0 is not a number of seconds"),
        ({f"{SMOKE}.checks.health.body": {"text": "x" * 4096}}, SMOKE, "holds 4096"),
        ({f"{OPERATIONS}.contacts.operations": {}}, f"{OPERATIONS}.contacts.operations", "no way to reach anybody"),
        (
            {f"{OPERATIONS}.contacts.operations": {"chat": "http://chat.example"}},
            f"{OPERATIONS}.contacts.operations.chat",
            "begins with # or @",
        ),
        ({f"{OPERATIONS}.host": "http://x.example.com"}, f"{OPERATIONS}.host", "http://x.example.com"),
        ({f"{OPERATIONS}.bucket": "config2"}, f"{OPERATIONS}.bucket", "There is no bucket 'config2'"),
        ({f"{OPERATIONS}.snapshots.days": 0}, f"{OPERATIONS}.snapshots.days", "0 is not a number of days"),
        ({f"{OPERATIONS}.health.least_score": 101}, f"{OPERATIONS}.health.least_score", "101 is not a percentage"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], key: str, words: str) -> None:
    problem = only_problem(changes)
    assert problem.key.startswith(key)
    assert words in str(problem)


def test_more_contacts_than_a_document_holds_are_refused() -> None:
    problem = only_problem({f"{OPERATIONS}.contacts": {f"team-{n}": {"mail": "a@b.example"} for n in range(9)}})
    assert problem.key == f"{OPERATIONS}.contacts"


@pytest.mark.requirement("CRT-DR-01")
def test_records_are_kept_in_a_bucket_with_versions() -> None:
    changes = {f"{OPERATIONS}.bucket": "uploads", "plinth:buckets.uploads": {"versioned": False, "backup": False}}
    problem = only_problem(changes)
    assert problem.key == f"{OPERATIONS}.bucket"
    assert "Set versioned: true in buckets.uploads" in problem.remedy


@pytest.mark.requirement("CRT-DR-01")
@pytest.mark.parametrize(("days", "refused"), [(29, True), (30, False)])
def test_a_bucket_keeps_snapshots_as_long_as_is_said(days: int, *, refused: bool) -> None:
    changes: dict[str, Any] = {
        f"{OPERATIONS}.bucket": "backups",
        "plinth:buckets.backups.expire_days": {"snapshots/": days},
    }
    if refused:
        assert only_problem(changes).key == f"{OPERATIONS}.snapshots.days"
    else:
        assert prod(changes).operations.bucket == "backups"


def test_the_bucket_of_the_records_has_a_name_of_its_own() -> None:
    other = only_problem({"plinth:buckets.records": {"name": "auterity-operations-production"}})
    assert "Each bucket has a name of its own" in other.rule
    stack = prod()

    def collide(changes: dict[str, Any]) -> bool:
        found = collisions(prod(changes), {"another.yaml": stack})
        return f"{OPERATIONS}.bucket" in {problem.key for problem in found}

    assert collide({})
    assert not collide({f"{OPERATIONS}.bucket": "config"})


def test_a_validation_asks_by_a_name_that_the_certificate_is_for() -> None:
    problem = only_problem({"plinth:dns": ABSENT})
    assert problem.key == f"{OPERATIONS}.host"
    assert "leads to load_balancer, which has a certificate" in problem.found
    assert prod({"plinth:dns": ABSENT, f"{OPERATIONS}.host": "auterity.example.com"}).operations.host


def test_a_validation_asks_what_answers(tmp_path: Path) -> None:
    queue_only = changed(
        SHORTEST,
        {
            "plinth:services": ABSENT,
            "plinth:load_balancer": ABSENT,
            "plinth:workers": {"resize": {"code": "web", "handler": "a.b", "runtime": "python3.13"}},
            SMOKE: {"checks": CHECK},
        },
    )
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "src" / "a.py").touch()
    (problem,) = problems_of(queue_only, project(tmp_path))
    assert problem.key == f"{OPERATIONS}.validation"
    assert "Nothing of the stack answers from the internet" in problem.found


# --- the systems as their files have them


def test_every_system_says_whom_to_call_and_what_to_ask(each: Stack) -> None:
    assert each.operations.contacts
    assert each.operations.validation.suites
    assert any(check.critical for check in each.operations.validation.suites["smoke"].checks.values())


@pytest.mark.requirement("CHR-DR-01", "UTJ-DR-01", "CRT-DR-04")
@pytest.mark.parametrize(
    ("name", "rto", "rpo"), [("chatrelay-prod", 60, 15), ("utjfc-prod", 25, 60), ("court-case-prod", 60, 15)]
)
def test_what_was_promised_for_a_disaster(name: str, rto: int, rpo: int) -> None:
    recovery = load_file(FILES[name], root=ROOT).operations.recovery
    assert (recovery.rto_minutes, recovery.rpo_minutes) == (rto, rpo)


@pytest.mark.requirement("CRT-CFG-01", "CRT-OPS-18")
def test_court_cases_records_are_in_the_sources_bucket_and_its_contacts_are_the_sources_three() -> None:
    stack = load_file(FILES["court-case-prod"], root=ROOT)
    assert stack.operations.bucket is not None
    assert stack.buckets[stack.operations.bucket].name == "court-case-disaster-recovery-backups"
    channels = {name: contact.chat for name, contact in stack.operations.contacts.items()}
    assert channels == {"operations": "#ops-emergency", "engineering": "#dev-emergency", "management": None}


@pytest.mark.requirement("RPH-OPS-05")
def test_rapidphotos_hundred_users_ask_where_no_firewall_stops_them() -> None:
    stack = load_file(FILES["rapidphoto-dev"], root=ROOT)
    load = stack.operations.validation.suites["performance"].load
    assert load is not None
    assert (load.concurrent, load.seconds, load.p95_ms, load.failures_percent) == (100, 90, 2000, 1)
    assert stack.load_balancer is not None
    assert stack.load_balancer.waf is None


def test_the_pages_that_are_asked_for_are_those_that_are_published(each: Stack) -> None:
    asked = [
        check.contains
        for suite in each.operations.validation.suites.values()
        for check in suite.checks.values()
        if check.path == "/" and check.contains
    ]
    site = each.sites[each.cdn.default.site or ""] if each.cdn else None
    folder = site.content if site else "apps/frontend/site"
    page = (ROOT / str(folder) / "index.html").read_text()
    assert all(words in page for words in asked)


def test_what_validation_asks_is_read_as_it_was_written(each: Stack) -> None:
    for name, suite in each.operations.validation.suites.items():
        again = type(suite).model_validate_json(type(suite).model_validate(suite.document()).model_dump_json())
        assert again == suite, name
