"""Names in AWS: what is derived fits, or the message does the arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import names
from tests.settings.examples import ABSENT, AUTERITY, changed, only_problem, problems_of, prod

BACKEND = "plinth:services.backend"
LONG = "auterity-customer-portal"  # 24 characters


@pytest.mark.requirement("AUT-NET-05")
def test_target_groups_are_the_sources():
    assert names.target_group(prod(), "backend") == "auterity-tg-production"
    assert names.target_group(prod(), "frontend") == "auterity-frontend-production"


@pytest.mark.requirement("AUT-NET-05")
def test_the_green_target_group_counts():
    name = "auterity-tg-production-two"  # 26 characters
    assert prod({f"{BACKEND}.target_group": name}).services["backend"].target_group == name
    problem = only_problem({f"{BACKEND}.target_group": f"{name}s"})
    assert problem.found == "'auterity-tg-production-twos-green' has 33 characters."
    assert problem.rule == "Target group names may have 32: 1 too many."


def test_without_a_second_target_group_there_is_more_room():
    changes = {f"{BACKEND}.target_group": "x" * 32, f"{BACKEND}.deployment": {"strategy": "rolling"}}
    assert prod(changes).services["backend"].target_group == "x" * 32


@pytest.mark.parametrize(
    ("changes", "name", "key"),
    [
        ({"plinth:system": LONG}, f"{LONG}-alb-production", "plinth:system"),
        ({"plinth:system": LONG}, f"{LONG}-frontend-production", "plinth:services.frontend.target_group"),
        ({"plinth:system": LONG}, f"{LONG}-redis-production", "plinth:redis.identifier"),
        ({"plinth:system": LONG * 2}, f"{LONG * 2}-db-production", None),
        ({"plinth:postgres.identifier": "d" * 64}, "d" * 64, "plinth:postgres.identifier"),
    ],
)
def test_names_that_are_too_long(changes: dict[str, Any], name: str, key: str | None):
    found = {problem.key: problem.found for problem in problems_of(changed(AUTERITY["prod"], changes))}
    if key is not None:
        assert found[key] == f"{name!r} has {len(name)} characters."
    else:
        assert len(name) <= 63
        assert "plinth:postgres.identifier" not in found


@given(st.from_regex(r"[a-z][a-z0-9]{0,30}(-[a-z0-9]{1,20})?", fullmatch=True))
def test_what_is_taken_fits(system: str):
    found = problems_of(changed(AUTERITY["prod"], {"plinth:system": system}))
    lengths = {
        "plinth:system": len(f"{system}-alb-production") > 32,
        "plinth:services.frontend.target_group": len(f"{system}-frontend-production") > 32,
        "plinth:redis.identifier": len(f"{system}-redis-production") > 40,
    }
    for key, too_long in lengths.items():
        assert (key in {problem.key for problem in found}) == too_long


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        (
            {f"{BACKEND}.image.repository": "auterity-frontend"},
            "plinth:services.frontend.image.repository",
            "repository",
        ),
        (
            {f"{BACKEND}.target_group": "auterity-frontend-production", f"{BACKEND}.deployment": {}},
            "plinth:services.frontend.target_group",
            "target group",
        ),
        ({"plinth:buckets.uploads.name": "auterity-config-production"}, "plinth:buckets.uploads.name", "bucket"),
    ],
)
def test_nothing_is_named_twice(changes: dict[str, Any], key: str, words: str):
    problem = only_problem(changes)
    assert problem.key == key
    assert f"is the {words} at" in problem.found


@pytest.mark.parametrize(
    ("area", "name", "value"),
    [
        ("buckets", "postgres", {}),
        ("secrets", "redis-token", {"generate": {"length": 64}}),
    ],
)
def test_names_that_plinth_uses_itself(area: str, name: str, value: Any):
    problem = only_problem({f"plinth:{area}.{name}": value})
    assert problem.key == f"plinth:{area}.{name}"
    assert problem.found == f"{name!r} is taken."


@pytest.mark.parametrize("system", ["internal", "internal-hub"])
def test_a_load_balancer_is_not_called_internal(system: str):
    found = problems_of(changed(AUTERITY["prod"], {"plinth:system": system}))
    assert "plinth:system" in {problem.key for problem in found if "internal" in problem.found}
    assert prod({"plinth:system": "internals"}).system == "internals"


def test_a_service_is_not_called_like_something_else():
    config = changed(AUTERITY["prod"], {"plinth:services.db": AUTERITY["prod"]["plinth:services"]["backend"]})
    assert "plinth:services.db" in {problem.key for problem in problems_of(config)}


def test_a_task_is_not_called_like_a_service():
    worker = {
        "image": {"context": "apps/backend", "repository": "worker"},
        "port": 8000,
        "count": {"min": 1, "desired": 1, "max": 1},
        "routes": ["/worker"],
        "target_group": "worker",
    }
    problem = only_problem({"plinth:services.backend-migrate": worker})
    assert problem.key == f"{BACKEND}.tasks.migrate"


@pytest.mark.parametrize("name", ["Backend", "back_end", "1st", "-x", "x-", "a--b", "", "é"])
def test_names_have_the_letters_that_aws_allows_everywhere(name: str):
    assert f"{name!r} is not a name" in only_problem({"plinth:environment": name}).found


@pytest.mark.parametrize("tag", ["aws:createdBy", "AWS:x", "Environment", "Stack", "", "x" * 129, "é"])
def test_tags_that_cannot_be_set(tag: str):
    assert "is not a tag that can be set" in only_problem({"plinth:tags": {tag: "x"}}).found


def test_customizations_name_a_resource_as_its_urn_ends():
    resource = "aws:ecs/service:Service::backend"
    assert prod({"plinth:customize": {resource: {"enable_execute_command": False}}}).customize == {
        resource: {"enable_execute_command": False}
    }
    problem = only_problem({"plinth:customize": {"backend": {}}})
    assert problem.key == "plinth:customize.backend"
    assert "type::name" in problem.rule


def test_a_stack_may_have_no_data_at_all():
    changes: dict[str, Any] = {f"plinth:{area}": ABSENT for area in ("buckets", "postgres", "redis", "secrets")}
    stack = prod({**changes, f"{BACKEND}.uses": [], f"{BACKEND}.secrets": {}})
    assert stack.buckets == {}
