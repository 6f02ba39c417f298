"""Serves the pack to the engine, as the SDK's `PolicyPack` would, but without the calls that mend nothing.

The engine asks twice for each resource: `Remediate`, then `Analyze`. To answer costs a server in Python about half a
millisecond, and a call that it does not implement half of that. The engine takes the latter for "nothing mended".
"""

from __future__ import annotations

from concurrent import futures
from typing import TYPE_CHECKING, Any, Final

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.analyzer import Analyzer

_REMEDIATE: Final = "/pulumirpc.Analyzer/Remediate"
_OPTIONS: Final = (("grpc.max_receive_message_length", -1),)
"""No limit: a whole stack comes in one message."""


def serve(analyzer: Analyzer) -> None:
    """Print the port to stdout, for the engine, and answer until it interrupts."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4), interceptors=[_OnlyWhatMends(analyzer)], options=_OPTIONS
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 where the engine reads it
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(grace=None)


class _OnlyWhatMends(grpc.ServerInterceptor):
    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Any],
        details: grpc.HandlerCallDetails,
    ) -> Any:
        """No handler for `Remediate` where no rule mends: gRPC then rejects the call before it reads it."""
        if details.method == _REMEDIATE and not self._analyzer.mends:
            return None
        return continuation(details)
