"""The HTTP interface: photos come in, their thumbnails are made by the worker, both go out."""

from __future__ import annotations

import json
import os
import uuid
from typing import Annotated, Any

import boto3
from botocore.exceptions import ClientError
from fastapi import FastAPI, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from psycopg.rows import dict_row

from rapidphoto.database import connect

MOST_BYTES = 10 * 2**20
TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
PAGE = 50

bucket, queue = os.environ["PHOTOS_BUCKET"], os.environ["IMAGE_PROCESSOR_QUEUE_URL"]
region = os.environ["AWS_REGION"]
s3, sqs = boto3.client("s3", region_name=region), boto3.client("sqs", region_name=region)
app = FastAPI(title="RapidPhoto")


@app.get("/health")
def health() -> dict[str, str]:
    """Whether this process answers; what it stands on is not its health."""
    return {"status": "healthy", "version": os.environ.get("VERSION", "")}


@app.post("/api/photos", status_code=202)
async def upload(request: Request, content_type: Annotated[str, Header()]) -> dict[str, Any]:
    """Keeps the photo in the body, and asks for its thumbnail."""
    if content_type not in TYPES:
        raise HTTPException(415, f"Send one of {', '.join(sorted(TYPES))}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"A photo has at most {MOST_BYTES} bytes.")
    return await run_in_threadpool(keep, bytes(body), content_type)


def keep(body: bytes, content_type: str) -> dict[str, Any]:
    """The object first, then its row, then the message: whatever fails, no message names what is not there."""
    photo = uuid.uuid4()
    key = f"uploads/{photo}"
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)
    with connect() as connection:
        connection.execute(
            "INSERT INTO photos (id, object_key, content_type, bytes) VALUES (%s, %s, %s, %s)",
            (photo, key, content_type, len(body)),
        )
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"bucket": bucket, "key": key}))
    return {"id": str(photo)}


@app.get("/api/photos")
def photos() -> list[dict[str, Any]]:
    """The newest photos."""
    with connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "SELECT id, content_type, bytes, created_at FROM photos ORDER BY created_at DESC, id LIMIT %s", (PAGE,)
        )
        return found.fetchall()


@app.get("/api/photos/{photo}/thumbnail")
def thumbnail(photo: uuid.UUID) -> Response:
    """The thumbnail, once the worker has made it."""
    try:
        found = s3.get_object(Bucket=bucket, Key=f"thumbnails/{photo}.jpg")
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            raise HTTPException(404, "There is no such thumbnail, or not yet.") from None
        raise
    return Response(found["Body"].read(), media_type="image/jpeg")
