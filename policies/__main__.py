"""Where Pulumi starts the pack. The SDK prints its port as the first line: nothing here may print to stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# Pulumi runs this folder as a script, from inside it: the package it is lies one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies import analyzer, engine

if ":" in "".join(sys.argv[1:2]):  # Pulumi gives the engine's address, whoever starts the pack by hand does not
    watched = engine.end_with(sys.argv[1])
analyzer.install()
PolicyPack(analyzer.PACK, analyzer.policies(), enforcement_level=EnforcementLevel.MANDATORY)
