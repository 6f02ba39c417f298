"""An S3 bucket, private and encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import document, statement, tls_only
from components.use import Use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from settings import Bucket as BucketSettings

UNFINISHED_UPLOAD_DAYS = 7
# S3 takes ten tags of an object, and a stack may have more; those of the bucket are enough.
NO_TAGS: aws.s3.BucketObjectv2OverrideProviderArgsDict = {"default_tags": {"tags": {}}}

Lock = Literal["GOVERNANCE", "COMPLIANCE"]


class Bucket(Component):
    """A bucket that nobody but its owner's account reads, over TLS only, with its lifecycle (AUT-DAT-03, GRD-07).

    Creates the bucket, and as resources of their own: ownership, public access block, encryption, versioning,
    policy and lifecycle rules. `region` is that of the stack unless set; `statements` are those of the bucket's
    policy beside the one that demands TLS; `locked` is the mode and the days in which no object can be deleted.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: BucketSettings,
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: str | None = None,
        statements: Sequence[Mapping[str, Any]] = (),
        locked: tuple[Lock, int] | None = None,
    ) -> None:
        super().__init__("data", name, opts)
        self._name, self._settings, self._region = name, settings, region
        self.aws_name = settings.name or context.name(name)
        # Of the name, not of the resource: so it is known in a preview, and policies can judge what is made with it.
        self.arn = f"arn:aws:s3:::{self.aws_name}"
        self.bucket = aws.s3.Bucket(
            name,
            bucket=self.aws_name,
            force_destroy=False,
            object_lock_enabled=True if locked else None,
            region=region,
            tags={"Name": self.aws_name, **(context.backup_tags if settings.backup else {})},
            opts=self.child(protect=context.production),
        )
        self._close(statements)
        self._keep_versions_and_expire()
        if locked:
            self._lock(*locked)
        self.register_outputs({"name": self.bucket.bucket})

    def _close(self, statements: Sequence[Mapping[str, Any]]) -> None:
        bucket, name = self.bucket.bucket, self._name
        aws.s3.BucketOwnershipControls(
            name,
            bucket=bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            region=self._region,
            opts=self.child(),
        )
        block = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            region=self._region,
            opts=self.child(),
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            region=self._region,
            opts=self.child(),
        )
        self.policy = aws.s3.BucketPolicy(
            name,
            bucket=bucket,
            policy=document(
                tls_only("s3:*", on=[self.arn, f"{self.arn}/*"]),
                *statements,
            ),
            region=self._region,
            # S3 refuses two changes to a bucket's access at once.
            opts=self.child(depends_on=[block]),
        )

    def _keep_versions_and_expire(self) -> None:
        bucket, name = self.bucket.bucket, self._name
        self.versioning = aws.s3.BucketVersioning(
            name,
            bucket=bucket,
            versioning_configuration={"status": "Enabled" if self._settings.versioned else "Suspended"},
            region=self._region,
            opts=self.child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket,
            rules=self._lifecycle_rules(),
            region=self._region,
            # Rules on old versions need versioning first.
            opts=self.child(depends_on=[self.versioning]),
        )

    def _lock(self, mode: Lock, days: int) -> None:
        aws.s3.BucketObjectLockConfiguration(
            self._name,
            bucket=self.bucket.bucket,
            rule={"default_retention": {"mode": mode, "days": days}},
            region=self._region,
            opts=self.child(depends_on=[self.versioning]),
        )

    def _lifecycle_rules(self) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
        rules: list[aws.s3.BucketLifecycleConfigurationRuleArgsDict] = [
            {
                "id": f"expire-{prefix.strip('/')}",
                "status": "Enabled",
                "filter": {"prefix": prefix},
                "expiration": {"days": days},
            }
            for prefix, days in sorted(self._settings.expire_days.items())
        ]
        tidy: aws.s3.BucketLifecycleConfigurationRuleArgsDict = {
            "id": "tidy",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": UNFINISHED_UPLOAD_DAYS},
        }
        if self._settings.versioned:
            tidy["noncurrent_version_expiration"] = {"noncurrent_days": self._settings.noncurrent_expire_days}
        return [*rules, tidy]

    def use(self) -> Use:
        """Its name, as ``<KEY>_BUCKET``, and leave to list, read, write and delete what is in it."""
        return Use(
            environment={f"{self._name.upper().replace('-', '_')}_BUCKET": self.aws_name},
            statements=[
                statement("s3:ListBucket", on=[self.arn]),
                statement("s3:GetObject", "s3:PutObject", "s3:DeleteObject", on=[f"{self.arn}/*"]),
            ],
        )
