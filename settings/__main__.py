"""``python -m settings``: checks stack files, and writes what is generated from the models."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from settings import Problem, SettingsError, Stack, load_file
from settings.collisions import collisions
from settings.docs import settings_reference
from settings.schema import stack_file_schema, variant_schema
from settings.stack_files import stack_files, stack_name

ROOT = Path(__file__).parent.parent
SCHEMA_FILE = Path("schema/stack.schema.json")
VARIANT_FILE = Path("schema/variant.schema.json")
REFERENCE_FILE = Path("docs/settings.md")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Stack files, e.g. Pulumi.prod.yaml.", metavar="FILE...")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check stack files, alone and against the project's others; end with 0 when all are right, else with 2."""
    found: dict[str, tuple[Problem, ...]] = {}
    for file in files:
        try:
            _check(file)
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


def _check(file: Path) -> None:
    """Raises SettingsError with what is wrong with a file, or with its names beside those of the other stacks."""
    stack = load_file(file, root=ROOT)
    name = stack_name(file, ROOT)
    others: dict[str, Stack] = {}
    for other in stack_files(ROOT):
        with suppress(SettingsError):  # it is told when that file is checked
            if stack_name(other, ROOT) != name and other.resolve() != file.resolve():
                others[str(other.relative_to(ROOT))] = load_file(other, root=ROOT)
    problems = list(collisions(stack, others))
    if problems:
        raise SettingsError(problems, file.name)


@app.command()
def schema() -> None:
    """Write the JSON Schemas of stack files: of whole ones, and of those that extend another."""
    _write(SCHEMA_FILE, as_text(stack_file_schema()))
    _write(VARIANT_FILE, as_text(variant_schema()))


@app.command()
def docs() -> None:
    """Write docs/settings.md, the reference of stack files."""
    _write(REFERENCE_FILE, settings_reference())


def as_text(schema: dict[str, Any]) -> str:
    """A JSON Schema as its file holds it."""
    return json.dumps(schema, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    file = ROOT / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {path}.")


if __name__ == "__main__":
    app(prog_name="python -m settings")
