"""Snapshots in the operations bucket: ``snapshots/<service>/<id>.json``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from scripts.errors import Exit, unknown
from scripts.operations.journal import now, stamp
from scripts.operations.records import Records

if TYPE_CHECKING:
    from scripts.deploy.deployable import Deployable
    from scripts.target import Target

_FOLDER: Final = "snapshots"
_ID: Final = "%Y%m%d_%H%M%S"


class Snapshot(BaseModel):
    """How something was deployed at a moment. `content` is AWS's own words."""

    model_config = ConfigDict(frozen=True)

    id: str
    """When it was taken: ``20261123_031500``, UTC."""
    of: str
    """What the stack file calls it."""
    release: str
    version: str
    healthy: bool
    reason: str
    content: dict[str, Any]

    @property
    def taken(self) -> dt.datetime:
        """When, UTC."""
        return dt.datetime.strptime(self.id, _ID).replace(tzinfo=dt.UTC)


class Snapshots:
    """The snapshots of one thing."""

    def __init__(self, target: Target, of: str) -> None:
        self._records, self._of, self._prefix = Records(target), of, f"{_FOLDER}/{of}/"
        operations = target.inventory.operations
        assert operations is not None  # noqa: S101 - Records has asked
        self._limits = operations.snapshots

    def take(self, thing: Deployable, reason: str) -> Snapshot:
        """Take one, and delete those that are too many or too old."""
        content = thing.snapshot()
        taken = Snapshot(
            id=stamp(now()),
            of=self._of,
            release=content["release"],
            version=content["version"],
            healthy=content["healthy"],
            reason=reason,
            content=content,
        )
        self._records.keep(f"{self._prefix}{taken.id}.json", taken.model_dump(mode="json"))
        self._clean_up()
        return taken

    def all(self) -> list[Snapshot]:
        """All of them, the newest first."""
        found = self._records.read_all(self._prefix).values()
        return sorted((Snapshot.model_validate(each) for each in found), key=lambda each: each.id, reverse=True)

    def one(self, name: str) -> Snapshot:
        """The one of that id; PlinthError when there is none."""
        record = self._records.read(f"{self._prefix}{name}.json")
        if record is None:
            raise unknown(f"snapshot of {self._of}", name, self._ids(), Exit.RESOURCE)
        return Snapshot.model_validate(record.document)

    def delete(self, name: str) -> None:
        """Delete the one of that id; PlinthError when there is none."""
        self.one(name)
        self._records.delete(f"{self._prefix}{name}.json")

    def _clean_up(self) -> None:
        ids = sorted(self._ids(), reverse=True)
        oldest = stamp(now() - dt.timedelta(days=self._limits.days))
        for name in {*ids[self._limits.most :], *(each for each in ids if each < oldest)}:
            self._records.delete(f"{self._prefix}{name}.json")

    def _ids(self) -> list[str]:
        return [key.removeprefix(self._prefix).removesuffix(".json") for key in self._records.keys(self._prefix)]
