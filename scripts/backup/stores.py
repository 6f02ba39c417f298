"""The data stores of a stack, as AWS Backup knows them: by ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.errors import Exit, PlinthError, unknown

if TYPE_CHECKING:
    from scripts.target import Target
    from settings.inventory import ProtectionEntry


def stores(target: Target) -> dict[str, str]:
    """Everything that holds data, name to ARN: postgres, file systems and buckets by their keys in the stack file."""
    platform = target.inventory.platform
    of = f"{target.region}:{target.account}"
    found = {}
    if platform.postgres is not None:
        found["postgres"] = f"arn:aws:rds:{of}:db:{platform.postgres.identifier}"
    for key, files in platform.files.items():
        found[key] = f"arn:aws:elasticfilesystem:{of}:file-system/{files.file_system_id}"
    for key, bucket in platform.buckets.items():
        found[key] = f"arn:aws:s3:::{bucket}"
    return found


def store(target: Target, name: str) -> str:
    """The ARN of a store; PlinthError with the nearest names when there is none."""
    found = stores(target)
    if name not in found:
        raise unknown("data store", name, found)
    return found[name]


def protection(target: Target) -> ProtectionEntry:
    """The vault; PlinthError when the stack has none."""
    found = target.inventory.protection
    if found is None:
        raise PlinthError(
            f"stack {target.stack} has no backup vault",
            "Add plinth:backup to its stack file, and pulumi up",
            Exit.USAGE,
        )
    return found
