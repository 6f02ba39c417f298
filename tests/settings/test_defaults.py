"""A short file is enough: what it leaves out follows its tier, or is fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings import load
from tests.settings.examples import SHORTEST, changed, project

STORES: dict[str, Any] = {
    "plinth:postgres": {"engine_version": "15", "instance_class": "db.t4g.small", "database": "shop"},
    "plinth:redis": {"node_type": "cache.t4g.micro"},
}


def test_the_shortest_file_of_the_documentation_works(tmp_path: Path):
    stack = load(SHORTEST, root=project(tmp_path))
    web = stack.services["web"]
    assert (web.cpu, web.memory, web.scaling.cpu_target, web.exec) == (256, 512, 70, True)
    assert (web.image.dockerfile, web.health_check.path, web.deployment.strategy) == (
        "Dockerfile",
        "/health",
        "rolling",
    )
    assert (stack.network.cidr, stack.network.endpoints, stack.network.flow_logs) == ("10.0.0.0/16", ("s3",), True)
    assert (stack.postgres, stack.redis, stack.buckets, stack.tags) == (None, None, {}, {})
    assert stack.load_balancer is not None
    assert stack.load_balancer.waf is None
    assert stack.load_balancer.allowed_cidrs == ("0.0.0.0/0",)
    assert stack.load_balancer.test_cidrs == ()


@pytest.mark.requirement("AUT-SEC-03", "AUT-SEC-04", "AUT-SEC-06", "AUT-SEC-07", "AUT-SEC-11")
@pytest.mark.parametrize(
    ("tier", "retention", "backups", "guarded"),
    [("production", 30, 30, True), ("staging", 14, 7, False), ("development", 7, 7, False)],
)
def test_defaults_follow_the_tier(tmp_path: Path, tier: str, retention: int, backups: int, *, guarded: bool):
    stack = load(changed(SHORTEST, {**STORES, "plinth:tier": tier}), root=project(tmp_path))
    assert stack.postgres is not None
    assert stack.redis is not None
    assert stack.load_balancer is not None
    assert stack.logs.retention_days == retention
    assert stack.monitoring.detailed is guarded
    assert stack.network.nat == ("per_zone" if guarded else "one")
    assert stack.load_balancer.deletion_protection is guarded
    assert stack.postgres.backup_retention_days == backups
    assert stack.postgres.multi_az is guarded
    assert stack.postgres.deletion_protection is guarded
    assert stack.postgres.skip_final_snapshot is not guarded
    assert stack.redis.nodes == (2 if guarded else 1)
    assert stack.redis.failover is guarded
    assert stack.redis.multi_az is guarded


def test_what_is_set_wins_over_the_tier(tmp_path: Path):
    changes = {**STORES, "plinth:tier": "production", "plinth:logs": {"retention_days": 1}}
    stack = load(changed(SHORTEST, changes), root=project(tmp_path))
    assert stack.logs.retention_days == 1
    assert stack.monitoring.detailed is True


def test_a_stack_cannot_be_changed(tmp_path: Path):
    stack = load(SHORTEST, root=project(tmp_path))
    with pytest.raises(Exception, match="frozen"):
        stack.network.cidr = "10.1.0.0/16"  # type: ignore[misc]
