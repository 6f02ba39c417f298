"""Names of buckets, of whatever purpose."""

from __future__ import annotations

from typing import Annotated

from settings.values import Shaped

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
