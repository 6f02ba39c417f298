"""What a distribution was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import Bucket
from components.identity.iam import statement
from settings import Bucket as BucketSettings
from settings.edge.cdn import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

PREFIX = "AWSLogs/"


class AccessLogs(Component):
    """Writes each request of a distribution to a bucket, where it stays as long as all logs (UTJ-CDN-08).

    CloudFront's present way, by CloudWatch's log delivery in us-east-1: the older one needs a bucket with ACLs. Creates
    the bucket, the source, the destination, and the delivery between them.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        distribution: aws.cloudfront.Distribution,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("edge", name, opts)
        aws_name, tags = context.name(name), context.tags(name)
        source = aws.cloudwatch.LogDeliverySource(
            name,
            name=aws_name,
            log_type="ACCESS_LOGS",
            resource_arn=distribution.arn,
            region=REGION,
            tags=tags,
            opts=self.child(),
        )
        bucket = Bucket(
            name,
            context,
            BucketSettings(backup=False, expire_days={PREFIX: context.log_retention_days}),
            self.child(),
            statements=[self._may_write(context.name(name), source)],
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            name,
            name=aws_name,
            output_format="json",
            delivery_destination_configuration={"destination_resource_arn": bucket.arn},
            region=REGION,
            tags=tags,
            opts=self.child(depends_on=[bucket]),
        )
        aws.cloudwatch.LogDelivery(
            name,
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            region=REGION,
            tags=tags,
            opts=self.child(),
        )
        self.register_outputs({})

    @staticmethod
    def _may_write(bucket: str, source: aws.cloudwatch.LogDeliverySource) -> Mapping[str, object]:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html."""
        return statement(
            "s3:PutObject",
            on=[f"arn:aws:s3:::{bucket}/{PREFIX}*"],
            Sid="AWSLogDeliveryWrite",
            Principal={"Service": "delivery.logs.amazonaws.com"},
            Condition={
                "StringEquals": {
                    "s3:x-amz-acl": "bucket-owner-full-control",
                    "aws:SourceAccount": source.arn.apply(lambda arn: arn.split(":")[4]),
                },
                "ArnLike": {"aws:SourceArn": source.arn},
            },
        )
