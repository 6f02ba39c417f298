from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies import catalogue, rules
from policies.documentation import document
from policies.rule import View
from tests.policies.conftest import Program

PACK = Path(__file__).parents[2] / "policies"
LOADED = [*PACK.glob("*.py"), *PACK.glob("rules/*.py")]
# fmt: off
THIRTY = {
    "RDS-1", "RDS-2", "RDS-3", "RDS-4", "RDS-5", "RDS-9", "RDS-16", "RDS-17", "ECH-1", "ECH-2", "EFS-1",
    "S3-1", "S3-3", "S3-4", "S3-5", "SG-1", "SG-2", "SG-3", "ALB-1", "ALB-2", "ECS-1", "ECS-2", "ECS-5", "ECS-7",
    "ECS-8", "FN-1", "KMS-2", "IAM-1", "IAM-3", "IAM-4",
}
# fmt: on
TYPES = sorted({token for rule in rules.RULES for token in rule.types})
# Names and words that rules look for, so that shapes at random get past the first question.
NAMES = sorted(
    set(re.findall(r'"([a-z]\w+)"', "".join(path.read_text() for path in LOADED)))
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


def test_every_rule_is_in_the_catalogue_and_what_has_none_says_why():
    ids = {rule.id for rule in rules.RULES} | {"STK-4"}  # which the analyzer itself judges: exemptions that ended
    assert {id_ for id_, entry in catalogue.entries().items() if not entry.left_out} == ids
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
    assert rule.entry.frameworks
    assert all(link.startswith("https://") for link in rule.entry.links)
    assert rule.entry.links


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
    name = "rds-2-not-public"
    assert name in {each.policyName for each in program.diagnostics()}
    program.levels = {name: EnforcementLevel.DISABLED, "rds-8-final-snapshot": EnforcementLevel.ADVISORY}
    levels = {each.policyName: each.enforcementLevel for each in program.diagnostics()}
    assert name not in levels
    assert levels["rds-8-final-snapshot"] != levels["rds-6-multi-az"]


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
                (request,) = program.requests()
                found = pack.Analyze(request)
                with pytest.raises(grpc.RpcError) as unmended:
                    pack.Remediate(request)
                level = analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.REMEDIATE)
                pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={"log-1-retention": level}))
                mended = pack.Remediate(request)
        finally:
            process.kill()
    assert {policy.name for policy in info.policies} == {"plinth", *(rule.name for rule in rules.RULES)}
    strict = {rule.name for rule in rules.RULES if rule.strict}
    assert {policy.name for policy in info.policies if policy.enforcementLevel != analyzer_pb2.MANDATORY} == strict
    assert unmended.value.code() is grpc.StatusCode.UNIMPLEMENTED  # for the engine: nothing mended, at half the cost
    assert not mended.remediations
    (diagnostic,) = found.diagnostics
    assert diagnostic.policyName == "iam-7-no-access-key"
    assert diagnostic.severity == analyzer_pb2.POLICY_SEVERITY_CRITICAL
    assert diagnostic.message == (
        "IAM-7 No static access keys: a key does not expire, travels in files and logs, and lies in Pulumi's state.\n"
        "key: user is deployer, with a static key. Remove it: give tasks and functions a role, "
        "and people and pipelines short-lived credentials (IAM Identity Center, OpenID Connect)."
    )


def test_a_pack_ends_with_the_engine_that_it_was_started_by():
    engine = grpc.server(futures.ThreadPoolExecutor(max_workers=1))
    address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
    engine.start()
    command = [sys.executable, "-u", "-m", "pulumi.policy", address, "."]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PACK) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip().isdecimal()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=2)
            engine.stop(grace=None).wait()
            assert process.wait(timeout=10) == 1
        finally:
            process.kill()


def test_a_pack_without_an_engine_does_not_stay():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # nothing listens here, and nothing else can
        command = [sys.executable, "-u", "-m", "pulumi.policy", f"127.0.0.1:{nobody.getsockname()[1]}", "."]
        done = subprocess.run(command, capture_output=True, cwd=PACK, timeout=20, check=False)
    assert done.returncode == 1


def test_a_line_names_ten_resources_at_most(program):
    program.tags = program.unknown
    for number in range(12):
        program.add("aws:ec2/eip:Eip", f"eip-{number:02}")
    (told,) = program.diagnostics()
    assert "Eip eip-09 and 2 more: TAG-1 cannot tell" in told.message


def test_what_only_the_sdk_would_run_fails_loudly():
    with pytest.raises(RuntimeError, match="PolicyPack"):
        rules.RULES[0].policy().validate(None, None)  # type: ignore[attr-defined]


def test_the_documentation_is_the_rules():
    assert (PACK.parent / "docs" / "policies.md").read_text() == document()


def test_most_rules_need_no_other_resource_so_that_they_hold_even_where_the_preview_is_skipped():
    alone = [rule for rule in rules.RULES if rule.view is View.RESOURCE]
    assert len(alone) > len(rules.RULES) / 2


def test_a_pack_for_production_has_rules_enough():
    ids = {rule.id for rule in rules.RULES if not rule.strict}
    of_peers = {id_ for id_ in ids if not id_.startswith("GRD")}
    assert len(of_peers) >= 120
    assert sum(rule.view is View.STACK for rule in rules.RULES) >= 40
    assert of_peers >= THIRTY


def test_the_guardrails_are_all_there():
    guardrails = {guardrail for rule in rules.RULES for guardrail in rule.entry.guardrails}
    assert guardrails == {f"GRD-{number:02}" for number in range(1, 24)} - {"GRD-23"}  # tests/apps: of Dockerfiles
