"""The command as a whole: its help is quick and complete, and mistakes end as one message."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from scripts.cli import app

ROOT = Path(__file__).parents[2]
COMMAND = typer.main.get_command(app)
PROSE = {"cannot", "preview"}
"""What follows the name in a sentence, or in the mark of a comment, and is no verb of it."""


def verbs(command: object = COMMAND, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every verb, by the words that call it."""
    inner = getattr(command, "commands", {})
    return [verb for name, each in inner.items() for verb in verbs(each, (*path, name))] if inner else [path]


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    keep = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **env}
    return subprocess.run(
        [sys.executable, "-m", "scripts", *words], cwd=ROOT, env=keep, capture_output=True, text=True, check=False
    )


def test_help_imports_neither_aws_nor_pydantic() -> None:
    program = (
        "import sys\nfrom scripts.cli import app\nimport typer\ntyper.main.get_command(app)\n"
        "print([name for name in ('boto3', 'botocore', 'pydantic', 'rich.console', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("verb", verbs(), ids=" ".join)
def test_every_verb_says_what_it_does_with_examples(verb: tuple[str, ...]) -> None:
    command: object = COMMAND
    for word in verb:
        command = command.commands[word]  # type: ignore[attr-defined]
    text = command.help or ""  # type: ignore[attr-defined]
    assert text.partition("\n")[0].rstrip().endswith((".", ",", ":"))
    assert "Examples:" in text
    assert f"plinth {verb[0]}" in text
    options = {name for each in command.params for name in each.opts}  # type: ignore[attr-defined]
    if "--yes" in options and "--json" in options:
        assert options & {"--dry-run", "--timeout", "--wait"}, "a verb that changes something says first what it would"


def named() -> set[tuple[str, ...]]:
    """Every command that messages, help and the guide name: its first two words."""
    texts = [(ROOT / "docs" / "operating.md").read_text()]
    for file in (ROOT / "scripts").rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text()))
        texts += [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    found = {match for text in texts for match in re.findall(r"(?:^|[`\s(:])plinth ([a-z]+)(?: ([a-z]+))?", text)}
    return {tuple(filter(None, each)) for each in found}


@pytest.mark.parametrize("words", sorted(named()), ids=" ".join)
def test_every_command_that_is_named_is_one(words: tuple[str, ...]) -> None:
    if words[0] in PROSE:
        return
    command = COMMAND.commands.get(words[0])  # type: ignore[attr-defined]
    assert command is not None, f"there is no verb {words[0]}"
    inner = getattr(command, "commands", {})
    assert not inner or len(words) == 1 or words[1] in inner, f"plinth {words[0]} has no verb {words[1]}"


def test_every_verb_that_changes_something_asks() -> None:
    changing = {"deploy", "rollback", "migrate", "scale", "restart", "bootstrap"}
    for verb in changing:
        options = {name for each in COMMAND.commands[verb].params for name in each.opts}  # type: ignore[attr-defined]
        assert {"--yes", "--dry-run", "--json"} <= options, verb


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("status",), 2, "which stack?"),
        (("status", "--stack", "no/such/Pulumi.x.yaml"), 2, "there is no stack file at"),
        (("status", "--stack", "prod", "--profile", "nobody"), 3, "profile (nobody) could not be found"),
        (("cost", "--stack", "nope"), 2, "there is neither a stack file called 'nope'"),
        (("rollback", "--wrong"), 2, "No such option"),
    ],
)
def test_a_mistake_is_one_message(words: tuple[str, ...], code: int, message: str) -> None:
    done = run(*words)
    assert (done.returncode, message in done.stderr, done.stdout) == (code, True, ""), done
    assert "Traceback" not in done.stderr


def test_aws_out_of_reach_is_said_and_not_shown_as_a_traceback() -> None:
    done = run(
        "status", "--stack", "prod",
        AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y", AWS_MAX_ATTEMPTS="1",
    )  # fmt: skip
    assert done.returncode == 1
    assert "AWS cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_credentials_it_says_how_to_sign_in() -> None:
    done = run("status", "--stack", "prod", AWS_EC2_METADATA_DISABLED="true", HOME="/nonexistent")
    assert (done.returncode, "aws sso login" in done.stderr) == (3, True), done


@pytest.mark.requirement("CRT-OPS-11")
def test_the_estimate_of_costs_needs_no_aws() -> None:
    done = run("cost", "--stack", "utjfc-season", "--estimate")
    assert done.returncode == 0, done
    assert "estimated: 212 USD a month" in done.stdout


@pytest.mark.requirement("CRT-CMP-02")
def test_the_seven_services_of_court_case_are_verbs() -> None:
    assert {"deploy", "watch", "health", "diagnose", "optimize", "validate", "recover"} <= set(COMMAND.commands)  # type: ignore[attr-defined]


@pytest.mark.requirement("CRT-SEC-09", "CRT-SEC-10")
@pytest.mark.parametrize(
    "words",
    [
        ("rollback", "--stack", "prod", "--yes"),
        ("scale", "--to", "9", "--reason", "x", "--stack", "prod", "--yes"),
        ("recover", "region", "--lost", "prod", "--stack", "auterity-recovery", "--yes"),
    ],
)
def test_nobody_changes_anything_without_credentials(words: tuple[str, ...]) -> None:
    done = run(*words, AWS_EC2_METADATA_DISABLED="true", HOME="/nonexistent")
    assert (done.returncode, "aws sso login" in done.stderr) == (3, True), done
