"""A small stand-in for UTJFC's registration backend: the routes that deployments and operators ask (UTJ-DEP-03)."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import FastAPI, Form, HTTPException, UploadFile
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, ConfigDict, Field

MOST_BYTES = 10 * 1024 * 1024  # what a phone's photo takes
KINDS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "image/heic": (b"",),  # its mark is behind a length that differs
}
"""Types of photos, and how such files begin (UTJ-SEC-09)."""
UPLOADS = Path("/tmp/uploads")  # noqa: S108 - the image makes it, for this user alone (UTJ-IMG-02)
SESSION = r"^[A-Za-z0-9_-]{1,64}$"

SessionId = Annotated[str, Form(pattern=SESSION)]


class Message(BaseModel):
    """What a visitor says in the chat."""

    model_config = ConfigDict(extra="forbid")

    user_message: str = Field(min_length=1, max_length=4000)
    session_id: str = Field(pattern=SESSION)


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """What CloudWatch Logs Insights can query."""
        fields = {"time": round(record.created, 3), "level": record.levelname, "message": record.getMessage()}
        return json.dumps(fields)


def logger() -> logging.Logger:
    """The application's log, on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    if os.environ.get("LOG_FORMAT", "JSON") == "JSON":
        handler.setFormatter(Json())
    found = logging.getLogger("utjfc")
    found.handlers, found.propagate = [handler], False
    found.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    return found


log = logger()
app = FastAPI(title="UTJFC registration")
app.add_middleware(
    CORSMiddleware,
    allow_origins=json.loads(os.environ.get("CORS_ORIGINS", "[]")),  # explicit, never '*' (UTJ-SEC-06)
    allow_methods=["GET", "POST"],
    allow_headers=["Content-Type"],
)


@app.get("/health")
def health() -> dict[str, str]:
    """Whether the backend runs, and which version it is."""
    return {
        "status": "healthy",
        "message": "UTJFC Registration Backend is running",
        "version": os.environ.get("VERSION", ""),
    }


@app.post("/api/chat")
@app.post("/chat")
def chat(message: Message) -> dict[str, str]:
    """Answers a message; the assistant itself is another system's."""
    log.info("chat of session %s", message.session_id)
    return {"session_id": message.session_id, "response": f"Thank you. You wrote: {message.user_message}"}


@app.post("/api/upload-async", status_code=202)
@app.post("/upload-async", status_code=202)
async def upload(file: UploadFile, session_id: SessionId) -> dict[str, str]:
    """Takes a player's photo, if it is one, and gives it a job."""
    begins = KINDS.get(file.content_type or "")
    if begins is None:
        raise HTTPException(415, f"a photo is one of {', '.join(sorted(KINDS))}, not {file.content_type}")
    content = await file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise HTTPException(413, f"a photo has at most {MOST_BYTES} bytes")
    if not content or not content.startswith(begins):
        raise HTTPException(422, f"the file is no {file.content_type}")
    job = uuid4().hex
    started = time.monotonic()
    (UPLOADS / job).write_bytes(content)
    log.info("photo of session %s in %.3f s", session_id, time.monotonic() - started)
    return {"session_id": session_id, "job_id": job, "status": "accepted"}
