"""Makes the thumbnails of photos: each message of the queue names one."""

from __future__ import annotations

import io
import json
import logging
import os
from pathlib import PurePosixPath
from typing import Any

from botocore.session import get_session
from PIL import Image, ImageOps

EDGE = int(os.environ.get("THUMBNAIL_EDGE", "320"))  # pixels
SOURCE = "source-etag"

log = logging.getLogger(__name__)
s3: Any = get_session().create_client("s3")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers with the messages that failed, so that only those are tried again."""
    failed = []
    for record in event["Records"]:
        try:
            process(**json.loads(record["body"]))
        except Exception:  # whatever it is, it must not take the other messages with it
            log.exception("message %s failed", record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def process(bucket: str, key: str) -> None:
    """Makes a thumbnail once: SQS may deliver a message twice."""
    target = f"thumbnails/{PurePosixPath(key).name}.jpg"
    photo = s3.get_object(Bucket=bucket, Key=key)
    if made_from(bucket, target) == photo["ETag"]:
        return
    s3.put_object(
        Bucket=bucket,
        Key=target,
        Body=thumbnail(photo["Body"].read()),
        ContentType="image/jpeg",
        Metadata={SOURCE: photo["ETag"]},
    )


def made_from(bucket: str, key: str) -> str | None:
    """The ETag of the photo that a thumbnail was made from; None where there is no thumbnail."""
    try:
        found: dict[str, str] = s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return None
        raise
    return found.get(SOURCE)


def thumbnail(photo: bytes) -> bytes:
    """A JPEG of at most EDGE pixels a side, turned as the camera was held."""
    with Image.open(io.BytesIO(photo)) as image:
        small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail((EDGE, EDGE))
    made = io.BytesIO()
    small.save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()
