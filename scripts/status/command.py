"""`plinth status`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def status(target: Target, *, as_json: Json = False) -> None:
    """Show what runs, in which version, and whether it is well; the alarms that are on; the change under way.

    \b
    Examples:
      plinth status --stack prod
      plinth status --stack utjfc-prod --json | jq .well
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.output import emit  # noqa: PLC0415
    from scripts.status.status import status_of  # noqa: PLC0415

    found = status_of(target)
    emit(found, as_json=as_json, show=found.show)
