"""The typed settings of a stack: pure data, checked before anything is touched.

:func:`load` turns a configuration into a :class:`Stack`, or raises :class:`SettingsError` with all that is wrong.
"""

from __future__ import annotations

from settings.bucket import Bucket
from settings.deployment import Deployment
from settings.health_check import HealthCheck
from settings.image import Image
from settings.load_balancer import LoadBalancer, Waf
from settings.loader import load, load_file
from settings.logs import Logs, Monitoring
from settings.network import Network
from settings.postgres import Postgres
from settings.problems import Problem, SettingsError
from settings.redis import Redis
from settings.scaling import Count, CpuSteps, Scaling
from settings.secret import Generate, Secret
from settings.section import Tier
from settings.service import Service, Task
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
