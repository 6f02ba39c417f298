"""`make pictures`: writes docs/systems.md and a picture of each stack file."""

from __future__ import annotations

from pathlib import Path

from settings import Stack, load_file
from settings.stack_files import known_as, stack_files
from tools.systems.page import SYSTEMS, page
from tools.systems.picture import picture

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = "auterity"
"""The system whose stack files are beside Pulumi.yaml."""


def documents(root: Path = ROOT) -> dict[Path, str]:
    """Every file that is generated, from the project's folder, and its text."""
    stacks: dict[str, dict[str, Stack]] = {system.folder: {} for system in SYSTEMS}
    for path in stack_files(root):
        folder = HOME if path.parent == root else path.parent.name
        stacks[folder][known_as(path, root)] = load_file(path, root=root)
    pictures = {
        Path("docs", "systems", f"{name}.svg"): picture(stack, name)
        for of_system in stacks.values()
        for name, stack in of_system.items()
    }
    return {Path("docs", "systems.md"): page(stacks), **pictures}


def main() -> None:
    """Write all of them."""
    (ROOT / "docs" / "systems").mkdir(exist_ok=True)
    for path, text in documents().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"Wrote {path}.")


if __name__ == "__main__":
    main()
