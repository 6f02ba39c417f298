"""Property values as the engine writes them into its output."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final


class _Unknown(Enum):
    UNKNOWN = "not known yet"

    def __repr__(self) -> str:
        return self.value


UNKNOWN: Final = _Unknown.UNKNOWN
"""A value that only `pulumi up` makes."""
LONGEST_SHOWN: Final = 60  # characters of a value in a message
SECRET: Final = "[secret]"  # noqa: S105 - what the engine itself writes instead of one
# How the engine spells what JSON has no word for (sdk/go/common/resource/plugin/rpc.go and sig/).
_UNKNOWNS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # of any kind
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # mapping
    }
)
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_OF_SECRETS: Final = "1b47061264138c4ac30d75fd1eb44270"
_OF_OUTPUTS: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def clean(value: Any) -> Any:
    """A value of the engine's output with UNKNOWN and SECRET for what is unknown or secret."""
    match value:
        case str() if value in _UNKNOWNS or value.startswith("output<"):
            return UNKNOWN
        case list():
            return [clean(each) for each in value]
        case dict() if value.get(_SIGNATURE) == _OF_SECRETS:
            return SECRET
        case dict() if value.get(_SIGNATURE) == _OF_OUTPUTS:
            return clean(value["value"]) if "value" in value else UNKNOWN
        case dict():
            return {str(key): clean(each) for key, each in value.items()}
        case _:
            return value


def at(value: Any, path: str) -> Any:
    """What stands at ``a.b.0.c``; None where there is nothing, UNKNOWN below what is unknown."""
    for step in path.split("."):
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def items(value: Any) -> list[Any]:
    """A list as it is; nothing, or what is no list, as an empty one."""
    return value if isinstance(value, list) else []


def show(value: Any) -> str:
    """A value in a message: short, on one line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            return "{…}"
        case list():
            return "[…]"
        case _:
            text = " ".join(str(value).split())
            return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
