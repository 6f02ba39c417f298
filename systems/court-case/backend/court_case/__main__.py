"""`python -m court_case`: one process; more load means more tasks."""

from __future__ import annotations

import uvicorn

from court_case import application

# Seconds. Longer than the load balancer's idle timeout of 60, or it would reuse a connection just closed here.
KEEP_ALIVE = 75

if __name__ == "__main__":
    uvicorn.run(
        application.create(),
        host="0.0.0.0",  # noqa: S104 - a container's own network
        port=8000,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=20,
    )
