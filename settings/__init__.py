"""The typed settings of a stack: pure data, checked before anything is touched.

:func:`load` turns a configuration into a :class:`Stack`, or raises :class:`SettingsError` with all that is wrong.
"""

from __future__ import annotations

from settings.compute.beanstalk import Beanstalk, Container
from settings.compute.changes import ManagedUpdates, Rollout, Trigger
from settings.compute.cluster import Cluster
from settings.compute.deployment import Deployment
from settings.compute.health_check import HealthCheck, Probe
from settings.compute.image import Image
from settings.compute.scaling import Count, CpuSteps, Scaling
from settings.compute.season import Peak, Season, Size
from settings.compute.service import Service, Task
from settings.compute.sidecar import ContainerCheck, Sidecar
from settings.compute.worker import Worker
from settings.cost.budget import Budget
from settings.data.bucket import Bucket
from settings.data.files import Files
from settings.data.postgres import Postgres
from settings.data.queue import Queue
from settings.data.redis import Redis
from settings.data.restore import RestoreFrom
from settings.data.secret import Generate, Secret
from settings.edge.cdn import Behavior, Cdn
from settings.edge.dns import Dns
from settings.edge.load_balancer import LoadBalancer, Waf
from settings.edge.site import Site
from settings.identity.delivery import Delivery
from settings.loader import load, load_file
from settings.monitoring.canary import Canary
from settings.monitoring.logs import Logs
from settings.monitoring.monitoring import Monitoring
from settings.monitoring.thresholds import Thresholds
from settings.monitoring.tracing import Tracing
from settings.network.network import Network
from settings.operations.contact import Contact
from settings.operations.operations import Health, Operations, Recovery, Rollback, Snapshots
from settings.operations.validation import Check, Load, Suite, Validation
from settings.problems import Problem, SettingsError
from settings.protection.audit import Audit
from settings.protection.backup import Backup
from settings.protection.replication import Images, Replica
from settings.section import Tier
from settings.stack import Stack

__all__ = [
    "Audit",
    "Backup",
    "Beanstalk",
    "Behavior",
    "Bucket",
    "Budget",
    "Canary",
    "Cdn",
    "Check",
    "Cluster",
    "Contact",
    "Container",
    "ContainerCheck",
    "Count",
    "CpuSteps",
    "Delivery",
    "Deployment",
    "Dns",
    "Files",
    "Generate",
    "Health",
    "HealthCheck",
    "Image",
    "Images",
    "Load",
    "LoadBalancer",
    "Logs",
    "ManagedUpdates",
    "Monitoring",
    "Network",
    "Operations",
    "Peak",
    "Postgres",
    "Probe",
    "Problem",
    "Queue",
    "Recovery",
    "Redis",
    "Replica",
    "RestoreFrom",
    "Rollback",
    "Rollout",
    "Scaling",
    "Season",
    "Secret",
    "Service",
    "SettingsError",
    "Sidecar",
    "Site",
    "Size",
    "Snapshots",
    "Stack",
    "Suite",
    "Task",
    "Thresholds",
    "Tier",
    "Tracing",
    "Trigger",
    "Validation",
    "Waf",
    "Worker",
    "load",
    "load_file",
]
