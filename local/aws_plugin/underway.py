"""Creations under way, each a file for as long as it lasts.

A plugin that is killed leaves its files behind: what they name was perhaps created, and the engine, which got no
answer, took it for not created. Whoever starts the next run must know of it; `make up` does.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PLINTH_LOCAL_UNDERWAY"
"""Names the directory for the files; without it nothing is noted."""


@contextmanager
def underway(urn: str) -> Iterator[None]:
    """Note that the resource is being created, until that has ended well or badly."""
    directory = os.environ.get(VARIABLE)
    if not directory:
        yield
        return
    note = Path(directory) / uuid.uuid4().hex
    note.write_text(urn)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
