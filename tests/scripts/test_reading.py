"""Both of the engine's formats, as it wrote them, and what is neither."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from scripts.errors import Exit, PlinthError
from scripts.gate.change import Change
from scripts.gate.preview import Violation
from scripts.gate.reading import read
from scripts.gate.values import UNKNOWN, clean
from tests.scripts import recorded

CHANGED = {
    "first": {"create": 9},
    "harmless": {"create": 2, "replace": 1},
    "risky": {"update": 2, "replace": 2, "delete": 2},
    "guarded": {"replace": 2},
    "violating": {"replace": 1},
    "broken": {},
}
PARAMETER = "aws:ssm/parameter:Parameter"


def change(preview: str, form: str, label: str) -> Change:
    (found,) = [each for each in read(recorded.text(preview, form), preview).changes if each.label == label]
    return found


@pytest.mark.parametrize("form", recorded.FORMATS)
@pytest.mark.parametrize("name", recorded.CHANGES)
def test_both_formats_tell_the_same_changes(name: str, form: str):
    preview = read(recorded.text(name, form), name)
    assert dict(preview.counts) == CHANGED[name]
    assert preview.stack == ("new" if name == "first" else "dev")
    assert preview.failed == (name in ("guarded", "violating", "broken"))


@pytest.mark.parametrize("form", recorded.FORMATS)
def test_a_replacement_is_one_change_from_what_was_to_what_would_be(form: str):
    queue = change("risky", form, "aws:sqs/queue:Queue::orders")
    assert (queue.operation, queue.reasons) == ("replace", ("name",))
    assert (queue.before("name"), queue.after("name")) == ("shop-orders", "shop-work")
    assert queue.old.id.endswith("/shop-orders")


@pytest.mark.parametrize("form", recorded.FORMATS)
def test_protection_that_goes_is_seen_though_nothing_else_changes(form: str):
    key = change("risky", form, f"{PARAMETER}::key")
    assert (key.operation, key.old.protect, key.new.protect) == ("same", True, False)


@pytest.mark.parametrize("form", recorded.FORMATS)
def test_unknown_values_and_secrets_are_told_apart(form: str):
    assert change("harmless", form, f"{PARAMETER}::jobs").new.inputs["value"] is UNKNOWN
    assert change("risky", form, f"{PARAMETER}::key").new.inputs["value"] == "[secret]"


def test_what_policies_say_is_in_the_log():
    assert Counter(read(recorded.text("violating", "jsonl"), "log").violations) == Counter(
        [
            Violation(
                policy="no-ssh",
                level="mandatory",
                urn="urn:pulumi:dev::shop::shop:index:Shop$aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::ssh",
                message="Nobody logs in.\nNobody logs in to the shop.\nssh: fromPort is 22.",
            ),
            Violation(
                policy="kept-long",
                level="advisory",
                urn="urn:pulumi:dev::shop::shop:index:Shop$aws:cloudwatch/logGroup:LogGroup::requests",
                message="A year.\nRequests are kept for a year.",
            ),
        ]
    )


@pytest.mark.parametrize("form", recorded.FORMATS)
def test_the_errors_of_a_preview_that_failed_are_kept(form: str):
    (error,) = read(recorded.text("broken", form), "broken").errors
    assert error.endswith("ValueError: the shop is closed")


DOCUMENT, LOG = (recorded.text("risky", form) for form in recorded.FORMATS)
EVENT = '{"sequence": 1, "resourcePreEvent": {"metadata": {"op": "same", "urn": "urn"}}}'
SUMMARY = '{"sequence": 2, "summaryEvent": {"isPreview": true}}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("Previewing update (dev):", "is neither the JSON of a preview nor an event log"),
        ("[" * 100_000, "is neither the JSON of a preview nor an event log"),
        ("{" * 100_000, "is not whole"),
        (DOCUMENT[: len(DOCUMENT) // 2], "is not whole: its JSON ends in the middle"),
        (DOCUMENT + "error: update failed", "is not whole: its JSON ends in the middle, or something else is in it"),
        (LOG[: len(LOG) // 2], "is not whole"),
        ("\n".join(LOG.splitlines()[:5]), "is not whole: it ends before the engine's summary"),
        ("{}", "is JSON, but no preview"),
        ("[]", "is JSON, but no preview"),
        ('{"version": 3, "deployment": {}}', "is JSON, but no preview"),
        ('{"steps": [{"op": "create"}]}', "is JSON, but not as Pulumi writes it"),
        ('{"steps": [{"op": "create", "urn": "x"}]}', "is JSON, but not as Pulumi writes it"),
        ('{"steps": 7}', "is JSON, but not as Pulumi writes it"),
        (f"{EVENT}\n{SUMMARY}", "is JSON, but not as Pulumi writes it"),
        ('{"sequence": 0}\n7', "is JSON, but not as Pulumi writes it"),
        (LOG.replace('"isPreview": true', '"isPreview": false'), "is the log of a deployment, not of a preview"),
    ],
)
def test_what_is_no_preview_is_said_in_one_sentence(text: str, words: str):
    with pytest.raises(PlinthError) as caught:
        read(text, "preview.json")
    assert str(caught.value).startswith(f"preview.json {words}")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == Exit.USAGE


URN = "urn:pulumi:dev::shop::aws:rds/instance:Instance::theirs"
THEIRS = {"urn": URN, "custom": True, "external": True, "id": "theirs", "inputs": {}}


def steps(*operations: str, **state: Any) -> str:
    told = [{"op": each, "urn": URN, "oldState": {**THEIRS, **state}, "newState": THEIRS} for each in operations]
    return json.dumps({"steps": told, "changeSummary": {}})


def test_looking_at_another_one_of_somebody_elses_replaces_nothing():
    looks = steps("read-replacement", "replace", "discard-replaced", external=False), steps("replace")
    assert [each.operation for text in looks for each in read(text, "preview").changes] == ["same", "same"]
    assert [each.operation for each in read(steps("replace", external=False), "preview").changes] == ["replace"]


def test_what_is_adopted_is_new():
    assert [each.operation for each in read(steps("import", external=False), "preview").changes] == ["create"]


def test_an_event_is_a_line_whatever_is_in_it():
    text = LOG.replace("Stack", "St\x85ack\u2028")
    assert len(read(text, "preview").changes) == len(read(LOG, "preview").changes)


def test_a_stack_without_anything_is_a_preview_too():
    assert read('{"steps": [], "changeSummary": {}}', "preview").stack == ""


SIGNATURE = "4dabf18193072939515e22adb298388d"


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ({SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "…"}, "[secret]"),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, UNKNOWN),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": [1]}, [1]),
        ("output<string>", UNKNOWN),
        (["04da6b54-80e4-46f7-96ec-b56ff0331ba9", {"a": None}], [UNKNOWN, {"a": None}]),
    ],
)
def test_values_are_read_as_the_engine_spells_them(value: Any, cleaned: Any):
    assert clean(json.loads(json.dumps(value))) == cleaned
