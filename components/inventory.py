"""What exists, written down for operators: see settings.inventory for its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from settings.inventory import SCHEMA_VERSION
from settings.inventory import Inventory as Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.compute.beanstalk.environment import Beanstalk
    from components.compute.cluster import Cluster
    from components.compute.service import Service
    from components.compute.services import Services
    from components.compute.worker import Worker
    from components.data.bucket import Bucket
    from components.data.files import Files
    from components.data.postgres import Postgres
    from components.data.redis import Redis
    from components.edge.edge import Edge
    from components.edge.load_balancer import LoadBalancer
    from components.monitoring.canary import Canary
    from components.monitoring.monitoring import Monitoring
    from components.monitoring.tracing import Tracing
    from components.network.network import Network
    from components.protection.backup import Backup
    from settings import Operations, Stack


class Inventory(Component):
    """The inventory as SSM parameters under ``/plinth/<stack>/inventory``.

    One document for the platform, one for what watches it, one for each service, and of other things that the stack has
    one each: a parameter holds 4 KiB, a stack may have a hundred services, and `GetParametersByPath` reads them all
    together.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        platform: Mapping[str, Any],
        *,
        monitoring: Mapping[str, Any],
        services: Mapping[str, Mapping[str, Any]],
        others: Mapping[str, Mapping[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inventory", name, opts)
        path = Document.path(context.stack)
        self._write(f"{name}-platform", f"{path}/platform", platform)
        self._write(f"{name}-monitoring", f"{path}/monitoring", monitoring)
        for key, service in services.items():
            self._write(f"{name}-{key}", f"{path}/services/{key}", service)
        for place, document in others.items():
            # With a slash, since a service may be called like a place.
            self._write(f"{name}/{place}", f"{path}/{place}", document)
        self.register_outputs({"path": path})

    def _write(self, name: str, path: str, document: Mapping[str, Any]) -> None:
        aws.ssm.Parameter(
            name,
            name=path,
            type="String",
            insecure_value=pulumi.Output.json_dumps(document, sort_keys=True),
            description="Written by Plinth for its operators' command",
            tags={"Name": path},
            opts=self.child(),
        )


def platform_document(
    settings: Stack,
    context: Context,
    *,
    url: pulumi.Input[str],
    network: Network,
    services: Services | None,
    postgres: Postgres | None,
    redis: Redis | None,
    buckets: Mapping[str, Bucket],
    files: Mapping[str, Files],
    secrets: Mapping[str, pulumi.Input[str]],
) -> dict[str, Any]:
    """What the services share."""
    return {
        "schema_version": SCHEMA_VERSION,
        "system": settings.system,
        "environment": settings.environment,
        "tier": settings.tier,
        "stack": context.stack,
        "region": settings.region,
        "url": f"https://{settings.operations.host}" if settings.operations.host else url or None,
        "cluster": services.cluster.aws_name if services else None,
        "private_subnet_ids": network.private_subnet_ids,
        "load_balancer": load_balancer_document(services.load_balancer) if services else None,
        "postgres": postgres_document(settings, postgres) if postgres else None,
        "redis": redis_document(redis) if redis else None,
        "buckets": {key: bucket.aws_name for key, bucket in buckets.items()},
        "files": {
            key: {
                "file_system_id": each.file_system.id,
                "access_point_id": each.access_point.id,
                "security_group_id": each.security_group.id,
            }
            for key, each in files.items()
        },
        "secrets": secrets,
        "log_groups": log_groups_document(services.cluster) if services else None,
    }


def load_balancer_document(load_balancer: LoadBalancer) -> dict[str, Any]:
    """Where requests come in."""
    balancer = load_balancer.load_balancer
    return {
        "name": load_balancer.aws_name,
        "arn": balancer.arn,
        "dns_name": balancer.dns_name,
        "url": load_balancer.url,
    }


def log_groups_document(cluster: Cluster) -> dict[str, Any]:
    """Where tasks, and sessions in them, write what they say."""
    return {"tasks": cluster.log_group.name, "exec": cluster.exec_log_group.name}


def postgres_document(settings: Stack, postgres: Postgres) -> dict[str, Any]:
    """Where the database is, and which secret has its user and password."""
    return {
        "identifier": postgres.identifier,
        "host": postgres.instance.address,
        "port": postgres.instance.port,
        "database": settings.postgres.database if settings.postgres else None,
        "secret_arn": postgres.secret_arn,
        "subnet_group": postgres.subnet_group.name,
        "parameter_group": postgres.parameter_group.name,
        "security_group_id": postgres.security_group.id,
        "multi_az": postgres.instance.multi_az,
    }


def redis_document(redis: Redis) -> dict[str, Any]:
    """Where the cache is, and which secret has its URL with the token."""
    return {
        "replication_group_id": redis.replication_group.replication_group_id,
        "host": redis.endpoint,
        "port": redis.replication_group.port,
        "url_secret_arn": redis.url.arn,
        "security_group_id": redis.security_group.id,
    }


def monitoring_document(monitoring: Monitoring, tracing: Tracing | None, canary: Canary | None) -> dict[str, Any]:
    """What watches the stack, and whom it tells."""
    return {
        "topic_arn": monitoring.here.topic.arn,
        "alarms": monitoring.here.telling,
        "elsewhere": {
            region: {"topic_arn": alarms.topic.arn, "alarms": alarms.telling}
            for region, alarms in monitoring.elsewhere.items()
        },
        "dashboards": [monitoring.dashboard_name],
        "queries": monitoring.query_names,
        "tracing": {"group": tracing.group_name, "sampling_rules": tracing.rule_names} if tracing else None,
        "canary": {"name": canary.canary_name, "bucket": canary.bucket.aws_name} if canary else None,
    }


def service_document(service: Service) -> dict[str, Any]:
    """What an operator needs to look at, deploy, run a task of, and roll back one service."""
    args, routing = service.args, service.routing
    return {
        "name": service.service.name,
        "task_family": service.task_definition.family,
        "task_definition_arn": service.task_definition.arn,
        "image": args.image.reference,
        "container": service.container,
        "port": args.settings.port,
        "paths": list(args.paths),
        "health_path": args.settings.health_check.path,
        "strategy": args.settings.deployment.strategy,
        "target_group_arn": routing.target_group.arn,
        "alternate_target_group_arn": routing.alternate.arn if routing.alternate else None,
        "repository_url": args.image.repository.repository_url,
        "security_group_id": service.security_group.id,
        "uses": list(args.settings.uses),
        "alarms": service.alarms,
        "min": args.settings.count.min,
        "max": args.settings.count.max,
        "exec": args.settings.exec,
        "tasks": {key: task.family for key, task in service.tasks.items()},
    }


def beanstalk_document(beanstalk: Beanstalk) -> dict[str, Any]:
    """What an operator needs to look at, deploy and roll back the environment."""
    return {
        "application": beanstalk.application_name,
        "environment": beanstalk.environment_name,
        "url": pulumi.Output.concat(beanstalk.protocol, "://", beanstalk.cname),
        "health_path": beanstalk.args.settings.health_check.path,
        "log_group_prefix": beanstalk.log_group_prefix,
        "versions_bucket": beanstalk.versions.aws_name,
        "template": beanstalk.template_name,
        "autoscaling_group": beanstalk.environment.autoscaling_groups.apply(lambda names: next(iter(names), "")),
        "security_group_id": beanstalk.security_group.id,
        "uses": list(beanstalk.args.settings.uses),
        "certificate_arn": beanstalk.args.settings.certificate_arn,
    }


def worker_document(worker: Worker) -> dict[str, Any]:
    """The function, its queue and its dead letters."""
    return {
        "function": worker.function_name,
        "alias": worker.alias_name,
        "queue": worker.queue_name,
        "queue_url": worker.queue.url,
        "dead_letter_queue": worker.dead_letter_queue_name,
        "dead_letter_queue_url": worker.dead_letters.url,
        "log_group": worker.log_group.name,
    }


def edge_document(settings: Stack, edge: Edge) -> dict[str, Any]:
    """How the stack is reached from the internet."""
    return {
        "cdn": {
            "distribution_id": edge.cdn.distribution.id,
            "domain_name": edge.cdn.distribution.domain_name,
            "url": edge.cdn.url,
        }
        if edge.cdn
        else None,
        "sites": {key: site.bucket.aws_name for key, site in edge.sites.items()},
        "zone_id": edge.zone.id if edge.zone else None,
        "names": settings.dns.names if settings.dns else {},
    }


def protection_document(backup: Backup) -> dict[str, Any]:
    """What guards the stack."""
    return {
        "backup_vault": backup.vault_name,
        "backup_role_arn": backup.role_arn,
        "copy_region": backup.copy_region,
    }


def operations_document(settings: Operations, bucket: str) -> dict[str, Any]:
    """How the stack is operated, but for the suites, which have documents of their own."""
    return {
        **settings.model_dump(mode="json", include={"snapshots", "health", "rollback", "recovery", "contacts"}),
        "bucket": bucket,
        "monitoring_minutes": settings.monitoring_minutes,
        "validation_minutes": settings.validation.timeout_minutes,
    }
