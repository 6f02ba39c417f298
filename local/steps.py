"""One line per step, with its duration, in the order in which the steps end.

Steps may run in parallel threads. On a terminal the running ones are shown with a spinner; elsewhere a
step that takes long says so when it starts. What needs no work enters no step and prints nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Timing:
    """How long a finished step took, in seconds."""

    name: str
    seconds: float


@dataclass
class Step:
    """A running step; what it learns about itself goes into `detail` and is shown at its end."""

    detail: str = ""


@dataclass
class Steps:
    """The steps of one command. Use as a context manager, so that the terminal is left clean."""

    console: Console
    timings: list[Timing] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _progress: Progress | None = None

    def __enter__(self) -> Self:
        """Start the live display on a terminal."""
        if self.console.is_terminal:
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=self.console,
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the live display away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    @contextmanager
    def step(self, name: str, expect: str = "") -> Iterator[Step]:
        """Run a step: `name` says what is made, `expect` how long it may take (only for slow ones)."""
        step, started = Step(), time.monotonic()
        shown = escape(f"{name} ({expect})" if expect else name)
        task = self._progress.add_task(shown) if self._progress is not None else None
        if task is None and expect:
            self._print(f"  … {shown}")
        try:
            yield step
        except BaseException:
            self._print(f"  [red]✗[/red] {escape(name)}  {duration(time.monotonic() - started)}")
            raise
        finally:
            if task is not None and self._progress is not None:
                self._progress.remove_task(task)
        seconds = time.monotonic() - started
        with self._lock:
            self.timings.append(Timing(name, seconds))
        detail = f"  [dim]{escape(step.detail)}[/dim]" if step.detail else ""
        self._print(f"  [green]✓[/green] {escape(name)}{detail}  [dim]{duration(seconds)}[/dim]")

    def note(self, text: str) -> None:
        """Say something that is no step of its own, such as what cannot be had here."""
        self._print(f"  [yellow]![/yellow] {escape(text)}")

    def _print(self, markup: str) -> None:
        with self._lock:
            self.console.print(markup, highlight=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """A duration for people: `0.4 s`, `12 s`, `3 min 05 s`."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds a tenth is worth showing
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
