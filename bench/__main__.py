"""`make bench`: previews of a stack against an empty program and a flat one, how they grow with services, and verbs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench import growth, pack, programs, verbs
from bench.measure import Measured, Preview, measure
from local import deployment, docker
from local.checkpoint import Checkpoint
from local.stackfile import StackFile, find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]
FLOOR, FLAT, UNJUDGED = "empty", "flat", "no-pack"
GROWN = ROOT / "Pulumi.prod.yaml"
"""The stack file that gets more and more services."""
AT_MOST_EMPTY, AT_MOST_FLAT, AT_MOST_UNJUDGED = 3.0, 1.2, 1.15

console = Console()


def main(
    wanted: Annotated[str, typer.Argument(metavar="STACK", help="The stack, as make up STACK= takes it.")] = "prod",
    runs: Annotated[int, typer.Option(min=1, help="Counted runs of each preview.")] = 5,
    growth_runs: Annotated[int, typer.Option(min=1, help="Counted runs for each number of services.")] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure previews. The stack is brought up first, unless it is: its state is what is compared."""
    stack = find(wanted)
    subprocess.run([sys.executable, "-m", "local", "up", wanted], cwd=ROOT, check=True, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        env = {**os.environ, **deployment.environment(docker.find()), "PULUMI_BACKEND_URL": f"file://{work}"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        against = measure(_with_stacks(_programs(work, stack), env), env, runs=runs)
        judging = pack.measure(Checkpoint(stack.name).resources, runs)
        waits = verbs.measure(stack.name, ROOT, {**env, "AWS_DEFAULT_REGION": _region(stack)}, runs)
        growing = measure(_with_stacks(_growing(work), env), env, runs=growth_runs)
    if as_json:
        figures = {name: vars(each) | {"median": each.median} for name, each in (against | growing).items()}
        figures["pack"] = vars(judging)
        figures["verbs"] = {name: vars(each) | {"median": each.median} for name, each in waits.items()}
        print(json.dumps(figures, indent=2))
        return
    _show_against(against, stack.name)
    _show_pack(judging)
    _show_verbs(waits)
    _show_growth(growing)


def _programs(work: Path, stack: StackFile) -> list[Preview]:
    resources = Checkpoint(stack.name).resources
    return [
        Preview(
            name=FLOOR,
            directory=programs.write_empty(work / FLOOR),
            pack=programs.write_empty_pack(work / "empty-pack"),
        ),
        Preview(name=FLAT, directory=programs.write_flat(work / FLAT, resources, ROOT)),
        Preview(name=UNJUDGED, directory=ROOT, config=_copy(stack.source, work / "no-pack.yaml")),
        Preview(
            name=stack.name,
            directory=ROOT,
            config=_copy(stack.source, work / f"{stack.name}.yaml"),
            pack=ROOT / "policies",
        ),
    ]


def _growing(work: Path) -> list[Preview]:
    return [
        Preview(
            name=f"services-{count}",
            directory=ROOT,
            config=growth.write_stack_file(GROWN, work / f"services-{count}.yaml", count),
            pack=ROOT / "policies",
        )
        for count in growth.COUNTS
    ]


def _region(stack: StackFile) -> str:
    return str(Checkpoint(stack.name).region)


def _copy(source: Path, target: Path) -> Path:
    """Pulumi writes into the file that it is given."""
    target.write_text(source.read_text())
    return target


def _with_stacks(previews: Sequence[Preview], env: Mapping[str, str]) -> Sequence[Preview]:
    """Creates the stacks, in a state of their own that goes with the run."""
    for preview in previews:
        with tempfile.TemporaryDirectory() as elsewhere:  # where it may write its Pulumi.<stack>.yaml
            project = (preview.directory / "Pulumi.yaml").read_text()
            (Path(elsewhere) / "Pulumi.yaml").write_text(project)
            subprocess.run(
                ["pulumi", "stack", "init", f"bench-{preview.name}", "--no-select"],
                cwd=elsewhere,
                env=dict(env),
                check=True,
                capture_output=True,
            )
    return previews


def _show_against(results: Mapping[str, Measured], stack: str) -> None:
    floor, flat, unjudged, ours = (results[name].median for name in (FLOOR, FLAT, UNJUDGED, stack))
    table = Table("preview", "median s", "min-max s", "resources", "memory MiB", "x empty", "x flat")
    for name, each in results.items():
        table.add_row(
            name,
            f"{each.median:.2f}",
            f"{min(each.seconds):.2f}-{max(each.seconds):.2f}",
            str(each.resources),
            f"{max(each.mebibytes):.0f}",
            f"{each.median / floor:.2f}",
            f"{each.median / flat:.2f}",
        )
    console.print(table)
    console.print(f"{stack} with the pack: {ours / floor:.2f} x empty (at most {AT_MOST_EMPTY:g}),", end=" ")
    console.print(f"{ours / flat:.2f} x flat (at most {AT_MOST_FLAT:g}),", end=" ")
    console.print(f"{ours / unjudged:.2f} x without it (at most {AT_MOST_UNJUDGED:g})")


def _show_pack(cost: pack.Cost) -> None:
    console.print(f"The pack starts in {cost.start:.2f} s (at most {pack.START_AT_MOST:g});", end=" ")
    console.print(f"{cost.judged} pairs of rule and resource, {cost.each:.3f} ms each (at most {pack.EACH_AT_MOST:g})")


def _show_verbs(waits: Mapping[str, verbs.Waits]) -> None:
    bare, asking = waits[verbs.BARE].median, waits[verbs.ONE_QUESTION].median
    table = Table("command", "median s", "x python", "x one question")
    for name, each in waits.items():
        table.add_row(name, f"{each.median:.2f}", f"{each.median / bare:.1f}", f"{each.median / asking:.2f}")
    console.print(table)
    console.print(f"plinth --help: {waits[verbs.HELP].median:.2f} s (at most {verbs.HELP_AT_MOST:g})")


def _show_growth(results: Mapping[str, Measured]) -> None:
    table = Table("services", "s", "resources", "ms a resource", "memory MiB")
    for name, each in results.items():
        table.add_row(
            name.removeprefix("services-"),
            f"{each.median:.2f}",
            str(each.resources),
            f"{1000 * each.median / each.resources:.1f}",
            f"{max(each.mebibytes):.0f}",
        )
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
