"""Pulumi values to API parameters and back, refusing on the way what AWS would refuse.

A property finds its member by name: same spelling but for case, or but for a plural s; the table's
`rename` says where that is not so. Shapes that differ in form but not in meaning are matched:
one object and a list of one, a map and a list of pairs, a number and its text.
"""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from local.aws_plugin.catalog import Shape, Type
from local.aws_plugin.spec import Names
from local.aws_plugin.values import UNKNOWN

_PAIR = re.compile(r"(\w+)\[(.+)\]")
_KEYS = frozenset({"key", "name", "tagkey"})
_VALUES = frozenset({"value", "tagvalue"})
_COUNTED = frozenset({"Quantity", "Items"})
"""The members by which CloudFront writes a list."""
_INTEGERS = frozenset({"integer", "long"})
_FLOATS = frozenset({"float", "double"})


class Problem(NamedTuple):
    """Something wrong with an input: which property, what the rule is, and what it is instead.

    Only `got` may hold the value itself: it is not shown where the property is secret.
    """

    path: str
    reason: str
    got: str = ""

    def text(self, secrets: Collection[str] = ()) -> str:
        """The message, without the values of the properties named in `secrets`."""
        hidden = re.split(r"[.\[]", self.path, maxsplit=1)[0] in secrets
        return f"{self.path}: {self.reason}{'' if hidden else self.got}"


def nearest(word: str, known: Iterable[str]) -> str:
    """What was probably meant, or what there is: the end of an error message."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?"
    return "known: " + ", ".join(names[:40])


def spellings(name: str) -> tuple[str, ...]:
    """The forms under which a property may appear in AWS's models, best first, all in lower case."""
    low = name.lower()
    forms = [low, low + "s", low + "es"]
    if low.endswith("ies"):
        forms.append(low[:-3] + "y")
    if low.endswith("y"):
        forms.append(low[:-1] + "ies")
    if low.endswith("s"):
        forms.append(low[:-1])
    return tuple(forms)


def find_member(name: str, members: Mapping[str, Any]) -> str | None:
    """The key of `members` that `name` means."""
    if name in members:
        return name
    lower = {member.lower(): member for member in members}
    return next((lower[form] for form in spellings(name) if form in lower), None)


def pair_members(shape: Shape, shapes: Mapping[str, Shape]) -> tuple[str, str] | None:
    """The names of key and value, where the shape is a list of key-value pairs."""
    if shape["type"] != "list" or shapes[shape["member"]]["type"] != "structure":
        return None
    return _pair_names(shapes[shape["member"]]["members"])


def _pair_names(members: Iterable[str]) -> tuple[str, str] | None:
    names = list(members)
    key = next((m for m in names if m.lower() in _KEYS), None)
    value = next((m for m in names if m.lower() in _VALUES), None)
    return (key, value) if key and value else None


class ToAws:
    """Converts values for the requests of one service, collecting what is wrong in `problems`."""

    def __init__(self, shapes: Mapping[str, Shape], rename: Names) -> None:
        self._shapes = shapes
        self._rename = rename
        self.problems: list[Problem] = []

    def member(self, path: str, name: str, shape: Shape) -> str | None:
        """The member of a structure for the property `name` at `path`."""
        wanted = self._rename.get(re.sub(r"\[\d+\]", "", path), name)
        return find_member(wanted.rpartition(".")[2], shape["members"])

    def convert(self, value: Any, shape: Shape, path: str) -> Any:
        """The parameter for `value`, in the form of `shape`."""
        if value is UNKNOWN:
            return UNKNOWN
        kind = shape["type"]
        if kind == "structure":
            return self._structure(value, shape, path)
        if kind == "list":
            return self._list(value, shape, path)
        if kind == "map":
            inner = self._shapes[shape["value"]]
            if not isinstance(value, Mapping):
                return self._refuse(path, "must be a map", value)
            return {key: self.convert(item, inner, f"{path}.{key}") for key, item in value.items()}
        return self._scalar(value, shape, path)

    def _refuse(self, path: str, reason: str, value: Any, *, show: bool = False) -> Any:
        self.problems.append(Problem(path, reason, f", not {value!r}" if show else ""))
        return value

    def _structure(self, value: Any, shape: Shape, path: str) -> Any:
        counted = set(shape["members"]) >= _COUNTED
        if counted and isinstance(value, list):
            return {
                "Quantity": len(value),
                "Items": self.convert(value, self._shapes[shape["members"]["Items"]], path),
            }
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Mapping):
            return self._refuse(path, "must be one object", value)
        params = {}
        for name, item in value.items():
            inner = f"{path}.{name}"
            member = self.member(inner, name, shape)
            if member is None:
                self._refuse(inner, f"cannot be sent by the stand-in plugin: {nearest(name, shape['members'])}", item)
            else:
                params[member] = self.convert(item, self._shapes[shape["members"][member]], inner)
        if counted:
            params.setdefault("Quantity", len(params.get("Items", ())))
        for missing in shape.get("required", ()):
            if missing not in params:
                self._refuse(f"{path}.{missing[0].lower()}{missing[1:]}", "is required by AWS", None)
        return params

    def _list(self, value: Any, shape: Shape, path: str) -> Any:
        pair = pair_members(shape, self._shapes)
        if pair and isinstance(value, Mapping) and not set(value) <= {"key", "value", "name"}:
            value = [{pair[0]: key, pair[1]: item} for key, item in value.items()]
        items = value if isinstance(value, list) else [value]
        inner = self._shapes[shape["member"]]
        if not self._within(len(items), shape):
            self._refuse(path, f"must hold {_range(shape)} items, not {len(items)}", value)
        # A property that is one object is not numbered in messages.
        numbered = isinstance(value, list)
        return [self.convert(v, inner, f"{path}[{i}]" if numbered else path) for i, v in enumerate(items)]

    def _scalar(self, value: Any, shape: Shape, path: str) -> Any:
        kind = shape["type"]
        if kind == "boolean":
            flag = {"true": True, "false": False}.get(str(value).lower())
            return self._refuse(path, "must be true or false", value) if flag is None else flag
        if kind in _INTEGERS or kind in _FLOATS:
            try:
                number = int(value) if kind in _INTEGERS and not isinstance(value, float) else float(value)
            except (TypeError, ValueError):
                return self._refuse(path, "must be a number", value, show=True)
            if kind in _INTEGERS and isinstance(number, float):
                return self._refuse(path, "must be a whole number", value, show=True)
            if not self._within(number, shape):
                self._refuse(path, f"must be {_range(shape)}", number, show=True)
            return number
        if kind == "blob":
            return value.encode() if isinstance(value, str) else value
        if kind == "timestamp":
            return value
        if isinstance(value, Mapping):  # a policy given as a document
            value = json.dumps(value)
        return self._text(value, shape, path)

    def _text(self, value: Any, shape: Shape, path: str) -> Any:
        if isinstance(value, bool):
            words = ("DISABLED", "ENABLED")
            value = words[value] if set(words) <= set(shape.get("enum", ())) else str(value).lower()
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str):
            return self._refuse(path, f"must be text, not {type(value).__name__}", value)
        if "enum" in shape and value not in shape["enum"]:
            self._refuse(path, f"must be one of AWS's values ({nearest(value, shape['enum'])})", value, show=True)
        if not self._within(len(value), shape):
            self._refuse(path, f"must have {_range(shape)} characters, not {len(value)}", value)
        elif "pattern" in shape and not matches(shape["pattern"], value):
            self._refuse(path, f"must match AWS's pattern {shape['pattern']}", value, show=not shape.get("sensitive"))
        return value

    @staticmethod
    def _within(size: float, shape: Shape) -> bool:
        return bool(shape.get("min", size) <= size <= shape.get("max", size))


def _range(shape: Shape) -> str:
    low, high = shape.get("min"), shape.get("max")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


@functools.lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of botocore's models (Java's dialect) for Python, or None where there is no equivalent."""
    text = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", "\U00010000-\U0010ffff")
    for java, python in (
        (r"\p{L}", r"\w"),
        (r"\p{N}", r"\w"),
        (r"\p{Z}", r"\s"),
        (r"\p{ASCII}", r"\x00-\x7f"),
        (r"\p{Print}", "[ -~]"),
        (r"\s-_]", r"\s_-]"),  # a hyphen after a class means itself
    ):
        text = text.replace(java, python)
    # Flags in the middle hold up to the end of the group.
    text = re.sub(r"(?<!^)\(\?i\)([^)]*)", r"(?i:\1)", text)
    try:
        return re.compile(text, re.DOTALL)
    except re.error:
        return None


def matches(pattern: str, value: str) -> bool:
    """Whether AWS accepts `value`: unanchored patterns mean the whole text."""
    expression = compiled(pattern)
    if expression is None:
        return True
    if pattern.startswith("^") or pattern.endswith("$"):
        return expression.search(value) is not None
    return expression.fullmatch(value) is not None


def put(params: dict[str, Any], member: str, value: Any) -> None:
    """Set a member, nested by dots (`Matcher.HttpCode`) or a pair of a list (`Attributes[key]`)."""
    pair = _PAIR.fullmatch(member)
    if pair:
        params.setdefault(pair[1], []).append({"Key": pair[2], "Value": value})
        return
    *parents, last = member.split(".")
    for parent in parents:
        params = params.setdefault(parent, {})
    params[last] = value


def take(found: Mapping[str, Any], member: str) -> Any:
    """What a response has for a member, in the notation of `put`."""
    pair = _PAIR.fullmatch(member)
    if pair:
        return next((p["Value"] for p in found.get(pair[1], []) if p["Key"] == pair[2]), None)
    value: Any = found
    for name in member.split("."):
        key = find_member(name, value) if isinstance(value, Mapping) else None
        if key is None:
            return None
        value = value[key]
    return value


def from_aws(value: Any, kind: Type, rename: Names, path: str = "") -> Any:
    """The Pulumi value of type `kind` for what a response has."""
    if value is None:
        return None
    if isinstance(kind, str):
        return _scalar_from_aws(value, kind)
    if "props" in kind:
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, Mapping):
            return None
        found = {}
        for name, inner in kind["props"].items():
            below = f"{path}.{name}"
            member = find_member(rename.get(below, name).rpartition(".")[2], value)
            item = from_aws(value[member], inner, rename, below) if member else None
            if item is not None:
                found[name] = item
        return found
    if "map" in kind:
        if isinstance(value, list):
            names = _pair_names(value[0]) if value else None
            value = {pair[names[0]]: pair[names[1]] for pair in value} if names else {}
        return {key: from_aws(item, kind["map"], rename, path) for key, item in value.items()}
    if isinstance(value, Mapping) and "Quantity" in value:
        value = value.get("Items", [])
    items = value if isinstance(value, list) else [value]
    return [from_aws(item, kind["list"], rename, path) for item in items]


def _scalar_from_aws(value: Any, kind: str) -> Any:  # noqa: PLR0911 - a case a kind
    if kind == "bool":
        return str(value).lower() in {"true", "enabled"}
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping | list):
        return json.dumps(value, sort_keys=True)
    return value if kind == "any" else str(value)
