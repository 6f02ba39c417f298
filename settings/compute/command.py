"""Commands of containers."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from settings.values import Many, refuse


def _command(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        refuse("The command is empty.", "A command is a list of words.", "Set for example [alembic, upgrade, head].")
    return value


Command = Annotated[Many[str], AfterValidator(_command)]
