"""Staging beside production, what survives interruption, and the end of it all."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from local import daemons, emulator
from tests.integration.cloud import REGION, get, wait_until
from tests.integration.leftovers import remaining

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.cloud import Cloud

BOTH = ("prod", "staging")


def healthy(cloud: Cloud, stack: str) -> bool:
    status, body = get(f"{cloud.url(stack)}/health")
    return status == 200 and "version" in json.loads(body)


def test_a_plugin_that_dies_is_said_in_words_with_what_to_do(prod: Cloud) -> None:
    """In the middle of creating staging; the test after this one goes on from there."""
    run = prod.start("up", "staging")
    wait_until(lambda: len(prod.state("staging").resources) > 20, "twenty resources of staging")
    plugins = [
        each for each in psutil.Process(run.pid).children(recursive=True) if "local.aws_plugin" in each.cmdline()
    ]
    assert plugins
    for plugin in plugins:
        plugin.kill()
    output, _ = run.communicate()
    assert run.returncode not in {0, None}
    assert "Traceback" not in output, output
    assert "next: " in output, output
    assert healthy(prod, "prod")


def test_an_interrupted_run_goes_on_where_it_stopped(prod: Cloud) -> None:
    """Killed outright in the middle of creating staging: the next run finishes it.

    It may have to start the emulator anew; what was there before then comes back by its own `make up`.
    """
    run = prod.start("up", "staging")
    created: Callable[[], bool] = lambda: len(prod.state("staging").resources) > 40  # noqa: E731
    wait_until(created, "forty resources of staging")
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    prod.up("staging")
    prod.up("prod")
    for stack in BOTH:
        assert healthy(prod, stack), stack


@pytest.mark.requirement("AUT-CFG-03", "AUT-NET-05")
def test_staging_and_production_stand_side_by_side(prod: Cloud) -> None:
    prod.ensure("staging")
    for stack in BOTH:
        assert healthy(prod, stack)
    names = {
        balancer["LoadBalancerName"] for balancer in prod.client("elbv2").describe_load_balancers()["LoadBalancers"]
    }
    assert {"auterity-alb-production", "auterity-alb-staging"} <= names
    for stack in BOTH:
        assert set(prod.up(stack).changes) == {"unchanged"}


def test_a_dead_emulator_is_noticed_and_everything_comes_back(prod: Cloud) -> None:
    record = daemons.Record.read(daemons.pid_file(emulator.NAME))
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    wait_until(lambda: not record.alive, "the emulator is dead")
    prod.up("prod")
    assert healthy(prod, "prod")
    assert set(prod.up("prod").changes) == {"unchanged"}


def test_down_leaves_nothing_of_a_stack(prod: Cloud) -> None:
    for stack in BOTH:
        prod.ensure(stack)
    production, staging = prod.state("prod").resources, prod.state("staging").resources
    prod.down("staging")
    assert "staging" not in prod.stacks()
    assert remaining(staging, REGION) == []
    assert len(remaining(production, REGION)) > 150
    assert healthy(prod, "prod")
    prod.down("prod")
    assert remaining(production, REGION) == []
    assert prod.containers() == []


def test_down_stops_everything(prod: Cloud) -> None:
    prod.down()
    assert prod.stacks() == []
    assert daemons.boot_id(emulator.NAME) is None
    assert get(emulator.endpoint() or "http://127.0.0.1:9")[0] == 0
    again = prod.down()
    assert again.code == 0
