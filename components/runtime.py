"""What makes the Pulumi SDK quicker in a program of this size (docs/adr/0012)."""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
from typing import Any

import pulumi
from pulumi.runtime.settings import _get_rpc_manager

DEBUG = "PLINTH_SDK_DEBUG"


def tune() -> None:
    """Saves a third of a preview; call it in the program, before anything of a provider's SDK is loaded.

    The SDK sends each of its debug messages to the engine and waits for the answer, some four for each resource,
    though the engine shows them under ``--debug`` only: they are left out unless the variable PLINTH_SDK_DEBUG is
    set. The garbage collector looks again and again through a million objects of which nearly all stay until the
    program ends, seconds later: it is off, and at the end, when Python would look once more, there is nothing left
    for it to look at. And the order in which the SDK waits is put right.
    """
    gc.disable()
    atexit.register(gc.freeze)
    if not os.environ.get(DEBUG):
        pulumi.log.debug = _say_nothing
    _wait_for_calls_first()


def _wait_for_calls_first() -> None:
    """Has the SDK wait for its calls to the engine, one by one, and only then for what comes of them.

    When the program has said everything, the SDK waits for calls, then for outputs. But its calls begin only once it
    waits: it finds none, and goes on to wait for the next of all outputs, thousands of them, with a look at each every
    time one is there. That grows with the square of the program. With one call known from the start, and done
    at once, it finds the others too.
    """
    _get_rpc_manager().rpcs.append(asyncio.ensure_future(asyncio.sleep(0)))


def _say_nothing(*_: Any, **__: Any) -> None:
    """In place of pulumi.log.debug."""
