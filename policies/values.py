"""What the engine sends, as Python values that are safe to read in a preview.

Pulumi marks values with signatures and sentinels (pulumi's sdk/go/common/resource/properties.go). A value that only the
update will know becomes `UNKNOWN`; a secret string becomes a `Secret`, which compares as a string and never shows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTINELS: Final = frozenset(
    {
        UNKNOWN_ARCHIVE_VALUE,
        UNKNOWN_ARRAY_VALUE,
        UNKNOWN_ASSET_VALUE,
        UNKNOWN_BOOLEAN_VALUE,
        UNKNOWN_NUMBER_VALUE,
        UNKNOWN_OBJECT_VALUE,
        UNKNOWN_STRING_VALUE,
    },
)
_SHOWN: Final = 60  # characters of a value that a message quotes


class Unknown:
    """A value that is set, and that only the update will know. It is true: something is there."""

    def __repr__(self) -> str:
        return "not known yet"


UNKNOWN: Final = Unknown()


class Secret(str):
    """A string that Pulumi keeps secret: compares as the string it is, shows as [secret]."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[secret]"


def from_struct(struct: Any) -> dict[str, Any]:
    """The properties of one resource, from a google.protobuf.Struct."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: Any) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text in _SENTINELS else text
        case "number_value":
            return value.number_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "struct_value":
            fields = value.struct_value.fields
            if SPECIAL_SIG_KEY in fields and fields[SPECIAL_SIG_KEY].string_value == SPECIAL_SECRET_SIG:
                return _secret(_from_value(fields["value"]))
            # Assets, archives and resource references carry a signature as well: no rule looks inside them.
            return {key: _from_value(item) for key, item in fields.items()}
    return None


def _secret(value: Any) -> Any:
    match value:
        case str():
            return Secret(value)
        case list():
            return [_secret(item) for item in value]
        case dict():
            return {key: _secret(item) for key, item in value.items()}
    return value


def at(value: Any, path: str) -> Any:
    """What lies at a path of names and positions, as in "settings.0.name".

    None where nothing is set or the shape is another; `UNKNOWN` where the value, or what holds it, is not known yet.
    A block that a type holds once may be written as a list of one: a name looks through that list.
    """
    for step in path.split("."):
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
            continue
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        value = value.get(step) if isinstance(value, dict) else UNKNOWN if value is UNKNOWN else None
    return value


def items(value: Any) -> list[Any]:
    """The members of a list; of a single block, the block; nothing where nothing is set."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def from_json(value: Any) -> Any:
    """A document that a property holds as text or, in some SDKs, as an object. None if it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def leaves(value: Any) -> Iterator[Any]:
    """Every plain value inside lists and mappings."""
    match value:
        case list():
            for item in value:
                yield from leaves(item)
        case dict():
            yield from leaves(list(value.values()))
        case _:
            yield value


def is_true(value: Any) -> bool:
    """True as Pulumi or as Terraform's older schemas write it."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def at_least(minimum: float) -> Any:
    """Accept a number of at least this."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value >= minimum


def show(value: Any) -> str:
    """A value as a message quotes it: short, on one line, and never a secret."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if any(isinstance(leaf, Secret) for leaf in leaves(value)):
        return "[secret]"
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split()) or '""'
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
