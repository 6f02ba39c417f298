"""Checks, levels and the score (CRT-OPS-01, CRT-OPS-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from scripts.health.anomalies import Anomaly
from scripts.output import Result, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

Level = Literal["basic", "performance", "business"]
WEIGHTS: Final[dict[Level, float]] = {"basic": 0.40, "performance": 0.35, "business": 0.25}
BANDS: Final = ((90, "Excellent"), (80, "Good"), (70, "Fair"), (60, "Poor"), (0, "Critical"))
"""The least score of each band; in between the lower bound counts: 89.5 is Good."""


class Check(BaseModel):
    """One thing that is looked at. `unknown` counts neither way: nothing was measured."""

    model_config = ConfigDict(frozen=True)

    level: Level
    name: str
    state: Literal["ok", "wrong", "unknown"]
    detail: str = ""
    weight: float = 1.0
    """How much it counts within its level."""
    of: str = ""
    """What it is a metric of, and which (`about`): of checks of performance alone."""
    about: str = ""


class Health(Result):
    """How well a system is. The score is None when nothing could be looked at."""

    stack: str
    score: float | None
    band: str
    levels: dict[Level, float | None]
    checks: tuple[Check, ...]
    anomalies: tuple[Anomaly, ...] = ()

    def show(self, console: Console) -> None:
        """Print the score, what is not ok, and what is unlike before."""
        levels = ", ".join(f"{name} {_number(score)}" for name, score in self.levels.items())
        console.print(f"{self.stack}: {_number(self.score)} of 100, {self.band} ({levels})", markup=False)
        rows = [(each.state, each.level, each.name, each.detail) for each in self.checks]
        console.print(table("", "level", "check", "", rows=sorted(rows, key=lambda row: row[0] != "wrong")))
        for each in self.anomalies:
            said = f"{each.metric} is {each.value:g}, {each.expected:g} was to be expected: {each.why}"
            console.print(f"anomaly ({each.kind}): {said}", markup=False)

    def summary(self) -> dict[str, object]:
        """What a record of a change keeps."""
        wrong = [f"{each.name}: {each.detail}" for each in self.checks if each.state == "wrong"]
        return {"score": self.score, "band": self.band, "wrong": wrong}


def health(stack: str, checks: Sequence[Check], anomalies: Sequence[Anomaly] = ()) -> Health:
    """The score of these checks: each level's share of what is ok, weighted; levels without any check do not count."""
    levels = {level: _share([each for each in checks if each.level == level]) for level in WEIGHTS}
    known = {level: score for level, score in levels.items() if score is not None}
    whole = sum(WEIGHTS[level] for level in known)
    score = round(sum(WEIGHTS[level] * value for level, value in known.items()) / whole, 1) if known else None
    return Health(
        stack=stack,
        score=score,
        band=band(score),
        levels=levels,
        checks=tuple(checks),
        anomalies=tuple(anomalies),
    )


def band(score: float | None) -> str:
    """What a score is called."""
    return "unknown" if score is None else next(name for least, name in BANDS if score >= least)


def _share(checks: list[Check]) -> float | None:
    """Percent of the weight of known checks that is ok."""
    known = [each for each in checks if each.state != "unknown"]
    if not known:
        return None
    return round(100 * sum(each.weight for each in known if each.state == "ok") / sum(each.weight for each in known), 1)


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"
