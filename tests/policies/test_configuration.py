"""What a stack may say about the pack: levels of tiers, strict rules, exemptions, mending."""

from __future__ import annotations

import datetime as dt

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from tests.policies.conftest import RefusedError

INSTANCE = "aws:rds/instance:Instance"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
EXEMPTION = {
    "rule": "RDS-2",
    "resource": "*::db",
    "reason": "a honeypot",
    "owner": "security",
    "until": "2026-11-23",
}


@pytest.fixture
def public(program):
    """A program with one flaw of RDS-2."""
    program.add(INSTANCE, "db", {"publiclyAccessible": True})
    return program


def told(program, name):
    return [each for each in program.diagnostics() if each.policyName == name]


@pytest.mark.parametrize("rule", ["RDS-2", "rds-2-not-public"])
@pytest.mark.parametrize("resource", ["*::db", "aws:rds/*::db", "urn:pulumi:prod::test::aws:rds/instance:Instance::db"])
@pytest.mark.parametrize("where", ["policies", "pack"])
def test_an_exemption_lets_a_resource_off_and_is_listed_by_every_run(public, rule, resource, where):
    setattr(public, where, {"exemptions": [EXEMPTION | {"rule": rule, "resource": resource}]})
    assert public.flaws("RDS-2") == set()
    (listed,) = told(public, "exemptions")
    assert listed.enforcementLevel == analyzer_pb2.ADVISORY
    assert listed.message.endswith(f"{rule} for {resource} until 2026-11-23: a honeypot (security)")


@pytest.mark.parametrize("other", [{"rule": "RDS-1"}, {"resource": "*::dbs"}, {"resource": "db"}])
def test_an_exemption_lets_off_nothing_else(public, other):
    public.policies = {"exemptions": [EXEMPTION | other]}
    assert public.flaws("RDS-2") == {("not-public", "db")}
    if "rule" not in other:
        assert "Nothing was found that needs it: remove it." in told(public, "exemptions")[0].message


def test_an_exemption_ends_and_then_blocks(public):
    public.policies = {"exemptions": [EXEMPTION]}
    public.today = dt.date(2026, 11, 24)
    assert public.flaws("RDS-2") == {("not-public", "db")}
    (ended,) = told(public, "stk-4-exemption-expired")
    assert ended.enforcementLevel == analyzer_pb2.MANDATORY
    assert "RDS-2 for *::db ended on 2026-11-23 (security): mend what it lets off" in ended.message
    assert told(public, "exemptions") == []


def test_without_exemptions_nothing_is_said(program):
    assert told(program, "exemptions") == told(program, "stk-4-exemption-expired") == []


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ({"exemptions": [EXEMPTION | {"reason": " "}]}, "exemptions.1.reason is"),
        ({"exemptions": [EXEMPTION, {"rule": "RDS-2"}]}, "exemptions.2.until is not set. Give the last day"),
        ({"exemptions": [EXEMPTION | {"until": "soon"}]}, "exemptions.1.until is soon. Give the last day"),
        ({"exemptions": [EXEMPTION | {"until": "2026-02-30"}]}, "exemptions.1.until is 2026-02-30."),
        ({"exemptions": [EXEMPTION | {"rule": "RSD-2"}]}, "which is no rule of this pack. Did you mean RDS-2?"),
        ({"exemptions": [EXEMPTION | {"resourse": "x"}]}, "resourse is no setting. Did you mean resource?"),
        ({"exemptions": ["RDS-2"]}, "exemptions.1 is RDS-2. Write rule, resource, reason, owner, until."),
        ({"exemptions": {"RDS-2": "no"}}, "Write a list."),
        ({"tiers": {"production": "advisory"}}, "tiers.production cannot be set"),
        ({"tiers": {"stage": "advisory"}}, "tiers.stage is no tier. Did you mean staging?"),
        ({"tiers": {"staging": "off"}}, "tiers.staging is off. Write mandatory, advisory or disabled."),
        ({"tiers": "advisory"}, "tiers is advisory."),
        ({"strict": "yes"}, "strict is yes. Write true or false."),
        ({"exemption": []}, "exemption is no setting. Did you mean exemptions?"),
    ],
)
@pytest.mark.parametrize("where", ["policies", "pack"])
def test_what_cannot_be_understood_ends_the_run(program, policies, message, where):
    setattr(program, where, policies)
    with pytest.raises(RefusedError) as refused:
        program.diagnostics()
    assert message in str(refused.value)
    assert ("test:policies" if where == "policies" else "--policy-pack-config") in str(refused.value)


def test_what_is_no_mapping_ends_the_run(program):
    program.policies = [1]  # of the other file the engine itself sees to it
    with pytest.raises(RefusedError, match="Write a mapping"):
        program.diagnostics()


def test_every_mistake_is_told_at_once(program):
    program.policies = {"tiers": {"stage": "x"}, "strict": 1, "exemptions": [{"rule": "RDS-0"}]}
    with pytest.raises(RefusedError) as refused:
        program.diagnostics()
    assert len(str(refused.value).splitlines()) == 1 + 7


def test_a_level_for_a_rule_that_is_not_there_ends_the_run(program):
    program.levels = {"rds-2-not-publik": EnforcementLevel.ADVISORY}
    with pytest.raises(RefusedError, match="rds-2-not-publik is no policy of this pack"):
        program.diagnostics()


@pytest.mark.parametrize(
    ("tier", "level"), [("staging", analyzer_pb2.ADVISORY), ("production", analyzer_pb2.MANDATORY)]
)
def test_a_tier_has_a_highest_level_except_production(public, tier, level):
    public.tags = {"Environment": "e", "Project": "p", "Tier": tier}
    public.policies = {"tiers": {"staging": "advisory"}}
    assert {each.enforcementLevel for each in told(public, "rds-2-not-public")} == {level}


def test_a_tier_raises_no_level(public):
    public.tags = {"Environment": "e", "Project": "p", "Tier": "development"}
    public.policies = {"tiers": {"development": "mandatory"}}
    public.levels = {"rds-2-not-public": EnforcementLevel.DISABLED}
    assert told(public, "rds-2-not-public") == []


def mended(program):
    (request,) = program.requests()
    response = program.analyzer().Remediate(request, None)
    return [(each.policyName, json_format.MessageToDict(each.properties)) for each in response.remediations]


def test_nothing_is_mended_unless_asked_for(program):
    program.add(LOGS, "logs", {"name": "app"})
    assert mended(program) == []


def test_what_a_rule_can_mend_is_mended_and_the_rest_kept(program):
    program.add(LOGS, "logs", {"name": program.unknown, "kmsKeyId": program.secret("k")})
    program.levels = {"log-1-retention": EnforcementLevel.REMEDIATE}
    expected = {"name": program.unknown, "kmsKeyId": program.secret("k"), "retentionInDays": 30.0}
    assert mended(program) == [("log-1-retention", expected)]


def test_what_is_exempt_is_not_mended(program):
    program.add(LOGS, "logs", {"name": "app"})
    program.levels = {"log-1-retention": EnforcementLevel.REMEDIATE}
    program.policies = {"exemptions": [EXEMPTION | {"rule": "LOG-1", "resource": "*::logs"}]}
    assert mended(program) == []


def test_what_cannot_be_mended_is_refused(program):
    program.add(LOGS, "logs", {"retentionInDays": 3.0})
    program.levels = {"log-1-retention": EnforcementLevel.REMEDIATE}
    assert mended(program) == []
    assert program.flaws("LOG-1") == {("retention", "logs")}
