"""The comment on a pull request."""

from __future__ import annotations

import re

import pytest

from scripts.gate.markdown import LIMIT, comment, marker, unusable
from scripts.gate.preview import Preview, Violation
from scripts.gate.reading import read
from scripts.gate.verdict import judge
from tests.scripts import recorded
from tests.scripts.changes import TODAY, UNKNOWN, change
from tests.scripts.test_approvals import approval

QUEUE = "aws:sqs/queue:Queue"
SNEAKY = "a|b `c` <img src=x> @everybody ````\n# not a heading"


def of_recording(name: str, *approvals) -> str:
    return comment(judge(read(recorded.text(name, "jsonl"), name), approvals, today=TODAY))


def of_changes(*changes, violations=(), errors=(), **options) -> str:
    return comment(judge(Preview(changes=changes, violations=violations, errors=errors), today=TODAY, **options))


def test_the_first_line_is_unseen_and_names_the_stack():
    assert of_recording("harmless").splitlines()[0] == marker("dev") == "<!-- plinth preview dev -->"
    assert comment(judge(Preview(changes=()), today=TODAY), "prod").startswith(marker("prod"))
    assert unusable("prod", "no preview").startswith(marker("prod"))


def test_verdict_and_counts_come_first_then_risks_then_the_difference():
    text = of_recording("risky")
    order = [
        "⛔ dev: refused",
        "2 to update, 2 to replace, 2 to delete",
        "Risky changes",
        "plinth:approvals",
        "<details><summary>Differences",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert text.count("| ⛔ |") == 6


def test_a_harmless_change_is_a_verdict_and_a_difference():
    text = of_recording("harmless")
    assert "✅ dev: nothing is refused" in text
    assert "Risky" not in text
    assert "! replace aws:ecs/taskDefinition:TaskDefinition::web\n" in text
    assert "    containerDefinitions[0].image: web:open => web:harmless\n" in text
    assert "+ create aws:sqs/queue:Queue::jobs" in text


def test_what_policies_say_is_shown_with_their_levels():
    text = of_recording("violating")
    assert "⛔ dev: refused" in text
    assert "| ⛔ | `no-ssh` | `ssh` | Nobody logs in." in text
    assert "| advisory | `kept-long` | `requests` |" in text


def test_a_preview_that_failed_says_why():
    text = of_recording("broken")
    assert "❌ dev: the preview failed" in text
    assert "ValueError: the shop is closed" in text


def test_approvals_are_listed_by_what_they_are_worth():
    given = approval("*::orders"), approval("*::nothing"), approval("*::orders", until=TODAY.replace(year=2025))
    text = of_recording("risky", *given)
    assert "| approved | `data-store-lost` | `aws:sqs/queue:Queue::orders` |" in text
    assert "- in force: data-store-lost of *::orders until 2026-11-23: moved by hand (data team)" in text
    assert "- **expired**, and does not count: data-store-lost of *::orders until 2025-11-23" in text
    assert "- matches nothing in this preview: data-store-lost of *::nothing" in text


def test_unknown_values_are_said():
    logs = change("aws:cloudwatch/logGroup:LogGroup", old={"retentionInDays": 7}, new={"retentionInDays": UNKNOWN})
    text = of_changes(logs)
    assert "- `aws:cloudwatch/logGroup:LogGroup::it`: `retentionInDays` (logs-lost)" in text
    assert "retentionInDays: 7 => (known after up)" in text


def test_secrets_are_not_in_it():
    assert "correct-horse" not in of_recording("risky") + of_recording("first")


def test_text_of_others_stays_text():
    queue = change(QUEUE, "replace", {"name": "x"}, {"name": SNEAKY}, name=SNEAKY, reasons=(SNEAKY,))
    violation = Violation(policy=SNEAKY, level="mandatory", urn=queue.urn, message=SNEAKY)
    text = of_changes(queue, violations=(violation,), errors=(SNEAKY,), approvals=[approval(SNEAKY, SNEAKY)])
    outside = re.sub(r"````.*?\n````|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert "<img" not in outside
    assert "@everybody" not in outside
    assert "# not a heading" not in outside.splitlines()
    assert text.count("\n````") % 2 == 0
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in text.splitlines() if line.startswith("| ⛔"))


@pytest.mark.parametrize("sign", ["x", "界", "|", "```"])
def test_a_huge_preview_is_cut_with_a_note(sign: str):
    wide = sign * 500
    queues = [
        change(QUEUE, "replace", {"name": wide}, {"name": "x"}, name=f"{wide}{n}", reasons=(wide,)) for n in range(1000)
    ]
    violations = [Violation(policy="p", level="mandatory", urn=each.urn, message=wide) for each in queues]
    text = of_changes(*queues, violations=violations, errors=[wide] * 100, approvals=[approval(wide)] * 100)
    assert len(text) < LIMIT
    assert "⛔ prod: refused" in text
    assert text.count("more lines are not shown here: the artifact of the run has all of it.") == 5
    assert text.count("````") % 2 == 0
    assert text.endswith("</details>\n")
