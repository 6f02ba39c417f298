"""What a stack says to the policy pack. The pack reads it itself (policies/configuration.py), and knows its rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from settings.section import Section
from settings.values import Many, Shaped, refuse

Level = Literal["mandatory", "advisory", "disabled"]


def _day(value: object) -> object:
    """YAML reads 2027-03-31 as a date; Pulumi hands the program a text."""
    return value.isoformat() if isinstance(value, date) else value


def _is_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        refuse(f"{value} is no day.", "It is written as year, month and day.", "Set for example 2027-03-31.")
    return value


Day = Annotated[str, BeforeValidator(_day, json_schema_input_type=str), AfterValidator(_is_day)]
Sentence = Annotated[
    str, Shaped(r"\S(.{0,298}\S)?", "a reason", "It has 1 to 300 characters.", "Say it in a sentence.")
]
Pattern = Annotated[
    str,
    Shaped(
        r"\S{1,300}",
        "a URN, or a pattern for one",
        "It has no spaces; * stands for anything.",
        'Set for example "*::redis", which every resource of that name matches.',
    ),
]
RuleName = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9-]{1,100}",
        "a rule of the policy pack",
        "It is a rule's id, or the name that Pulumi prints.",
        "Set for example RDS-6 (docs/policies.md).",
    ),
]


class Exemption(Section):
    """One resource, or those that a pattern matches, let off one rule until a day."""

    rule: RuleName
    """A rule's id, e.g. RDS-6, or the name that Pulumi prints (docs/policies.md)."""
    resource: Pattern
    """A URN, or a pattern that it, or the type and name that it ends with, matches."""
    reason: Sentence
    """Why it is let off. Every run prints it."""
    owner: Sentence
    """Who answers for it."""
    until: Day
    """The last day on which it holds, year-month-day; on the next one it blocks."""


class Levels(Section):
    """The highest level of a finding, by the tier of the resource. Production is always judged in full."""

    staging: Level = "mandatory"
    """In staging."""
    development: Level = "mandatory"
    """In development."""


class Policies(Section):
    """What the policy pack is told about a stack."""

    tiers: Levels | None = None
    """The highest level of a finding in the looser tiers; mandatory unless set."""
    strict: bool = False
    """Whether the strict rules judge too, e.g. those that ask for keys of one's own."""
    exemptions: Annotated[Many[Exemption], Field(default_factory=tuple)]
    """What is let off a rule, why, and until when."""
