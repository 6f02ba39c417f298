"""`python -m auterity`: one process; more load means more tasks."""

from __future__ import annotations

import logging
import sys

import uvicorn
from pydantic import ValidationError

from auterity import application, logs
from auterity.metrics import Metrics
from auterity.server import DrainingServer
from auterity.settings import Settings, explain

# Seconds. Longer than the load balancer's idle timeout of 60, or it would reuse a connection just closed here:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html (502)
KEEP_ALIVE = 75


def main() -> None:
    """Serve until told to stop; a wrong environment ends it with one line for each mistake."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(explain(error))
    logs.configure(settings.log_level, settings.log_format)
    log = logging.getLogger("auterity")
    log.info("starting", extra={"version": settings.version, "port": settings.port})
    if unset := settings.unset():
        log.warning("not configured: %s", ", ".join(unset))

    metrics = Metrics()
    config = uvicorn.Config(
        app=application.create(settings, metrics, lambda: server.draining),
        host="0.0.0.0",  # noqa: S104 - a container's own network
        port=settings.port,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server = DrainingServer(config, settings.drain_seconds)
    metrics.connections.set_function(lambda: len(server.server_state.connections))
    server.run()
    if not server.started:
        sys.exit(1)


if __name__ == "__main__":
    main()
