"""Level 3: whether it does what users want of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.aws_errors import code
from scripts.cloud import together
from scripts.errors import PlinthError
from scripts.health.model import Check
from scripts.validate.run import run_suite

if TYPE_CHECKING:
    from scripts.target import Target

_ASKED = ("smoke", "integration")


def business(target: Target) -> list[Check]:
    """The endpoints of the smoke and integration suites, and the buckets."""
    return [*_endpoints(target), *_buckets(target)]


def _endpoints(target: Target) -> list[Check]:
    suites = {name: suite for name, suite in target.inventory.suites.items() if name in _ASKED}
    if not suites:
        return []
    try:
        url = target.url
    except PlinthError as error:
        return [Check(level="business", name="endpoints", state="unknown", detail=str(error))]
    # Once is enough: health is asked again and again.
    ran = [run_suite(name, suite.model_copy(update={"load": None}), url, tries=1) for name, suite in suites.items()]
    return [
        Check(
            level="business",
            name=f"{suite.name} {each.name}",
            state="wrong" if each.problem else "ok",
            detail=each.problem or f"{each.milliseconds:g} ms",
            weight=2 if each.critical else 1,
        )
        for suite in ran
        for each in suite.checks
    ]


def _buckets(target: Target) -> list[Check]:
    s3 = target.cloud.client("s3")

    def look(key: str) -> Check:
        try:
            s3.head_bucket(Bucket=target.inventory.platform.buckets[key])
        except s3.exceptions.ClientError as error:
            return Check(level="business", name=f"bucket {key}", state="wrong", detail=code(error))
        return Check(level="business", name=f"bucket {key}", state="ok")

    return together(look, target.inventory.platform.buckets)
