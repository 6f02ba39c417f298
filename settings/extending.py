"""A stack file that says only what differs from another: `plinth:extends`.

The two are laid over each other as a JSON merge patch (RFC 7396): mappings are merged, null takes a key away,
everything else replaces what was there. A whole section is taken away by "", too: Pulumi makes that of a key's null,
with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from settings.problems import NAMESPACE, Problem, SettingsError, show
from settings.reading import read_config

KEY: Final = f"{NAMESPACE}:extends"
EXAMPLE: Final = "systems/utjfc/Pulumi.prod.yaml"


def read_base(path: Any, root: Path) -> Mapping[Any, Any]:
    """The configuration of the file named by `plinth:extends`; raises SettingsError when there is no such file."""
    if not isinstance(path, str) or not (root / path).is_file():
        problem = Problem(
            key=KEY,
            value=show(path),
            found=f"There is no file {show(path)}.",
            rule="It names another stack file by its path from the project's folder.",
            remedy=f"Set for example {EXAMPLE}, or leave it out.",
        )
        raise SettingsError([problem])
    return read_config(root / path)


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            old = result.get(key)
            result[key] = merged(old if isinstance(old, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def extends_twice(path: str) -> Problem:
    """A file may extend one that extends none: a value is looked for in two places at most."""
    return Problem(
        key=KEY,
        value=show(path),
        found=f"{path} extends another file itself.",
        rule="A stack file extends one that stands for itself.",
        remedy="Extend that other file, and repeat here what differs.",
        why="Whoever reads a stack file should have to open at most one more.",
    )


def judged_elsewhere(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[Problem]:
    """What only the other file tells the policy pack, which reads the stack's own file."""
    if base.get("policies") and "policies" not in changes:
        yield Problem(
            key=f"{NAMESPACE}:policies",
            value="",
            found="It is set in the file that this one extends, and not here.",
            rule="Each stack file says itself what is exempt.",
            remedy="Repeat it here, or set it to {}.",
            why="The policy pack reads one file.",
        )


def encrypted_elsewhere(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[Problem]:
    """The secrets that only the other file's stack can decrypt."""
    secrets, ours = (each.get("secrets") for each in (base, changes))
    if not isinstance(secrets, Mapping):
        return
    for name, secret in secrets.items():
        mine = ours.get(name, {}) if isinstance(ours, Mapping) else {}
        inherited = isinstance(mine, Mapping) and "value" not in mine
        if inherited and isinstance(secret, Mapping) and isinstance(secret.get("value"), Mapping):
            yield Problem(
                key=f"{NAMESPACE}:secrets.{name}.value",
                value="",
                found="It is encrypted in the file that this one extends.",
                rule="An encrypted value belongs to one stack.",
                remedy=f"pulumi config set --path --secret '{NAMESPACE}:secrets.{name}.value' for this stack too.",
                why="Each stack has a key of its own.",
            )
