"""Previews of tests/scripts/shop as the real engine wrote them, without what is of one machine or moment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"
CHANGES = ("first", "harmless", "risky", "guarded", "violating", "broken")
FORMATS = ("json", "jsonl")
# What the gate does not read, and most of what is written.
_NOISE = ("created", "modified", "outputs", "propertyDependencies", "sourcePosition", "stackTrace")
_UNREAD = ("policyAnalyzeSummaryEvent", "policyRemediateSummaryEvent", "resOutputsEvent")


def text(change: str, form: str) -> str:
    """A recorded preview."""
    return (RECORDED / f"{change}.{form}").read_text()


def shortened(text: str, form: str, folder: Path) -> str:
    """What the engine wrote, short enough to be kept."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4566", text.replace(str(folder), "/shop"))
    if form == "json":
        return json.dumps(_without_noise(json.loads(text)), indent=1) + "\n"
    events = [json.loads(line) for line in text.splitlines()]
    kept = [each for each in events if each.get("diagnosticEvent", {}).get("severity") != "debug"]
    told = [_without_noise(each) for each in kept if not any(name in each for name in _UNREAD)]
    return "".join(json.dumps({**each, "timestamp": 1790000000}) + "\n" for each in told)


def _without_noise(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_noise(each) for key, each in value.items() if key not in _NOISE}
    return [_without_noise(each) for each in value] if isinstance(value, list) else value
