"""File systems on EFS."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from settings.section import Section
from settings.values import Between, OneOf, Region, Shaped

# https://docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html
INFREQUENT_DAYS: Final = (1, 7, 14, 30, 60, 90, 180, 270, 365)
UserId = Annotated[
    int,
    Between(
        1,
        4_294_967_295,
        "an id of a user that is not root",
        "Set for example 1000.",
        rule="Ids run from 1 to 4294967295.",
        why="Root, which is 0, may do everything with every file.",
    ),
]


class Files(Section):
    """An EFS file system: encrypted, in the private subnets, mounted over TLS through an access point only."""

    path: Annotated[
        str,
        Shaped(
            r"(/[A-Za-z0-9_.-]+)+",
            "a path in a container",
            "It begins with '/', is not '/' itself, and has letters, digits and _.- between its slashes.",
            "Set for example '/mnt/efs'.",
        ),
    ]
    """Where containers see the directory."""
    directory: Annotated[
        str,
        Shaped(
            r"(/[A-Za-z0-9_.-]{1,50}){1,4}",
            "a directory of an access point",
            "It begins with '/', is not '/' itself, and is at most four levels deep.",
            "Set for example '/data'.",
            why="EFS makes it with the owner and mode given here; the file system's root belongs to root.",
        ),
    ] = "/data"
    """The directory of the file system that is seen there; nothing above it is."""
    uid: UserId = 1000
    """User that owns the directory, and as whom all reading and writing is done, whoever does it in the container."""
    gid: UserId = 1000
    """Group of the same."""
    mode: Annotated[
        str,
        Shaped(
            r"[0-7]{2}[0145]",
            "a mode of a directory that others cannot write to",
            "It has three octal digits, of which the last, for everybody else, allows no writing.",
            "Set for example '750', in quotes.",
            why="A directory that all may write to is nobody's responsibility.",
        ),
    ] = "750"
    """Mode of the directory when it is made; text, because YAML reads a bare 0750 as another number."""
    performance: Literal["generalPurpose", "maxIO"] = "generalPurpose"
    """Performance mode; maxIO trades latency for throughput, and cannot be changed later."""
    throughput: Literal["bursting", "elastic"] = "bursting"
    """Throughput mode: bursting grows with the amount stored, elastic is paid for by what is read and written."""
    infrequent_after_days: (
        Annotated[
            int,
            OneOf(
                INFREQUENT_DAYS,
                "a number of days after which EFS moves files",
                f"It is one of {', '.join(map(str, INFREQUENT_DAYS))}.",
                "Set for example 30.",
            ),
        ]
        | None
    ) = 30
    """Days without access after which a file moves to cheaper storage, and back at the next access; never if null."""
    replicate_to: Region | None = None
    """Region in which EFS keeps a copy that is at most 15 minutes old; none unless set."""
    backup: bool = True
    """Whether AWS Backup takes it along, in a stack that has plinth:backup."""
    automatic_backups: bool = False
    """Whether EFS's own plan backs it up daily, for 35 days; for stacks that have no plinth:backup."""
