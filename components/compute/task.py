"""The roles of a service's tasks, and its task definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.compute.containers import Container, container_definitions, volumes
from components.identity.iam import ServiceRole, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.compute.cluster import Cluster
    from components.use import Use

TASKS = "ecs-tasks.amazonaws.com"


class TaskRoles(Component):
    """The two roles of a task: `execution`, with which ECS starts it, and `task`, with which it runs.

    The first may pull images, write logs and read exactly the secrets that the container is given; the second may
    do what the things it uses say, and speak to ECS Exec where that is on (AUT-SEC, CRT-SEC-05).
    """

    def __init__(
        self,
        name: str,
        context: Context,
        cluster: Cluster,
        use: Use,
        *,
        ecs_exec: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("compute", name, opts)
        self.execution = ServiceRole(
            f"{name}-execution",
            context,
            TASKS,
            managed_policies=["service-role/AmazonECSTaskExecutionRolePolicy"],
            opts=self.child(),
        )
        if use.secret_arns:
            self.execution.allow(f"{name}-read-secrets", statement("secretsmanager:GetSecretValue", on=use.secret_arns))
        self.task = ServiceRole(f"{name}-task", context, TASKS, opts=self.child())
        if use.statements:
            self.task.allow(f"{name}-use", *use.statements)
        if ecs_exec:
            self._allow_exec(name, cluster)
        self.register_outputs({})

    def _allow_exec(self, name: str, cluster: Cluster) -> None:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html: its session actions name no
        # resource, and neither does looking for the log group.
        log_group = cluster.exec_log_group.arn
        self.task.allow(
            f"{name}-exec",
            statement(
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
                "logs:DescribeLogGroups",
                on=["*"],
            ),
            statement(
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                on=[log_group.apply(lambda arn: f"{arn}:*")],
            ),
        )


def task_definition(
    component: Component,
    name: str,
    context: Context,
    cluster: Cluster,
    *,
    family: str,
    roles: TaskRoles,
    containers: Sequence[Container],
    cpu: int,
    memory: int,
) -> aws.ecs.TaskDefinition:
    """A Fargate task definition for x86-64 Linux (GRD-11); `cpu` in 1024ths of a processor, `memory` in MiB.

    Revisions are kept when a new one takes over: a rollback needs them (design decision 10).
    """
    return aws.ecs.TaskDefinition(
        name,
        family=family,
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(cpu),
        memory=str(memory),
        runtime_platform={"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
        execution_role_arn=roles.execution.arn,
        task_role_arn=roles.task.arn,
        container_definitions=container_definitions(
            containers, log_group=cluster.log_group.name, region=context.region
        ),
        volumes=volumes([mount for container in containers for mount in container.mounts]) or None,
        skip_destroy=True,
        tags=context.tags(name),
        opts=component.child(),
    )
