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

from local import paths, registry
from local.golang import GoBuild, install
from local.steps import Steps

_IMAGE_LAUNCHER = """#!/bin/sh
# Written by `make up`: the real plugin, which here trusts the certificate of the local registry too.
SSL_CERT_DIR="${{SSL_CERT_DIR:-/etc/ssl/certs}}":{certificates} exec {binary} "$@"
"""
_AWS_LAUNCHER = """#!/bin/sh
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
    binary, certificates = build_tools() / "pulumi-resource-docker-build", registry.certificates()
    image = _IMAGE_LAUNCHER.format(binary=shlex.quote(str(binary)), certificates=shlex.quote(str(certificates)))
    _write_launcher("docker-build", _version("pulumi-docker-build"), image)
    aws = _AWS_LAUNCHER.format(root=shlex.quote(str(paths.ROOT)), python=shlex.quote(sys.executable))
    _write_launcher("aws", _version("pulumi-aws"), aws)


def _write_launcher(name: str, version: str, text: str) -> None:
    folder = paths.PULUMI_HOME / "plugins" / f"resource-{name}-v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "new"
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(folder / f"pulumi-resource-{name}")


def _version(distribution: str) -> str:
    return metadata.version(distribution)
