"""The record of one change: who, when, why, and step by step what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

State = Literal["running", "done", "failed", "interrupted", "abandoned"]
OVER: frozenset[State] = frozenset({"done", "failed", "abandoned"})


def now() -> dt.datetime:
    """This moment, UTC, in whole seconds."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def stamp(moment: dt.datetime) -> str:
    """A moment as ids have it (CRT-DR-01): ``20261123_091500``."""
    return f"{moment:%Y%m%d_%H%M%S}"


class Step(BaseModel):
    """A step of a change. What it `result`ed in is there for the steps after it, and for whoever goes on."""

    name: str
    state: State = "running"
    started: dt.datetime
    ended: dt.datetime | None = None
    result: Any = None


class Note(BaseModel):
    """Something that happened on the way."""

    at: dt.datetime
    text: str


class Journal(BaseModel):
    """A change as it is kept in ``operations/<id>.json``; while it runs, in ``operations/current.json`` too."""

    version: Literal[1] = 1
    id: str
    verb: str
    arguments: dict[str, Any]
    argv: list[str]
    """The command line, by which it is resumed."""
    who: str
    host: str
    pid: int
    reason: str = ""
    started: dt.datetime
    ended: dt.datetime | None = None
    state: State = "running"
    error: str = ""
    steps: list[Step] = Field(default_factory=list)
    notes: list[Note] = Field(default_factory=list)

    @property
    def here(self) -> str:
        """The step that it is in, or stopped in."""
        unfinished = [step.name for step in self.steps if step.state != "done"]
        return unfinished[-1] if unfinished else "the end of a step"

    @property
    def done(self) -> list[str]:
        """The steps that are done."""
        return [step.name for step in self.steps if step.state == "done"]

    def step(self, name: str) -> Step | None:
        """The step of that name, if it was begun."""
        return next((step for step in self.steps if step.name == name), None)
