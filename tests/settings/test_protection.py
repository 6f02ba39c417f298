"""Backups, replicas, audit, budget and delivery: what is refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest

from settings import load_file
from settings.collisions import collisions
from tests.settings.examples import AUTERITY, ROOT, changed, only_problem, problems_of, prod

HERE = "us-west-2"
BUDGET: dict[str, Any] = {"monthly_usd": 150, "mails": ["ops@example.org"]}
DELIVERY: dict[str, Any] = {
    "repository": "example/auterity",
    "github_environment": "production",
    "state_bucket": "example-pulumi-state",
}


@pytest.mark.requirement("AUT-DR-02", "UTJ-DAT-01")
@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("plinth:backup.copy_to", {"plinth:backup.copy_to": HERE}),
        ("plinth:postgres.backup_region", {"plinth:postgres.backup_region": HERE}),
        ("plinth:images.replicate_to", {"plinth:images": {"replicate_to": ["us-east-1", HERE]}}),
        ("plinth:buckets.uploads.replicate_to.region", {"plinth:buckets.uploads.replicate_to.region": HERE}),
    ],
)
def test_a_copy_in_the_stacks_own_region_is_refused(key: str, changes: dict[str, Any]) -> None:
    problem = only_problem(changes)
    assert problem.key == key
    assert "is the stack's own region" in problem.found
    assert "Set another one" in problem.remedy


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"plinth:backup.lock": "compliance"}, "plinth:backup.irrevocable_after_days", "nobody can delete the vault"),
        ({"plinth:backup.irrevocable_after_days": 7}, "plinth:backup.irrevocable_after_days", "The lock is governance"),
        (
            {"plinth:backup": {"lock": "compliance", "irrevocable_after_days": 2}},
            "plinth:backup.irrevocable_after_days",
            "at least three days",
        ),
        ({"plinth:backup": {"copy_retention_days": 7}}, "plinth:backup.copy_retention_days", "Set copy_to"),
        ({"plinth:backup.at": "6:00"}, "plinth:backup.at", "hh:mm"),
        ({"plinth:backup.at": "02:30"}, "plinth:backup.at", "RDS refuses a snapshot then"),
        ({"plinth:backup.at": "03:59"}, "plinth:backup.at", "backup_window is 03:00-04:00"),
        ({"plinth:backup.retention_days": 0}, "plinth:backup.retention_days", "0 is not a number of days"),
        (
            {"plinth:buckets.uploads": {"versioned": False}},
            "plinth:buckets.uploads.backup",
            "Set versioned: true, or backup: false",
        ),
        (
            {"plinth:buckets.uploads": {"versioned": False, "backup": False, "replicate_to": {"region": "us-east-1"}}},
            "plinth:buckets.uploads.replicate_to",
            "S3 replicates buckets that keep versions",
        ),
        (
            {"plinth:buckets.uploads.replicate_to.region": "Ohio"},
            "plinth:buckets.uploads.replicate_to.region",
            "region",
        ),
        (
            {"plinth:buckets.uploads.replicate_to.name": "auterity-config-production"},
            "plinth:buckets.uploads.replicate_to.name",
            "is the bucket at plinth:buckets.config.name too",
        ),
        (
            {"plinth:audit": {"bucket": "auterity-config-production"}},
            "plinth:audit.bucket",
            "is the bucket at plinth:buckets.config.name too",
        ),
        ({"plinth:audit": {"retention_days": 0}}, "plinth:audit.retention_days", "0 is not a number of days"),
        ({"plinth:audit": {"lock": "legal"}}, "plinth:audit.lock", "governance"),
        ({"plinth:postgres.backup_retention_days": 0}, "plinth:postgres.backup_region", "RDS copies what it keeps"),
        ({"plinth:postgres.restore_from": {}}, "plinth:postgres.restore_from", "Neither a snapshot nor automated"),
        (
            {"plinth:postgres.restore_from": {"snapshot": "last", "time": "2026-11-22T19:30:00Z"}},
            "plinth:postgres.restore_from.time",
            "A snapshot holds one moment",
        ),
        (
            {"plinth:postgres.restore_from": {"automated_backup": "ab-1"}},
            "plinth:postgres.restore_from.automated_backup",
            "ARN of automated backups",
        ),
        ({"plinth:budget": {**BUDGET, "mails": []}}, "plinth:budget.mails", "Nobody is listed"),
        (
            {"plinth:budget": {**BUDGET, "actual_percent": [], "forecast_percent": []}},
            "plinth:budget.actual_percent",
            "told at some percentage",
        ),
        ({"plinth:budget": {**BUDGET, "mails": ["ops"]}}, "plinth:budget.mails.0", "is not a mail address"),
        ({"plinth:budget": {**BUDGET, "monthly_usd": 0}}, "plinth:budget.monthly_usd", "amount of US dollars"),
        ({"plinth:budget": {**BUDGET, "actual_percent": [80, 80]}}, "plinth:budget.actual_percent", "listed twice"),
        ({"plinth:delivery": {**DELIVERY, "repository": "*/auterity"}}, "plinth:delivery.repository", "from a fork"),
        ({"plinth:delivery": {**DELIVERY, "repository": "auterity"}}, "plinth:delivery.repository", "owner/name"),
        (
            {"plinth:delivery": {**DELIVERY, "github_environment": "*"}},
            "plinth:delivery.github_environment",
            "change whom the role trusts",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(changes: dict[str, Any], key: str, words: str) -> None:
    problem = only_problem(changes)
    assert problem.key == key
    assert words in str(problem)
    assert problem.remedy


def test_a_restored_database_has_one_source() -> None:
    both = {"snapshot": "last", "automated_backup": "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1"}
    assert "Both are set" in str(only_problem({"plinth:postgres.restore_from": both}))


def test_a_backup_apart_from_the_databases_window_is_taken() -> None:
    for at in ("01:59", "04:00", "23:00"):
        stack = prod({"plinth:backup.at": at})
        assert stack.backup is not None
        assert stack.backup.at == at


def test_the_lock_follows_the_tier() -> None:
    backup = prod({"plinth:backup": {}}).backup
    assert backup is not None
    assert backup.lock == "governance"
    assert prod().audit is None
    development = {
        "plinth:tier": "development",
        "plinth:backup": {},
        "plinth:audit": {},
    }
    stack = prod(development)
    assert stack.backup is not None
    assert stack.audit is not None
    assert (stack.backup.lock, stack.audit.lock) == ("none", "none")


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"plinth:images": {"replicate_to": ["us-east-1"]}}, "Keep images.replicate_to in one of the two."),
        ({"plinth:delivery": {**DELIVERY, "create_provider": True}}, "Set create_provider: false in one of the two"),
        ({"plinth:budget": {**BUDGET, "category": "Auterity"}}, "Set another system, environment or name"),
        ({"plinth:budget": {**BUDGET, "account_alarm_usd": 9}}, "Set budget.account_alarm_usd in one of the two."),
    ],
)
def test_what_an_account_has_one_of_is_in_one_stack(changes: dict[str, Any], remedy: str) -> None:
    """Two stacks that both set it would take it from each other at every `pulumi up`."""
    others = {
        "plinth:environment": "other",
        "plinth:dns.names": {"other.auterity.example.com": "load_balancer"},
        "plinth:services.backend.target_group": "other-backend",
        "plinth:services.backend.image.repository": "other-backend",
        "plinth:services.frontend.image.repository": "other-frontend",
    }
    found = list(collisions(prod(changes), {"other.yaml": prod({**changes, **others})}))
    assert [remedy in each.remedy for each in found] == [True]


@pytest.mark.requirement("AUT-DR-02")
def test_recovery_is_protected_like_production() -> None:
    """Tier, sizes and protection are production's; names, region and where copies go are its own (AUT-DR-01)."""
    recovery = load_file(ROOT / "systems/auterity/Pulumi.recovery.yaml", root=ROOT)
    production = prod()
    assert recovery.tier == production.tier == "production"
    assert recovery.region == "us-east-1"
    assert recovery.environment == "recovery-production"
    assert recovery.postgres is not None
    assert production.postgres is not None
    own = {"backup_region": None}
    assert recovery.postgres.model_copy(update=own) == production.postgres.model_copy(update=own)
    assert recovery.postgres.multi_az
    assert recovery.postgres.deletion_protection
    assert recovery.postgres.backup_retention_days == 30
    assert production.postgres.backup_region == recovery.region
    assert {key: bucket.expire_days for key, bucket in recovery.buckets.items()} == {
        key: bucket.expire_days for key, bucket in production.buckets.items()
    }
    assert all(
        bucket.replicate_to and bucket.replicate_to.region == recovery.region for bucket in production.buckets.values()
    )


def test_nothing_of_it_is_there_unless_set() -> None:
    config = changed(AUTERITY["staging"], {})
    assert not problems_of(config)
    assert not [key for key in config if key.partition(":")[2] in {"backup", "audit", "budget", "delivery", "images"}]
