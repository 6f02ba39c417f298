"""What lets a risky change through, and for how long."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import get_args

import pytest
import yaml

from scripts.errors import Exit, PlinthError
from scripts.gate.approvals import Approval, by_hand, in_stack_file
from scripts.gate.risks import RISKS
from scripts.gate.verdict import Verdict
from settings.guardrails.approvals import Change as KnownChange
from tests.scripts.changes import TODAY, change, urn, verdict

DATABASE = "aws:rds/instance:Instance"
LOST = change(DATABASE, "replace", name="postgres")
ROOT = Path(__file__).parents[2]


def approval(resource: str = "*::postgres", risk: str = "data-store-lost", until: dt.date = TODAY) -> Approval:
    return Approval(change=risk, resource=resource, reason="moved by hand", owner="data team", until=until)


def judged(*approvals: Approval) -> Verdict:
    return verdict(LOST, approvals=approvals)


def test_a_stack_file_can_approve_every_risk_and_nothing_else():
    assert set(get_args(KnownChange)) == {each.id for each in RISKS}


@pytest.mark.parametrize("resource", [urn(DATABASE, "postgres"), f"{DATABASE}::postgres", "*::postgres", "aws:rds/*"])
def test_an_approval_lets_through_what_it_names_until_its_last_day(resource: str):
    given = approval(resource)
    judgement = judged(given)
    assert not judgement.is_refused
    assert judgement.in_force == (given,)
    assert (judgement.expired, judgement.unmatched) == ((), ())


@pytest.mark.parametrize("given", [approval("*::redis"), approval(risk="logs-lost"), approval("postgres")])
def test_an_approval_of_something_else_does_not_count_and_is_said(given: Approval):
    judgement = judged(given)
    assert judgement.is_refused
    assert judgement.unmatched == (given,)


def test_an_approval_that_has_expired_does_not_count_and_is_said():
    given = approval(until=TODAY - dt.timedelta(days=1))
    judgement = judged(given)
    assert judgement.is_refused
    assert (judgement.expired, judgement.unmatched, judgement.in_force) == ((given,), (), ())


def test_by_hand_everything_of_a_resource_is_let_through():
    protected = change(DATABASE, "replace", name="postgres", protect=True)
    assert not verdict(protected, approvals=[by_hand("*::postgres")]).is_refused
    assert verdict(protected, approvals=[by_hand("*::redis")]).is_refused


def test_many_deletions_are_approved_by_the_stack():
    topics = [change("aws:sns/topic:Topic", "delete", name=str(number)) for number in range(6)]
    given = approval("pulumi:pulumi:Stack::plinth-prod", "many-deletions")
    assert not verdict(*topics, approvals=[given]).is_refused


def stack_file(folder: Path, approvals: object, base: str = "systems/court-case/Pulumi.staging.yaml") -> Path:
    document = yaml.safe_load((ROOT / base).read_text())
    document["config"]["plinth:approvals"] = approvals
    file = folder / "Pulumi.trial.yaml"
    file.write_text(yaml.safe_dump(document))
    return file


GIVEN = {
    "change": "data-store-lost",
    "resource": "*::postgres",
    "reason": "moved by hand",
    "owner": "data team",
    "until": dt.date(2026, 11, 23),
}


def test_approvals_stand_in_the_stack_file(tmp_path: Path):
    assert in_stack_file(stack_file(tmp_path, [GIVEN])) == (approval(),)


def test_a_file_that_extends_another_has_its_approvals(tmp_path: Path):
    base = stack_file(tmp_path, [GIVEN], "Pulumi.staging.yaml")
    variant = tmp_path / "Pulumi.variant.yaml"
    variant.write_text(yaml.safe_dump({"config": {"aws:region": "us-west-2", "plinth:extends": str(base)}}))
    assert in_stack_file(variant) == (approval(),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": "soon"}, "soon is no day."),
        ({"until": None}, "plinth:approvals.0.until"),
        ({"reason": ""}, "a reason"),
        ({"owner": None}, "plinth:approvals.0.owner"),
        ({"change": "everything"}, "plinth:approvals.0.change"),
        ({"resource": "my database"}, "a URN, or a pattern for one"),
        ({"for": "ever"}, "plinth:approvals.0.for"),
    ],
)
def test_an_approval_says_what_why_who_and_until_when(tmp_path: Path, changes: dict[str, object], words: str):
    given = {key: value for key, value in {**GIVEN, **changes}.items() if value is not None}
    with pytest.raises(PlinthError, match=r"Pulumi\.trial\.yaml") as caught:
        in_stack_file(stack_file(tmp_path, [given]))
    assert words in str(caught.value)
    assert caught.value.exit_code == Exit.USAGE


def test_a_stack_file_that_is_not_there_is_an_error():
    with pytest.raises(PlinthError, match="cannot be read") as caught:
        in_stack_file(Path("Pulumi.nowhere.yaml"))
    assert caught.value.exit_code == Exit.USAGE
