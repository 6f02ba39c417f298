"""The sizes of instances that RDS and ElastiCache offer, by family.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html, for PostgreSQL and Redis. Which
of them a region has, AWS says. One that is newer than these tables can be set under plinth:customize.
"""

from __future__ import annotations

from typing import Final

from settings.problems import nearest, one_of

_SIZES: Final = {
    "small_t": "micro small medium",
    "t": "micro small medium large xlarge 2xlarge",
    "m5": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
    "graviton": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    "graviton4": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "intel": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
    "intel7": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "cache5": "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
    "cache_tiered": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
}
_DATABASE: Final = {
    "t": "t3 t4g",
    "m5": "m5 m5d r5 r5b r5d",
    "graviton": "m6g m6gd m7g r6g r6gd r7g x2g",
    "graviton4": "m8g r8g",
    "intel": "m6i m6id m6idn m6in r6i r6id r6idn r6in x2iedn x2idn",
    "intel7": "m7i r7i",
}
_CACHE: Final = {
    "small_t": "t3 t4g",
    "cache5": "m5 r5",
    "graviton": "m6g m7g r6g r7g c7gn",
    "cache_tiered": "r6gd",
}


def offered(value: str, known: tuple[str, ...], example: str) -> str:
    """A sentence that helps whoever wrote `value` to one of the `known` sizes."""
    prefix = example.partition(".")[0]
    whole = value if value.startswith(f"{prefix}.") else f"{prefix}.{value}"
    if "." in value and (close := nearest(whole, known)):
        return f"Did you mean {one_of(close)}?"
    return f"It looks like {example}: {prefix}, a family and a size."


def _offered(prefix: str, families: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{prefix}.{family}.{size}"
        for sizes, names in families.items()
        for family in names.split()
        for size in _SIZES[sizes].split()
    )


DATABASE: Final = _offered("db", _DATABASE)
CACHE: Final = _offered("cache", _CACHE)
