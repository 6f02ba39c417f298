"""The stack file a deployment uses: the user's, copied, so that Pulumi never writes into the original.

Pulumi adds a line `encryptionsalt:` to the file it is given. The copy in `.plinth/stacks` keeps that line
across runs, or secrets in the state could not be read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from local import paths
from local.errors import LocalCloudError
from settings import SettingsError
from settings.stack_files import known_as, stack_files, stack_name

DEFAULT = "prod"
_USERS_MISTAKE = 2
_SALT = re.compile(r"^encryptionsalt:.*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # what Pulumi accepts as a stack's name


@dataclass(frozen=True)
class StackFile:
    """A stack's name, and the file that describes it."""

    name: str
    source: Path

    @property
    def copy(self) -> Path:
        """The file given to Pulumi."""
        return paths.STACKS / f"{self.name}.yaml"

    def write_copy(self) -> Path:
        """Bring the copy up to date with the source, keeping Pulumi's salt; returns the copy."""
        earlier = self.copy.read_text() if self.copy.exists() else ""
        text = with_salt(self.source.read_text(), earlier)
        if text != earlier:
            fresh = self.copy.with_suffix(".new")
            fresh.write_text(text)
            fresh.replace(self.copy)
        return self.copy


def find(wanted: str) -> StackFile:
    """The stack file meant by `wanted`: a stack's name, or a path to a file; LocalCloudError if there is none."""
    by_name = {known_as(file, paths.ROOT): file for file in stack_files(paths.ROOT)}
    source = by_name.get(wanted, Path(wanted))
    if not source.is_file():
        raise LocalCloudError(
            f"STACK={wanted}: there is neither a stack file of that name nor a file at {wanted}",
            f"Use one of {', '.join(sorted(by_name))}, or a stack file's path: make up STACK=path/to/Pulumi.x.yaml",
            _USERS_MISTAKE,
        )
    try:
        name = stack_name(source, paths.ROOT)
    except SettingsError as error:
        raise LocalCloudError(str(error), exit_code=_USERS_MISTAKE) from None
    if not _NAME.fullmatch(name):
        raise LocalCloudError(
            f"STACK={wanted}: the stack would be called “{name}”; Pulumi allows letters, digits, '_', '.' and '-'",
            "Rename the file to Pulumi.<name>.yaml",
            _USERS_MISTAKE,
        )
    return StackFile(name, source.resolve())


def with_salt(text: str, earlier: str) -> str:
    """`text` with the salt line of the `earlier` copy, unless it has one of its own."""
    salt = _SALT.search(earlier)
    if salt is None or _SALT.search(text):
        return text
    return f"{text.rstrip()}\n{salt[0]}\n"
