"""`make env`: the environment of the local cloud as lines for a shell."""

from __future__ import annotations

import shlex

from local import deployment, docker, emulator
from local.errors import LocalCloudError


def exports() -> str:
    """`export NAME=value` for everything pulumi, aws and docker need; PATH is extended, not replaced."""
    if not emulator.environment():
        raise LocalCloudError("there is no local cloud yet", "make up")
    env = deployment.environment(docker.find())
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(env.items()))
