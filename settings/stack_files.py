"""Which stack files a project has, and what their stacks are called."""

from __future__ import annotations

from pathlib import Path

from settings.problems import NAMESPACE
from settings.reading import read_config

PATTERNS = ("Pulumi.*.yaml", "systems/*/Pulumi.*.yaml")


def stack_files(root: Path) -> list[Path]:
    """Every stack file of the project: Auterity's beside Pulumi.yaml, other systems' in folders of their own."""
    return sorted(path for pattern in PATTERNS for path in root.glob(pattern))


def stack_name(path: Path, root: Path) -> str:
    """What Pulumi calls the stack of a file: ``prod``, or ``utjfc-prod`` for ``systems/utjfc/Pulumi.prod.yaml``.

    A variant that changes neither system nor environment is the same stack as the file that it extends, under other
    circumstances: a season, say. Raises SettingsError when the file cannot be read.
    """
    config = read_config(path)
    base = config.get(f"{NAMESPACE}:extends")
    renamed = any(f"{NAMESPACE}:{key}" in config for key in ("system", "environment"))
    if isinstance(base, str) and not renamed and (root / base).is_file():
        return stack_name(root / base, root)
    return known_as(path, root)


def known_as(path: Path, root: Path) -> str:
    """What a stack file is called for short: ``prod``, ``utjfc-season``."""
    stem = path.name.removesuffix(path.suffix).removeprefix("Pulumi.")
    folder = path.resolve().parent
    return f"{folder.name}-{stem}" if folder.parent == (root / "systems").resolve() else stem
