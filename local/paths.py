"""Where the local cloud keeps things. Two places, and only two.

`CACHE` outlives `make down`: what costs minutes to get and never changes (engine, plugins, images).
`STATE` is the running cloud of this work tree: pid files, logs, ports, Pulumi's state, copied stack files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from local import bootstrap

ROOT = bootstrap.ROOT
CACHE = bootstrap.cache_dir()
STATE = ROOT / ".plinth"

RUN = STATE / "run"
LOGS = STATE / "logs"
STACKS = STATE / "stacks"
UNDERWAY = RUN / "underway"
PULUMI_STATE = STATE / "state"
PULUMI_HOME = STATE / "pulumi"
DOCKER_CONFIG = STATE / "docker"

TOOLCHAIN = ROOT / "local" / "toolchain"
IMAGES = ROOT / "local" / "images"

_SOCKET_LIMIT = 60  # bytes for what sockets hang on: 104 (macOS) less what containerd appends


def short(name: str) -> Path:
    """A path for sockets, under STATE unless the work tree lies too deep for the kernel's limit."""
    path = RUN / name
    if len(os.fsencode(path)) <= _SOCKET_LIMIT:
        return path
    tag = hashlib.sha256(os.fsencode(STATE)).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"plinth-{os.getuid()}-{tag}-{name}"


def make_state_dirs() -> None:
    """Create the directories of a running cloud; they hold secrets, so only their owner may look."""
    for path in (STATE, RUN, UNDERWAY, LOGS, STACKS, PULUMI_STATE, PULUMI_HOME, DOCKER_CONFIG):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
