"""What makes the Pulumi SDK quicker in a program of this size (docs/adr/0012)."""

from __future__ import annotations

import gc
import os
from typing import Any

import pulumi

DEBUG = "PLINTH_SDK_DEBUG"


def tune() -> None:
    """Saves a fifth of a preview; call it before anything of a provider's SDK is loaded.

    The SDK sends each of its debug messages to the engine and waits for the answer, some four for each resource,
    though the engine shows them under ``--debug`` only: they are left out unless the variable PLINTH_SDK_DEBUG is
    set. And the garbage collector looks again and again through a million objects of which nearly all stay until
    the program ends, seconds later: it is off.
    """
    gc.disable()
    if not os.environ.get(DEBUG):
        pulumi.log.debug = _say_nothing


def _say_nothing(*_: Any, **__: Any) -> None:
    """In place of pulumi.log.debug."""
