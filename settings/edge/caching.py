"""How browsers and edges keep the files of a web site, whoever publishes them."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import Final

ASK_ANEW: Final = "no-cache"
KEEP: Final = "public, max-age=31536000, immutable"
_TEXT: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")


def cache_control(key: str, immutable: Sequence[str]) -> str:
    """What a file's Cache-Control says; folders that are `immutable` have files that never change."""
    return KEEP if key.startswith(tuple(immutable)) else ASK_ANEW


def content_type(key: str) -> str:
    """What a file is, by its name's end; text is UTF-8."""
    found = mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith(_TEXT) else found
