"""The ECS cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.monitoring.logs import log_group

if TYPE_CHECKING:
    import pulumi


class Cluster(Component):
    """An ECS cluster for Fargate with Container Insights (AUT-CMP-01) and the log groups of its tasks (AUT-CMP-03).

    `log_group` takes what the containers write; `exec_log_group` takes every ECS Exec session, word for word.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        *,
        aws_name: str,
        log_group_name: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("compute", name, opts)
        self.log_group = log_group(self, f"{name}-logs", context, log_group_name)
        self.exec_log_group = log_group(
            self, f"{name}-exec-logs", context, f"/aws/ecs/exec/{context.system}-{context.environment}"
        )
        self.aws_name = aws_name
        self.cluster = aws.ecs.Cluster(
            name,
            name=self.aws_name,
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html
            settings=[{"name": "containerInsights", "value": context.container_insights}],
            configuration={
                "execute_command_configuration": {
                    "logging": "OVERRIDE",
                    "log_configuration": {"cloud_watch_log_group_name": self.exec_log_group.name},
                }
            },
            tags=context.tags("cluster"),
            opts=self.child(),
        )
        self.register_outputs({"name": self.cluster.name})
