"""`python -m rapidphoto`: the service."""

from __future__ import annotations

import os

import uvicorn

uvicorn.run("rapidphoto.application:app", host="0.0.0.0", port=int(os.environ.get("PORT", "8080")))  # noqa: S104 - in a container
