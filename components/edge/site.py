"""A web site's bucket and files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import NO_TAGS, Bucket
from components.identity.iam import statement
from settings import Bucket as BucketSettings
from settings.edge.caching import cache_control, content_type

if TYPE_CHECKING:
    from pathlib import Path

    from settings import Site as SiteSettings


class Site(Component):
    """The files of a web site in a private bucket, which one distribution reads (UTJ-DAT-02, RPH-DAT-03).

    Creates the bucket, whose policy lets in CloudFront for that distribution alone, and an object for each file. A
    file that is not there any more is removed.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: SiteSettings,
        *,
        bucket_name: str,
        root: Path,
        distribution_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("edge", name, opts)
        self.bucket = Bucket(
            name,
            context,
            # What was is in the repository, and can be published again.
            BucketSettings(name=bucket_name, backup=False, expire_days={}),
            self.child(),
            statements=[
                statement(
                    "s3:GetObject",
                    "s3:ListBucket",  # without it S3 says that it forbids what is not there
                    on=[f"arn:aws:s3:::{bucket_name}{rest}" for rest in ("", "/*")],
                    Sid="CloudFront",
                    Principal={"Service": "cloudfront.amazonaws.com"},
                    Condition={"StringEquals": {"AWS:SourceArn": distribution_arn}},
                )
            ],
        )
        folder = root / settings.content
        files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
        self.objects = [
            aws.s3.BucketObjectv2(
                f"{name}/{key}",
                bucket=self.bucket.bucket.bucket,
                key=key,
                source=pulumi.FileAsset(str(file)),
                content_type=content_type(key),
                cache_control=cache_control(key, settings.immutable),
                override_provider=NO_TAGS,
                opts=self.child(),
            )
            for key, file in files.items()
        ]
        self.digest = _digest(files)
        self.register_outputs({"bucket": self.bucket.bucket.bucket})


def _digest(files: dict[str, Path]) -> str:
    """A number that is another whenever a file is added, changed or removed."""
    whole = hashlib.sha256()
    for key, file in files.items():
        whole.update(f"{key}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
