"""Stack files to try things on: Auterity's own, and the shortest one, with changes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from settings import Problem, SettingsError, Stack, load
from settings.docs import MINIMAL

ROOT = Path(__file__).resolve().parents[2]
ABSENT = object()
AUTERITY: dict[str, dict[str, Any]] = {
    name: yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"] for name in ("prod", "staging")
}
SHORTEST: dict[str, Any] = yaml.safe_load(MINIMAL)["config"]


def changed(config: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of a configuration with values set, or taken out, by key: ``{"plinth:services.web.port": 0}``."""
    result = copy.deepcopy(config)
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return result


def project(folder: Path, *contexts: str) -> Path:
    """A folder with a Dockerfile in each context."""
    for context in contexts or ("web",):
        (folder / context).mkdir(parents=True, exist_ok=True)
        (folder / context / "Dockerfile").write_text("FROM scratch\n")
    return folder


def prod(changes: dict[str, Any] | None = None) -> Stack:
    """Auterity's production with changes; raises SettingsError."""
    return load(changed(AUTERITY["prod"], changes or {}), root=ROOT)


def problems_of(config: dict[str, Any], root: Path = ROOT) -> list[Problem]:
    """What is wrong with a configuration."""
    try:
        load(config, root=root)
    except SettingsError as error:
        return list(error.problems)
    return []


def only_problem(changes: dict[str, Any], name: str = "prod") -> Problem:
    """The one thing that is wrong with a stack file of Auterity after changes."""
    found = problems_of(changed(AUTERITY[name], changes))
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]
