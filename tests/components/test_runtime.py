"""How the SDK waits at the end of a program: what components/runtime.py puts right, and that it still has to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.settings import _get_rpc_manager
from pulumi.runtime.stack import wait_for_rpcs

from components import runtime

if TYPE_CHECKING:
    import pytest

CALLS = 40


def looks(patch: pytest.MonkeyPatch, *, tuned: bool) -> int:
    """How many outputs the SDK looks at, to see whether they are there, until that of the last call is."""
    wait, looked = asyncio.wait, 0

    async def counting(outputs: list[Any], **options: Any) -> Any:
        nonlocal looked
        looked += len(outputs)
        return await wait(outputs, **options)

    async def program() -> None:
        manager = _get_rpc_manager()
        manager.clear()
        if tuned:
            runtime._wait_for_calls_first()
        for number in range(CALLS):
            call: Any = asyncio.ensure_future(manager.do_rpc("call", asyncio.sleep)(number / 1000))
            pulumi.Output.from_input(call)
        await wait_for_rpcs()

    patch.setattr(asyncio, "wait", counting)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(program())
    return looked


def test_the_sdk_does_not_look_at_all_outputs_whenever_one_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(monkeypatch, tuned=True) < 3 * CALLS


def test_it_would_if_it_were_let(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(monkeypatch, tuned=False) > 4 * CALLS, "mended in the SDK: components/runtime.py can go without"
