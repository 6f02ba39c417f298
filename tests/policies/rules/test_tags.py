from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from policies.rules.tags import TAGGABLE

ADDRESS = "aws:ec2/eip:Eip"


@pytest.mark.requirement("GRD-18", "AUT-SEC-14", "RPH-CFG-02")
@pytest.mark.parametrize(
    ("own", "default", "good"),
    [
        ({"Environment": "production", "Project": "x"}, None, True),
        ({}, {"Environment": "production", "Project": "x"}, True),
        ({"Project": "x"}, {"Environment": "production"}, True),
        (None, None, False),
        ({"Environment": "production"}, {}, False),
        ({"Environment": "", "Project": "x"}, {}, False),
        ({"environment": "production", "project": "x"}, {}, False),  # AWS tells capitals apart
    ],
)
def test_resources_carry_their_tags_or_the_providers(program, own, default, good):
    program.tags = default
    program.add(ADDRESS, "address", {"tags": own} if own is not None else {})
    assert program.flaws("GRD-18") == (set() if good else {("required-tags", "address")})


@pytest.mark.requirement("GRD-18")
def test_types_without_tags_and_resources_of_others_are_left_alone(program):
    program.tags = None
    program.add("aws:ec2/route:Route", "route")
    program.add("aws:iam/rolePolicy:RolePolicy", "policy", {"policy": "{}"})
    program.add("random:index/randomPassword:RandomPassword", "password")
    assert program.flaws("GRD-18") == set()


@pytest.mark.requirement("GRD-18")
def test_tags_that_are_not_known_yet_cannot_be_told_unless_the_others_are_enough(program):
    program.add(ADDRESS, "enough", {"tags": {"Name": program.unknown}})
    program.add(ADDRESS, "own", {"tags": program.unknown})
    assert program.untold() == {}
    program.tags = {"Project": "x"}
    assert "tags.Environment is not known" in program.untold()["own"]
    assert program.flaws("GRD-18", preview=True) == {("required-tags", "enough")}


def test_the_types_said_to_be_taggable_are_so_in_the_sdk():
    spec = find_spec("pulumi_aws")  # located, not imported
    assert spec is not None
    assert spec.origin is not None
    for token in TAGGABLE:
        module, name, _ = re.split("[/:]", token.removeprefix("aws:"))
        file = re.sub("([A-Z])", lambda found: "_" + found[1].lower(), name)
        source = Path(spec.origin).parent / ("lambda_" if module == "lambda" else module) / f"{file}.py"
        assert re.search(r"\n +tags: ", source.read_text()), token
