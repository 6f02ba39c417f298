"""What the local emulators lack or do differently from AWS. Shown by `make status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One difference: the service, what differs, and what follows for someone who works locally."""

    service: str
    what: str
    effect: str


GAPS: tuple[Gap, ...] = ()
