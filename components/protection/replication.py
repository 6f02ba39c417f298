"""Copies in another region, kept by AWS: of buckets, of images, of a database's backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import Bucket
from components.identity.iam import ServiceRole, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.data.postgres import Postgres
    from settings import Bucket as BucketSettings
    from settings import Replica


class BucketReplication(Component):
    """A second bucket in another region that follows a first one (UTJ-DAT-01, UTJ-SEC-08, AUT-DAT-03).

    Creates the replica, as closed as the bucket itself and with its lifecycle, the role by which S3 copies, and the
    rule: every object, and every deletion of one. What was there before the rule is not copied.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        *,
        source: Bucket,
        source_settings: BucketSettings,
        settings: Replica,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("protection", name, opts)
        self.replica = Bucket(
            name,
            context,
            # Of a replica no further copies are made.
            source_settings.model_copy(
                update={"name": settings.name or f"{source.aws_name}-replica", "replicate_to": None, "backup": False}
            ),
            self.child(),
            region=settings.region,
        )
        role = self._create_role(name, context, source)
        aws.s3.BucketReplicationConfig(
            name,
            bucket=source.bucket.bucket,
            role=role.arn,
            rules=[
                {
                    "id": "everything",
                    "status": "Enabled",
                    "priority": 0,
                    "filter": {"prefix": ""},
                    "delete_marker_replication": {"status": "Enabled"},
                    "destination": {"bucket": self.replica.arn},
                }
            ],
            # S3 refuses a rule between buckets that keep no versions yet.
            opts=self.child(depends_on=[role, source.versioning, self.replica]),
        )
        self.register_outputs({"name": self.replica.bucket.bucket})

    def _create_role(self, name: str, context: Context, source: Bucket) -> ServiceRole:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html."""
        role = ServiceRole(f"{name}-role", context, "s3.amazonaws.com", opts=self.child())
        role.allow(
            f"{name}-copy",
            statement("s3:GetReplicationConfiguration", "s3:ListBucket", on=[source.arn]),
            statement(
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
                on=[f"{source.arn}/*"],
            ),
            statement("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags", on=[f"{self.replica.arn}/*"]),
        )
        return role


class ImageReplication(Component):
    """ECR's replication of the stack's repositories to other regions (UTJ-DAT-04).

    The setting is the registry's, one in a region of an account (ADR 17). ECR copies what is pushed from then on, and
    makes the repositories there as they are needed.
    """

    def __init__(
        self,
        name: str,
        account: pulumi.Input[str],
        *,
        repositories: Sequence[str],
        regions: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("protection", name, opts)
        aws.ecr.ReplicationConfiguration(
            name,
            replication_configuration={
                "rules": [
                    {
                        "destinations": [{"region": region, "registry_id": account} for region in sorted(set(regions))],
                        "repository_filters": [
                            {"filter": repository, "filter_type": "PREFIX_MATCH"}
                            for repository in sorted(set(repositories))
                        ],
                    }
                ]
            },
            opts=self.child(),
        )
        self.register_outputs({})


class DatabaseReplication(Component):
    """RDS's copies of a database's automatic backups in another region, with the key that encrypts them (AUT-DR-02).

    An encrypted backup can be copied only with a key of the region that it goes to, and that key must outlive the
    database: it is deleted with the stack, after the longest time that AWS waits.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        database: Postgres,
        *,
        retention_days: int,
        region: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("protection", name, opts)
        key = aws.kms.Key(
            name,
            description=f"Copies of the backups of {database.identifier}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            region=region,
            tags=context.tags("db-backups"),
            opts=self.child(protect=context.production),
        )
        aws.rds.InstanceAutomatedBackupsReplication(
            name,
            source_db_instance_arn=database.instance.arn,
            kms_key_id=key.arn,
            retention_period=retention_days,
            region=region,
            opts=self.child(),
        )
        self.register_outputs({"key_arn": key.arn})
