"""Answers messages, with the help of the gateway's tools."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

TOOL_TIMEOUT_SECONDS = 10

app = FastAPI(title="ChatRelay agent", version=os.environ.get("VERSION") or "0")


class Message(BaseModel):
    """What somebody says."""

    message: Annotated[str, Field(min_length=1, max_length=16_384)]


@app.get("/health")
def health() -> dict[str, str]:
    """What ECS and Beanstalk ask (CHR-CMP-05)."""
    return {"status": "healthy"}


@app.post("/reply")
def reply(message: Message) -> dict[str, str]:
    """What a model would say; this sample says what a tool found, so that it needs no key and costs nothing."""
    words = call_tool("count_words", {"text": message.message})
    return {"reply": f"You said {words} words."}


def call_tool(name: str, arguments: dict[str, Any]) -> str:
    """The text that a tool of the gateway answers; 502 where it does not."""
    bridge = os.environ.get("TOOL_BRIDGE_URL", "http://localhost:8080")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    try:
        # Where the bridge is, the environment says: no request decides it.
        with urllib.request.urlopen(f"{bridge}/mcp", json.dumps(call).encode(), TOOL_TIMEOUT_SECONDS) as response:  # noqa: S310
            return str(json.load(response)["result"]["content"][0]["text"])
    except (OSError, LookupError, ValueError) as error:
        raise HTTPException(502, "the tools do not answer") from error
