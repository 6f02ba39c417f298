"""Releases as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.deploy.deployable import Release
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console


class Releases(Result):
    """What was deployed, the newest first."""

    releases: tuple[Release, ...]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [
            (
                each.name,
                each.version,
                each.state,
                f"{each.at:%Y-%m-%d %H:%M}" if each.at else None,
                each.current or None,
            )
            for each in self.releases
        ]
        console.print(table("release", "version", "state", "deployed (UTC)", "runs", rows=rows))
