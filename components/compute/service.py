"""A service on ECS Fargate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.compute.containers import Container
from components.compute.deployment import deployment_configuration, rollback_alarms
from components.compute.routing import Routing
from components.compute.scaling import Scaling
from components.compute.task import TaskRoles, task_definition
from components.network.network import ANYWHERE
from components.network.security import allow, security_group
from components.use import Use, merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.compute.cluster import Cluster
    from components.compute.image import Image
    from components.edge.load_balancer import LoadBalancer
    from components.network.endpoints import Endpoints
    from components.network.network import Network
    from settings import Service as ServiceSettings

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a sidecar is built from."""

    image: Image
    use: Use
    """The secrets that it reads."""


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """What a service is built from and stands on."""

    settings: ServiceSettings
    network: Network
    endpoints: Endpoints
    cluster: Cluster
    load_balancer: LoadBalancer
    image: Image
    sidecars: Mapping[str, Beside]
    """The containers beside its own, by their names in the settings."""
    uses: Mapping[str, Use]
    """The data stores and secrets that it uses, by their keys in the settings."""
    service_name: str
    """Name of the ECS service, and of the family of its task definitions."""
    families: Mapping[str, str]
    """The families of the one-off tasks' definitions, by their keys in the settings."""
    target_group_name: str
    paths: tuple[str, ...]
    """The path patterns whose requests it answers, at most five (one listener rule)."""
    priority: int


class Service(Component):
    """A Fargate service behind the load balancer, in the private subnets (AUT-CMP-02).

    Creates its security group and rules, roles, task definitions (the service's own and one for each one-off task,
    such as a migration), target groups and listener rules, rollback alarms, the service, and its scaling. The
    container is given ``VERSION``, the settings' variables, and what the things it uses bring.
    """

    def __init__(
        self, name: str, context: Context, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("compute", name, opts)
        self._name, self._context, self.args = name, context, args
        self.container = name
        self._create_security_group()
        self._create_task_definitions()
        self.routing = Routing(
            name,
            context,
            args.settings,
            args.network,
            args.load_balancer,
            target_group_name=args.target_group_name,
            paths=args.paths,
            priority=args.priority,
            opts=self.child(),
        )
        self._create_service()
        Scaling(
            name,
            context,
            args.settings,
            cluster_name=args.cluster.aws_name,
            service=self.service,
            opts=self.child(),
        )
        self.register_outputs({"name": self.service.name})

    @property
    def alarm_count(self) -> int:
        """How many alarms roll its deployments back and scale it."""
        return len(self.alarms) + (2 if self.args.settings.scaling.cpu_steps else 0)

    def _create_security_group(self) -> None:
        args, name = self.args, self._name
        self.security_group = security_group(
            self, name, self._context, what=name, vpc_id=args.network.vpc_id, description=f"Tasks of {name}"
        )
        allow(
            self,
            f"{name}-from-alb",
            source=args.load_balancer.security_group,
            target=self.security_group,
            port=args.settings.port,
            description=f"Load balancer to {name}",
        )
        # AWS's own services where there is no endpoint for them, and whatever else speaks TLS.
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-https-out",
            security_group_id=self.security_group.id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=ANYWHERE,
            description="TLS to anywhere",
            opts=self.child(),
        )
        reachable = {key: (use.security_group, use.port) for key, use in args.uses.items()}
        reachable["endpoints"] = (args.endpoints.security_group, HTTPS)
        for key, (group, port) in reachable.items():
            if group is not None:
                allow(
                    self,
                    f"{name}-to-{key}",
                    source=self.security_group,
                    target=group,
                    port=port,
                    description=f"{name} to {key}",
                )

    def _create_task_definitions(self) -> None:
        args, settings = self.args, self.args.settings
        besides = {f"sidecar-{name}": beside.use for name, beside in args.sidecars.items()}
        roles = TaskRoles(
            self._name,
            self._context,
            args.cluster,
            merged({**args.uses, **besides}),
            ecs_exec=settings.exec,
            opts=self.child(),
        )
        self._roles = roles
        container = self._own_container()
        self.task_definition = task_definition(
            self,
            self._name,
            self._context,
            args.cluster,
            family=args.service_name,
            roles=roles,
            # Listed as they start: what the service's own container waits for comes before it.
            containers=[*(self._sidecar(name) for name in sorted(settings.sidecars)), container],
            cpu=settings.cpu,
            memory=settings.memory,
        )
        alone = replace(container, port=None, check=None, after={})
        self.tasks = {
            key: task_definition(
                self,
                f"{self._name}-{key}",
                self._context,
                args.cluster,
                family=args.families[key],
                roles=roles,
                containers=[replace(alone, command=task.command)],
                cpu=task.cpu or settings.cpu,
                memory=task.memory or settings.memory,
            )
            for key, task in settings.tasks.items()
        }

    def _own_container(self) -> Container:
        args, settings = self.args, self.args.settings
        use = merged(args.uses, environment={**settings.environment, "VERSION": args.image.version})
        return Container(
            name=self.container,
            image=args.image.reference,
            environment=use.environment,
            secrets=use.secrets,
            port=settings.port,
            command=settings.command or (),
            check=settings.check,
            mounts=use.mounts,
            after={name: "HEALTHY" if sidecar.check else "START" for name, sidecar in settings.sidecars.items()},
        )

    def _sidecar(self, name: str) -> Container:
        beside, settings = self.args.sidecars[name], self.args.settings.sidecars[name]
        return Container(
            name=name,
            image=beside.image.reference,
            environment={**settings.environment, "VERSION": beside.image.version},
            secrets=beside.use.secrets,
            port=settings.port,
            command=settings.command or (),
            cpu=settings.cpu,
            memory=settings.memory,
            essential=settings.essential,
            check=settings.check,
        )

    def _create_service(self) -> None:
        args, settings, routing = self.args, self.args.settings, self.routing
        deployment = settings.deployment
        self.alarms = (
            rollback_alarms(self, self._name, self._context, routing, args.load_balancer)
            if deployment.rollback_alarms
            else []
        )
        self.service = aws.ecs.Service(
            self._name,
            name=args.service_name,
            cluster=args.cluster.cluster.arn,
            launch_type="FARGATE",
            task_definition=self.task_definition.arn,
            desired_count=settings.count.desired,
            network_configuration={
                "subnets": args.network.private_subnet_ids,
                "security_groups": [self.security_group.id],
                "assign_public_ip": False,
            },
            load_balancers=[
                {
                    "target_group_arn": routing.target_group.arn,
                    "container_name": self.container,
                    "container_port": settings.port,
                    "advanced_configuration": routing.advanced_configuration,
                }
            ],
            health_check_grace_period_seconds=settings.health_check.grace_seconds,
            deployment_configuration=deployment_configuration(deployment),
            deployment_minimum_healthy_percent=deployment.minimum_healthy_percent,
            deployment_maximum_percent=deployment.maximum_percent,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            alarms={"alarm_names": self.alarms, "enable": True, "rollback": True} if self.alarms else None,
            enable_execute_command=settings.exec,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            # `up` ends when the new version runs, or with the reason why it does not.
            wait_for_steady_state=True,
            tags=self._context.tags(self._name),
            opts=self.child(
                ignore_changes=self._changed_by_others(),
                # ECS takes a target group only once a listener sends to it, and needs the roles' policies at once.
                depends_on=[self.routing, self._roles],
            ),
        )

    def _changed_by_others(self) -> list[str]:
        """What the service's owners on AWS change: to put it back would be to undo their work."""
        # The number of tasks is autoscaling's from the first minute on. Which of two target groups is the live one,
        # and so stands first, is ECS's after the first switch.
        return ["desired_count", "load_balancers"] if self.routing.alternate else ["desired_count"]
