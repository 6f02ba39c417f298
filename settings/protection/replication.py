"""Copies in another region, kept by AWS as things change."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.data.bucket_name import BucketName
from settings.section import Section
from settings.values import Many, Region, Shaped

Month = Annotated[
    str,
    Shaped(
        r"20[0-9]{2}-(0[1-9]|1[0-2])", "a month", "It is a year and a month: 2026-11.", "Set for example '2026-11'."
    ),
]


class Replica(Section):
    """A second bucket to which S3 copies what is written to the first, and marks as deleted what is deleted there."""

    region: Region
    """Region of the replica; another than the stack's."""
    name: BucketName | None = None
    """Name of the replica in S3; that of the bucket, followed by -replica, unless set."""


class Images(Section):
    """What all of the stack's container images have in common."""

    replicate_to: Annotated[Many[Region], Field(max_length=25)] = ()
    """Regions to which ECR copies every image pushed to a repository of this stack. ECR has one such setting in a
    region of an account, so one stack there can set it."""
    rebuilt: Month | None = None
    """Month of the bases that images are built on: another month builds every image anew, without caches, on what its
    base's tag names then. A release among their tags bears the month too: v1.0.0-2026-11. `make rebuild` writes this
    month, and a workflow does so once a month (ADR 19)."""
