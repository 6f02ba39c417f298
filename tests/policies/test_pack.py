from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies import rules
from policies.documentation import document
from policies.rule import View
from tests.policies.conftest import Program

PACK = Path(__file__).parents[2] / "policies"
MANDATED = [
    "GRD-01",
    "GRD-02",
    "GRD-03",
    "GRD-04",
    "GRD-05",
    "GRD-06",
    "GRD-07",
    "GRD-08",
    "GRD-11",
    "GRD-12",
    "GRD-13",
    "GRD-15",
    "GRD-18",
    "GRD-20",
    "GRD-21",
    "GRD-22",
]
TYPES = sorted({token for rule in rules.RULES for token in rule.types})
# Names and words that rules look for, so that shapes at random get past the first question.
NAMES = sorted(
    set(re.findall(r'"([a-z]\w+)"', "".join(path.read_text() for path in PACK.glob("*.py"))))
    | {"Statement", "Effect", "Action", "Resource", "Condition", "Principal", "name", "value", "0"},
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.sampled_from(NAMES),
    st.text(max_size=8),
    st.just(UNKNOWN_STRING_VALUE),
    st.just(Program.secret("s")),
    st.sampled_from(["0.0.0.0/0", "*", "Allow", "-1", "[{}]"]),
)
shapes = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
        inner.map(lambda value: json.dumps(value, default=str)),
    ),
    max_leaves=12,
)


def test_every_mandated_guardrail_has_rules_with_names_of_their_own():
    assert {rule.id for rule in rules.RULES} == set(MANDATED)
    assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_a_rule_tells_pulumi_what_why_and_what_to_do(rule):
    policy = rule.policy()
    assert policy.name.startswith(rule.id.lower())
    assert policy.description.startswith(f"{rule.id} {rule.title}: ")
    assert policy.description.endswith(".")
    assert (policy.remediation_steps or "").endswith(".")
    assert "\n" not in policy.description + rule.remedy
    assert policy.severity is rule.severity
    assert all(re.fullmatch(r"[a-z-]+:[\w/]+:\w+", token) for token in rule.types)


@given(
    token=st.sampled_from(TYPES),
    other=st.sampled_from(TYPES),
    properties=st.dictionaries(st.sampled_from(NAMES), shapes, max_size=12),
    links=st.sets(st.sampled_from(NAMES), max_size=6),
    tags=st.one_of(st.none(), st.just(UNKNOWN_STRING_VALUE), shapes),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_shape_of_a_resource_breaks_a_rule(token, other, properties, links, tags):
    program = Program()
    program.tags = tags
    first = program.add(other, "other", properties)
    program.add(token, "resource", properties, **{name: [first, "urn:of:nothing"] for name in links})
    for preview in (True, False):
        for each in program.diagnostics(preview=preview):
            assert each.message.count("\n") == 1 or each.policyName == "not-judged-yet", each.message


@pytest.mark.parametrize("token", TYPES)
def test_a_resource_of_which_nothing_is_known_is_spoken_of_once(program, token):
    program.add(token, "resource", dict.fromkeys(NAMES, UNKNOWN_STRING_VALUE))
    told = [each.message for each in program.diagnostics() if each.policyName == "not-judged-yet"]
    assert "".join(told).count("resource:") <= 1


def test_levels_are_set_for_each_rule_by_its_name(program):
    program.add("aws:rds/instance:Instance", "db", {"publiclyAccessible": True, "skipFinalSnapshot": True})
    name = "grd-02-rds-not-public"
    assert name in {each.policyName for each in program.diagnostics()}
    program.levels = {name: EnforcementLevel.DISABLED, "grd-03-rds-final-snapshot": EnforcementLevel.ADVISORY}
    levels = {each.policyName: each.enforcementLevel for each in program.diagnostics()}
    assert name not in levels
    assert levels["grd-03-rds-final-snapshot"] != levels["grd-03-rds-multi-az"]


def test_the_pack_starts_fast_without_the_aws_sdks_and_prints_its_port_first():
    code = (
        "import os, runpy, sys, threading, time\n"
        "def report():\n"
        "    time.sleep(2)\n"
        "    bad = {'pulumi_aws', 'boto3', 'botocore', 'settings', 'components'} & set(sys.modules)\n"
        "    print(sorted(bad), time.process_time(), flush=True)\n"
        "    os._exit(0)\n"
        "threading.Thread(target=report, daemon=True).start()\n"
        f"runpy.run_path({str(PACK)!r}, run_name='__main__')\n"
    )
    run = subprocess.run(
        [sys.executable, "-u", "-c", code], capture_output=True, text=True, cwd=PACK, timeout=60, check=True
    )
    port, report = run.stdout.splitlines()
    assert port.isdecimal()
    imported, _, seconds = report.rpartition(" ")
    assert imported == "[]"
    assert float(seconds) < 0.7  # of the processor: 0.3 s where Python files are compiled


def test_the_engine_is_answered_by_the_packs_own_servicer(program):
    code = f"import runpy; runpy.run_path({str(PACK)!r}, run_name='__main__')"
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True, cwd=PACK) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
                pack = analyzer_pb2_grpc.AnalyzerStub(channel)
                info = pack.GetAnalyzerInfo(empty_pb2.Empty())
                program.add("aws:iam/accessKey:AccessKey", "key", {"user": "deployer"})
                found = pack.Analyze(program.requests()[0])
        finally:
            process.kill()
    assert {policy.name for policy in info.policies} == {rule.name for rule in rules.RULES}
    assert {policy.enforcementLevel for policy in info.policies} == {analyzer_pb2.MANDATORY}
    (diagnostic,) = found.diagnostics
    assert diagnostic.policyName == "grd-13-iam-no-access-key"
    assert diagnostic.severity == analyzer_pb2.POLICY_SEVERITY_CRITICAL
    assert diagnostic.message == (
        "GRD-13 No static access keys: a key does not expire, travels in files and logs, and lies in Pulumi's state.\n"
        "key: user is deployer, with a static key. Remove it: give tasks and functions a role, "
        "and people and pipelines short-lived credentials (IAM Identity Center, OpenID Connect)."
    )


def test_a_line_names_ten_resources_at_most(program):
    program.tags = program.unknown
    for number in range(12):
        program.add("aws:ec2/vpc:Vpc", f"vpc-{number:02}")
    (told,) = program.diagnostics()
    assert "Vpc vpc-09 and 2 more: GRD-18 cannot tell" in told.message


def test_what_only_the_sdk_would_run_fails_loudly():
    with pytest.raises(RuntimeError, match="install"):
        rules.RULES[0].policy().validate(None, None)  # type: ignore[attr-defined]


def test_the_documentation_is_the_rules():
    assert (PACK.parent / "docs" / "policies.md").read_text() == document()


def test_most_rules_need_no_other_resource_so_that_they_hold_even_where_the_preview_is_skipped():
    alone = [rule for rule in rules.RULES if rule.view is View.RESOURCE]
    assert len(alone) > len(rules.RULES) / 2
