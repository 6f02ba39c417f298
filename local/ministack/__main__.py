"""`python -m local.ministack`: MiniStack's server, with our additions."""

from __future__ import annotations

from ministack.app import main

from local.ministack import (
    copies,
    database_copies,
    deployments,
    draining,
    edge,
    file_systems,
    front_door,
    log_search,
    managed_password,
    network_acls,
    saved_queries,
    service_events,
    target_health,
    task_endpoint,
    tasks,
    trails,
    trust,
    vault_lock,
    zones,
)

copies.install()
draining.install()
edge.install()
file_systems.install()
front_door.install()
log_search.install()
managed_password.install()
database_copies.install()
network_acls.install()
saved_queries.install()
service_events.install()
deployments.install()
target_health.install()
task_endpoint.install()
tasks.install()
trails.install()
trust.install()
vault_lock.install()
zones.install()
main()
