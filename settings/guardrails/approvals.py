"""What a stack file says to the gate (`plinth gate`), which judges changes where the policy pack judges results."""

from __future__ import annotations

from typing import Literal

from settings.guardrails.policies import Day, Pattern, Sentence
from settings.section import Section

Change = Literal[
    "data-store-lost",
    "entrance-lost",
    "protected-lost",
    "logs-lost",
    "backups-lost",
    "versions-lost",
    "protection-removed",
    "ingress-opened",
    "encryption-removed",
    "tls-weakened",
    "many-deletions",
]


class Approval(Section):
    """One kind of risky change of a resource, or of those that a pattern matches, let through until a day."""

    change: Change
    """The risk, as the gate names it (docs/risks.md)."""
    resource: Pattern
    """A URN, or a pattern that it, or the type and name that it ends with, matches."""
    reason: Sentence
    """Why it is done. Every run of the gate prints it."""
    owner: Sentence
    """Who answers for it."""
    until: Day
    """The last day on which it holds, year-month-day; on the next one the gate stops the change again."""
