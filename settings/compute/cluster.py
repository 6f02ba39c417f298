"""The ECS cluster of the services."""

from __future__ import annotations

from typing import Annotated

from settings.section import Section
from settings.values import Shaped

EcsName = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9_-]{1,255}",
        "a name in ECS",
        "It has at most 255 letters, digits, hyphens and underscores.",
        "Leave it out for the name that Plinth makes of system and environment.",
    ),
]
LogGroupName = Annotated[
    str,
    Shaped(
        r"(?!aws/)[A-Za-z0-9_./#-]{1,512}",
        "the name of a log group",
        "It has at most 512 letters, digits and _./#-, and does not begin with aws/.",
        "Set for example /ecs/backend.",
    ),
]


class Cluster(Section):
    """The ECS cluster of the services."""

    name: EcsName | None = None
    """Name of the cluster; <system>-cluster-<environment> unless set."""
    log_group: LogGroupName | None = None
    """Log group of all tasks; /aws/ecs/<system>-<environment> unless set."""
