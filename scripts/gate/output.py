"""The verdict for a terminal, a log, or a program."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scripts.gate.preview import MANDATORY, Preview, Violation

if TYPE_CHECKING:
    from scripts.gate.approvals import Approval
    from scripts.gate.verdict import Verdict

VERSION: Final = 1
"""Of the JSON: it grows when a key changes its meaning or goes."""
_WIDE: Final = 400  # columns of what is no terminal: a line there is a line


def show(verdict: Verdict) -> None:
    """Print it: one line when there is nothing to say. What is no terminal gets whole lines, without frames."""
    terminal = sys.stdout.isatty()
    console = Console(highlight=False, width=None if terminal else _WIDE)
    if verdict.findings:
        console.print(_table(verdict, framed=terminal))
    lines = [
        *(
            f"[red]refused[/red]  policy {escape(each.policy)}: {escape(_line(each.message))}"
            for each in _refusing(verdict)
        ),
        *(f"[red]error[/red]    {escape(_line(each))}" for each in verdict.preview.errors),
        *(f"approved  {escape(str(each))}" for each in verdict.in_force),
        *(f"expired   {escape(str(each))}: it does not count any more" for each in verdict.expired),
        *(f"unused    {escape(str(each))}: this preview does nothing of the kind" for each in verdict.unmatched),
        *(
            f"unknown   {escape(each.label)}: {escape(each.property)} is only known after pulumi up ({each.risk.id})"
            for each in verdict.untold
        ),
        _last_line(verdict),
    ]
    for line in lines:
        console.print(line, soft_wrap=True)


def _table(verdict: Verdict, *, framed: bool) -> Table:
    table = Table("", "risk", box=SIMPLE if framed else None, pad_edge=False)
    table.add_column("resource", overflow="fold")  # its end is what tells it apart
    table.add_column("change")
    for each in sorted(verdict.findings, key=lambda finding: finding.approval is not None):
        mark = "[red]refused[/red]" if each.approval is None else "approved"
        what = f"{each.message} ({each.property})" if each.property else each.message
        table.add_row(mark, each.risk.id, escape(each.label), escape(what))
    return table


def _line(text: str) -> str:
    return " ".join(text.split())


def _refusing(verdict: Verdict) -> list[Violation]:
    return [each for each in verdict.preview.violations if each.level == MANDATORY]


def _last_line(verdict: Verdict) -> str:
    preview = verdict.preview
    counts = ", ".join(f"{count} to {operation}" for operation, count in preview.counts.items()) or "no changes"
    if verdict.is_refused:
        risky, broken = len(verdict.refused), len(_refusing(verdict))
        what = f"{_number(risky, 'risky change')} without approval, {_number(broken, 'policy violation')}"
        return f"Refused: {what}; {counts}."
    return f"Nothing is refused; {counts}."


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def failure(preview: Preview) -> str:
    """Why a preview failed; its JSON does not tell what a policy said."""
    if preview.errors:
        return "\n  ".join(["the preview failed:", *"\n".join(preview.errors).splitlines()])
    return "the preview failed without an error in it: perhaps for a policy, which only the event log tells"


def as_json(verdict: Verdict) -> str:
    """The verdict for programs; `version` grows when a key changes its meaning or goes."""
    return json.dumps(
        {
            "version": VERSION,
            "stack": verdict.preview.stack,
            "refused": verdict.is_refused,
            "failed": verdict.preview.failed,
            "findings": [
                {
                    "change": each.risk.id,
                    "urn": each.urn,
                    "property": each.property,
                    "message": each.message,
                    "approval": None if each.approval is None else _approval(each.approval),
                }
                for each in verdict.findings
            ],
            "unknown": [{"change": e.risk.id, "urn": e.urn, "property": e.property} for e in verdict.untold],
            "violations": [
                {"policy": e.policy, "level": e.level, "urn": e.urn, "message": e.message}
                for e in verdict.preview.violations
            ],
            "errors": list(verdict.preview.errors),
            "expired": [_approval(each) for each in verdict.expired],
            "unmatched": [_approval(each) for each in verdict.unmatched],
            "counts": dict(verdict.preview.counts),
        },
        indent=2,
    )


def _approval(approval: Approval) -> dict[str, str | None]:
    until = None if approval.until is None else approval.until.isoformat()
    return {
        "change": approval.change,
        "resource": approval.resource,
        "reason": approval.reason,
        "owner": approval.owner,
        "until": until,
    }
