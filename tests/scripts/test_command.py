"""`plinth gate` as it is called: what it prints, and what it ends with."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import cli
from scripts.gate.verdict import MOST_DELETIONS
from tests.scripts import recorded
from tests.scripts.test_approvals import GIVEN, ROOT, stack_file

RECORDED = recorded.RECORDED


@pytest.fixture
def plinth(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Calls the command; gives its exit code, and what it printed to stdout and to stderr."""

    def call(*arguments: str | Path, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["plinth", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            code = cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize("form", recorded.FORMATS)
@pytest.mark.parametrize(
    ("change", "code"),
    [("first", 0), ("harmless", 0), ("risky", 5), ("guarded", 5), ("broken", 2)],
)
def test_it_ends_with_what_a_change_deserves(plinth, change: str, form: str, code: int):
    assert plinth("gate", RECORDED / f"{change}.{form}")[0] == code


def test_a_policy_violation_is_refused_where_the_preview_tells_of_it(plinth):
    assert plinth("gate", RECORDED / "violating.jsonl")[0] == 5
    code, out, err = plinth("gate", RECORDED / "violating.json")
    assert (code, out) == (2, "")
    assert "only the event log tells" in err


def test_nothing_risky_is_one_line(plinth):
    assert plinth("gate", RECORDED / "harmless.json") == (0, "Nothing is refused; 2 to create, 1 to replace.\n", "")


def test_what_is_refused_is_a_table_of_whole_lines(plinth):
    code, out, err = plinth("gate", "--event-log", RECORDED / "risky.jsonl")
    assert (code, err) == (5, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "refused data-store-lost aws:s3/bucket:Bucket::pictures deletes the bucket with its objects" in lines
    assert lines[-1].startswith("Refused: 6 risky changes without approval, 0 policy violations;")
    assert "\x1b" not in out


def test_a_preview_comes_by_stdin_too(plinth):
    assert plinth("gate", stdin=recorded.text("risky", "json"))[0] == 5
    assert plinth("gate", "-", stdin=recorded.text("harmless", "jsonl"))[0] == 0


def test_what_is_allowed_by_hand_passes_and_is_listed(plinth):
    resources = ("*::pictures", "*::orders", "*::requests", "*::ssh", "*::key")
    allowed = [argument for each in resources for argument in ("--allow", each)]
    code, out, _ = plinth("gate", RECORDED / "risky.json", *allowed)
    assert code == 0
    assert "approved  --allow *::pictures" in out
    assert plinth("gate", RECORDED / "risky.json", *allowed[2:])[0] == 5


def test_more_deletions_may_be_forbidden(plinth):
    code, out, _ = plinth("gate", RECORDED / "risky.json", "--max-deletions", "2")
    assert code == 5
    assert "deletes 3 resources, more than 2" in out
    assert MOST_DELETIONS == 5


def test_json_is_for_programs(plinth):
    code, out, _ = plinth("gate", RECORDED / "risky.jsonl", "--json", "--allow", "*::orders", "--allow", "*::nothing")
    said = json.loads(out)
    assert code == 5
    assert {key: said[key] for key in ("version", "stack", "refused", "failed", "counts")} == {
        "version": 1,
        "stack": "dev",
        "refused": True,
        "failed": False,
        "counts": {"update": 2, "replace": 2, "delete": 2},
    }
    assert said["findings"][0]["change"] == "data-store-lost"
    assert said["findings"][0]["approval"]["resource"] == "*::orders"
    assert [each["resource"] for each in said["unmatched"]] == ["*::nothing"]


def test_approvals_of_the_stack_file_count(plinth, tmp_path: Path):
    given = [{**GIVEN, "resource": "*::orders", "until": until} for until in ("2999-12-31", "2020-01-01")]
    code, out, _ = plinth("gate", RECORDED / "risky.json", "--stack-file", stack_file(tmp_path, given))
    assert code == 5  # the rest is not approved
    assert "approved  data-store-lost of *::orders until 2999-12-31: moved by hand (data team)" in out
    assert "expired   data-store-lost of *::orders until 2020-01-01" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.json"], "nowhere.json cannot be read"),
        ([sys.executable], "is no text"),
        ([str(ROOT / "README.md")], "is neither the JSON of a preview nor an event log"),
        (
            [str(RECORDED / "harmless.json"), "--stack-file", "Pulumi.nowhere.yaml"],
            "neither a stack file called 'Pulumi.nowhere.yaml' nor one",
        ),
        ([str(RECORDED / "harmless.json"), "--stack", "nowhere"], "Use one of auterity-recovery, "),
        ([str(RECORDED / "harmless.json"), "--max-deletions", "-1"], "--max-deletions"),
        ([str(RECORDED / "harmless.json"), "--nonsense"], "--nonsense"),
        ([], "stdin is empty"),
    ],
)
def test_what_cannot_be_used_is_one_error(plinth, arguments: list[str], words: str):
    code, out, err = plinth("gate", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("change", ["risky", "harmless", "broken"])
def test_the_comment_is_written_whatever_the_verdict(plinth, tmp_path: Path, change: str):
    plinth("gate", RECORDED / f"{change}.jsonl", "--markdown", tmp_path / "comment.md")
    assert (tmp_path / "comment.md").read_text().startswith("<!-- plinth preview dev -->")


def test_the_comment_is_written_when_there_is_no_preview_too(plinth, tmp_path: Path):
    arguments = ["nowhere.json", "--markdown", tmp_path / "comment.md", "--stack", "utjfc-prod"]
    assert plinth("gate", *arguments)[0] == 2
    comment = (tmp_path / "comment.md").read_text()
    assert comment.startswith("<!-- plinth preview utjfc-prod -->")
    assert "nowhere.json cannot be read" in comment


def test_help_needs_nothing_heavy():
    program = (
        "import sys, scripts.cli; print(*sorted({'boto3', 'pydantic', 'pulumi', 'rich', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_has_examples(plinth):
    code, out, _ = plinth("gate", "--help")
    assert code == 0
    assert "pulumi preview --json | plinth gate --stack-file Pulumi.prod.yaml" in out
