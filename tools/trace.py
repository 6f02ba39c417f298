"""Each requirement with the tests that prove it: `make trace [FAMILY=NET,SEC]`, or `python -m tools.trace --json`.

Tests name what they prove with `@pytest.mark.requirement("AUT-NET-03")`. The trace fails when a marker names an
id that docs/requirements.md does not define, and when docs/requirements-status.toml claims an id done that no test
proves.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import groupby
from textwrap import fill
from typing import Annotated

import pytest
import typer

from tools.requirements import REQUIREMENTS, STATUS, SYSTEMS, RequirementsError, Status, defined_ids


@dataclass
class Collector:
    """A pytest plugin that notes which tests carry which ids."""

    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Id -> the tests that name it, each once however many parameters it has."""
    malformed: list[str] = field(default_factory=list)
    """Tests whose marker names nothing, or something that is no string."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            test = item.nodeid.partition("[")[0]
            for marker in item.iter_markers("requirement"):
                if not marker.args or marker.kwargs or not all(isinstance(each, str) for each in marker.args):
                    self.malformed.append(test)
                for requirement in marker.args:
                    if test not in self.tests[requirement]:
                        self.tests[requirement].append(test)


def collect(*arguments: str) -> Collector:
    """Let pytest collect the tests, without running any.

    Raises:
        RequirementsError: pytest could not; the message is what it printed.
    """
    collector = Collector()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = pytest.main(["--collect-only", "-q", *arguments], plugins=[collector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RequirementsError(printed.getvalue().rstrip())
    return collector


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The requirements beside their tests."""

    tests: dict[str, list[str]]
    """Every defined id, in the document's order -> its tests."""
    status: Status
    unknown: dict[str, list[str]]
    """Ids in markers that nothing defines -> the tests that name them."""
    malformed: list[str]

    @classmethod
    def of(cls, defined: list[str], status: Status, collector: Collector) -> Trace:
        known = set(defined)
        return cls(
            tests={requirement: collector.tests.get(requirement, []) for requirement in defined},
            status=status,
            unknown={str(each): tests for each, tests in collector.tests.items() if each not in known},
            malformed=sorted(set(collector.malformed)),
        )

    def of_families(self, families: str) -> Trace:
        """Only the ids whose middle part is one of these, e.g. ``NET,SEC``.

        Raises:
            RequirementsError: there is none of some family.
        """
        wanted = set(families.split(","))
        chosen = {each: tests for each, tests in self.tests.items() if _family(each) in wanted}
        if unknown := wanted - {_family(each) for each in chosen}:
            known = sorted({_family(each) for each in self.tests if not each.startswith("GRD")})
            msg = f"no requirement is of {', '.join(sorted(unknown))}; families are {', '.join(known)}"
            raise RequirementsError(msg)
        return replace(self, tests=chosen)

    @property
    def elsewhere(self) -> list[str]:
        """Ids that are not ours to build."""
        return [each for each in self.tests if each in self.status.elsewhere]

    @property
    def missing(self) -> list[str]:
        """Ids without a test that are ours to build."""
        return [each for each, tests in self.tests.items() if not tests and each not in self.status.elsewhere]

    @property
    def unproven(self) -> list[str]:
        """Ids claimed done that no test proves."""
        return [each for each in self.missing if each in self.status.done]

    @property
    def tested(self) -> list[str]:
        return [each for each, tests in self.tests.items() if tests]

    @property
    def errors(self) -> list[str]:
        """What makes the trace fail, a sentence each."""
        return [
            *(
                f"{each} is named by {', '.join(tests)}, but {REQUIREMENTS.name} defines no such id"
                for each, tests in sorted(self.unknown.items())
            ),
            *(f"{test}: a requirement marker names ids, each a string, and nothing else" for test in self.malformed),
            *(f"{each} is claimed done in {STATUS.name}, but no test names it" for each in self.unproven),
        ]

    def as_json(self) -> str:
        totals = {
            "defined": len(self.tests),
            "tested": len(self.tested),
            "elsewhere": len(self.elsewhere),
            "missing": len(self.missing),
        }
        parts = {"tests": self.tests, "missing": self.missing, "errors": self.errors, "totals": totals}
        return json.dumps(parts, indent=2)

    def as_text(self) -> str:
        lines = []
        for each in self.tested:
            first, *more = self.tests[each]
            lines += [f"{each:<12}{first}", *(f"{'':<12}{test}" for test in more)]
        lines += ["", "Without a test:"]
        for prefix, ids in groupby(self.missing, key=lambda each: each[:3]):
            group = list(ids)
            lines.append(f"  {SYSTEMS[prefix]} ({len(group)})")
            lines.append(
                fill(
                    ", ".join(group), width=100, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
                )
            )
        lines.append("")
        lines.append(
            f"{len(self.tests)} requirements: {len(self.tested)} with tests, {len(self.missing)} without, "
            f"{len(self.elsewhere)} not the platform's to build."
        )
        return "\n".join(lines)


def _family(requirement: str) -> str:
    return requirement.split("-")[1]


def main(
    *,
    family: Annotated[str, typer.Option(help="Only ids of these families, e.g. NET,SEC.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Print each requirement with the tests that prove it, then those without."""
    try:
        defined = defined_ids(REQUIREMENTS.read_text())
        trace = Trace.of(defined, Status.read(STATUS.read_text(), defined), collect())
        trace = trace.of_families(family) if family else trace
    except RequirementsError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    print(trace.as_json() if as_json else trace.as_text())
    for message in trace.errors:
        print(f"error: {message}", file=sys.stderr)
    if trace.errors:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
