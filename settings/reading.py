"""Reading the configuration in a stack file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from settings.problems import Problem, SettingsError, show


def read_config(path: Path) -> Mapping[Any, Any]:
    """What stands below ``config:`` in a stack file; raises SettingsError when that is not a mapping."""
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
    return config


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
