from __future__ import annotations

import pytest

TRAIL = "aws:cloudtrail/trail:Trail"
GOOD = {"isMultiRegionTrail": True, "enableLogFileValidation": True, "s3BucketName": "records"}


@pytest.mark.parametrize(
    ("id_", "name", "changes"),
    [
        ("TRL-1", "all-regions", {"isMultiRegionTrail": False}),
        ("TRL-1", "all-regions", {"isMultiRegionTrail": None}),
        ("TRL-2", "validated-files", {"enableLogFileValidation": False}),
        ("TRL-2", "validated-files", {"enableLogFileValidation": None}),
        ("TRL-4", "runs", {"enableLogging": False}),
        ("TRL-4", "runs", {"enableLogging": "false"}),
    ],
)
@pytest.mark.requirement("GRD-19")
def test_a_trail_records_all_and_proves_it(program, id_, name, changes):
    program.add(TRAIL, "good", GOOD | {"enableLogging": True})
    program.add(TRAIL, "default", GOOD)
    program.add(TRAIL, "bad", GOOD | changes)
    assert program.flaws(id_) == {(name, "bad")}
    assert program.untold() == {}


def test_what_is_not_known_of_a_trail_cannot_be_told(program):
    paths = {"TRL-1": "isMultiRegionTrail", "TRL-2": "enableLogFileValidation", "TRL-4": "enableLogging"}
    program.add(TRAIL, "trail", dict.fromkeys(paths.values(), program.unknown))
    assert program.unjudged("trail") == {(id_, path) for id_ in paths for path in paths.values()}


@pytest.mark.parametrize(
    ("id_", "name", "path"),
    [("TRL-3", "customer-key", "kmsKeyId"), ("TRL-5", "to-cloudwatch", "cloudWatchLogsGroupArn")],
)
def test_strictly_a_trail_has_more(program, id_, name, path):
    program.add(TRAIL, "bare", GOOD)
    program.add(TRAIL, "more", GOOD | {path: program.unknown})
    assert program.flaws(id_) == set()
    program.pack = {"strict": True}
    assert program.flaws(id_) == {(name, "bare")}


@pytest.mark.requirement("GRD-19")
@pytest.mark.parametrize(
    ("tier", "trail", "told"),
    [("production", False, True), ("production", True, False), ("staging", False, False)],
)
def test_a_production_stack_is_advised_to_have_a_trail(program, tier, trail, told):
    program.tags = {"Tier": tier}
    program.add("aws:ec2/vpc:Vpc", "vpc")
    if trail:
        program.add(TRAIL, "trail", GOOD)
    assert ("grd-19-trail-present" in {each.policyName for each in program.diagnostics()}) is told
    assert ("trail-present", "vpc") not in program.flaws("GRD-19")  # advice stops nothing
