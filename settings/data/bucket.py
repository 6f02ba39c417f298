"""S3 buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.data.bucket_name import BucketName
from settings.problems import Problem
from settings.protection.replication import Replica
from settings.section import Section, problem, rule
from settings.values import Between, Shaped

Prefix = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9!_.*'()-][A-Za-z0-9!_.*'()/-]{0,199}(?<=/)",
        "a prefix of object names",
        "It has letters, digits and !_.*'()/-, does not begin with '/', and ends with '/'.",
        "Set for example 'database/'.",
        why="Without the '/', 'log' would catch 'login/' too.",
    ),
]
Days = Annotated[int, Between(1, 36_500, "a number of days", "Set for example 30.")]


class Bucket(Section):
    """A bucket: private, encrypted, reached over TLS only."""

    name: BucketName | None = None
    """Name in S3; <system>-<bucket>-<environment> unless set."""
    versioned: bool = True
    """Whether S3 keeps what is overwritten or deleted."""
    expire_days: Annotated[dict[Prefix, Days], Field(default_factory=dict)]
    """Prefix of object names to the days after which such objects are deleted."""
    noncurrent_expire_days: Days = 90
    """Days that overwritten and deleted versions are kept."""
    backup: bool = True
    """Whether AWS Backup takes it along, in a stack that has plinth:backup."""
    replicate_to: Replica | None = None
    """A bucket in another region that follows this one; none unless set."""

    @rule
    def copies_need_versions(self, key: str) -> Iterator[Problem]:
        if self.replicate_to is not None and not self.versioned:
            yield problem(
                f"{key}.replicate_to",
                "",
                "The bucket is not versioned.",
                "S3 replicates buckets that keep versions.",
                "Set versioned: true, or remove replicate_to.",
            )
