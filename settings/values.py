"""The kinds of values that settings are made of, each with the words for a value that is not one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BeforeValidator, Strict
from pydantic_core import PydanticCustomError

from settings.problems import show

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Strict(False)]  # noqa: FBT003 - YAML has lists, frozen settings have tuples
REFUSED = "plinth_refused"


def refuse(found: str, rule: str, remedy: str, *, why: str = "") -> NoReturn:
    """Refuses a value, in whole sentences (see `problems.Problem`)."""
    raise PydanticCustomError(REFUSED, "{found}", {"found": found, "rule": rule, "why": why, "remedy": remedy})


@dataclass(frozen=True)
class Between:
    """A whole number from `low` to `high`."""

    low: int
    high: int
    what: str
    """What the value is not, as in ``0 is not a port``."""
    remedy: str
    rule: str = ""
    why: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[source, AfterValidator(self.check)])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"minimum": self.low, "maximum": self.high}

    def check(self, value: int) -> int:
        if not self.low <= value <= self.high:
            rule = self.rule or f"It runs from {self.low} to {self.high}."
            refuse(f"{show(value)} is not {self.what}.", rule, self.remedy, why=self.why)
        return value


@dataclass(frozen=True)
class Shaped:
    """Text of a certain shape."""

    pattern: str
    what: str
    rule: str
    remedy: str
    why: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[source, AfterValidator(self.check)])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"pattern": f"^(?:{self.pattern})$"}

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            refuse(f"{show(value)} is not {self.what}.", self.rule, self.remedy, why=self.why)
        return value


@dataclass(frozen=True)
class OneOf:
    """One of a few values."""

    values: tuple[Any, ...]
    what: str
    rule: str
    remedy: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[source, AfterValidator(self.check)])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"enum": list(self.values)}

    @cached_property
    def _known(self) -> frozenset[Any]:
        return frozenset(self.values)

    def check(self, value: Any) -> Any:
        if value not in self._known:
            refuse(f"{show(value)} is not {self.what}.", self.rule, self.remedy)
        return value


Name = Annotated[
    str,
    Shaped(
        r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
        "a name",
        "Names have lower-case letters, digits and single hyphens between them, and begin with a letter.",
        "Write it like 'backend' or 'image-worker'.",
        why="They become part of AWS names, of which the strictest allow no more.",
    ),
]
Port = Annotated[
    int,
    Between(
        1,
        65_535,
        "a port",
        "Set the port that the container listens on, e.g. 8000.",
        rule="Ports run from 1 to 65535.",
    ),
]
Days35 = Annotated[
    int,
    Between(0, 35, "a number of days that AWS keeps backups", "Set 7 for a week, or 0 for no backups."),
]
EnvironmentName = Annotated[
    str,
    Shaped(
        r"[A-Za-z_][A-Za-z0-9_]*",
        "the name of an environment variable",
        "Such names have letters, digits and underscores, and do not begin with a digit.",
        "Write it like 'LOG_LEVEL'.",
    ),
]


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | int)]
"""Text; a whole number is written out, because there is one way to do that (not so for 1.10 or true)."""
TagKey = Annotated[
    str,
    Shaped(
        r"(?![aA][wW][sS]:)(?!(Environment|ManagedBy|Name|Project|Stack|Tier)$)[A-Za-z0-9 _.:/=+@-]{1,128}",
        "a tag that can be set",
        "A tag has letters, digits, spaces and _.:/=+-@, and is none of AWS's own (aws:…) or Plinth's "
        "(Environment, ManagedBy, Name, Project, Stack, Tier).",
        "Set for example Owner: platform.",
    ),
]
TagValue = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9 _.:/=+@-]{0,256}",
        "the value of a tag",
        "It has at most 256 letters, digits, spaces and _.:/=+-@.",
        "Shorten it, or leave out other characters.",
    ),
]
Region = Annotated[
    str,
    Shaped(
        r"[a-z]{2}(-[a-z]+)+-\d",
        "a region",
        "Regions are named like us-west-2.",
        "'aws account list-regions' lists them.",
    ),
]
ResourceName = Annotated[
    str,
    Shaped(
        r"[^:\s]+:[^:\s]+:[^:\s]+::\S+",
        "the name of a resource",
        "It is written as its URN ends: type::name.",
        "Set for example 'aws:ecs/service:Service::backend'; 'pulumi stack --show-urns' lists them.",
    ),
]
