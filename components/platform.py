"""One system: every component that a stack file asks for, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Context
from components.compute.beanstalk.environment import Beanstalk, BeanstalkArgs
from components.compute.services import Services
from components.compute.worker import Worker, WorkerArgs
from components.customize import Customizations
from components.data.bucket import Bucket
from components.data.files import Files
from components.data.parameter import database_parameters
from components.data.postgres import Postgres
from components.data.redis import Redis
from components.data.secret import stack_secret
from components.edge.edge import Edge
from components.inventory import (
    Inventory,
    beanstalk_document,
    edge_document,
    monitoring_document,
    operations_document,
    platform_document,
    protection_document,
    service_document,
    worker_document,
)
from components.monitoring.canary import Canary
from components.monitoring.monitoring import Monitoring
from components.monitoring.tracing import Tracing
from components.monitoring.watches import KINDS
from components.network.acls import NetworkAcls
from components.network.endpoints import Endpoints
from components.network.flow_logs import FlowLogs
from components.network.network import Network
from components.protection.protection import Protection
from components.use import of_secrets
from settings import names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
        self._create_workers()
        self.edge = Edge(self._context, settings, self._opts)
        self._create_compute()
        self._create_beanstalk()
        self.edge.lead(root, self.services.load_balancer if self.services else None, self.beanstalk)
        self.protection = Protection(
            self._context, settings, self.network, buckets=self.buckets, postgres=self.postgres, opts=self._opts
        )
        self._create_tracing()
        self._create_canary()
        self._create_monitoring()
        self._write_inventory()
        customizations.check()
        self.outputs = self._outputs()

    def _outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = {}
        if self.services is not None:
            outputs |= {
                "url": self.services.load_balancer.url,
                "load_balancer_name": self.services.load_balancer.load_balancer.name,
                "cluster_name": self.services.cluster.cluster.name,
                "service_names": {key: each.service.name for key, each in self.services.by_name.items()},
            }
        if self.beanstalk is not None:
            outputs |= {
                "beanstalk_environment": self.beanstalk.environment_name,
                "beanstalk_cname": self.beanstalk.cname,
                "beanstalk_version": self.beanstalk.version_label,
            }
        if self.edge.cdn is not None:
            outputs |= {"cdn_url": self.edge.cdn.url, "cdn_domain": self.edge.cdn.distribution.domain_name}
        if self.edge.zone is not None and self.edge.zone.name_servers is not None:
            outputs |= {"zone_id": self.edge.zone.id, "name_servers": self.edge.zone.name_servers}
        return outputs | self.protection.outputs

    def _default_tags(self) -> dict[str, str]:
        """The tags of every resource (AUT-SEC-14, RPH-CFG-02); stable, so that no run changes them."""
        settings = self._settings
        return {
            **settings.tags,
            "Project": self._context.project,
            "Environment": settings.environment,
            "Stack": self._context.stack,
            "Tier": settings.tier,
            "ManagedBy": "pulumi",
        }

    def _create_network(self) -> None:
        settings, context = self._settings.network, self._context
        self.network = Network("network", context, settings, self._opts)
        self.endpoints = Endpoints("endpoints", context, self.network, settings.endpoints, self._opts)
        if settings.acls:
            NetworkAcls("acls", context, self.network, settings.cidr, self._opts)
        if settings.flow_logs:
            FlowLogs("flow-logs", context, self.network.vpc_id, self._opts)

    def _create_stores(self) -> None:
        """The data stores and secrets, and in `uses` what each brings to the services that use it."""
        settings, context, opts = self._settings, self._context, self._opts
        self.buckets = {key: Bucket(key, context, bucket, opts) for key, bucket in settings.buckets.items()}
        self.files = {key: Files(key, context, files, self.network, opts) for key, files in settings.files.items()}
        self.uses = {key: bucket.use() for key, bucket in self.buckets.items()}
        self.uses |= {key: files.use() for key, files in self.files.items()}
        self.postgres = self.redis = None
        if settings.postgres is not None:
            self.postgres = Postgres("postgres", context, settings.postgres, self.network, opts)
            self.uses["postgres"] = self.postgres.use()
            database_parameters("database", context, settings.postgres, self.postgres, opts)
        if settings.redis is not None:
            self.redis = Redis(
                "redis", context, settings.redis, self.network, aws_name=names.redis(settings), opts=opts
            )
            self.uses["redis"] = self.redis.use()
        self.secrets = {key: stack_secret(key, context, secret, opts) for key, secret in settings.secrets.items()}

    def _create_workers(self) -> None:
        self.workers: dict[str, Worker] = {}
        for key, settings in self._settings.workers.items():
            args = WorkerArgs(
                settings=settings,
                function_name=names.function(self._settings, key),
                root=self._root,
                uses={used: self.uses[used] for used in settings.uses},
                secrets={variable: self.secrets[secret] for variable, secret in settings.secrets.items()},
            )
            self.workers[key] = Worker(key, self._context, args, self._opts)
        self.uses |= {key: worker.use() for key, worker in self.workers.items()}

    def _create_compute(self) -> None:
        settings, context, opts = self._settings, self._context, self._opts
        self.services = None
        if settings.load_balancer is not None:
            self.services = Services(
                context,
                settings,
                settings.load_balancer,
                self._root,
                network=self.network,
                endpoints=self.endpoints,
                uses=self.uses,
                secrets=self.secrets,
                certificate_arn=self.edge.load_balancer_certificate,
                opts=opts,
            )

    def _create_beanstalk(self) -> None:
        settings = self._settings.beanstalk
        self.beanstalk = None
        if settings is not None:
            args = BeanstalkArgs(
                settings=settings,
                application_name=names.beanstalk_application(self._settings),
                environment_name=names.beanstalk_environment(self._settings),
                network=self.network,
                endpoints=self.endpoints,
                uses={used: self.uses[used] for used in settings.uses} | of_secrets(settings.secrets, self.secrets),
                root=self._root,
            )
            self.beanstalk = Beanstalk("beanstalk", self._context, args, self._opts)

    def _create_tracing(self) -> None:
        settings = self._settings
        services, functions = names.traced_services(settings), names.traced_functions(settings)
        self.tracing = None
        if services or functions:
            self.tracing = Tracing(
                "tracing",
                settings.monitoring.tracing,
                group_name=names.watcher(settings),
                services=services,
                functions=functions,
                opts=self._opts,
            )

    def _create_canary(self) -> None:
        settings = self._settings.monitoring.canary
        self.canary = None
        if settings is not None:
            self.canary = Canary(
                "monitoring-canary",
                self._context,
                settings,
                canary_name=names.watcher(self._settings),
                bucket_name=names.canary_bucket(self._settings),
                url=f"https://{settings.host}" if settings.host else self.edge.url,
                account=self.network.account_id,
                opts=self._opts,
            )

    def _create_monitoring(self) -> None:
        """What is deployed is watched, each thing as its kind is (components.monitoring.watches)."""
        services, monitoring = self.services, self._settings.monitoring
        namespace = monitoring.namespace or f"{self._settings.system}/{self._settings.environment}"
        settings = monitoring.model_copy(update={"namespace": namespace})
        deployed: dict[str, Mapping[str, Any]] = {
            "load_balancer": {"load-balancer": services.load_balancer} if services else {},
            "cluster": {"cluster": services.cluster} if services else {},
            "database_connections": {"cluster": services.cluster} if services and self.postgres else {},
            "services": services.by_name if services else {},
            "beanstalk": {"beanstalk": self.beanstalk} if self.beanstalk else {},
            "workers": self.workers,
            "postgres": {"postgres": self.postgres} if self.postgres else {},
            "redis": {"redis": self.redis} if self.redis else {},
            "files": self.files,
            "cdn": {"cdn": self.edge.cdn} if self.edge.cdn else {},
            "canary": {"canary": self.canary} if self.canary else {},
            "audit": {"audit": self.protection.audit} if self.protection.audit else {},
        }
        self.monitoring = Monitoring(
            "monitoring",
            self._context,
            settings,
            [KINDS[kind](key, each, settings) for kind, found in deployed.items() for key, each in found.items()],
            topic_name=names.topic(self._settings),
            dashboard_name=names.dashboard(self._settings),
            account=self.network.account_id,
            other_alarms=sum(each.alarm_count for each in services.by_name.values()) if services else 0,
            opts=self._opts,
        )

    def _write_inventory(self) -> None:
        Inventory(
            "inventory",
            self._context,
            platform_document(
                self._settings,
                self._context,
                url=self.edge.url,
                network=self.network,
                services=self.services,
                postgres=self.postgres,
                redis=self.redis,
                buckets=self.buckets,
                files=self.files,
                secrets=self.secrets,
            ),
            monitoring=monitoring_document(self.monitoring, self.tracing, self.canary),
            services={key: service_document(each) for key, each in self.services.by_name.items()}
            if self.services
            else {},
            others=self._other_documents(),
            opts=self._opts,
        )

    def _other_documents(self) -> dict[str, Mapping[str, Any]]:
        """What not every stack has, by place in the inventory."""
        operations = self._settings.operations
        documents = {f"workers/{key}": worker_document(each) for key, each in self.workers.items()}
        documents |= {f"suites/{name}": suite.document() for name, suite in operations.validation.suites.items()}
        documents["operations"] = operations_document(operations, self.protection.records_bucket_name)
        if self.beanstalk is not None:
            documents["beanstalk"] = beanstalk_document(self.beanstalk)
        if self.edge.cdn is not None or self.edge.zone is not None:
            documents["edge"] = edge_document(self._settings, self.edge)
        if self.protection.backup is not None:
            documents["protection"] = protection_document(self.protection.backup)
        return dict(documents)
