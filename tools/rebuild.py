"""This month in the stack files that have their images rebuilt monthly: `make rebuild` (UTJ-IMG-05, ADR 19)."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from settings.stack_files import stack_files

ROOT: Final = Path(__file__).parents[1]
_REBUILT: Final = re.compile(r'^( +rebuilt: )"?[0-9]{4}-[0-9]{2}"?', re.MULTILINE)


def rebuild(files: list[Path], month: str) -> list[Path]:
    """Writes the month into the files that name one, and returns those that it has changed; all else stays as it is."""
    changed = []
    for path in files:
        before = path.read_text(encoding="utf-8")
        after = _REBUILT.sub(rf'\g<1>"{month}"', before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def main() -> None:
    """Says what was changed."""
    for path in rebuild(list(stack_files(ROOT)), datetime.now(UTC).strftime("%Y-%m")):
        sys.stdout.write(f"{path.relative_to(ROOT)}: images are rebuilt on a fresh base.\n")


if __name__ == "__main__":
    main()
