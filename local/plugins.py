"""The plugins that the engine loads, and BuildKit, which is built from the same Go module as one of them.

The engine searches the network, for seconds and at every preview, for each plugin that an installed Python
package names and that is not in `$PULUMI_HOME/plugins`: so each of them is there.
"""

from __future__ import annotations

import hashlib
import shlex
import sys
from importlib import metadata
from pathlib import Path

from local import paths
from local.golang import GoBuild, install
from local.steps import Steps

_LAUNCHER = """#!/bin/sh
# Written by `make up`: the engine starts this as its AWS plugin and reads the port it prints.
unset PYTHONDONTWRITEBYTECODE
cd {root} && exec {python} -m local.aws_plugin "$@"
"""


def build_tools() -> Path:
    """Where pulumi-resource-docker-build, buildkitd and buildctl are, or will be."""
    module = paths.TOOLCHAIN / "docker-build"
    digest = hashlib.sha256((module / "go.mod").read_bytes() + (module / "go.sum").read_bytes())
    return paths.CACHE / "build-tools" / f"{_version('pulumi-docker-build')}-{digest.hexdigest()[:8]}"


def ensure_build_tools(steps: Steps) -> None:
    """Build the docker-build plugin and BuildKit, unless they are in the cache."""
    if (build_tools() / "pulumi-resource-docker-build").exists():
        return
    version = _version("pulumi-docker-build")
    variable = "github.com/pulumi/pulumi-docker-build/provider.Version"
    with steps.step(f"Plugin docker-build v{version} and BuildKit, from their Go modules", expect="2 to 4 min"):
        install(GoBuild(paths.TOOLCHAIN / "docker-build", f"-X {variable}={version}"), build_tools())


def link_plugins() -> None:
    """Fill `$PULUMI_HOME/plugins`: the real docker-build plugin, and the stand-in for the AWS plugin."""
    image_plugin = _plugin_dir("docker-build", _version("pulumi-docker-build")) / "pulumi-resource-docker-build"
    image_plugin.unlink(missing_ok=True)
    image_plugin.symlink_to(build_tools() / "pulumi-resource-docker-build")
    launcher = _plugin_dir("aws", _version("pulumi-aws")) / "pulumi-resource-aws"
    launcher.write_text(_LAUNCHER.format(root=shlex.quote(str(paths.ROOT)), python=shlex.quote(sys.executable)))
    launcher.chmod(0o755)


def _plugin_dir(name: str, version: str) -> Path:
    folder = paths.PULUMI_HOME / "plugins" / f"resource-{name}-v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _version(distribution: str) -> str:
    return metadata.version(distribution)
