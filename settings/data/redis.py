"""The Redis cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator

from settings.data import instances
from settings.data.instances import offered
from settings.problems import Problem, one_of, show
from settings.section import Section, by_tier, problem, rule
from settings.values import Between, Days35, OneOf, Shaped, refuse

VERSIONS: Final = ("6.2", "7.0", "7.1")


def _node_type(value: str) -> str:
    if value not in instances.CACHE:
        refuse(
            f"{show(value)} is not a node type that ElastiCache offers for Redis.",
            offered(value, instances.CACHE, "cache.t3.medium"),
            "Set one of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html.",
        )
    return value


class Redis(Section):
    """An ElastiCache replication group for Redis: private, encrypted at rest and on the way, with a token."""

    identifier: (
        Annotated[
            str,
            Shaped(
                r"[a-z](-?[a-z0-9])*",
                "the id of a replication group",
                "It has lower-case letters, digits and single hyphens, and begins with a letter.",
                "Leave it out for <system>-redis-<environment>.",
            ),
        ]
        | None
    ) = None
    """Id of the replication group, with which the names of its nodes begin; <system>-redis-<environment> unless set."""
    node_type: Annotated[str, AfterValidator(_node_type)]
    """Size of each node, e.g. cache.t3.medium."""
    nodes: Annotated[
        int,
        Between(1, 6, "a number of nodes", "Set 2 for a primary and a replica.", why="A primary has up to 5 replicas."),
    ] = by_tier(production=2, staging=1, development=1)
    """One primary and its replicas."""
    failover: bool = by_tier(production=True, staging=False, development=False)
    """Whether a replica takes over when the primary fails."""
    multi_az: bool = by_tier(production=True, staging=False, development=False)
    """Whether the nodes are in different zones."""
    engine_version: Annotated[
        str,
        OneOf(
            VERSIONS,
            "a version of Redis that ElastiCache offers",
            f"It is {one_of(VERSIONS)}.",
            "Set for example '7.1', in quotes.",
        ),
    ] = "7.1"
    """Version of Redis."""
    parameter_group: Annotated[
        str,
        Shaped(
            r"[A-Za-z](-?[A-Za-z0-9.])*",
            "the name of a parameter group",
            "It has letters, digits, dots and single hyphens.",
            "Leave it out for default.redis7.",
        ),
    ] = "default.redis7"
    """Parameter group, of the version's family."""
    snapshot_retention_days: Days35 = 7
    """Days that daily snapshots are kept."""
    token_version: Annotated[int, Between(1, 1_000_000, "a version of the token", "Set one more than before.")] = 1
    """Raise it to make a new token."""

    @rule
    def failover_has_a_replica(self, key: str) -> Iterator[Problem]:
        if self.failover and self.nodes == 1:
            yield problem(
                f"{key}.failover",
                self.failover,
                "With one node there is nothing to fail over to.",
                "failover needs at least 2 nodes.",
                f"Set {key}.nodes to 2, or failover to false.",
            )

    @rule
    def zones_need_failover(self, key: str) -> Iterator[Problem]:
        if self.multi_az and not self.failover:
            yield problem(
                f"{key}.multi_az",
                self.multi_az,
                "multi_az is on, but failover is off.",
                "multi_az needs failover.",
                "Set failover to true, or multi_az to false.",
                why="ElastiCache refuses the one without the other.",
            )

    @rule
    def parameter_group_is_the_versions(self, key: str) -> Iterator[Problem]:
        expected = "default.redis7" if self.engine_version.startswith("7") else "default.redis6.x"
        if self.parameter_group.startswith("default.") and self.parameter_group != expected:
            yield problem(
                f"{key}.parameter_group",
                self.parameter_group,
                f"{self.parameter_group} is not of the family of Redis {self.engine_version}.",
                f"Its default group is {expected}.",
                f"Set {expected}, or a group of your own.",
            )
