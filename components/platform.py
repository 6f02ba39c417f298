"""One system: every component that a stack file asks for, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Context
from components.compute.cluster import Cluster
from components.compute.image import Image
from components.compute.routing import EVERYTHING, priorities
from components.compute.service import Service, ServiceArgs
from components.customize import Customizations
from components.data.bucket import Bucket
from components.data.parameter import database_parameters
from components.data.postgres import Postgres
from components.data.redis import Redis
from components.data.secret import stack_secret
from components.edge.load_balancer import LoadBalancer
from components.inventory import Inventory, platform_document, service_document
from components.network.endpoints import Endpoints
from components.network.flow_logs import FlowLogs
from components.network.network import Network
from components.use import Use
from settings import names

if TYPE_CHECKING:
    from pathlib import Path

    from settings import Service as ServiceSettings
    from settings import Stack


class Platform:
    """Builds a stack from its settings, from the network up, and says what it built.

    `outputs` are the stack's outputs: few, flat, and an API (docs/adr).
    """

    def __init__(self, settings: Stack, root: Path) -> None:
        self._settings, self._root = settings, root
        self._context = Context.of(settings, pulumi.get_stack())
        customizations = Customizations(settings.customize)
        provider = aws.Provider("aws", region=settings.region, default_tags={"tags": self._default_tags()})
        self._opts = pulumi.ResourceOptions(providers=[provider])
        self._create_network()
        self._create_stores()
        self._create_compute()
        self._write_inventory()
        customizations.check()
        self.outputs = {
            "url": self.load_balancer.url,
            "load_balancer_name": self.load_balancer.load_balancer.name,
            "cluster_name": self.cluster.cluster.name,
            "service_names": {key: service.service.name for key, service in self.services.items()},
        }

    def _default_tags(self) -> dict[str, str]:
        """The tags of every resource (AUT-SEC-14, RPH-CFG-02); stable, so that no run changes them."""
        settings = self._settings
        return {
            **settings.tags,
            "Project": settings.system,
            "Environment": settings.environment,
            "Stack": self._context.stack,
            "Tier": settings.tier,
            "ManagedBy": "pulumi",
        }

    def _create_network(self) -> None:
        settings, context = self._settings.network, self._context
        self.network = Network("network", context, settings, self._opts)
        self.endpoints = Endpoints("endpoints", context, self.network, settings.endpoints, self._opts)
        if settings.flow_logs:
            FlowLogs("flow-logs", context, self.network.vpc_id, self._opts)

    def _create_stores(self) -> None:
        """The data stores and secrets, and in `uses` what each brings to the services that use it."""
        settings, context, opts = self._settings, self._context, self._opts
        self.buckets = {key: Bucket(key, context, bucket, opts) for key, bucket in settings.buckets.items()}
        self.uses = {key: bucket.use() for key, bucket in self.buckets.items()}
        self.postgres = self.redis = None
        if settings.postgres is not None:
            self.postgres = Postgres("postgres", context, settings.postgres, self.network, opts)
            self.uses["postgres"] = self.postgres.use()
            database_parameters("database", context, settings.postgres, self.postgres, opts)
        if settings.redis is not None:
            self.redis = Redis("redis", context, settings.redis, self.network, opts)
            self.uses["redis"] = self.redis.use()
        self.secrets = {key: stack_secret(key, context, secret, opts) for key, secret in settings.secrets.items()}

    def _create_compute(self) -> None:
        settings, context, opts = self._settings, self._context, self._opts
        self.cluster = Cluster("cluster", context, opts)
        switching = any(service.deployment.switches for service in settings.services.values())
        self.load_balancer = LoadBalancer(
            "load-balancer",
            context,
            settings.load_balancer,
            self.network,
            test_port=settings.load_balancer.test_port if switching else None,
            opts=opts,
        )
        self.images = {
            key: Image(key, context, service.image, self._root, opts) for key, service in settings.services.items()
        }
        self._paths = self._service_paths()
        self._priorities = priorities(self._paths)
        self.services = {key: self._create_service(key, service) for key, service in settings.services.items()}

    def _service_paths(self) -> dict[str, tuple[str, ...]]:
        """The path patterns that each service answers; the default service has all that is left."""
        default = self._settings.load_balancer.default_service
        return {
            key: EVERYTHING if key == default else service.routes for key, service in self._settings.services.items()
        }

    def _create_service(self, key: str, settings: ServiceSettings) -> Service:
        secrets = {
            f"secret-{variable}": Use(secrets={variable: self.secrets[secret]}, secret_arns=[self.secrets[secret]])
            for variable, secret in settings.secrets.items()
        }
        args = ServiceArgs(
            settings=settings,
            network=self.network,
            endpoints=self.endpoints,
            cluster=self.cluster,
            load_balancer=self.load_balancer,
            image=self.images[key],
            uses={used: self.uses[used] for used in settings.uses} | secrets,
            target_group_name=names.target_group(self._settings, key),
            paths=self._paths[key],
            priority=self._priorities[key],
        )
        return Service(key, self._context, args, self._opts)

    def _write_inventory(self) -> None:
        Inventory(
            "inventory",
            self._context,
            platform_document(
                self._settings,
                self._context,
                network=self.network,
                cluster=self.cluster,
                load_balancer=self.load_balancer,
                postgres=self.postgres,
                redis=self.redis,
                buckets=self.buckets,
                secrets=self.secrets,
            ),
            {key: service_document(service) for key, service in self.services.items()},
            self._opts,
        )
