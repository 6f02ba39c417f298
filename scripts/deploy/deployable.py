"""What can be deployed, whatever it runs on: a service of ECS, an environment of Beanstalk, a worker on Lambda."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable


Kind = Literal["service", "beanstalk", "worker"]
State = Literal["healthy", "failed", "running", "unknown"]


class Release(BaseModel):
    """Something that was deployed, and can be again without a build."""

    model_config = ConfigDict(frozen=True)

    name: str
    """What `plinth rollback --to` takes: ``BackendService:7``, a version label, the number of a version."""
    version: str
    """What it calls itself: a tag, a digest's beginning."""
    state: State
    """Whether it was well when it was deployed."""
    at: dt.datetime | None = None
    current: bool = False


class Outcome(BaseModel):
    """How a deployment ended."""

    model_config = ConfigDict(frozen=True)

    good: bool
    """Whether what was asked for is what runs."""
    running: str
    """The release that runs now."""
    why: str = ""
    """What AWS says of it."""
    evidence: tuple[str, ...] = ()
    """What is known of those that failed."""


class Deployable(Protocol):
    """One thing to deploy. Releases are named by text alone, so that a journal can keep them."""

    @property
    def kind(self) -> Kind:
        """What runs it."""
        ...

    @property
    def name(self) -> str:
        """What the stack file calls it."""
        ...

    def current(self) -> Release:
        """What runs, or is on the way to."""
        ...

    def releases(self) -> list[Release]:
        """What was deployed, the newest first; that which runs among it."""
        ...

    def release(self, name: str) -> Release:
        """The release of that name, however long ago it was deployed; PlinthError when it is not there any more."""
        ...

    def check(self, version: str) -> None:
        """PlinthError when a version is not there, or cannot run. Changes nothing."""
        ...

    def prepare(self, version: str) -> str:
        """The release of a version that `check` finds right. Can be done again."""
        ...

    def start(self, release: str) -> None:
        """Begin to deploy a release; nothing where it runs already, or is on the way."""
        ...

    def watch(self, release: str, minutes: float, note: Callable[[str], None]) -> Outcome:
        """Wait for the end of it, and note what happens."""
        ...

    def snapshot(self) -> dict[str, Any]:
        """How it is deployed, in full; secrets by reference alone (CRT-DR-01)."""
        ...


def last_healthy(releases: list[Release]) -> Release | None:
    """The newest release that was well and is not the one that runs (design decision 10)."""
    return next((each for each in releases if each.state == "healthy" and not each.current), None)
