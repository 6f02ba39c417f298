"""The pack ends with its engine.

An engine that is killed stops nobody, and one that is refused ends without stopping who refused it. The parent's end
tells nothing, because between the two stands a shell or a language host that lives on: so the pack watches the engine.
"""

from __future__ import annotations

import os
import threading
from typing import Final

import grpc

_OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),  # the engine is on this machine
    ("grpc.client_idle_timeout_ms", 2**31 - 1),  # an idle connection that gRPC gives up would look like the end
)


def end_with(address: str) -> grpc.Channel:
    """End this process, and with it the shell that started it, when the engine at `host:port` is gone.

    Whoever calls this keeps what it returns: gRPC watches no longer than that lives.
    """
    connected = threading.Event()

    def watch(state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.READY:
            connected.set()
        elif connected.is_set() or state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
            os._exit(1)  # the main thread sleeps in the SDK's server, which cannot be asked to stop

    channel = grpc.insecure_channel(address, _OPTIONS)
    channel.subscribe(watch, try_to_connect=True)
    return channel
