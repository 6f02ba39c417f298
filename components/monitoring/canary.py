"""A canary: a program of CloudWatch Synthetics that asks for pages as users do."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import NO_TAGS, Bucket
from components.identity.iam import ServiceRole, statement
from components.monitoring.logs import log_group
from components.packing import packed
from settings import Bucket as BucketSettings

if TYPE_CHECKING:
    from settings import Canary as CanarySettings

PROGRAM = Path(__file__).with_name("functions") / "canary.py"
RUNS = "runs/"
NAMESPACE = "CloudWatchSynthetics"
LEAST_MEMORY = 960  # MiB, that Synthetics gives a run; asking for pages takes a tenth of it


class Canary(Component):
    """Asks for pages from outside of the stack, again and again.

    Creates the bucket of the program and of what runs leave, a role that may do just that, the canary, and the log
    group of the function that Synthetics makes of it. `url` is what comes before each path.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: CanarySettings,
        *,
        canary_name: str,
        bucket_name: str | None,
        url: pulumi.Input[str],
        account: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("monitoring", name, opts)
        self._name, self._context = name, context
        self.canary_name, self.every_minutes = canary_name, settings.every_minutes
        self.bucket = Bucket(
            name,
            context,
            BucketSettings.model_validate(
                {
                    "name": bucket_name,
                    "expire_days": {RUNS: settings.retention_days},
                    "noncurrent_expire_days": settings.retention_days,
                    "backup": False,
                }
            ),
            self.child(),
        )
        program = self._upload()
        role = self._create_role(account)
        minutes = "minute" if settings.every_minutes == 1 else "minutes"
        canary = aws.synthetics.Canary(
            name,
            name=canary_name,
            artifact_s3_location=f"s3://{self.bucket.aws_name}/{RUNS}",
            execution_role_arn=role.arn,
            handler=f"{PROGRAM.stem}.handler",
            runtime_version=settings.runtime,
            s3_bucket=program.bucket,
            s3_key=program.key,
            schedule={"expression": f"rate({settings.every_minutes} {minutes})"},
            run_config={
                "timeout_in_seconds": settings.timeout_seconds,
                "memory_in_mb": LEAST_MEMORY,
                "environment_variables": {
                    "URLS": pulumi.Output.from_input(url).apply(
                        lambda base: " ".join(f"{base}{path}" for path in settings.paths)
                    )
                },
            },
            success_retention_period=settings.retention_days,
            failure_retention_period=settings.retention_days,
            start_canary=True,
            delete_lambda=True,
            tags={"Name": canary_name},
            opts=self.child(depends_on=[role, self.bucket]),
        )
        # Synthetics gives its function a name of its own, and the function would make a group that keeps all for ever.
        log_group(self, name, context, canary.engine_arn.apply(lambda arn: f"/aws/lambda/{arn.split(':')[6]}"))
        self.register_outputs({"name": canary_name})

    def _upload(self) -> aws.s3.BucketObjectv2:
        """The program, where Synthetics finds its folder: by its content, so that another one is another object."""
        text = PROGRAM.read_text(encoding="utf-8")
        return aws.s3.BucketObjectv2(
            self._name,
            bucket=self.bucket.bucket.bucket,
            key=f"program/{hashlib.sha256(text.encode()).hexdigest()[:16]}.zip",
            content_base64=packed({f"python/{PROGRAM.name}": text}),
            content_type="application/zip",
            override_provider=NO_TAGS,
            opts=self.child(),
        )

    def _create_role(self, account: pulumi.Output[str]) -> ServiceRole:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html.

        Without leave to create log groups: the one that there is has a retention.
        """
        context = self._context
        role = ServiceRole(self._name, context, "lambda.amazonaws.com", opts=self.child())
        role.allow(
            f"{self._name}-use",
            statement("s3:PutObject", on=[f"{self.bucket.arn}/{RUNS}*"]),
            statement("s3:GetBucketLocation", on=[self.bucket.arn]),
            statement("s3:ListAllMyBuckets", on=["*"]),
            statement(
                "cloudwatch:PutMetricData",
                on=["*"],
                Condition={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
            ),
            statement(
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                on=[
                    account.apply(
                        lambda number: (
                            f"arn:aws:logs:{context.region}:{number}:log-group:/aws/lambda/cwsyn-{self.canary_name}-*"
                        )
                    )
                ],
            ),
        )
        return role
