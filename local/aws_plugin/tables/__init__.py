"""The tables: every Pulumi type that the plugin knows, by token."""

from __future__ import annotations

from local.aws_plugin.spec import Resource
from local.aws_plugin.tables import (
    alarming,
    beanstalk,
    cache,
    cdn,
    compute,
    cost,
    database,
    dns,
    endpoints,
    files,
    functions,
    identity,
    listeners,
    loadbalancing,
    log_delivery,
    monitoring,
    network,
    network_acls,
    objects,
    protection,
    queues,
    registry,
    scaling,
    secrets,
    security_groups,
    storage,
    synthetics,
    topics,
    tracing,
    waf,
)

RESOURCES: dict[str, Resource] = {
    resource.token: resource
    for module in (
        network, network_acls, endpoints, security_groups, loadbalancing, listeners, waf, compute, registry, scaling,
        monitoring, alarming, database, cache, storage, files, queues, functions, secrets, identity, protection, cost,
        topics, objects, beanstalk, cdn, dns, log_delivery, tracing,
        synthetics,
    )
    for resource in module.RESOURCES
}  # fmt: skip
