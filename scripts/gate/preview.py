"""What a preview says, whichever of the engine's two formats it came in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scripts.gate.change import Change, Operation

MANDATORY: Final = "mandatory"
OPERATIONS: Final[tuple[Operation, ...]] = ("create", "update", "replace", "delete")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """What a policy says of a resource."""

    policy: str
    level: str
    """``mandatory`` refuses, ``advisory`` warns."""
    urn: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A whole preview."""

    changes: tuple[Change, ...]
    violations: tuple[Violation, ...] = ()
    errors: tuple[str, ...] = ()
    """Why it failed, if anything but a policy was the reason."""
    failed: bool = False
    """Whether the engine would not go on: for an error, a policy, or a protected resource."""

    @property
    def stack(self) -> str:
        """The stack's name; empty for a preview without resources."""
        return self.changes[0].urn.split("::")[0].removeprefix("urn:pulumi:") if self.changes else ""

    @property
    def stack_urn(self) -> str:
        """The URN of the stack itself, for what is said of no single resource."""
        stack, project = self.changes[0].urn.split("::")[:2]
        return f"{stack}::{project}::pulumi:pulumi:Stack::{project}-{self.stack}"

    @property
    def counts(self) -> Mapping[Operation, int]:
        """How many resources each operation concerns."""
        found = Counter(each.operation for each in self.changes if each.is_real)
        return {operation: found[operation] for operation in OPERATIONS if found[operation]}

    @property
    def refused_by_policy(self) -> bool:
        return any(each.level == MANDATORY for each in self.violations)

    @cached_property
    def _gone(self) -> frozenset[str]:
        return frozenset(each.old.id for each in self.changes if each.is_gone and each.old.id)

    @cached_property
    def _made(self) -> frozenset[str]:
        return frozenset(str(each.new.inputs.get("bucket")) for each in self.changes if each.is_new and each.is_bucket)

    def makes_bucket(self, name: object) -> bool:
        """Whether a bucket is new. A name that is not known yet is of a new one."""
        return not isinstance(name, str) or name in self._made

    def loses(self, change: Change) -> bool:
        """Whether what exists now is deleted, while what it belongs to is not."""
        return change.is_gone and not self.goes_with_its_owner(change)

    def goes_with_its_owner(self, change: Change) -> bool:
        """Whether what a resource belongs to, such as the bucket of a bucket policy, is deleted too."""
        return any(isinstance(value, str) and value in self._gone for value in change.old.inputs.values())
