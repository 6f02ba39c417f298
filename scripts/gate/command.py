"""`plinth gate`: its options, and what it does with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from scripts.gate.approvals import Approval
    from scripts.gate.verdict import Verdict
    from scripts.stacks import StackFile


def gate(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="What pulumi preview --json printed, or an event log; - is stdin.")
    ] = "-",
    *,
    event_log: Annotated[
        Path | None, typer.Option(help="What pulumi preview --event-log wrote; instead of FILE.")
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option("--stack", "--stack-file", help="Whose approvals count: a stack's name, or its file's path."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="URN", help="Let through what is said of a resource; * matches.")
    ] = None,
    max_deletions: Annotated[int, typer.Option(min=0, help="How many resources may be deleted at once.")] = 5,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the verdict there too, as a comment on a pull request.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Stop a change that loses data, opens a way in or weakens encryption.

    Reads a preview and judges what a policy pack cannot: not what the stack would be, but what is lost on the way
    there. A risky change passes with an approval in the stack file (plinth:approvals), which has a reason, a name and
    a last day, or with --allow.

    Ends with 0 when nothing is refused, with 5 when something is, and with 2 when what it is given cannot be used,
    such as a preview that failed.

    \b
    Examples:
      pulumi preview --json | plinth gate --stack-file Pulumi.prod.yaml
      plinth gate --stack utjfc-prod --event-log events.jsonl --markdown comment.md
      plinth gate preview.json --allow 'aws:elasticache/*::sessions'
      make preview STACK=prod && make gate STACK=prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.gate import output  # noqa: PLC0415 - each verb imports what it needs when it runs
    from scripts.gate.markdown import comment, unusable  # noqa: PLC0415
    from scripts.stacks import find  # noqa: PLC0415

    found = None if stack is None else find(stack)
    name = "" if found is None else found.name
    try:
        verdict = _verdict(file if event_log is None else str(event_log), found, allow or [], max_deletions)
    except PlinthError as error:
        if markdown is not None:
            markdown.write_text(unusable(name, str(error)), encoding="utf-8")
        raise
    if markdown is not None:
        markdown.write_text(comment(verdict, name), encoding="utf-8")
    failed = verdict.preview.failed and not verdict.is_refused
    if as_json:
        typer.echo(output.as_json(verdict))
    elif not failed:
        output.show(verdict)
    if verdict.is_refused:
        raise typer.Exit(Exit.POLICY)
    if failed:
        raise PlinthError(output.failure(verdict.preview), "Correct what it names, and preview again", Exit.USAGE)


def _verdict(source: str, stack: StackFile | None, allow: list[str], max_deletions: int) -> Verdict:
    import datetime as dt  # noqa: PLC0415

    from scripts.gate import approvals as stated  # noqa: PLC0415
    from scripts.gate.reading import read  # noqa: PLC0415
    from scripts.gate.verdict import judge  # noqa: PLC0415

    approvals: list[Approval] = [stated.by_hand(resource) for resource in allow]
    if stack is not None:
        approvals += stated.in_stack_file(stack.path)
    preview = read(_text(source), "stdin" if source == "-" else source)
    today = dt.datetime.now(dt.UTC).date()
    return judge(preview, approvals, today=today, most_deletions=max_deletions)


def _text(source: str) -> str:
    try:
        if source == "-":
            if sys.stdin.isatty():
                raise PlinthError("there is no preview to read", "plinth gate --help", Exit.USAGE)
            return sys.stdin.read()
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        problem = f"{source} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = f"{source} is no text"
    raise PlinthError(problem, "Give the file of a preview, or - for stdin", Exit.USAGE)
