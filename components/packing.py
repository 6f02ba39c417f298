"""Files as a zip archive: the same bytes for the same files, whenever and wherever."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def packed(files: Mapping[str, str]) -> str:
    """The files, text by path, as an archive in base64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.external_attr = (0o755 if path.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, files[path])
    return base64.b64encode(buffer.getvalue()).decode()
