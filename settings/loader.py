"""From a stack file, or from what Pulumi read from it, to a Stack."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from settings.extending import encrypted_elsewhere, extends_twice, judged_elsewhere, merged, read_base
from settings.files import missing_files
from settings.problems import NAMESPACE, REGION_KEY, Problem, SettingsError, nearest
from settings.reading import read_config
from settings.rules import broken_between_sections
from settings.section import TIERS
from settings.stack import Stack
from settings.translate import key_of, translate

OTHERS: Final = frozenset({"aws", "pulumi"})
PREFIX: Final = f"{NAMESPACE}:"
Place = tuple[Any, ...]
SECRET_DEPTH: Final = 3  # secrets.<name>.value
TEXTS: Final = frozenset({"extends", "system", "environment", "tier"})


def load(config: Mapping[str, Any], *, root: Path, secret_keys: Collection[str] = ()) -> Stack:
    """The stack that a configuration describes; raises SettingsError with everything that is wrong with it.

    `config` has the keys of a stack file, ``plinth:network`` or ``network``, and ``aws:region``; mappings may be JSON
    text, as Pulumi hands them to a program. Keys of other namespaces are for others. Paths are relative to `root`.
    `secret_keys` are the keys whose values Pulumi has decrypted, as in ``PULUMI_CONFIG_SECRET_KEYS``; without it, a
    secret is recognized by being encrypted.
    """
    return _load(config, root, secret_keys, "the stack file")


def load_file(path: Path, *, root: Path | None = None) -> Stack:
    """The stack that a ``Pulumi.<stack>.yaml`` describes; values of secrets stay encrypted.

    Paths in it are relative to `root`, the folder of the project; that of the file unless given.
    """
    config = read_config(path)
    return _load(config, root or path.parent, (), path.name)


def _load(config: Mapping[Any, Any], root: Path, secret_keys: Collection[str], source: str) -> Stack:
    data, problems = _ours(config)
    if "extends" in data:
        data, more = _extended(data, root)
        problems += more
    hidden = list(_misplaced(data, ()))
    problems += [_encrypted(at) for at in hidden]
    tier = data.get("tier")
    decrypted = frozenset(key.removeprefix(PREFIX) for key in secret_keys)
    context = {"tier": tier if tier in TIERS else TIERS[0], "secret_keys": decrypted}
    problems += [_encrypted((key,)) for key in sorted(decrypted & (Stack.model_fields.keys() - {"secrets"}))]
    try:
        stack = Stack.model_validate(data, context=context)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems += [translate(detail) for detail in found if not any(detail["loc"][: len(at)] == at for at in hidden)]
        stack = Stack.model_validate(data, context={**context, "salvage": True})
    problems += broken_between_sections(stack, PREFIX)
    problems += stack.broken_rules(PREFIX)
    problems += missing_files(stack, root, PREFIX)
    if problems:
        raise SettingsError(sorted(problems, key=_place), source)
    return stack


def _extended(data: dict[str, Any], root: Path) -> tuple[dict[str, Any], list[Problem]]:
    """A configuration laid over that of the file that it extends, and what is wrong with the latter's keys."""
    base, problems = _ours(read_base(data["extends"], root))
    if "extends" in base:
        problems.append(extends_twice(data["extends"]))
        base.pop("extends")
    problems += [*encrypted_elsewhere(base, data), *judged_elsewhere(base, data)]
    return merged(base, data), problems


def _ours(config: Mapping[Any, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """What concerns us, without prefix, and the keys that look as if they were meant to."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in config.items():
        namespace, _, name = str(key).rpartition(":")
        if key == REGION_KEY:
            data[name] = value
        elif namespace in {NAMESPACE, ""} and name == "region":
            problems.append(_elsewhere(f"{PREFIX}{name}", REGION_KEY))
        elif namespace in {NAMESPACE, ""}:
            data[name] = value if name in TEXTS else _object(value)
        elif name in Stack.model_fields and namespace not in OTHERS and nearest(namespace, [NAMESPACE]):
            problems.append(_elsewhere(str(key), f"{PREFIX}{name}"))
    return data, problems


def _place(problem: Problem) -> tuple[int, list[str]]:
    """Where a problem comes: areas in the order of the models, and what is close together, together."""
    area, *rest = problem.key.removeprefix(PREFIX).removeprefix("aws:").split(".")
    areas = list(Stack.model_fields)
    return areas.index(area) if area in areas else len(areas), rest[:1]


def _elsewhere(key: str, right: str) -> Problem:
    return Problem(
        key=key,
        value="",
        found=f"Nothing reads {key}.",
        rule=f"This setting is {right}.",
        remedy=f"Write {right}.",
    )


def _object(value: Any) -> Any:
    """A mapping or list that Pulumi wrote as JSON text; anything else as it is."""
    if value == "":
        return None  # how Pulumi hands on a key without a value
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _misplaced(value: Any, at: Place) -> Iterator[Place]:
    """Where the file has an encrypted value although no secret is meant there."""
    if isinstance(value, Mapping) and set(value) == {"secure"} and isinstance(value["secure"], str):
        if not (len(at) == SECRET_DEPTH and at[0] == "secrets" and at[2] == "value"):
            yield at
        return
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _misplaced(inner, (*at, key))


def _encrypted(at: Place) -> Problem:
    return Problem(
        key=key_of(at),
        value="",
        found="This value is encrypted.",
        rule="Only plinth:secrets.<name>.value holds an encrypted value.",
        remedy="Write it in plain text if it is no secret; if it is one, move it to plinth:secrets.",
        why="Anything else ends up readable in AWS.",
    )
