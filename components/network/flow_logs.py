"""Flow logs of the VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import ServiceRole, statement
from components.monitoring.logs import log_group

if TYPE_CHECKING:
    import pulumi


class FlowLogs(Component):
    """Flow logs of a VPC to a log group of their own (AUT-NET-04)."""

    def __init__(
        self, name: str, context: Context, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("network", name, opts)
        group = log_group(self, name, context, f"/aws/vpc/{context.system}-{context.environment}")
        role = ServiceRole(name, context, "vpc-flow-logs.amazonaws.com", opts=self.child())
        # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html, narrowed to the one log group.
        role.allow(
            f"{name}-write",
            statement(
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                on=[group.arn, group.arn.apply(lambda arn: f"{arn}:*")],
            ),
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags=context.tags("flow-logs"),
            opts=self.child(depends_on=[role]),
        )
        self.register_outputs({})
