"""An issue: what is wrong, whom it hurts, where it comes from, what to do, and how to prevent it (CRT-OPS-06)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

Category = Literal["infrastructure", "application", "security"]
Severity = Literal["critical", "warning"]
CATEGORIES: Final[tuple[Category, ...]] = ("infrastructure", "application", "security")


class Issue(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(frozen=True)

    id: str
    """What kind of issue it is, for scripts and for searching: ``tasks-cannot-start``."""
    category: Category
    severity: Severity
    components: tuple[str, ...]
    description: str
    impact: str
    cause: str
    """What AWS says, or what the evidence speaks for."""
    steps: tuple[str, ...]
    prevention: str
    evidence: tuple[str, ...] = ()
