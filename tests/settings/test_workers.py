"""Workers: what a stack file may say of a function and its queue, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import Problem, Worker, load
from settings.data.queue import MOST_VISIBILITY
from tests.settings.examples import SHORTEST, changed, problems_of, project

GOOD: dict[str, Any] = {"code": "resizer", "handler": "app.handler"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a service's context and a worker's source."""
    project(tmp_path)
    (tmp_path / "resizer" / "src").mkdir(parents=True)
    (tmp_path / "resizer" / "src" / "app.py").write_text("def handler(event, context): ...\n")
    return tmp_path


def config(more: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return changed(SHORTEST, {"plinth:workers": {"resizer": {**GOOD, **fields}}, **(more or {})})


def only_problem(root: Path, more: dict[str, Any] | None = None, **fields: Any) -> Problem:
    found = problems_of(config(more, **fields), root)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


@pytest.mark.requirement("RPH-CMP-02", "RPH-DAT-04")
def test_what_is_left_out_is_sensible(root: Path) -> None:
    worker = load(config(), root=root).workers["resizer"]
    assert worker.visibility_seconds == 6 * worker.timeout_seconds
    assert worker.queue.max_receives == 5
    assert worker.tracing


@pytest.mark.requirement("RPH-DAT-04")
@given(timeout=st.integers(1, 900), wanted=st.none() | st.integers(0, MOST_VISIBILITY))
def test_messages_stay_hidden_for_as_long_as_a_batch_may_take(timeout: int, wanted: int | None) -> None:
    worker = Worker.model_validate({**GOOD, "timeout_seconds": timeout, "queue": {"visibility_seconds": wanted}})
    if list(worker.broken_rules("worker")):
        assert wanted is not None
        assert wanted < timeout
    else:
        assert timeout <= worker.visibility_seconds <= MOST_VISIBILITY


@pytest.mark.parametrize(
    ("fields", "key", "says"),
    [
        ({"queue": {"visibility_seconds": 59}}, "queue.visibility_seconds", "59 is less than timeout_seconds"),
        ({"max_concurrency": 1}, "max_concurrency", "1 is not a number of batches"),
        ({"batch_size": 11}, "batch_window_seconds", "Batches of 11 are not waited for"),
        ({"alias": "7"}, "alias", "'7' is not the name of an alias"),
        ({"handler": "handler"}, "handler", "'handler' is not a handler"),
        ({"handler": "absent.handler"}, "handler", "There is no module absent in resizer/src"),
        ({"code": "absent"}, "code", "There is no folder absent/src"),
        ({"code": "../elsewhere"}, "code", "is not a folder of the project"),
        ({"runtime": "python2.7"}, "runtime", "python2.7"),
        ({"environment": {"API_TOKEN": "abc"}}, "environment.API_TOKEN", "API_TOKEN is named like a secret"),
        ({"secrets": {"API_KEY_ARN": "absent"}}, "secrets.API_KEY_ARN", "There is no secret 'absent'"),
        ({"secrets": {"VERSION": "key"}}, "secrets.VERSION", "VERSION is set twice"),
        ({"uses": ["absent"]}, "uses", "There is no bucket"),
        ({"uses": ["resizer"]}, "uses", "A worker cannot use resizer"),
    ],
)
def test_mistakes_are_named(root: Path, fields: dict[str, Any], key: str, says: str) -> None:
    secrets = {"plinth:secrets": {"key": {"generate": {"length": 40}}}}
    found = only_problem(root, secrets, **fields)
    assert found.key == f"plinth:workers.resizer.{key}"
    assert says in str(found)


def test_a_worker_and_a_bucket_have_names_of_their_own(root: Path) -> None:
    found = only_problem(root, {"plinth:buckets": {"resizer": {}}})
    assert "is also one of" in str(found)


def test_names_that_aws_would_refuse_are_too_long(root: Path) -> None:
    long = "r" * 80
    found = problems_of(changed(SHORTEST, {"plinth:workers": {long: GOOD}}), root)
    kinds = {problem.rule.partition(" may")[0] for problem in found}
    assert kinds == {"Names of Lambda functions", "Names of queues", "IAM role names"}
    assert all(problem.key.startswith(f"plinth:workers.{long}") for problem in found)
