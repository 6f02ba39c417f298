"""Where Pulumi starts the pack. The first line on stdout is its port: nothing else here may print there."""

from __future__ import annotations

import sys
from pathlib import Path

# Pulumi runs this folder as a script, from inside it: the package it is lies one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies import engine, server
from policies.analyzer import Analyzer

if ":" in "".join(sys.argv[1:2]):  # Pulumi gives the engine's address, whoever starts the pack by hand does not
    watched = engine.end_with(sys.argv[1])
server.serve(Analyzer())
