"""Auterity's stack files hold the table of requirements.md, section 2.1."""

from __future__ import annotations

from typing import Any

import pytest

from settings import Stack, load_file
from settings.schema import sections
from tests.settings.examples import AUTERITY, ROOT, prod

STACKS = {name: load_file(ROOT / f"Pulumi.{name}.yaml") for name in ("prod", "staging")}

# Setting, production, staging: in the order of the table. What the source gives only for production (GAP in staging)
# is the same in both. Instance types become task sizes (AUT-CMP-02).
TABLE: list[tuple[str, Any, Any]] = [
    ("tier", "production", "staging"),
    ("environment", "production", "staging"),
    ("system", "auterity", "auterity"),
    ("region", "us-west-2", "us-west-2"),
    ("services.backend.cpu", 2048, 2048),
    ("services.backend.memory", 8192, 4096),
    ("services.frontend.cpu", 2048, 2048),
    ("services.frontend.memory", 8192, 4096),
    ("services.backend.count.min", 2, 1),
    ("services.backend.count.max", 10, 3),
    ("services.backend.count.desired", 3, 2),
    ("services.frontend.count.min", 2, 1),
    ("services.frontend.count.max", 10, 3),
    ("services.frontend.count.desired", 3, 2),
    ("postgres.instance_class", "db.t3.large", "db.t3.medium"),
    ("postgres.storage_gib", 100, 50),
    ("postgres.max_storage_gib", 1000, 200),
    ("postgres.backup_retention_days", 30, 7),
    ("postgres.multi_az", True, False),
    ("redis.node_type", "cache.t3.medium", "cache.t3.small"),
    ("redis.nodes", 2, 1),
    ("redis.failover", True, False),
    ("redis.multi_az", True, False),
    ("logs.retention_days", 30, 14),
    ("monitoring.level", "detailed", "standard"),
    ("load_balancer.deletion_protection", True, False),
    ("postgres.deletion_protection", True, False),
    ("postgres.skip_final_snapshot", False, True),
    ("services.backend.scaling.cpu_steps.up_above", 70, 70),
    ("services.backend.scaling.cpu_steps.down_below", 30, 30),
    ("services.backend.scaling.cpu_steps.add", 2, 2),
    ("services.backend.scaling.cpu_steps.remove", 1, 1),
    ("services.frontend.scaling.cpu_steps.up_above", 70, 70),
    ("services.frontend.scaling.cpu_steps.down_below", 30, 30),
    ("services.frontend.scaling.cpu_steps.add", 2, 2),
    ("services.frontend.scaling.cpu_steps.remove", 1, 1),
    # AUT-NET-01, AUT-DAT-01, AUT-DAT-02, AUT-CMP-02
    ("network.cidr", "10.0.0.0/16", "10.0.0.0/16"),
    ("postgres.engine_version", "15.4", "15.4"),
    ("postgres.family", "postgres15", "postgres15"),
    ("postgres.database", "auterity", "auterity"),
    ("postgres.backup_window", "03:00-04:00", "03:00-04:00"),
    ("postgres.maintenance_window", "sun:04:00-sun:05:00", "sun:04:00-sun:05:00"),
    ("redis.parameter_group", "default.redis7", "default.redis7"),
    ("services.backend.port", 8000, 8000),
    # AUT-NET-05
    ("services.backend.target_group", "auterity-tg-production", "auterity-tg-staging"),
]


def at(stack: Stack, key: str) -> Any:
    value: Any = stack
    for part in key.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


@pytest.mark.requirement("AUT-CFG-01", "AUT-CFG-03", "AUT-DAT-01", "AUT-DAT-02", "AUT-CMP-02", "AUT-NET-05")
@pytest.mark.parametrize("stack", ["prod", "staging"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_table_value_by_value(stack: str, row: tuple[str, Any, Any]):
    key, production, staging = row
    assert at(STACKS[stack], key) == (production if stack == "prod" else staging)


# The fields of the table: each is written in the file, whatever Plinth's defaults are or will be.
@pytest.mark.requirement("AUT-CFG-03")
@pytest.mark.parametrize("stack", ["prod", "staging"])
@pytest.mark.parametrize(
    "key",
    [
        key
        for key, *_ in TABLE
        if key not in {"region", "postgres.family", "redis.parameter_group"}  # not the files', a consequence, a default
    ],
)
def test_the_table_is_written_down_and_no_default(stack: str, key: str):
    place: Any = AUTERITY[stack]
    for number, part in enumerate(key.split(".")):
        place = place[f"plinth:{part}" if number == 0 else part]
    assert place is not None


@pytest.mark.requirement("AUT-CFG-03", "AUT-NET-06")
def test_production_is_in_several_zones_and_staging_in_as_few_as_load_balancers_allow():
    assert len(STACKS["prod"].network.availability_zones) > 2
    assert STACKS["prod"].network.nat == "per_zone"
    assert len(STACKS["staging"].network.availability_zones) == 2
    assert STACKS["staging"].network.nat == "one"


@pytest.mark.requirement("AUT-CFG-03", "AUT-SEC-08", "AUT-SEC-12")
def test_waf_and_certificate():
    balancers = {name: stack.load_balancer for name, stack in STACKS.items()}
    assert {name: balancer and bool(balancer.waf) for name, balancer in balancers.items()} == {
        "prod": True,
        "staging": False,
    }
    for balancer in balancers.values():
        arn = balancer and balancer.certificate_arn
        assert arn
        assert arn.startswith("arn:aws:acm:us-west-2:")


@pytest.mark.requirement("AUT-DAT-03")
@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_the_three_buckets_and_what_expires_in_the_backups(stack: Stack):
    assert set(stack.buckets) == {"backups", "config", "uploads"}
    assert dict(stack.buckets["backups"].expire_days) == {"database/": 30, "metadata/": 30, "application-data/": 30}


@pytest.mark.requirement("AUT-CFG-03")
def test_no_field_of_the_source_is_without_effect():
    """The source's DEFECT: fields beside which a name decided. Here none of the models knows the name."""
    fields = {f"{model.__name__}.{name}" for model in sections(Stack) for name in model.model_fields}
    assert {
        "Postgres.backup_retention_days",
        "Postgres.multi_az",
        "Redis.nodes",
        "Redis.failover",
        "LoadBalancer.deletion_protection",
        "Postgres.skip_final_snapshot",
    } <= fields
    opposite = load_opposite()
    assert opposite.postgres is not None
    assert opposite.redis is not None
    assert opposite.load_balancer is not None
    assert opposite.postgres.backup_retention_days == 9
    assert opposite.postgres.multi_az is False
    assert opposite.postgres.skip_final_snapshot is True
    assert opposite.redis.nodes == 1
    assert opposite.redis.failover is False
    assert opposite.load_balancer.deletion_protection is False


def load_opposite() -> Stack:
    """Production, by tier and name, with fields that say the opposite of what the name suggests."""
    return prod(
        {
            "plinth:postgres.backup_retention_days": 9,
            "plinth:postgres.multi_az": False,
            "plinth:postgres.skip_final_snapshot": True,
            "plinth:redis.nodes": 1,
            "plinth:redis.failover": False,
            "plinth:redis.multi_az": False,
            "plinth:load_balancer.deletion_protection": False,
        }
    )
