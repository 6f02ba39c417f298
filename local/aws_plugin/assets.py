"""Files that a program hands over: single ones (assets), and trees of them (archives).

They are the same if their hashes are, which the engine computes; where they lie does not matter.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can say
_MODE = 0o644 << 16


@dataclass(frozen=True)
class Asset:
    """One file: what is in it, or where it is."""

    hash: str
    text: str | None = field(default=None, compare=False)
    path: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.hash

    def read(self) -> bytes:
        """The content. Raises `OSError` where there is no such file."""
        return Path(self.path).read_bytes() if self.path is not None else (self.text or "").encode()

    def wire(self) -> dict[str, Any]:
        """The members that stand for it in a property map."""
        return {"hash": self.hash, "text": self.text, "path": self.path}


@dataclass(frozen=True)
class Archive:
    """Files by their names: given one by one, or as a folder, or as a zip file."""

    hash: str
    assets: Mapping[str, Any] | None = field(default=None, compare=False)
    path: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.hash

    def zip(self) -> bytes:
        """The files as a zip file, the same for the same files. Raises `OSError` where one is missing."""
        if self.path is not None and Path(self.path).is_file():
            return Path(self.path).read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in sorted(self._files()):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.external_attr = _MODE
                entry.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(entry, content)
        return packed.getvalue()

    def _files(self) -> Iterator[tuple[str, bytes]]:
        if self.path is not None:
            root = Path(self.path)
            yield from ((str(at.relative_to(root)), at.read_bytes()) for at in root.rglob("*") if at.is_file())
        for name, item in (self.assets or {}).items():
            if isinstance(item, Archive):
                yield from ((f"{name}/{inner}", content) for inner, content in item._files())  # noqa: SLF001 - its own
            else:
                yield name, item.read()

    def wire(self) -> dict[str, Any]:
        """The members that stand for it in a property map."""
        return {"hash": self.hash, "assets": self.assets, "path": self.path}
