"""What a stack may cost, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Many, Shaped, refuse

Dollars = Annotated[int, Between(1, 1_000_000, "an amount of US dollars", "Set whole dollars, e.g. 150.")]
Percent = Annotated[int, Between(1, 1_000, "a percentage of the budget", "Set for example 80, or 100 for all of it.")]
Mail = Annotated[
    str,
    Shaped(
        r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
        "a mail address",
        "It has the form name@example.org.",
        "Set one that people read.",
    ),
]
CostTag = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9 _.:/=+@-]{1,128}",
        "the key of a tag",
        "It has letters, digits, spaces and _.:/=+-@.",
        "Set one of plinth:tags, or Environment, Project, Stack or Tier.",
    ),
]

Category = Annotated[
    str,
    Shaped(
        r"\S(.{0,48}\S)?",
        "the name of a cost category",
        "It has 1 to 50 characters, and no space at either end.",
        "Set for example the system's name.",
    ),
]


def _somebody(mails: tuple[str, ...]) -> tuple[str, ...]:
    if not mails:
        refuse("Nobody is listed.", "A budget is told to somebody.", "Set the address of those who pay, or of a team.")
    return mails


class Budget(Section):
    """A monthly budget of what bears the stack's tag Stack.

    AWS counts a tag only from the day on which it is activated for cost allocation.
    """

    monthly_usd: Dollars
    """US dollars a month."""
    mails: Annotated[Many[Mail], Field(max_length=10), AfterValidator(_somebody)]
    """Who hears of it."""
    actual_percent: Annotated[Many[Percent], Field(max_length=5)] = (80,)
    """Percentages of the budget at which, when they are spent, a mail is sent."""
    forecast_percent: Annotated[Many[Percent], Field(max_length=5)] = (100,)
    """Percentages of the budget at which, when a month will probably reach them, a mail is sent."""
    activate_tags: Annotated[Many[CostTag], Field(max_length=20)] = ()
    """Tags to activate for cost allocation in the account. AWS knows a tag a day after the first resource bears it,
    and refuses it until then: in a new account they are set a day later. They stay active when the stack is gone."""
    category: Category | None = None
    """Name of a cost category that holds what bears the system's Project tag; none unless set."""
    anomaly_usd: Dollars | None = None
    """US dollars above the usual from which an anomaly of a day is told by mail; not watched unless set."""
    account_alarm_usd: Dollars | None = None
    """US dollars of the whole account in a month above which an alarm goes off (the metric EstimatedCharges, which
    AWS keeps in us-east-1 only, and only where billing alerts are switched on); none unless set."""

    @rule
    def something_is_told(self, key: str) -> Iterator[Problem]:
        if not self.actual_percent and not self.forecast_percent:
            yield problem(
                f"{key}.actual_percent",
                (),
                "Neither actual_percent nor forecast_percent has a value.",
                "A budget is told at some percentage of it.",
                "Leave both out for 80 percent spent and 100 percent foreseen.",
            )

    @rule
    def percentages_are_told_once(self, key: str) -> Iterator[Problem]:
        for name in ("actual_percent", "forecast_percent"):
            percentages = getattr(self, name)
            if len(set(percentages)) < len(percentages):
                yield problem(
                    f"{key}.{name}",
                    percentages,
                    "One percentage is listed twice.",
                    "AWS sends one notification for each.",
                    "Remove one of the two.",
                )
