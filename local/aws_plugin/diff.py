"""What differs between two sets of properties, and whether that can be updated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from local.aws_plugin.plan import Plan
from local.aws_plugin.values import UNKNOWN, has_unknown


class Change(NamedTuple):
    """One difference: the path, `add`, `update` or `delete`, and whether it replaces the resource."""

    path: str
    kind: str
    replaces: bool


def diff(plan: Plan, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[Change]:
    """The changes from the old inputs to the new ones."""
    changes: list[Change] = []
    for name in sorted((set(olds) | set(news)) - {"__defaults"}):
        old, new = olds.get(name), news.get(name)
        if same(plan, name, old, new):
            continue
        replaces = name in plan.replacing or name == "region"
        changes += [Change(path, kind, replaces) for path, kind in _paths(name, old, new)]
    return changes


def same(plan: Plan, name: str, old: Any, new: Any) -> bool:
    """Whether two values of a property mean the same to AWS."""
    if has_unknown(old) or has_unknown(new):
        return bool(old == new and not has_unknown(new))
    if old is None or new is None:
        return bool(old == new)
    if name in plan.resource.same:
        return plan.resource.same[name](old, new)
    if name in plan.resource.json:
        return same_json(old, new)
    return equal(old, new)


def echoes(plan: Plan, name: str, wanted: Any, found: Any) -> bool:
    """Whether what AWS returns for a property is what was asked for: it may fill in what was not set."""
    if wanted is None or found is None:
        return bool(wanted == found or (_empty(wanted) and _empty(found)))
    if name in plan.resource.same:
        return plan.resource.same[name](wanted, found)
    if name in plan.resource.json:
        return same_json(wanted, found)
    return equal(wanted, found, subset=True)


def same_json(old: Any, new: Any) -> bool:
    """Whether two policies, as text or documents, say the same; one item and a list of it are equal."""
    try:
        return bool(_canonical(_parsed(old)) == _canonical(_parsed(new)))
    except ValueError:
        return bool(old == new)


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list):
        items = sorted((_canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, False, 0)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def equal(old: Any, new: Any, *, subset: bool = False) -> bool:
    """Compare values: lists of plain values without their order, scalars by their text.

    subset: `new` may have more members in objects than `old`, and an empty value equals an absent one.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        names = set(old) if subset else set(old) | set(new)
        return all(
            equal(old.get(name), new.get(name), subset=subset)
            if name in old and name in new
            else subset and _empty(old.get(name)) and _empty(new.get(name))
            for name in names
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and _equal_lists(old, new, subset=subset)
    if isinstance(old, Mapping | list) or isinstance(new, Mapping | list):
        return False
    return _plain(old) == _plain(new)


def _equal_lists(old: list[Any], new: list[Any], *, subset: bool) -> bool:
    left = list(new)
    for item in old:
        match = next((index for index, other in enumerate(left) if equal(item, other, subset=subset)), None)
        if match is None:
            return False
        del left[match]
    return True


def _paths(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if old is None:
        yield path, "add"
    elif new is None:
        yield path, "delete"
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(set(old) | set(new)):
            if not equal(old.get(name), new.get(name)) or has_unknown(new.get(name)):
                step = f".{name}" if name.isidentifier() else f'["{name}"]'
                yield from _paths(path + step, old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before, after = old[index : index + 1], new[index : index + 1]
            if not equal(before, after) or has_unknown(after):
                yield from _paths(f"{path}[{index}]", *(side[0] if side else None for side in (before, after)))
    elif new is UNKNOWN or not equal(old, new):
        yield path, "update"
