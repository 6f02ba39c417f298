"""How requests find a service: target groups and listener rules."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import ServiceRole
from settings.names import GREEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.edge.load_balancer import LoadBalancer
    from components.network.network import Network
    from settings import Service as ServiceSettings

EVERYTHING = ("/*",)
LAST_PRIORITY = 50_000  # the largest that a listener rule may have
LONGEST_PATTERN = 128  # characters in a path pattern
ROOM = LAST_PRIORITY // (LONGEST_PATTERN + 1)  # priorities for patterns of one length


def priorities(routes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The priority of each service's listener rule: the longer the pattern before its first wildcard, the earlier.

    Within a length the place comes from the service's name, so that adding a service moves no other's rule, but in
    the rare case that two names want the same place.
    """
    taken: dict[int, str] = {}
    for service in sorted(routes):
        length = max(len(pattern.split("*")[0].split("?")[0]) for pattern in routes[service])
        start = (LONGEST_PATTERN - length) * ROOM
        place = crc32(service.encode()) % ROOM
        while start + place + 1 in taken:
            place = (place + 1) % ROOM
        taken[start + place + 1] = service
    return {service: priority for priority, service in taken.items()}


class Routing(Component):
    """A service's target group and its listener rule; with `alternate` the second pair that a switch needs.

    A deployment that switches traffic (blue-green, canary, linear) has a second target group, ``<name>-green``, a
    rule on the test listener, and a role with which ECS moves the rules' weights from one group to the other
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html).
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: ServiceSettings,
        network: Network,
        load_balancer: LoadBalancer,
        *,
        target_group_name: str,
        paths: Sequence[str],
        priority: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("compute", name, opts)
        self._name, self._context, self._settings, self._network = name, context, settings, network
        self._paths = list(paths)
        switches = settings.deployment.switches
        self.target_group = self._create_target_group(name, target_group_name)
        self.alternate = (
            self._create_target_group(f"{name}{GREEN}", f"{target_group_name}{GREEN}") if switches else None
        )
        self.rule = self._create_rule(name, load_balancer.listener, priority)
        self.test_rule = None
        if load_balancer.test_listener is not None and switches:
            self.test_rule = self._create_rule(f"{name}-test", load_balancer.test_listener, priority)
        self.advanced_configuration = self._advanced_configuration()
        self.register_outputs({})

    def _create_target_group(self, name: str, aws_name: str) -> aws.lb.TargetGroup:
        check = self._settings.health_check
        return aws.lb.TargetGroup(
            name,
            name=aws_name,
            vpc_id=self._network.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=self._settings.port,
            deregistration_delay=self._settings.deregistration_delay_seconds,
            health_check={
                "enabled": True,
                "path": check.path,
                "port": "traffic-port",
                "protocol": "HTTP",
                "matcher": check.matcher,
                "interval": check.interval_seconds,
                "timeout": check.timeout_seconds,
                "healthy_threshold": check.healthy_threshold,
                "unhealthy_threshold": check.unhealthy_threshold,
            },
            tags={"Name": aws_name},
            opts=self.child(),
        )

    def _create_rule(self, name: str, listener: aws.lb.Listener, priority: int) -> aws.lb.ListenerRule:
        return aws.lb.ListenerRule(
            name,
            listener_arn=listener.arn,
            priority=priority,
            actions=[{"type": "forward", "target_group_arn": self.target_group.arn}],
            conditions=[{"path_pattern": {"values": self._paths}}],
            tags=self._context.tags(name),
            # Once ECS switches between two groups, which one has the traffic is its to say.
            opts=self.child(ignore_changes=["actions"] if self.alternate else None),
        )

    def _advanced_configuration(self) -> aws.ecs.ServiceLoadBalancerAdvancedConfigurationArgsDict | None:
        if self.alternate is None:
            return None
        role = ServiceRole(
            f"{self._name}-switch",
            self._context,
            "ecs.amazonaws.com",
            managed_policies=["AmazonECSInfrastructureRolePolicyForLoadBalancers"],
            opts=self.child(),
        )
        return {
            "alternate_target_group_arn": self.alternate.arn,
            "production_listener_rule": self.rule.arn,
            "test_listener_rule": self.test_rule.arn if self.test_rule else None,
            "role_arn": role.arn,
        }
