"""What a stack file tells the policy pack."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.settings.examples import ABSENT, changed, only_problem, prod

SOUND = {"rule": "ECH-4", "resource": "*::redis", "reason": "may be lost", "owner": "chat", "until": "2027-03-31"}


def exemption(**changes):
    return {"plinth:policies": {"exemptions": [changed(SOUND, changes)]}}


def test_exemptions_and_levels_are_read():
    policies = prod({"plinth:policies": {"tiers": {"staging": "advisory"}, "exemptions": [SOUND]}}).policies
    assert policies is not None
    assert policies.exemptions[0].model_dump() == SOUND
    assert policies.tiers is not None
    assert (policies.tiers.staging, policies.tiers.development, policies.strict) == ("advisory", "mandatory", False)


def test_a_day_may_be_written_as_yaml_has_it():
    policies = prod(exemption(until=dt.date(2027, 3, 31))).policies
    assert policies is not None
    assert policies.exemptions[0].until == "2027-03-31"


@pytest.mark.parametrize("name", SOUND)
def test_an_exemption_says_what_why_who_and_until_when(name):
    assert only_problem(exemption(**{name: ABSENT})).key == f"plinth:policies.exemptions.0.{name}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("until", "soon", "soon is no day."),
        ("until", "2027-02-30", "2027-02-30 is no day."),
        ("reason", " ", "a reason"),
        ("rule", "RDS 6", "a rule of the policy pack"),
        ("resource", "my redis", "a URN, or a pattern for one"),
    ],
)
def test_what_an_exemption_cannot_say(name, value, words):
    assert words in only_problem(exemption(**{name: value})).found


def test_production_has_no_level_of_its_own():
    problem = only_problem({"plinth:policies": {"tiers": {"production": "advisory"}}})
    assert problem.key == "plinth:policies.tiers.production"
