"""JSON documents in the stack's operations bucket, replaced only by who read them last.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from scripts.aws_errors import code
from scripts.cloud import together
from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from scripts.target import Target

_OVERTAKEN: Final = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING: Final = {"NoSuchKey", "404"}


class Overtaken(Exception):  # noqa: N818 - not an error: somebody else was quicker
    """The document is not the one that was read: somebody else has written it since."""


@dataclass(frozen=True)
class Record:
    """A document as it was read. `age` is by the clocks of S3 alone: those of two operators may differ."""

    document: Any
    etag: str
    age: dt.timedelta


class Records:
    """The documents of a stack, by key."""

    def __init__(self, target: Target) -> None:
        operations = target.inventory.operations
        if operations is None:
            raise PlinthError(
                f"stack {target.stack} has no operations bucket: an earlier version of Plinth deployed it",
                "Deploy it with this version: pulumi up",
                Exit.USAGE,
            )
        self.bucket = operations.bucket
        self._s3 = target.cloud.client("s3")

    def read(self, key: str) -> Record | None:
        """A document, or None when there is none."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if code(error) in _MISSING:
                return None
            raise
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return Record(json.loads(answer["Body"].read()), answer["ETag"], now - answer["LastModified"])

    def write(self, key: str, document: Any, *, over: str | None = None) -> str:
        """Write a document where none is, or over the one with that ETag; its ETag. Raises Overtaken."""
        condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
        try:
            return self._put(key, document, **condition)
        except ClientError as error:
            if code(error) in _OVERTAKEN:
                raise Overtaken(key) from None
            raise

    def keep(self, key: str, document: Any) -> None:
        """Write a document, whatever is there."""
        self._put(key, document)

    def delete(self, key: str) -> None:
        """Delete a document; the bucket keeps its versions for a time."""
        self._s3.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in their order."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def read_all(self, prefix: str) -> dict[str, Any]:
        """The documents whose keys begin so, read side by side."""
        keys = self.keys(prefix)
        found = zip(keys, together(self.read, keys), strict=True)
        return {key: record.document for key, record in found if record is not None}

    def _put(self, key: str, document: Any, **condition: str) -> str:
        body = json.dumps(document, indent=1, default=str).encode()
        answer = self._s3.put_object(
            Bucket=self.bucket, Key=key, Body=body, ContentType="application/json", **condition
        )
        return str(answer["ETag"])
