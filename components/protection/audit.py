"""The record of who did what in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import Bucket
from components.identity.iam import ServiceRole, statement
from components.monitoring.logs import log_group
from settings import Bucket as BucketSettings

if TYPE_CHECKING:
    from components.data.bucket import Lock
    from settings import Audit as AuditSettings

LOCKS: dict[str, Lock] = {"governance": "GOVERNANCE", "compliance": "COMPLIANCE"}


class Audit(Component):
    """A CloudTrail trail of all regions, with digests that prove its files unchanged (CHR-SEC-07, GRD-19).

    Creates the bucket of its records, whose objects cannot be deleted before their time, and the trail. Only this
    trail can write there. With events, besides, a log group of the same records and the role by which CloudTrail writes
    them (CRT-SEC-08); `log_group` is where alarms find them, and None without.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: AuditSettings,
        account: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("protection", name, opts)
        self._name, self._context = name, context
        trail_name = context.name("audit")
        trail_arn = pulumi.Output.concat("arn:aws:cloudtrail:", context.region, ":", account, f":trail/{trail_name}")
        bucket_name = settings.bucket or context.name("audit")
        from_trail = {"StringEquals": {"aws:SourceArn": trail_arn}}
        trail = {"Service": "cloudtrail.amazonaws.com"}
        bucket = Bucket(
            f"{name}-records",
            context,
            BucketSettings.model_validate(
                {
                    "name": bucket_name,
                    # A lock ends on the day on which the lifecycle deletes: one more, and neither waits for the other.
                    "expire_days": {"AWSLogs/": settings.retention_days + 1},
                    "noncurrent_expire_days": settings.retention_days + 1,
                    "backup": False,
                }
            ),
            self.child(),
            # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
            statements=[
                statement(
                    "s3:GetBucketAcl",
                    on=[f"arn:aws:s3:::{bucket_name}"],
                    Sid="TrailLooks",
                    Principal=trail,
                    Condition=from_trail,
                ),
                statement(
                    "s3:PutObject",
                    on=[account.apply(lambda number: f"arn:aws:s3:::{bucket_name}/AWSLogs/{number}/*")],
                    Sid="TrailWrites",
                    Principal=trail,
                    Condition={
                        "StringEquals": {"aws:SourceArn": trail_arn, "s3:x-amz-acl": "bucket-owner-full-control"}
                    },
                ),
            ],
            locked=(LOCKS[settings.lock], settings.retention_days) if settings.lock in LOCKS else None,
        )
        self.log_group: aws.cloudwatch.LogGroup | None = None
        role = None
        if settings.events:
            self.log_group = log_group(self, name, context, f"/aws/cloudtrail/{context.system}-{context.environment}")
            role = self._create_role(self.log_group, account)
        self.trail = aws.cloudtrail.Trail(
            name,
            name=trail_name,
            s3_bucket_name=bucket.bucket.bucket,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            cloud_watch_logs_group_arn=pulumi.Output.concat(self.log_group.arn, ":*") if self.log_group else None,
            cloud_watch_logs_role_arn=role.arn if role else None,
            tags=context.tags("audit"),
            # CloudTrail tries at once whether it may write.
            opts=self.child(depends_on=[bucket, *([role] if role else [])]),
        )
        self.register_outputs({"trail_arn": self.trail.arn})

    def _create_role(self, group: aws.cloudwatch.LogGroup, account: pulumi.Output[str]) -> ServiceRole:
        """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html."""
        role = ServiceRole(self._name, self._context, "cloudtrail.amazonaws.com", opts=self.child())
        streams = pulumi.Output.concat(group.arn, ":log-stream:", account, "_CloudTrail_", self._context.region, "*")
        role.allow(f"{self._name}-write", statement("logs:CreateLogStream", "logs:PutLogEvents", on=[streams]))
        return role
