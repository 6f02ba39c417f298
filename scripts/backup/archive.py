"""What is in a stack's buckets, and what it logged for a week, in one archive; and back again (AUT-OPS-02, AUT-DR-01).

AWS Backup and replicas keep buckets without this: an archive is one file that can be kept elsewhere, handed over, or
put into another stack.
"""

from __future__ import annotations

import datetime as dt
import tarfile
import tempfile
from contextlib import closing
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

from scripts.errors import Exit, PlinthError, unknown
from scripts.logs.search import everything
from scripts.operations.journal import now, stamp
from scripts.operations.operation import operation
from scripts.output import Result, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from scripts.target import Target

FOLDER: Final = "application-data/"
LOGS: Final = "logs/application-logs.txt"
_LOGS_DAYS: Final = 7
_IN_MEMORY: Final = 64 * 2**20  # bytes; what is larger waits on disk
_TYPE: Final = "PLINTH.content-type"
"""S3 keeps a type with each object, and tar has no place for one but a header of its own."""
_TOLD_EVERY: Final = 500  # objects


class Archived(Result):
    """An archive, by bucket and name; how many objects it has or had of each bucket."""

    bucket: str
    archive: str
    objects: dict[str, int]
    log_lines: int = 0

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"s3://{self.bucket}/{self.archive}", markup=False, soft_wrap=True)
        for key, count in self.objects.items():
            console.print(f"  {key}: {count} objects", markup=False)
        if self.log_lines:
            console.print(f"  {LOGS}: {self.log_lines} lines", markup=False)


def bucket(target: Target, key: str) -> str:
    """The name in S3 of a bucket by its key; PlinthError with the nearest keys when there is none."""
    found = target.inventory.platform.buckets
    if key not in found:
        raise unknown("bucket", key, found)
    return found[key]


def sources(target: Target, into: str, keys: Iterable[str]) -> list[str]:
    """The keys of the buckets that go into an archive: those that are named, or all but the one it is put into."""
    chosen = list(keys) or [key for key in target.inventory.platform.buckets if key != into]
    for key in chosen:
        bucket(target, key)
    if into in chosen:
        raise PlinthError(f"the archive is put into {into} itself", "Choose another --into", Exit.USAGE)
    return chosen


def archive(target: Target, into: str, keys: list[str]) -> Archived:
    """Make the archive. Killed and begun again, it is made anew under the same name."""
    with operation(target, "backup archive", {"into": into, "buckets": keys}) as op:
        platform, place = target.inventory.platform, bucket(target, into)
        name = f"{FOLDER}{platform.system}-data-{platform.environment}-{stamp(op.journal.started)}.tar.gz"
        found = op.step(f"archive {', '.join(keys)}", partial(_archive, target, place, name, keys))
        return Archived(bucket=place, archive=name, **found)


def archives(target: Target, into: str, wanted: str) -> list[str]:
    """The archives in a bucket whose name has `wanted` in it, the newest first: names end in their moment."""
    found = target.cloud.pages("s3", "list_objects_v2", "Contents", Bucket=bucket(target, into), Prefix=FOLDER)
    names = [each["Key"] for each in found if each and each["Key"].endswith(".tar.gz")]
    return sorted((name for name in names if wanted in name), key=lambda name: name[-22:], reverse=True)


def newest(target: Target, into: str, wanted: str) -> str:
    """The newest of those; PlinthError when there is none."""
    found = archives(target, into, wanted)
    if not found:
        raise PlinthError(
            f"there is no archive with {wanted!r} in its name" if wanted else "there is no archive",
            f"plinth backup archive makes one; aws s3 ls s3://{bucket(target, into)}/{FOLDER} shows what is there",
            Exit.RESOURCE,
        )
    return found[0]


def unpack(target: Target, into: str, name: str) -> Archived:
    """Put the objects of an archive into the stack's buckets of the same keys, over what has the same names there."""
    with operation(target, "backup unpack", {"from": into, "archive": name}) as op:
        place = bucket(target, into)
        objects = op.step(f"unpack {name}", partial(_unpack, target, place, name))
        return Archived(bucket=place, archive=name, objects=objects)


def _archive(target: Target, place: str, name: str, keys: list[str]) -> dict[str, Any]:
    objects: dict[str, int] = {}
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
            for key in keys:
                objects[key] = _add_bucket(target, tar, key)
            lines = _add_logs(target, tar)
        file.seek(0)
        target.cloud.client("s3").upload_fileobj(file, place, name)
    return {"objects": objects, "log_lines": lines}


def _add_bucket(target: Target, tar: tarfile.TarFile, key: str) -> int:
    s3, source = target.cloud.client("s3"), bucket(target, key)
    found = [each for each in target.cloud.pages("s3", "list_objects_v2", "Contents", Bucket=source) if each]
    for count, each in enumerate(found, 1):
        answer = s3.get_object(Bucket=source, Key=each["Key"])
        with closing(answer["Body"]) as body:
            entry = _entry(f"{key}/{each['Key']}", answer["ContentLength"], answer["LastModified"])
            entry.pax_headers = {_TYPE: answer.get("ContentType", "")}
            tar.addfile(entry, body)
        if count % _TOLD_EVERY == 0:
            tell(f"    {key}: {count} of {len(found)} objects")
    return len(found)


def _add_logs(target: Target, tar: tarfile.TarFile) -> int:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        count = 0
        for line in everything(target, now() - dt.timedelta(days=_LOGS_DAYS)):
            file.write(f"{line.at.isoformat()} {line.group} {line.stream} {line.message}\n".encode())
            count += 1
        entry = _entry(LOGS, file.tell(), now())
        file.seek(0)
        tar.addfile(entry, file)
    return count


def _entry(name: str, size: int, modified: dt.datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(modified.timestamp()), 0o600
    return entry


def _unpack(target: Target, place: str, name: str) -> dict[str, int]:
    s3, buckets = target.cloud.client("s3"), target.inventory.platform.buckets
    objects: dict[str, int] = {}
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        s3.download_fileobj(place, name, file)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as tar:
            for entry in tar:
                key, _, object_name = entry.name.partition("/")
                content: IO[bytes] | None = tar.extractfile(entry)
                if key not in buckets or content is None:
                    continue  # the logs, and buckets that this stack has not
                kind = entry.pax_headers.get(_TYPE)
                s3.upload_fileobj(content, buckets[key], object_name, ExtraArgs={"ContentType": kind} if kind else {})
                objects[key] = objects.get(key, 0) + 1
    return objects
