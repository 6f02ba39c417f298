"""Links in our Markdown that lead nowhere: to a file or a heading that is not there. Part of `make lint`.

Only links inside the repository are followed: a check that needs the network fails for reasons that are not ours.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)|(?:src|srcset|href)=\"([^\"]+)\"")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z]+:")


def anchors(markdown: str) -> set[str]:
    """The anchors that GitHub gives to the headings of `markdown`."""
    headings = _HEADING.findall(re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path, root: Path = ROOT) -> list[str]:
    """The targets in `page` that lead nowhere."""
    targets = [first or second for first, second in _LINK.findall(_CODE.sub("", page.read_text()))]
    return [target for target in targets if not _ELSEWHERE.match(target) and not _leads_somewhere(page, target, root)]


def _leads_somewhere(page: Path, target: str, root: Path) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists() or not file.is_relative_to(root):
        return False
    return not anchor or file.suffix != ".md" or anchor in anchors(file.read_text())


def pages(root: Path = ROOT) -> list[Path]:
    """The Markdown files that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [root / line for line in listed.splitlines() if (root / line).exists()]


def main() -> int:
    """Print every broken link; 1 when there are any."""
    broken = [f"{page.relative_to(ROOT)}: {link} leads nowhere" for page in pages() for link in broken_links(page)]
    print("\n".join(broken) or f"links of {len(pages())} Markdown files lead somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
