"""What follows when a site is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import ServiceRole, statement, traces
from components.monitoring.logs import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE = Path(__file__).with_name("functions") / "invalidate.py"


class Publication(Component):
    """Makes a distribution forget what it keeps, after each change of its sites (RPH-CDN-01).

    Creates a log group, a role that may do just that, a Lambda function, and its invocation, which is made anew
    whenever `digest` changes and once the files are there.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        distribution: aws.cloudfront.Distribution,
        *,
        digest: str,
        files: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("edge", name, opts)
        function_name = context.name(name)
        group = log_group(self, name, context, f"/aws/lambda/{function_name}")
        role = ServiceRole(name, context, "lambda.amazonaws.com", opts=self.child())
        role.allow(
            f"{name}-use",
            statement("cloudfront:CreateInvalidation", on=[distribution.arn]),
            statement("logs:CreateLogStream", "logs:PutLogEvents", on=[group.arn.apply(lambda arn: f"{arn}:*")]),
            traces(),
        )
        function = aws.lambda_.Function(
            name,
            name=function_name,
            description="Invalidates what the CDN keeps, after a site is published",
            role=role.arn,
            runtime="python3.13",
            handler="index.handler",
            code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(CODE.read_text())}),
            timeout=30,
            tracing_config={"mode": "Active"},
            logging_config={"log_format": "JSON", "log_group": group.name},
            tags=context.tags(name),
            opts=self.child(depends_on=[role]),
        )
        aws.lambda_.Invocation(
            name,
            function_name=function.name,
            input=distribution.id.apply(lambda id_: json.dumps({"distribution": id_})),
            triggers={"content": digest},
            opts=self.child(depends_on=files),
        )
        self.register_outputs({})
