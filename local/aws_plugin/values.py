"""Property values on the wire: protobuf structs to plain Python and back.

Unknown values (known only after apply) become `UNKNOWN`. Secrets are unwrapped, and the names of the
top-level properties that held one are kept, so that replies mark the same names as secret. Nulls are
dropped: to Pulumi an absent and a null property are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf import struct_pb2

from local.aws_plugin.assets import ARCHIVE, ASSET, Archive, Asset

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the wire format, no secret
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN_WIRE: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Unknown:
    """The type of `UNKNOWN`; there is one instance."""

    def __repr__(self) -> str:
        return "<known after apply>"

    def __bool__(self) -> bool:
        return True


UNKNOWN: Final = Unknown()


@dataclass
class Properties:
    """A property map: plain values, and the names of those that are secret."""

    values: dict[str, Any] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)


def decode(struct: struct_pb2.Struct) -> Properties:
    """Read a property map from the wire."""
    found = Properties()
    for name, value in struct.fields.items():
        secret: list[bool] = []
        plain = _decode(value, secret)
        if plain is not None:
            found.values[name] = plain
            if secret:
                found.secrets.add(name)
    return found


def _decode(value: struct_pb2.Value, secret: list[bool]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == UNKNOWN_WIRE else value.string_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "list_value":
        return [_decode(item, secret) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields:
            return _decode_special(fields, secret)
        decoded = {name: _decode(item, secret) for name, item in fields.items()}
        return {name: item for name, item in decoded.items() if item is not None}
    return None


def _decode_special(fields: Mapping[str, struct_pb2.Value], secret: list[bool]) -> Any:
    signature = fields[SIGNATURE].string_value
    if signature == SECRET:
        secret.append(True)
        return _decode(fields["value"], secret)
    if signature == OUTPUT:
        if "secret" in fields and fields["secret"].bool_value:
            secret.append(True)
        return _decode(fields["value"], secret) if "value" in fields else UNKNOWN
    if signature == RESOURCE:
        return _decode(fields["id"], secret) if "id" in fields else UNKNOWN
    members = {name: _decode(item, secret) for name, item in fields.items() if name != SIGNATURE}
    if signature == ASSET:
        return Asset(members["hash"], text=members.get("text"), path=members.get("path"))
    if signature == ARCHIVE:
        return Archive(members["hash"], assets=members.get("assets"), path=members.get("path"))
    msg = f"{signature} is not a kind of value that this plugin knows"
    raise ValueError(msg)


def encode(values: Mapping[str, Any], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """Write a property map for the wire, wrapping the properties named in `secrets`."""
    struct = struct_pb2.Struct()
    for name, value in values.items():
        if value is None:
            continue
        if name in secrets:
            _encode({SIGNATURE: SECRET, "value": value}, struct.fields[name])
        else:
            _encode(value, struct.fields[name])
    return struct


def _encode(value: Any, into: struct_pb2.Value) -> None:
    if isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, str):
        into.string_value = value
    elif isinstance(value, int | float):
        into.number_value = value
    elif isinstance(value, Mapping):
        into.struct_value.SetInParent()
        for name, item in value.items():
            if item is not None:
                _encode(item, into.struct_value.fields[name])
    elif isinstance(value, list | tuple):
        into.list_value.SetInParent()
        for item in value:
            _encode(item, into.list_value.values.add())
    elif isinstance(value, Asset | Archive):
        _encode({SIGNATURE: ASSET if isinstance(value, Asset) else ARCHIVE, **value.wire()}, into)
    elif value is UNKNOWN:
        into.string_value = UNKNOWN_WIRE
    elif value is None:
        into.null_value = struct_pb2.NULL_VALUE
    else:
        msg = f"a {type(value).__name__} cannot be a property value"
        raise TypeError(msg)


def has_unknown(value: object) -> bool:
    """Tell whether `value` is, or holds at any depth, an unknown."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN
