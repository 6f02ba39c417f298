"""Publishing a web site's files without Pulumi: what changed is sent, what is gone is removed (RPH-DEP-03)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import batches, together
from scripts.edge.cdn import invalidate
from scripts.errors import Exit, PlinthError, unknown
from scripts.operations.operation import operation
from scripts.output import Result
from settings.edge.caching import cache_control, content_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from scripts.target import Target

_AT_A_CALL: Final = 1000  # objects that DeleteObjects takes


class Published(Result):
    """What was sent and removed, and the invalidation of it."""

    site: str
    sent: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    invalidation: str | None

    def show(self, console: Console) -> None:
        """Print it."""
        counts = f"{len(self.sent)} sent, {len(self.removed)} removed, {self.unchanged} unchanged"
        console.print(f"{self.site}: {counts}; invalidation {self.invalidation or 'not needed'}", markup=False)


@dataclass(frozen=True)
class Plan:
    """What publishing a folder would do: keys to files, and keys that are gone."""

    bucket: str
    send: dict[str, Path]
    remove: list[str]
    unchanged: int


def plan(target: Target, site: str, folder: Path) -> Plan:
    """Compare a folder with the site's bucket; PlinthError for a folder that is no site."""
    sites = target.inventory.edge.sites if target.inventory.edge else {}
    if site not in sites:
        raise unknown("site", site, sites)
    if not folder.is_dir():
        raise PlinthError(f"{folder} is no folder", "Give the folder that the site was built into", Exit.USAGE)
    files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    if not files:
        raise PlinthError(f"{folder} has no files: the site would be empty", "Build the site first", Exit.USAGE)
    bucket = sites[site]
    pages = target.cloud.pages("s3", "list_objects_v2", "Contents", Bucket=bucket)
    there = {each["Key"]: each["ETag"].strip('"') for each in pages if each}
    send = {key: file for key, file in files.items() if there.get(key) != _etag(file)}
    return Plan(bucket, send, sorted(set(there) - set(files)), len(files) - len(send))


def publish(target: Target, site: str, folder: Path, immutable: tuple[str, ...]) -> Published:
    """Send what changed, pages last, then remove what is gone, then have edges ask anew.

    In this order a page never names a file that is not there.
    """
    with operation(target, "site publish", {"site": site, "folder": str(folder)}) as op:
        found = plan(target, site, folder)
        s3 = target.cloud.client("s3")

        def send(key: str) -> None:
            s3.put_object(
                Bucket=found.bucket,
                Key=key,
                Body=found.send[key].read_bytes(),
                ContentType=content_type(key),
                CacheControl=cache_control(key, immutable),
            )

        pages = [key for key in found.send if key.endswith(".html")]
        op.step(
            f"send {len(found.send)} files", lambda: _in_turn(send, [k for k in found.send if k not in pages], pages)
        )
        op.step(f"remove {len(found.remove)}", lambda: _remove(s3, found))
        changed = [*found.send, *found.remove]
        made = None
        if changed:
            paths = sorted({f"/{key}" for key in changed} | ({"/"} if pages else set()))
            made = op.step("invalidate", lambda: invalidate(target, paths, op.journal.id, wait=False).invalidation)
        return Published(
            site=site, sent=tuple(found.send), removed=tuple(found.remove), unchanged=found.unchanged, invalidation=made
        )


def _in_turn(send: Callable[[str], None], *groups: list[str]) -> None:
    for group in groups:
        together(send, group)


def _remove(s3: Any, found: Plan) -> None:
    for some in batches(found.remove, _AT_A_CALL):
        s3.delete_objects(Bucket=found.bucket, Delete={"Objects": [{"Key": key} for key in some]})


def _etag(file: Path) -> str:
    """What S3 calls the content of an object sent whole, encrypted with its own keys."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
