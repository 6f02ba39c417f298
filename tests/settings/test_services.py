"""Services: sizes, numbers, routes, health, deployment, what they use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import SettingsError
from settings.compute.fargate import SIZES, fits, nearest_sizes
from tests.settings.examples import ABSENT, only_problem, prod

BACKEND = "plinth:services.backend"
CPU_STEPS = {"up_above": 70, "add": 2, "down_below": 30, "remove": 1}


@pytest.mark.requirement("AUT-CMP-02")
@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 512), (256, 2048), (1024, 8192), (2048, 4096), (4096, 30_720), (8192, 16_384), (16_384, 122_880)],
)
def test_sizes_that_fargate_has(cpu: int, memory: int):
    service = prod({f"{BACKEND}.cpu": cpu, f"{BACKEND}.memory": memory}).services["backend"]
    assert (service.cpu, service.memory) == (cpu, memory)


@pytest.mark.requirement("AUT-CMP-02")
@pytest.mark.parametrize(
    ("cpu", "memory", "advice"),
    [
        (256, 4096, "cpu 256 with memory 2048 and cpu 512 with memory 4096"),
        (2048, 2048, "The nearest size is cpu 2048 with memory 4096"),
        (8192, 20_000, "cpu 8192 with memory 20480"),
    ],
)
def test_other_sizes_come_with_the_nearest(cpu: int, memory: int, advice: str):
    problem = only_problem({f"{BACKEND}.cpu": cpu, f"{BACKEND}.memory": memory})
    assert problem.key == f"{BACKEND}.memory"
    assert advice in problem.remedy


@given(st.sampled_from(sorted(SIZES)), st.integers(512, 122_880))
def test_the_nearest_sizes_exist(cpu: int, memory: int):
    sizes = nearest_sizes(cpu, memory)
    assert sizes
    assert all(fits(*size) for size in sizes)
    if fits(cpu, memory):
        assert sizes == [(cpu, memory)]


def test_a_task_of_its_own_size_is_checked_too():
    problem = only_problem({f"{BACKEND}.tasks.migrate.memory": 1024})
    assert problem.key == f"{BACKEND}.tasks.migrate.memory"
    assert problem.found == "Fargate has no task with 2048 CPU units and 1024 MiB."


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20))
def test_counts_are_taken_exactly_when_in_order(low: int, desired: int, high: int):
    changes = {f"{BACKEND}.count": {"min": low, "desired": desired, "max": high}}
    if low <= desired <= high:
        assert prod(changes).services["backend"].count.desired == desired
    else:
        key = "min" if low > high else "desired"
        assert only_problem(changes).key == f"{BACKEND}.count.{key}"


def test_nothing_but_nothing_is_no_maximum():
    assert only_problem({f"{BACKEND}.count": {"min": 0, "desired": 0, "max": 0}}).key == f"{BACKEND}.count.max"


@pytest.mark.requirement("AUT-CFG-01")
@pytest.mark.parametrize(
    ("scaling", "words"),
    [
        ({}, "Nothing says when to scale"),
        ({"cooldown_seconds": 60}, "Nothing says when to scale"),
        ({"cpu_target": 70, "cpu_steps": CPU_STEPS}, "cpu_target and cpu_steps are set together"),
        ({"cpu_steps": {**CPU_STEPS, "down_below": 70}}, "70 is not below up_above"),
        ({"cpu_steps": {**CPU_STEPS, "remove": 0}}, "0 is not a number of tasks to add or remove"),
        ({"cpu_target": 101}, "101 is not a percentage"),
    ],
)
def test_scaling_that_cannot_be(scaling: dict[str, Any], words: str):
    assert words in only_problem({f"{BACKEND}.scaling": scaling}).found


def test_targets_of_cpu_and_memory_go_together():
    scaling = prod({f"{BACKEND}.scaling": {"cpu_target": 60, "memory_target": 80}}).services["backend"].scaling
    assert (scaling.cpu_target, scaling.memory_target, scaling.cpu_steps) == (60, 80, None)


@pytest.mark.requirement("AUT-DEP-05")
@pytest.mark.parametrize(
    ("deployment", "words"),
    [
        ({"strategy": "rolling", "bake_minutes": 5}, "bake_minutes is set, but the strategy is rolling"),
        ({"strategy": "blue_green", "canary_percent": 10}, "canary_percent is set, but the strategy is blue_green"),
        ({"strategy": "canary", "step_percent": 10}, "step_percent is set, but the strategy is canary"),
        ({"strategy": "linear", "canary_bake_minutes": 10}, "canary_bake_minutes is set, but the strategy is linear"),
        ({"strategy": "blue_green", "bake_minutes": 1441}, "1441 is not a number of minutes"),
        ({"strategy": "linear", "step_percent": 2}, "2 is not a step in percent"),
        ({"maximum_percent": 100}, "100 leaves no room to deploy"),
    ],
)
def test_deployments_that_cannot_be(deployment: dict[str, Any], words: str):
    assert words in only_problem({f"{BACKEND}.deployment": deployment}).found


@pytest.mark.requirement("AUT-DEP-05")
@pytest.mark.parametrize(
    "deployment",
    [
        {"strategy": "rolling"},
        {"strategy": "blue_green", "bake_minutes": 1440},
        {"strategy": "canary", "canary_percent": 5, "canary_bake_minutes": 0, "bake_minutes": 2},
        {"strategy": "linear", "step_percent": 25, "step_bake_minutes": 3},
        {"minimum_healthy_percent": 50, "maximum_percent": 100},
    ],
)
def test_strategies_with_their_own_fields(deployment: dict[str, Any]):
    loaded = prod({f"{BACKEND}.deployment": deployment}).services["backend"].deployment
    assert {name: getattr(loaded, name) for name in deployment} == deployment


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"timeout_seconds": 30}, "30 is not less than interval_seconds, which is 30"),
        ({"path": "health"}, "'health' is not a path to check"),
        ({"matcher": "OK"}, "'OK' is not a set of HTTP statuses"),
        ({"healthy_threshold": 1}, "1 is not a number of checks in a row"),
    ],
)
def test_health_checks_that_cannot_be(check: dict[str, Any], words: str):
    assert words in only_problem({f"{BACKEND}.health_check": check}).found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({f"{BACKEND}.routes": [f"/{n}" for n in range(6)]}, "6 patterns are too many"),
        ({f"{BACKEND}.routes": ["api/*"]}, "'api/*' is not a path pattern"),
        ({f"{BACKEND}.routes": ["/" + "x" * 128]}, "is not a path pattern"),
        ({f"{BACKEND}.routes": ["/api/*", "/*"]}, "'/*' matches everything"),
        ({f"{BACKEND}.routes": ["/api", "/api"]}, "'/api' is listed twice"),
        ({f"{BACKEND}.routes": ABSENT}, "No routes are set"),
        ({"plinth:services.frontend.routes": ["/app/*"]}, "frontend is the load balancer's default service"),
        ({"plinth:load_balancer.default_service": "fronted"}, "There is no service 'fronted'"),
    ],
)
def test_routes_that_cannot_be(changes: dict[str, Any], words: str):
    with pytest.raises(SettingsError) as caught:
        prod(changes)
    assert any(words in problem.found for problem in caught.value.problems), str(caught.value)


def test_a_pattern_leads_to_one_service():
    other = {"image": {"context": "apps/backend", "repository": "other"}, "port": 1, "routes": ["/api/*"]}
    problem = only_problem({"plinth:services.other": {**other, "count": {"min": 1, "desired": 1, "max": 1}}})
    assert problem.found == "'/api/*' is already a route of backend."


@pytest.mark.parametrize(
    ("used", "words"),
    [
        ("upload", "There is no bucket, file system, worker or data store 'upload'"),
        ("postgre", "There is no bucket, file system, worker or data store 'postgre'"),
    ],
)
def test_a_service_uses_what_there_is(used: str, words: str):
    problem = only_problem({f"{BACKEND}.uses": [used]})
    assert problem.key == f"{BACKEND}.uses"
    assert words in problem.found
    assert "Did you mean" in problem.rule


def test_a_service_cannot_use_a_data_store_that_the_stack_lacks():
    problem = only_problem({"plinth:redis": ABSENT})
    assert problem.found == "The stack has no redis."
    assert "Add plinth:redis" in problem.remedy


@pytest.mark.requirement("AUT-CFG-02")
def test_a_services_secret_is_one_of_the_stacks():
    problem = only_problem({f"{BACKEND}.secrets.STRIPE": "jvt"})
    assert problem.key == f"{BACKEND}.secrets.STRIPE"
    assert "Did you mean jwt?" in str(problem)


@pytest.mark.parametrize("field", ["environment", "secrets"])
def test_the_version_is_plinths_to_set(field: str):
    assert only_problem({f"{BACKEND}.{field}.VERSION": "jwt"}).found == "VERSION is set by Plinth."


def test_numbers_among_the_variables_are_written_out_and_ambiguous_values_are_not():
    assert prod({f"{BACKEND}.environment.WORKERS": 4}).services["backend"].environment["WORKERS"] == "4"
    for value in (True, 1.10):
        assert "is not text" in only_problem({f"{BACKEND}.environment.X": value}).found


@pytest.mark.parametrize("path", ["/etc", "../other", "apps/../../x", ""])
def test_paths_stay_inside_the_project(path: str):
    assert "is not a path inside the project" in only_problem({f"{BACKEND}.image.context": path}).found
