"""The typed settings of a stack: pure data, checked before anything is touched.

:func:`load` turns a configuration into a :class:`Stack`, or raises :class:`SettingsError` with all that is wrong.
"""

from __future__ import annotations

from settings.compute.deployment import Deployment
from settings.compute.health_check import HealthCheck
from settings.compute.image import Image
from settings.compute.scaling import Count, CpuSteps, Scaling
from settings.compute.service import Service, Task
from settings.data.bucket import Bucket
from settings.data.postgres import Postgres
from settings.data.redis import Redis
from settings.data.secret import Generate, Secret
from settings.edge.load_balancer import LoadBalancer, Waf
from settings.loader import load, load_file
from settings.monitoring.logs import Logs, Monitoring
from settings.network.network import Network
from settings.problems import Problem, SettingsError
from settings.section import Tier
from settings.stack import Stack

__all__ = [
    "Bucket",
    "Count",
    "CpuSteps",
    "Deployment",
    "Generate",
    "HealthCheck",
    "Image",
    "LoadBalancer",
    "Logs",
    "Monitoring",
    "Network",
    "Postgres",
    "Problem",
    "Redis",
    "Scaling",
    "Secret",
    "Service",
    "SettingsError",
    "Stack",
    "Task",
    "Tier",
    "Waf",
    "load",
    "load_file",
]
