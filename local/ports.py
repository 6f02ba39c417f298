"""Loopback ports of the local cloud: chosen once, remembered in `.plinth/ports.json`.

A port stays the same across runs, because URLs, Pulumi's state and the image names that ECS pulls
contain it.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path

# What is tried first; any free port is taken when another program has it.
PREFERRED = {"aws": 4566, "fakes": 4567, "registry": 5055}


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A free loopback port, picked by the kernel."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remembered(book: Path) -> dict[str, int]:
    """The ports chosen so far, by the server's name; empty when there are none."""
    try:
        found = json.loads(book.read_text())
    except (OSError, ValueError):
        return {}
    return {str(k): int(v) for k, v in found.items()} if isinstance(found, dict) else {}


def choose(name: str, book: Path, *, in_use_by_us: bool) -> int:
    """The port of server `name`, remembered in `book`; a new one when a stranger has taken it.

    `in_use_by_us` says that the server runs already, so that its port is rightly taken.
    """
    ports = remembered(book)
    port = ports.get(name, PREFERRED.get(name, 0))
    others = {number for other, number in ports.items() if other != name}
    if not in_use_by_us and (port == 0 or port in others or not is_free(port)):
        port = any_free()
    if ports.get(name) != port:
        fresh = book.with_suffix(".new")
        fresh.write_text(json.dumps({**ports, name: port}, indent=2, sort_keys=True) + "\n")
        fresh.replace(book)
    return port
