"""``python -m settings``: checks stack files, and writes what is generated from the models."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from settings import Problem, SettingsError, load_file
from settings.docs import settings_reference
from settings.schema import stack_file_schema

ROOT = Path(__file__).parent.parent
SCHEMA_FILE = Path("schema/stack.schema.json")
REFERENCE_FILE = Path("docs/settings.md")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Stack files, e.g. Pulumi.prod.yaml.", metavar="FILE...")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check stack files; end with 0 when all are right, with 2 when one is not."""
    found: dict[str, tuple[Problem, ...]] = {}
    for file in files:
        try:
            load_file(file, root=ROOT)
            found[str(file)] = ()
            if not as_json:
                typer.echo(f"{file}: no problems.")
        except SettingsError as error:
            found[str(file)] = error.problems
            if not as_json:
                typer.echo(error, err=True)
    if as_json:
        files_and_problems = [{"file": file, "problems": list(map(asdict, of))} for file, of in found.items()]
        typer.echo(json.dumps(files_and_problems, indent=2))
    if any(found.values()):
        raise typer.Exit(SettingsError.exit_code)


@app.command()
def schema() -> None:
    """Write schema/stack.schema.json, the JSON Schema of stack files."""
    _write(SCHEMA_FILE, schema_text())


@app.command()
def docs() -> None:
    """Write docs/settings.md, the reference of stack files."""
    _write(REFERENCE_FILE, settings_reference())


def schema_text() -> str:
    """The JSON Schema as the file holds it."""
    return json.dumps(stack_file_schema(), indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    file = ROOT / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {path}.")


if __name__ == "__main__":
    app(prog_name="python -m settings")
