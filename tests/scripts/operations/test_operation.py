"""Changes against an S3: one at a time, resumed after a kill, never half done without saying so."""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from scripts.errors import Exit, PlinthError
from scripts.operations import operation as module
from scripts.operations.history import history, one
from scripts.operations.journal import Journal
from scripts.operations.operation import CURRENT, give_up, operation
from scripts.operations.records import Overtaken, Record, Records
from tests.scripts.operations.program import BUCKET, DONE, STEPS
from tests.scripts.stacks import TestCloud, target

if TYPE_CHECKING:
    from scripts.target import Target

pytestmark = pytest.mark.emulator
ROOT = Path(__file__).parents[3]


@pytest.fixture
def shop(endpoints: dict[str, str]) -> Target:
    """A stack whose operations bucket is empty."""
    cloud = TestCloud(endpoints)
    s3 = cloud.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    for key in Records(target(cloud)).keys(""):
        s3.delete_object(Bucket=BUCKET, Key=key)
    return target(cloud)


def journal(shop: Target) -> Journal:
    record = Records(shop).read(CURRENT)
    assert record is not None
    return Journal.model_validate(record.document)


def run(endpoints: dict[str, str], step: str = "-", moment: str = "-") -> subprocess.CompletedProcess[str]:
    program = ["-m", "tests.scripts.operations.program", endpoints["AWS_ENDPOINT_URL"], step, moment]
    return subprocess.run([sys.executable, *program], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_change_is_written_down_step_by_step(shop: Target) -> None:
    with operation(shop, "deploy", {"name": "backend"}, reason="release") as op:
        assert op.step("build", lambda: {"revision": 7}) == {"revision": 7}
        op.note("half way")
        assert journal(shop).state == "running"
    kept = journal(shop)
    assert (kept.state, kept.verb, kept.reason, kept.done) == ("done", "deploy", "release", ["build"])
    assert kept.steps[0].result == {"revision": 7}
    assert [note.text for note in kept.notes] == ["half way"]
    assert one(Records(shop), kept.id).operation == kept
    assert [each.id for each in history(Records(shop), 10).operations] == [kept.id]


@pytest.mark.parametrize("moment", ["before", "after", "written"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_change_goes_on_where_it_was_killed(
    shop: Target, endpoints: dict[str, str], step: str, moment: str
) -> None:
    killed = run(endpoints, step, moment)
    assert killed.returncode == -9, killed.stderr
    assert journal(shop).state == "running"
    again = run(endpoints)
    assert again.returncode == 0, again.stderr
    assert "going on with the test that" in again.stderr
    lines = shop.cloud.client("s3").get_object(Bucket=BUCKET, Key=DONE)["Body"].read().decode().split()
    assert lines == list(STEPS)
    assert journal(shop).state == "done"
    done_before = STEPS[: STEPS.index(step) + (moment == "written")]
    assert [each for each in STEPS if f"{each}: done before" in again.stderr] == list(done_before)


def test_a_change_that_was_killed_refuses_another_and_says_what_is_done(
    shop: Target, endpoints: dict[str, str]
) -> None:
    run(endpoints, "two", "before")
    with pytest.raises(PlinthError, match=r"left unfinished at: two\. Done before that: one") as refused:
        _begin(shop, "scale", {})
    assert "plinth operation resume" in refused.value.remedy


def test_a_way_back_takes_the_place_of_a_change_that_was_killed(shop: Target, endpoints: dict[str, str]) -> None:
    run(endpoints, "two", "before")
    killed = journal(shop)
    with operation(shop, "rollback", {}, supersedes=("test",)):
        pass
    assert journal(shop).verb == "rollback"
    assert one(Records(shop), killed.id).operation.state == "abandoned"


def test_of_two_operators_the_second_is_refused_and_told_who_is_at_work(shop: Target) -> None:
    with operation(shop, "deploy", {"name": "backend"}) as op:

        def meanwhile() -> str:
            with pytest.raises(PlinthError, match=r"root on .* is changing this stack: deploy since \d\d:") as refused:
                _begin(shop, "deploy", {"name": "backend"})
            assert "now at: roll out" in str(refused.value)
            assert refused.value.exit_code == Exit.RESOURCE
            return "refused"

        assert op.step("roll out", meanwhile) == "refused"


def test_of_two_who_begin_at_the_same_moment_one_wins(shop: Target) -> None:
    records = Records(shop)
    etag = records.write(CURRENT, {"first": True})
    with pytest.raises(Overtaken):
        records.write(CURRENT, {"second": True})
    records.write(CURRENT, {"first": "again"}, over=etag)
    with pytest.raises(Overtaken):
        records.write(CURRENT, {"second": "late"}, over=etag)


def test_a_failure_gives_the_stack_free_and_is_kept(shop: Target) -> None:
    def work() -> None:
        raise PlinthError("no room")

    with pytest.raises(PlinthError, match="no room"), operation(shop, "deploy", {}) as op:
        op.step("roll out", work)
    kept = journal(shop)
    assert (kept.state, kept.error, kept.steps[0].state) == ("failed", "no room", "failed")
    _begin(shop, "deploy", {})


def test_an_interruption_says_what_is_done_and_how_to_go_on(shop: Target) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    stopped = pytest.raises(PlinthError, match=r"interrupted at: two\. Done before that: one")
    with stopped as told, operation(shop, "deploy", {}) as op:
        op.step("one", lambda: 1)
        op.step("two", interrupted)
    assert told.value.exit_code == Exit.CANCELLED
    with operation(shop, "deploy", {}) as op:
        assert op.step("one", lambda: 2) == 1


def test_who_was_taken_for_dead_stops_at_the_next_step(shop: Target) -> None:
    stopped = pytest.raises(PlinthError, match="somebody else took this change over")
    with stopped, operation(shop, "deploy", {}) as op:
        record = Records(shop).read(CURRENT)
        assert record is not None
        Records(shop).write(CURRENT, {**record.document, "host": "elsewhere"}, over=record.etag)
        op.step("one", lambda: pytest.fail("it went on"))


def test_an_abandoned_change_leaves_the_stack_free(shop: Target, endpoints: dict[str, str]) -> None:
    run(endpoints, "one", "after")
    give_up(Records(shop), journal(shop))
    assert journal(shop).state == "abandoned"
    _begin(shop, "deploy", {})


def test_a_change_on_another_machine_is_alive_while_it_is_heard_from() -> None:
    now = dt.datetime.now(dt.UTC)
    elsewhere = Journal(id="x", verb="deploy", arguments={}, argv=[], who="a", host="far", pid=1, started=now)
    assert module.alive(elsewhere, Record({}, "", dt.timedelta(seconds=module.SILENT_SECONDS - 1)))
    assert not module.alive(elsewhere, Record({}, "", dt.timedelta(seconds=module.SILENT_SECONDS)))


def test_a_change_says_that_it_is_alive(shop: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.05)
    with operation(shop, "deploy", {}):
        calls = cast("TestCloud", shop.cloud).calls
        calls.clear()
        deadline = time.monotonic() + 10
        while calls.count("PutObject") < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert calls.count("PutObject") >= 3


def _begin(shop: Target, verb: str, arguments: dict[str, Any]) -> None:
    with operation(shop, verb, arguments):
        pass
