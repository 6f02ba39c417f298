"""Whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from settings.cost.budget import Mail
from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Shaped


class Contact(Section):
    """Who is told, and how they are reached (CRT-OPS-18)."""

    mail: Mail | None = None
    """Address for mail."""
    phone: (
        Annotated[
            str,
            Shaped(
                r"\+[0-9][0-9 ]{5,18}", "a telephone number", "It begins with + and the country.", "Write +1 555 0100."
            ),
        ]
        | None
    ) = None
    """Telephone number, with the country."""
    chat: (
        Annotated[
            str,
            Shaped(r"[#@][A-Za-z0-9_-]{1,80}", "a channel", "It begins with # or @.", "Write '#ops-emergency'."),
        ]
        | None
    ) = None
    """Channel of the team's chat."""

    @rule
    def somebody_is_reached(self, key: str) -> Iterator[Problem]:
        if not (self.mail or self.phone or self.chat):
            yield problem(
                key,
                "",
                "It says no way to reach anybody.",
                "A contact has mail, phone or chat.",
                "Set one of the three.",
            )
