"""What a preview says would happen to one resource; the same for both of the engine's formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from scripts.gate.values import UNKNOWN, at

PROVIDERS: Final = "pulumi:providers:"
BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
Operation = Literal["create", "update", "replace", "delete", "same"]


class CannotTell(Exception):  # noqa: N818 - not an error: the value is made by `pulumi up`
    """A property's new value is not known before `pulumi up`; the argument is the property's path."""


def type_of(urn: str) -> str:
    """The type's token in a URN, ``aws:rds/instance:Instance``, without those of its parents."""
    return urn.split("::", 3)[2].rpartition("$")[2]


def label_of(urn: str) -> str:
    """Type and name, by which `plinth:customize`, exemptions and approvals name a resource."""
    return f"{type_of(urn)}::{urn.split('::', 3)[3]}"


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as it is, or as it would be."""

    id: str = ""
    """What AWS calls it; empty before it is made."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    """Whether Pulumi refuses to delete it."""
    retained: bool = False
    """Whether Pulumi, deleting it, only forgets it."""
    custom: bool = True
    """Whether a provider makes it; a component exists in the program only."""


NOTHING: Final = State()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What would happen to a resource. `old` of one that is new, and `new` of one that goes, have no inputs."""

    urn: str
    operation: Operation
    old: State = NOTHING
    new: State = NOTHING
    reasons: tuple[str, ...] = ()
    """The properties that make it a replacement."""

    @property
    def type(self) -> str:
        """The type's token, ``aws:rds/instance:Instance``."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.split("::", 3)[3]

    @property
    def label(self) -> str:
        """Type and name."""
        return label_of(self.urn)

    @property
    def is_new(self) -> bool:
        return self.operation == "create"

    @property
    def goes_on(self) -> bool:
        """Whether there is one before and after: itself, or one in its place."""
        return self.operation not in ("create", "delete")

    @property
    def is_bucket(self) -> bool:
        return self.type in BUCKETS

    @property
    def is_real(self) -> bool:
        """Whether it is outside of the program: components and providers are not."""
        return self.old.custom and self.new.custom and not self.type.startswith(PROVIDERS)

    @property
    def is_gone(self) -> bool:
        """Whether what exists now is deleted, with or without something in its place."""
        return self.operation in ("delete", "replace") and not self.old.retained

    @property
    def stays(self) -> bool:
        """Whether what exists now is there afterwards, perhaps changed."""
        return self.operation in ("update", "same")

    def before(self, path: str) -> Any:
        """A property as it is now; None where it is not set."""
        return at(self.old.inputs, path)

    def after(self, path: str) -> Any:
        """A property as it would be; None where it is not set.

        Raises:
            CannotTell: it is only known once something else is made.
        """
        value = at(self.new.inputs, path)
        if value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value):
            raise CannotTell(path)
        return value
