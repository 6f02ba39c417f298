"""The distribution's copies of answers, thrown away (RPH-DEP-03, RPH-MAN-05).

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scripts.errors import Exit, PlinthError
from scripts.output import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from scripts.target import Target
    from settings.inventory import CdnEntry

MOST_PATHS = 3000


class Invalidated(Result):
    """An invalidation, and whether it reached every edge."""

    distribution: str
    invalidation: str
    paths: tuple[str, ...]
    over: bool

    def show(self, console: Console) -> None:
        """Print it."""
        how = "every edge has it" if self.over else "it goes on"
        console.print(f"{self.invalidation} of {self.distribution}: {', '.join(self.paths)}; {how}", markup=False)


def distribution(target: Target) -> CdnEntry:
    """The stack's distribution; PlinthError when it has none."""
    edge = target.inventory.edge
    if edge is None or edge.cdn is None:
        raise PlinthError(f"stack {target.stack} has no distribution", exit_code=Exit.USAGE)
    return edge.cdn


def check(paths: Sequence[str]) -> None:
    """PlinthError for what is no path of an invalidation."""
    for path in paths:
        if not path.startswith("/") or "*" in path[:-1]:
            raise PlinthError(
                f"{path!r} is no path", "It begins with '/', and '*' stands at its end alone: '/assets/*'", Exit.USAGE
            )
    if len(paths) > MOST_PATHS:
        raise PlinthError(f"{len(paths)} paths are too many", f"At most {MOST_PATHS}; or one: '/*'", Exit.USAGE)


def invalidate(target: Target, paths: Sequence[str], token: str, *, wait: bool) -> Invalidated:
    """Throw away what edges keep of these paths. The same `token` and paths give the same invalidation again."""
    cloudfront, cdn = target.cloud.client("cloudfront"), distribution(target)
    named = sorted(set(paths))
    reference = hashlib.sha256("\n".join([token, *named]).encode()).hexdigest()[:32]
    made = cloudfront.create_invalidation(
        DistributionId=cdn.distribution_id,
        InvalidationBatch={"Paths": {"Quantity": len(named), "Items": named}, "CallerReference": reference},
    )["Invalidation"]["Id"]
    if wait:
        cloudfront.get_waiter("invalidation_completed").wait(DistributionId=cdn.distribution_id, Id=made)
    return Invalidated(distribution=cdn.distribution_id, invalidation=made, paths=tuple(named), over=wait)
