"""The Pulumi program: one stack file in, one system on AWS out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pulumi

from components.platform import Platform
from settings import SettingsError, load


def main() -> None:
    """Builds the stack that the configuration describes, or says everything that is wrong with it."""
    try:
        settings = load(json.loads(os.environ.get("PULUMI_CONFIG", "{}")), root=Path(__file__).parent)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    platform = Platform(settings, root=Path(__file__).parent)
    for name, value in platform.outputs.items():
        pulumi.export(name, value)


main()
