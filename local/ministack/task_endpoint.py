"""Lets the applications in tasks call AWS.

MiniStack tells tasks to find it, and their credentials, at ``host.docker.internal``. It listens on the host's loopback
only, which no container reaches, and AWS's clients take credentials by plain HTTP from no such host. So it listens on
the gateway of the tasks' network too, which only this machine and its containers reach, and tasks get the credentials
that every client of the local cloud has.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import closing
from typing import Any

from docker.errors import DockerException
from hypercorn import asyncio as server
from ministack import app
from ministack.core.responses import get_account_id
from ministack.services import ecs

# MiniStack takes an access key of twelve digits for the account.
SECRET = "test"  # noqa: S105 - the local cloud looks at no secret
BY_METADATA = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN")


def install() -> None:
    """Lays it over the start of the server and of containers."""
    serve, build = server.serve, ecs._build_run_kwargs

    async def serve_containers_too(application: Any, config: Any, **options: Any) -> None:
        if (gateway := _gateway()) and _is_ours(gateway):
            config.bind.append(f"{gateway}:{app._resolve_port()}")
        await serve(application, config, **options)

    def build_with_credentials(*args: Any, **kwargs: Any) -> dict[str, Any]:
        made: dict[str, Any] = build(*args, **kwargs)
        made["environment"] = with_credentials(made.get("environment") or {})
        return made

    server.serve, ecs._build_run_kwargs = serve_containers_too, build_with_credentials


def with_credentials(environment: dict[str, str]) -> dict[str, str]:
    """A container's variables, with credentials in them rather than where to ask for some."""
    own = {name: value for name, value in environment.items() if name not in BY_METADATA}
    return {"AWS_ACCESS_KEY_ID": get_account_id(), "AWS_SECRET_ACCESS_KEY": SECRET, **own}


def _gateway() -> str | None:
    """The host's address on the network of the tasks; None without an engine.

    An engine that starts for the first time does not tell it: it is the first address of the subnet, as ever.
    """
    try:
        docker = ecs._get_docker()
        network = docker.networks.get(os.environ.get("DOCKER_NETWORK", "bridge")) if docker else None
    except DockerException:
        return None
    configured = network.attrs["IPAM"]["Config"] if network else []
    if not configured:
        return None
    return str(configured[0].get("Gateway") or next(ipaddress.ip_network(configured[0]["Subnet"]).hosts()))


def _is_ours(address: str) -> bool:
    """Whether this machine has the address: not where Docker runs in a machine of its own, which finds us anyway."""
    with closing(socket.socket()) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
