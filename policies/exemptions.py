"""Which exemptions hold today, and what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from policies.configuration import Exemption
    from policies.rule import Rule


class Exemptions:
    """The exemptions of one run. One holds on its last day still."""

    def __init__(self, exemptions: Iterable[Exemption], today: dt.date) -> None:
        """Part those that hold from those that have ended."""
        self._holding = {each: 0 for each in exemptions if each.until >= today}
        self._ended = [each for each in exemptions if each.until < today]

    def covers(self, rule: Rule, urn: str) -> bool:
        """Whether a flaw that this rule has found in a resource is let off."""
        for each in self._holding:
            if each.covers(rule.id, rule.name, urn):
                self._holding[each] += 1
                return True
        return False

    def in_force(self) -> list[str]:
        """A line each, which says so where nothing was found that needs it."""
        return [
            f"{each}" + ("" if found else ". Nothing was found that needs it: remove it.")
            for each, found in self._holding.items()
        ]

    def expired(self) -> list[str]:
        """A line for each that has ended."""
        return [
            f"{each.rule} for {each.resource} ended on {each.until} ({each.owner}): mend what it lets off, "
            "or give it a new date and reason."
            for each in self._ended
        ]
