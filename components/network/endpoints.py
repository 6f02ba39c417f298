"""VPC endpoints: AWS services reached without leaving the VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.network.security import security_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.network.network import Network

# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
INTERFACE_SERVICES = {
    "ecr": ("ecr.api", "ecr.dkr"),
    "logs": ("logs",),
    "secretsmanager": ("secretsmanager",),
    # ECS Exec speaks to ssmmessages.
    "ssm": ("ssm", "ssmmessages"),
}
HTTPS = 443


class Endpoints(Component):
    """Endpoints for the chosen AWS services in the private subnets (AUT-NET-04).

    S3 is a gateway endpoint in the private route tables; the others are interface endpoints with private DNS behind
    one security group, `security_group`, which is None when there is no interface endpoint.
    """

    security_group: aws.ec2.SecurityGroup | None = None

    def __init__(
        self,
        name: str,
        context: Context,
        network: Network,
        services: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("network", name, opts)
        self._name, self._context, self._network = name, context, network
        if "s3" in services:
            self._create_gateway("s3")
        interfaces = [service for key in services for service in INTERFACE_SERVICES.get(key, ())]
        if interfaces:
            self.security_group = security_group(
                self, name, context, what="endpoints", vpc_id=network.vpc_id, description="AWS services inside the VPC"
            )
            for service in interfaces:
                self._create_interface(service, self.security_group)
        self.register_outputs({})

    def _create_gateway(self, service: str) -> None:
        aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._network.vpc_id,
            service_name=self._service_name(service),
            vpc_endpoint_type="Gateway",
            route_table_ids=self._network.private_route_table_ids,
            tags=self._context.tags(service),
            opts=self.child(),
        )

    def _create_interface(self, service: str, group: aws.ec2.SecurityGroup) -> None:
        aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._network.vpc_id,
            service_name=self._service_name(service),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=self._network.private_subnet_ids,
            security_group_ids=[group.id],
            tags=self._context.tags(service.replace(".", "-")),
            opts=self.child(),
        )

    def _service_name(self, service: str) -> str:
        return f"com.amazonaws.{self._context.region}.{service}"
