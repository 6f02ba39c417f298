"""`python -m rapidphoto.migrate`: brings the schema up to date, with plain SQL files, as Flyway does (RPH-DAT-01).

``migrations/V<version>__<description>.sql`` run once each, in the order of their versions, each in a transaction with
its row in ``flyway_schema_history``. The table and the checksums are Flyway's, so that its own tools can take over.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg

from rapidphoto.database import connect

log = logging.getLogger(__name__)
FOLDER = Path(__file__).parents[1] / "migrations"
FILE = re.compile(r"V(?P<version>\d+)__(?P<description>\w+)\.sql")
LOCK = 0x52_50_48  # any number that only migrations use
HISTORY = """
CREATE TABLE IF NOT EXISTS flyway_schema_history (
    installed_rank integer PRIMARY KEY,
    version varchar(50),
    description varchar(200) NOT NULL,
    type varchar(20) NOT NULL,
    script varchar(1000) NOT NULL,
    checksum integer,
    installed_by varchar(100) NOT NULL,
    installed_on timestamp NOT NULL DEFAULT now(),
    execution_time integer NOT NULL,
    success boolean NOT NULL
)
"""


class Migration(NamedTuple):
    """One file."""

    version: int
    description: str
    script: str
    sql: str

    @property
    def checksum(self) -> int:
        """Flyway's: CRC-32 of the lines without their ends, as a signed number."""
        crc = zlib.crc32("".join(self.sql.splitlines()).encode())
        return crc - (1 << 32) if crc >= 1 << 31 else crc


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """The files in the order of their versions."""
    return sorted(_read(folder))


def _read(folder: Path) -> Iterator[Migration]:
    for path in folder.glob("*.sql"):
        if match := FILE.fullmatch(path.name):
            description = match["description"].replace("_", " ")
            yield Migration(int(match["version"]), description, path.name, path.read_text())


def migrate(connection: psycopg.Connection, wanted: list[Migration]) -> list[str]:
    """Runs what has not run yet, and says which. Raises ValueError when a file that has run was changed."""
    connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))  # of several tasks at once, one migrates
    connection.execute(HISTORY)
    rows = connection.execute("SELECT version, checksum FROM flyway_schema_history WHERE success").fetchall()
    done = {int(version): checksum for version, checksum in rows}
    ran = []
    for migration in wanted:
        if migration.version in done:
            if done[migration.version] != migration.checksum:
                raise ValueError(f"{migration.script} was changed after it ran: write a new migration instead")
            continue
        _run(connection, migration)
        ran.append(migration.script)
    return ran


def _run(connection: psycopg.Connection, migration: Migration) -> None:
    began = time.monotonic()
    with connection.transaction():
        connection.execute(migration.sql.encode())
        connection.execute(
            "INSERT INTO flyway_schema_history SELECT coalesce(max(installed_rank), 0) + 1, %s, %s, 'SQL', %s, %s, "
            "current_user, now(), %s, true FROM flyway_schema_history",
            (
                str(migration.version),
                migration.description,
                migration.script,
                migration.checksum,
                round((time.monotonic() - began) * 1000),
            ),
        )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    with connect(autocommit=True) as opened:
        try:
            for name in migrate(opened, migrations()):
                log.info("ran %s", name)
        except ValueError as error:
            sys.exit(str(error))
