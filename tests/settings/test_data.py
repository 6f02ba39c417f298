"""The data stores: database, cache, buckets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.data import windows
from tests.settings.examples import ABSENT, only_problem, prod

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
weekly = st.builds("{}:{}".format, st.sampled_from(windows.DAYS), clocks)


@pytest.mark.requirement("AUT-DAT-01")
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("engine_version", "15.x", "'15.x' is not a version of PostgreSQL"),
        ("instance_class", "t3.large", "Did you mean db.t3.large"),
        ("instance_class", "huge", "It looks like db.t3.large"),
        ("storage_gib", 19, "19 is not an amount of storage"),
        ("max_storage_gib", 109, "109 is too little for storage_gib, which is 100"),
        ("backup_retention_days", 36, "36 is not a number of days"),
        ("backup_window", "3:00-4:00", "is not a daily window"),
        ("backup_window", "03:00-03:20", "lasts 20 minutes"),
        ("maintenance_window", "04:00-05:00", "is not a weekly window"),
        ("maintenance_window", "sun:04:00-mon:05:00", "lasts 1500 minutes"),
        ("maintenance_window", "sun:03:30-sun:04:30", "overlaps with backup_window"),
        ("database", "my-app", "is not the name of a database"),
        ("database", "rdsadmin", "'rdsadmin' is reserved"),
        ("username", "admin", "'admin' is reserved"),
        ("username", "pg_me", "'pg_me' is reserved"),
        ("username", "_me", "'_me' is not a user name"),
        ("username", "m" * 17, "is not a user name"),
        ("identifier", "Auterity--db", "is not the identifier of an RDS instance"),
        ("storage_type", "magnetic", "is not one of its values"),
    ],
)
def test_databases_that_cannot_be(setting: str, value: Any, words: str):
    problem = only_problem({f"plinth:postgres.{setting}": value})
    assert problem.key == f"plinth:postgres.{setting}"
    assert words in str(problem)


@pytest.mark.requirement("AUT-DAT-01")
@pytest.mark.parametrize(("version", "family"), [("15.4", "postgres15"), ("15", "postgres15"), ("17.2", "postgres17")])
def test_the_parameter_group_family_follows_the_version(version: str, family: str):
    database = prod({"plinth:postgres.engine_version": version}).postgres
    assert database is not None
    assert database.family == family


@given(st.integers(20, 60_000))
def test_storage_grows_by_ten_percent_at_least(storage: int):
    least = -(-storage * 11 // 10)
    changes = {"plinth:postgres.storage_gib": storage}
    database = prod({**changes, "plinth:postgres.max_storage_gib": least}).postgres if least <= 65_536 else None
    if database is not None:
        assert database.max_storage_gib == least
    if storage < least - 1 <= 65_536:
        found = only_problem({**changes, "plinth:postgres.max_storage_gib": least - 1})
        assert f"Set {least} or more" in found.remedy


@given(clocks, clocks, weekly, weekly)
def test_windows_overlap_exactly_when_they_share_a_minute(a: str, b: str, c: str, d: str):
    day, week = windows.daily(f"{a}-{b}"), windows.weekly(f"{c}-{d}")
    of_days = {
        (number * windows.DAY + day[0] + minute) % windows.WEEK for number in range(7) for minute in range(day[1])
    }
    of_week = {(week[0] + minute) % windows.WEEK for minute in range(week[1])}
    assert windows.overlap(day, week) == bool(of_days & of_week) or 0 in {day[1], week[1]}


def test_a_backup_window_may_go_over_midnight():
    changes = {
        "plinth:postgres.backup_window": "23:30-00:30",
        "plinth:postgres.maintenance_window": "mon:00:00-mon:01:00",
    }
    assert "overlaps" in only_problem(changes).found
    assert prod({"plinth:postgres.backup_window": "23:30-00:30"}).postgres is not None


def test_parameters_may_be_numbers():
    database = prod({"plinth:postgres.parameters": {"max_connections": 200, "work_mem": "64MB"}}).postgres
    assert database is not None
    assert database.parameters == {"max_connections": "200", "work_mem": "64MB"}


@pytest.mark.requirement("AUT-DAT-02")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"node_type": "cache.t3.medum"}, "Did you mean cache.t3.medium"),
        ({"nodes": 0}, "0 is not a number of nodes"),
        ({"nodes": 7}, "7 is not a number of nodes"),
        ({"nodes": 1}, "With one node there is nothing to fail over to"),
        ({"failover": False}, "multi_az is on, but failover is off"),
        ({"engine_version": "5.0.6"}, "is not a version of Redis"),
        ({"engine_version": "6.2"}, "default.redis7 is not of the family of Redis 6.2"),
        ({"snapshot_retention_days": 36}, "36 is not a number of days"),
        ({"token_version": 0}, "0 is not a version of the token"),
    ],
)
def test_caches_that_cannot_be(changes: dict[str, Any], words: str):
    assert words in str(only_problem({f"plinth:redis.{name}": value for name, value in changes.items()}))


@pytest.mark.requirement("AUT-DAT-02")
def test_an_older_redis_takes_its_own_parameter_group():
    changes = {"plinth:redis.engine_version": "6.2", "plinth:redis.parameter_group": "default.redis6.x"}
    assert prod(changes).redis is not None


@pytest.mark.requirement("AUT-DAT-03")
@pytest.mark.parametrize(
    ("bucket", "words"),
    [
        ({"name": "Uploads"}, "'Uploads' is not the name of a bucket"),
        ({"name": "ab"}, "'ab' is not the name of a bucket"),
        ({"name": "a..b"}, "is not the name of a bucket"),
        ({"name": "192.168.0.1"}, "is not the name of a bucket"),
        ({"name": "xn--uploads"}, "is not the name of a bucket"),
        ({"name": "uploads-"}, "is not the name of a bucket"),
        ({"name": "a" * 62 + "_"}, "is not the name of a bucket"),
        ({"name": "a" * 64}, "is not the name of a bucket"),
        ({"expire_days": {"database": 30}}, "'database' is not a prefix"),
        ({"expire_days": {"database/": 0}}, "0 is not a number of days"),
        ({"version": True}, "Did you mean versioned"),
    ],
)
def test_buckets_that_cannot_be(bucket: dict[str, Any], words: str):
    assert words in str(only_problem({"plinth:buckets.uploads": bucket}))


@pytest.mark.parametrize("name", ["abc", "my.bucket", "a1-b2.c3", "a--b", "x" * 63])
def test_bucket_names_that_s3_takes(name: str):
    assert prod({"plinth:buckets.uploads": {"name": name}}).buckets["uploads"].name == name


def test_data_stores_can_be_left_out():
    changes = {"plinth:postgres": ABSENT, "plinth:redis": ABSENT, "plinth:services.backend.uses": []}
    stack = prod(changes)
    assert stack.postgres is None
    assert stack.redis is None
