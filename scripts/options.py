"""Options that several verbs have: called, explained and defaulted alike wherever they stand."""

from __future__ import annotations

from typing import Annotated

import typer

Stack = Annotated[
    str | None,
    typer.Option("--stack", "-s", envvar="PLINTH_STACK", help="The stack: prod, utjfc-prod, or a stack file's path."),
]
Region = Annotated[str | None, typer.Option(help="AWS region; the stack file's unless given.")]
Profile = Annotated[str | None, typer.Option(help="Profile of the AWS configuration; AWS_PROFILE unless given.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; only the result, and errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the change.")]
Timeout = Annotated[float, typer.Option(min=0.1, metavar="MINUTES", help="How long to wait before giving up.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the record of the operation.")]
