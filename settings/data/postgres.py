"""The PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from settings.data import instances, windows
from settings.data.instances import offered
from settings.data.restore import RestoreFrom
from settings.problems import Problem, show
from settings.section import Section, by_tier, problem, rule
from settings.values import Between, Days35, Region, Shaped, Text, refuse

RESERVED_USERS: Final = frozenset(
    {"admin", "all", "none", "public", "rdsadmin", "rdsrepladmin", "rds_superuser", "rds_replication", "user"}
)
RESERVED_DATABASES: Final = frozenset({"rdsadmin", "template0", "template1"})

CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d"
WEEKDAY: Final = r"(mon|tue|wed|thu|fri|sat|sun)"


def _instance_class(value: str) -> str:
    if value not in instances.DATABASE:
        refuse(
            f"{show(value)} is not an instance class that RDS offers for PostgreSQL.",
            offered(value, instances.DATABASE, "db.t3.large"),
            "Set one of those that 'aws rds describe-orderable-db-instance-options --engine postgres' lists.",
        )
    return value


def _not_reserved(reserved: frozenset[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value.lower() in reserved or value.lower().startswith("pg_"):
            refuse(
                f"{show(value)} is reserved.",
                f"A {what} is none of PostgreSQL's and RDS's own names.",
                "Choose another, e.g. the system's name.",
            )
        return value

    return AfterValidator(check)


# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
DatabaseName = Annotated[
    str,
    Shaped(
        r"[A-Za-z_][A-Za-z0-9_]{0,62}",
        "the name of a database",
        "It has letters, digits and underscores, begins with no digit and has at most 63 characters.",
        "Set for example 'auterity'.",
    ),
    _not_reserved(RESERVED_DATABASES, "database"),
]
UserName = Annotated[
    str,
    Shaped(
        r"[A-Za-z][A-Za-z0-9_]{0,15}",
        "a user name",
        "It has letters, digits and underscores, begins with a letter and has at most 16 characters.",
        "Set for example 'auterity'.",
    ),
    _not_reserved(RESERVED_USERS, "user"),
]
Identifier = Annotated[
    str,
    Shaped(
        r"[a-z](-?[a-z0-9])*",
        "the identifier of an RDS instance",
        "It has lower-case letters, digits and single hyphens, and begins with a letter.",
        "Leave it out for <system>-db-<environment>.",
    ),
]
Storage = Annotated[
    int,
    Between(
        20,
        65_536,
        "an amount of storage in GiB",
        "Set for example 100.",
        why="gp3 volumes begin at 20 GiB, and RDS ends at 64 TiB.",
    ),
]


class Postgres(Section):
    """An RDS instance for PostgreSQL: private, encrypted, TLS forced, its password made and rotated by RDS."""

    engine_version: Annotated[
        str,
        Shaped(
            r"[1-9]\d(\.\d{1,2})?",
            "a version of PostgreSQL",
            "It is a major version or a major and a minor one.",
            "Set for example '15' or '15.4', in quotes; "
            "'aws rds describe-db-engine-versions --engine postgres' lists them.",
        ),
    ]
    """MAJOR, with which RDS picks the minor version, or MAJOR.MINOR. Minor versions retire."""
    instance_class: Annotated[str, AfterValidator(_instance_class)]
    """Size of the instance, e.g. db.t3.large."""
    storage_gib: Storage = 20
    """GiB of storage at the beginning."""
    max_storage_gib: Storage | None = None
    """GiB up to which storage grows by itself; it does not unless set."""
    storage_type: Literal["gp3", "gp2"] = "gp3"
    """Kind of volume."""
    database: DatabaseName
    """Database that is created with the instance."""
    username: UserName = "postgres"
    """Master user."""
    identifier: Identifier | None = None
    """Name of the instance; <system>-db-<environment> unless set."""
    multi_az: bool = by_tier(production=True, staging=False, development=False)
    """Whether a standby in another zone takes over when the instance or its zone fails; doubles the price."""
    backup_retention_days: Days35 = by_tier(production=30, staging=7, development=7)
    """Days that automatic backups are kept; any moment within them can be restored."""
    backup_window: Annotated[
        str,
        Shaped(
            f"{CLOCK}-{CLOCK}",
            "a daily window",
            "It has the form hh:mm-hh:mm, in UTC.",
            "Set for example '03:00-04:00'.",
        ),
    ] = "03:00-04:00"
    """When backups are taken, daily, UTC."""
    maintenance_window: Annotated[
        str,
        Shaped(
            f"{WEEKDAY}:{CLOCK}-{WEEKDAY}:{CLOCK}",
            "a weekly window",
            "It has the form ddd:hh:mm-ddd:hh:mm, in UTC.",
            "Set for example 'sun:04:00-sun:05:00'.",
        ),
    ] = "sun:04:00-sun:05:00"
    """When AWS may change things, weekly, UTC."""
    parameters: Annotated[dict[str, Text], Field(default_factory=dict)]
    """Parameters of the parameter group, beside rds.force_ssl, which Plinth sets to 1."""
    deletion_protection: bool = by_tier(production=True, staging=False, development=False)
    """Whether AWS refuses to delete the instance."""
    skip_final_snapshot: bool = by_tier(production=False, staging=True, development=True)
    """Whether deleting the instance leaves no snapshot."""
    apply_immediately: bool = False
    """Whether changes, a restart included, happen at once; otherwise in the maintenance window."""

    backup_region: Region | None = None
    """Another region to which RDS copies the automatic backups, so that the database can be restored there to any
    moment; none unless set."""
    restore_from: RestoreFrom | None = None
    """What the instance is made of when it is created; a new, empty database unless set. It says how the instance came
    to be, once: later changes of it change nothing."""

    @property
    def family(self) -> str:
        """Family of the parameter group, e.g. ``postgres15``."""
        return f"postgres{self.engine_version.partition('.')[0]}"

    @rule
    def storage_can_grow(self, key: str) -> Iterator[Problem]:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
        least = -(-self.storage_gib * 11 // 10)
        if self.max_storage_gib is not None and self.max_storage_gib < least:
            yield problem(
                f"{key}.max_storage_gib",
                self.max_storage_gib,
                f"{self.max_storage_gib} is too little for storage_gib, which is {self.storage_gib}.",
                "The maximum is at least 10 percent more than the storage at the beginning.",
                f"Set {least} or more, or leave it out if storage shall not grow.",
            )

    @rule
    def there_are_backups_to_copy(self, key: str) -> Iterator[Problem]:
        if self.backup_region is not None and self.backup_retention_days == 0:
            yield problem(
                f"{key}.backup_region",
                self.backup_region,
                "There are no automatic backups: backup_retention_days is 0.",
                "RDS copies what it keeps.",
                "Set backup_retention_days to 1 or more, or remove backup_region.",
            )

    @rule
    def windows_are_long_enough(self, key: str) -> Iterator[Problem]:
        lengths = {
            "backup_window": (windows.daily(self.backup_window)[1], windows.DAY),
            "maintenance_window": (windows.weekly(self.maintenance_window)[1], windows.DAY),
        }
        for name, (length, longest) in lengths.items():
            if not windows.SHORTEST <= length <= longest:
                yield problem(
                    f"{key}.{name}",
                    getattr(self, name),
                    f"{getattr(self, name)} lasts {length} minutes.",
                    f"A window lasts {windows.SHORTEST} minutes to a day.",
                    "Set a later end." if length < windows.SHORTEST else "Set an earlier end.",
                )

    @rule
    def windows_are_apart(self, key: str) -> Iterator[Problem]:
        day, week = windows.daily(self.backup_window), windows.weekly(self.maintenance_window)
        if week[1] <= windows.DAY and windows.overlap(day, week):
            yield problem(
                f"{key}.maintenance_window",
                self.maintenance_window,
                f"{self.maintenance_window} overlaps with backup_window, which is {self.backup_window}.",
                "The two windows are apart.",
                "Let one begin when the other has ended.",
                why="RDS refuses to change an instance while it backs it up.",
            )
