"""The Pulumi program: one stack file in, one system on AWS out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pulumi

from components.platform import Platform
from components.runtime import tune
from settings import SettingsError, load

ROOT = Path(__file__).parent
# Pulumi's own variables: everything that `pulumi config` shows, and which of it was encrypted.
CONFIG = ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS")


def main() -> None:
    """Builds the stack that the configuration describes, or says everything that is wrong with it."""
    tune()
    config, secret_keys = (json.loads(os.environ.get(name, "null")) for name in CONFIG)
    try:
        settings = load(config or {}, root=ROOT, secret_keys=secret_keys or ())
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    platform = Platform(settings, root=ROOT)
    for name, value in platform.outputs.items():
        pulumi.export(name, value)


main()
