"""All rules of the pack. A module declares its rules when it is imported; their order here is the documentation's."""

from __future__ import annotations

from policies import beanstalk, cache, compute, database, files, identity, logs, network, storage, tags
from policies.rule import RULES

__all__ = [
    "RULES",
    "beanstalk",
    "cache",
    "compute",
    "database",
    "files",
    "identity",
    "logs",
    "network",
    "storage",
    "tags",
]

RULES.sort(key=lambda rule: rule.id)
