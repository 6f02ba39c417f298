"""Nothing that a preview may hold breaks the gate: neither values of any shape, nor a file that is cut or garbled."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.errors import PlinthError
from scripts.gate import output
from scripts.gate.change import Change, State
from scripts.gate.markdown import LIMIT, comment
from scripts.gate.preview import Preview, Violation
from scripts.gate.reading import read
from scripts.gate.risks import encryption, exposure, loss, protection, retention
from scripts.gate.values import UNKNOWN
from scripts.gate.verdict import judge
from tests.scripts import recorded
from tests.scripts.changes import TODAY, urn

TYPES = sorted({
    *loss.DATA, *loss.DOORS, *retention.COPIES, *retention.RECORDERS, *retention.LIFECYCLES, *retention.VERSIONING,
    *exposure.GROUPS, *encryption.LISTENERS, *encryption.SSE, exposure.INGRESS_RULE, exposure.OLD_RULE,
    encryption.DISTRIBUTION, retention.LOG_GROUP, "aws:rds/parameterGroup:ParameterGroup",
    "aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:x/y:Y",
})  # fmt: skip
WORDS = """
    Statement Condition Bool Effect aws:SecureTransport backupPolicy bucket cidrBlocks cidrIpv4 copyActions
    customOriginConfig days defaultActions defaultCacheBehavior expiration fromPort id ingress ipProtocol lifecycle
    lifecycleRules name orderedCacheBehaviors origins parameters policy protocol redirect resources retentionInDays rule
    ruleName rules securityGroupId sslPolicy status toPort type value versioning versioningConfiguration
    viewerCertificate viewerProtocolPolicy
"""
KEYS = st.sampled_from([
    *retention.DAYS_OF_BACKUPS, *protection.GUARDS, *protection.UNGUARDED, *protection.WAITS, *encryption.FLAGS,
    *encryption.KEYS, *WORDS.split(),
])  # fmt: skip
TELLING = [
    "0.0.0.0/0",
    "::/0",
    "Enabled",
    "ENABLED",
    "ACTIVE",
    "rds.force_ssl",
    "1",
    "HTTPS",
    "-1",
    "Deny",
    "{",
    "[{}]",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.just(UNKNOWN) | st.sampled_from(TELLING)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
INPUTS = st.dictionaries(KEYS, VALUES, max_size=8)
STATES = st.builds(
    State, id=st.sampled_from(["", "sg-1"]), inputs=INPUTS, protect=st.booleans(), retained=st.booleans()
)
CHANGES = st.builds(
    Change,
    urn=st.builds(urn, st.sampled_from(TYPES), st.text(max_size=5)),
    operation=st.sampled_from(["create", "update", "replace", "delete", "same"]),
    old=STATES,
    new=STATES,
    reasons=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)
PARTS = st.sampled_from(["steps", "diagnostics", "severity", "message", "op", "urn", "oldState", "inputs"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(PARTS, inner),
    max_leaves=20,
)
VIOLATIONS = st.builds(
    Violation, policy=st.text(), level=st.sampled_from(["mandatory", "advisory"]), urn=st.text(), message=st.text()
)


@settings(max_examples=200)
@given(st.lists(CHANGES, max_size=4), st.lists(VIOLATIONS, max_size=2), st.lists(st.text(), max_size=2))
def test_no_change_of_any_shape_breaks_the_gate(changes: Any, violations: Any, errors: Any):
    preview = Preview(changes=tuple(changes), violations=tuple(violations), errors=tuple(errors), failed=bool(errors))
    verdict = judge(preview, today=TODAY, most_deletions=1)
    assert len(comment(verdict)) < LIMIT
    assert json.loads(output.as_json(verdict))["refused"] == verdict.is_refused


@given(st.sampled_from(recorded.CHANGES), st.sampled_from(recorded.FORMATS), st.data())
def test_no_file_that_is_cut_or_garbled_breaks_the_gate(change: str, form: str, data: st.DataObject):
    text = recorded.text(change, form)
    at = data.draw(st.integers(0, len(text)))
    garbled = text[:at] + data.draw(st.text(max_size=5)) + text[at + data.draw(st.integers(0, 50)) :]
    with contextlib.suppress(PlinthError):
        comment(judge(read(garbled, "preview"), today=TODAY))


@given(JSON)
def test_no_json_breaks_the_gate(value: Any):
    with contextlib.suppress(PlinthError):
        judge(read(json.dumps(value), "preview"), today=TODAY)
