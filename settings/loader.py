"""From a stack file, or from what Pulumi read from it, to a Stack."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from settings.files import missing_files
from settings.problems import NAMESPACE, REGION_KEY, Problem, SettingsError, nearest, show
from settings.section import TIERS
from settings.stack import Stack
from settings.translate import key_of, translate

OTHERS: Final = frozenset({"aws", "pulumi"})
PREFIX: Final = f"{NAMESPACE}:"
Place = tuple[Any, ...]
SECRET_DEPTH: Final = 3  # secrets.<name>.value
TEXTS: Final = frozenset({"system", "environment", "tier"})


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
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it is a safe one
    except OSError as error:
        raise _unreadable(
            path, f"cannot be read: {error.strerror}.", "Give the path of a Pulumi.<stack>.yaml."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _unreadable(path, f"is not YAML: {_first_line(error)}.", "Correct it there.") from None
    config = document.get("config") if isinstance(document, Mapping) else None
    if not isinstance(config, Mapping):
        raise _unreadable(path, "has no mapping named config.", "Put all keys below 'config:'.")
    return _load(config, root or path.parent, (), path.name)


def _load(config: Mapping[Any, Any], root: Path, secret_keys: Collection[str], source: str) -> Stack:
    data, problems = _ours(config)
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
    problems += stack.broken_rules(PREFIX)
    problems += missing_files(stack, root, PREFIX)
    if problems:
        raise SettingsError(sorted(problems, key=_place), source)
    return stack


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


def _unreadable(path: Path, found: str, remedy: str) -> SettingsError:
    rule = "A stack file is YAML with a mapping named config."
    problem = Problem(key=str(path), value="", found=f"{path.name} {found}", rule=rule, remedy=remedy)
    return SettingsError([problem], path.name)


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{what}, line {mark.line + 1}" if mark else what


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, which refuses a key that is there twice instead of taking the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    message = f"the key {show(key.value)} is there twice"
                    raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)
