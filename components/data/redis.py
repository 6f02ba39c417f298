"""The Redis cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.data.secret import Secret, generated_secret
from components.network.security import security_group
from components.use import Use

if TYPE_CHECKING:
    from components.network.network import Network
    from settings import Redis as RedisSettings

PORT = 6379
TOKEN_LENGTH = 64  # ElastiCache takes 16 to 128 characters


class Redis(Component):
    """A Redis replication group in the private subnets, encrypted at rest and on the way, with a token (AUT-DAT-02).

    Creates its security group, subnet group, token, and a second secret with the whole ``rediss://`` URL, which is
    what services are given.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: RedisSettings,
        network: Network,
        *,
        aws_name: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("data", name, opts)
        self.aws_name = aws_name
        self.security_group = security_group(
            self, name, context, what="redis", vpc_id=network.vpc_id, description="Who may reach the cache"
        )
        subnet_group = aws.elasticache.SubnetGroup(
            name,
            name=context.name("cache-subnet"),
            description="Private subnets",
            subnet_ids=network.private_subnet_ids,
            tags=context.tags("cache-subnet"),
            opts=self.child(),
        )
        self.token = generated_secret(
            f"{name}-token", context, length=TOKEN_LENGTH, version=settings.token_version, opts=self.child()
        )
        self.replication_group = aws.elasticache.ReplicationGroup(
            name,
            replication_group_id=self.aws_name,
            description=f"Redis of {context.system}, {context.environment}",
            engine="redis",
            engine_version=settings.engine_version,
            parameter_group_name=settings.parameter_group,
            node_type=settings.node_type,
            num_cache_clusters=settings.nodes,
            automatic_failover_enabled=settings.failover,
            multi_az_enabled=settings.multi_az,
            port=PORT,
            subnet_group_name=subnet_group.name,
            security_group_ids=[self.security_group.id],
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            auth_token=self.token.value,
            auth_token_update_strategy="ROTATE",  # noqa: S106 - a strategy, not a token
            snapshot_retention_limit=settings.snapshot_retention_days,
            auto_minor_version_upgrade=True,
            apply_immediately=True,
            tags=context.tags("redis"),
            opts=self.child(protect=context.production),
        )
        self.endpoint = self.replication_group.primary_endpoint_address
        self.url = Secret(
            f"{name}-url",
            context,
            pulumi.Output.concat("rediss://:", self.token.value, "@", self.endpoint, f":{PORT}/0"),
            opts=self.child(),
        )
        self.node_names = [f"{self.aws_name}-{number:03}" for number in range(1, settings.nodes + 1)]
        self.register_outputs({"endpoint": self.endpoint})

    def use(self) -> Use:
        """How a service finds the cache: one secret URL, token and all (AUT-CFG-02), and where it is (CHR-CFG-01)."""
        return Use(
            environment={"REDIS_HOST": self.endpoint, "REDIS_PORT": str(PORT)},
            secrets={"REDIS_URL": self.url.arn},
            secret_arns=[self.url.arn],
            security_group=self.security_group,
            port=PORT,
        )
