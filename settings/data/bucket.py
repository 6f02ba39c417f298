"""S3 buckets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.section import Section
from settings.values import Between, Shaped

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    Shaped(
        r"(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)"
        r"(?=.{3,63}$)[a-z0-9]([a-z0-9-]|\.(?!\.))*[a-z0-9]",
        "the name of a bucket",
        "It has 3 to 63 lower-case letters, digits, hyphens and dots, a letter or digit at each end, "
        "and is shared with nobody in the world.",
        "Leave it out for <system>-<bucket>-<environment>.",
    ),
]
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
