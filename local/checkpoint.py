"""Reading what Pulumi has recorded of a stack, from its state file in `.plinth`.

Read-only and without starting the engine, for which each question would cost a second.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local import paths

PROJECT = "plinth"


@dataclass(frozen=True)
class Checkpoint:
    """The recorded state of stack `name`; that of a stack which does not exist is empty."""

    name: str

    @cached_property
    def _latest(self) -> dict[str, Any]:
        file = paths.PULUMI_STATE / ".pulumi" / "stacks" / PROJECT / f"{self.name}.json"
        try:
            document = json.loads(file.read_text())
        except (OSError, ValueError):
            return {}
        return document.get("checkpoint", {}).get("latest") or {}

    @property
    def exists(self) -> bool:
        """Whether the stack was created, even if nothing is in it."""
        return (paths.PULUMI_STATE / ".pulumi" / "stacks" / PROJECT / f"{self.name}.json").exists()

    @property
    def resources(self) -> list[dict[str, Any]]:
        """All recorded resources: providers and components too."""
        return list(self._latest.get("resources") or [])

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs; secret ones are encrypted."""
        stack = next((each for each in self.resources if each["type"] == "pulumi:pulumi:Stack"), {})
        return dict(stack.get("outputs") or {})

    @property
    def region(self) -> str | None:
        """The AWS region that the stack's provider is set to; None before the first deployment."""
        providers = [each for each in self.resources if each["type"] == "pulumi:providers:aws"]
        return next((str(region) for each in providers if (region := each.get("inputs", {}).get("region"))), None)

    def of_type(self, token: str) -> list[dict[str, Any]]:
        """The outputs of all resources of one type, each with its `id`."""
        found = [each for each in self.resources if each["type"] == token]
        return [{**(each.get("outputs") or {}), "id": each.get("id", "")} for each in found]

    @property
    def protected(self) -> bool:
        """Whether any resource is protected against deletion."""
        return any(each.get("protect") for each in self.resources)

    @property
    def pending_creates(self) -> bool:
        """Whether an interrupted run was creating something, so that nobody knows whether it exists."""
        pending = self._latest.get("pending_operations") or []
        return any(each.get("type") == "creating" for each in pending)


def names() -> list[str]:
    """The stacks that exist in the local cloud."""
    folder = paths.PULUMI_STATE / ".pulumi" / "stacks" / PROJECT
    return sorted(file.stem for file in folder.glob("*.json"))
