"""`python -m local.ministack`: MiniStack's server, with our additions."""

from __future__ import annotations

from ministack.app import main

from local.ministack import (
    automated_backups,
    database_copies,
    deployments,
    draining,
    edge,
    file_systems,
    front_door,
    image_copies,
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

draining.install()
edge.install()
file_systems.install()
front_door.install()
image_copies.install()
log_search.install()
managed_password.install()
database_copies.install()
automated_backups.install()
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
