"""Names in Route 53, and certificates for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.edge.cdn import Domain
from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Shaped

ZoneId = Annotated[
    str,
    Shaped(
        r"Z[A-Z0-9]{5,31}",
        "the id of a hosted zone",
        "It is a Z with letters and digits after it.",
        "'aws route53 list-hosted-zones' lists them.",
    ),
]
UrlPath = Annotated[
    str,
    Shaped(r"/[A-Za-z0-9_./-]{0,254}", "a path", "It begins with '/'.", "Set for example /api/health."),
]


class Dns(Section):
    """A hosted zone and the names in it; certificates for them are issued and renewed by themselves."""

    zone: Domain
    """The domain that the zone is of."""
    zone_id: ZoneId | None = None
    """An existing zone; the stack makes one unless set, which its parent domain must then delegate to."""
    names: Annotated[dict[Domain, Literal["cdn", "load_balancer", "beanstalk"]], Field(default_factory=dict)]
    """Name to what it leads to: cdn, load_balancer or beanstalk."""
    failover: Literal["primary", "secondary"] | None = None
    """This stack's part where another has the same names: traffic leaves the primary when its health check fails."""
    health_path: UrlPath = "/health"
    """What the primary is asked, of what its names lead to."""

    @rule
    def names_are_in_the_zone(self, key: str) -> Iterator[Problem]:
        for name in self.names:
            if name != self.zone and not name.endswith(f".{self.zone}"):
                yield problem(
                    f"{key}.names",
                    name,
                    f"{name!r} is not in {self.zone}.",
                    "A zone holds its own domain and what is below it.",
                    f"Set a name that ends in .{self.zone}, or another zone.",
                )

    @rule
    def second_shares_the_zone(self, key: str) -> Iterator[Problem]:
        if self.failover == "secondary" and self.zone_id is None:
            yield problem(
                f"{key}.zone_id",
                "",
                "The secondary has no zone_id.",
                "Both stacks write to one zone, which the primary's stack or somebody else made.",
                "Set the id of that zone.",
            )
