"""What is watched of each kind of thing; KINDS says which kind is watched by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from components.monitoring.watches import compute, data, edge, logs, security

if TYPE_CHECKING:
    from components.monitoring.watch import Watch
    from settings import Monitoring

KINDS: Final[Mapping[str, Callable[[str, Any, Monitoring], Watch]]] = {
    "load_balancer": edge.load_balancer,
    "cluster": logs.cluster,
    "cdn": edge.cdn,
    "canary": edge.canary,
    "audit": security.audit,
    "database_connections": logs.database_connections,
    "services": compute.service,
    "beanstalk": compute.beanstalk,
    "workers": compute.worker,
    "postgres": data.postgres,
    "redis": data.redis,
    "files": data.files,
}
"""By section of the stack file, or what follows from one."""
