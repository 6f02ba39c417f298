"""uvicorn that goes on answering for a while after SIGTERM.

A load balancer takes some seconds to stop sending to a target that is going away. A server that closed its
port at once would lose those requests, so a rolling deployment would not be free of errors.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from types import FrameType

import uvicorn

log = logging.getLogger(__name__)


class DrainingServer(uvicorn.Server):
    """On SIGTERM: `drain_seconds` of normal service, then uvicorn's own graceful end. Ctrl-C ends at once."""

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self.draining = False
        self._drain_seconds = drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGTERM or self._loop is None:
            super().handle_exit(sig, frame)
        elif not self.draining:
            self.draining = True
            # A signal may find the loop asleep: only the threadsafe call wakes it up.
            self._loop.call_soon_threadsafe(self._drain, self._loop)

    def _drain(self, loop: asyncio.AbstractEventLoop) -> None:
        log.info("draining", extra={"drain_seconds": self._drain_seconds})
        loop.call_later(self._drain_seconds, self._stop)

    def _stop(self) -> None:
        self.should_exit = True
