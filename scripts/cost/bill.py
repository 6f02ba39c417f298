"""What AWS has billed for a stack, by its Stack tag (CRT-OPS-11).

Cost Explorer knows a tag that was activated for costs, from the day after on; a question costs a cent.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from scripts.aws_errors import explain
from scripts.cost.costs import Line, costs
from scripts.output import Result, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from scripts.cloud import Cloud
    from settings import Stack

_REGION: Final = "us-east-1"  # where Cost Explorer is
_DAYS: Final = 30
_DAYS_OF_A_MONTH: Final = 365 / 12


class Estimated(BaseModel):
    """A line of the estimate, in US dollars a month."""

    model_config = ConfigDict(frozen=True)

    resource: str
    of: str
    quantity: float
    usd: float


class Costs(Result):
    """The estimate, and what AWS billed; `unknown` says why the latter is not known."""

    stack: str
    estimated_usd: float
    lines: tuple[Estimated, ...]
    prices_as_of: str
    billed_usd: float | None
    """A month, by the last thirty whole days."""
    billed: dict[str, float]
    """Service to dollars a month."""
    unknown: str = ""

    def show(self, console: Console) -> None:
        """Print a line for each resource, then what was billed."""
        rows = [(each.resource, each.of, f"{each.quantity:g}", f"{each.usd:.2f}") for each in self.lines]
        console.print(table("resource", "price of", "quantity", "USD a month", rows=rows))
        console.print(
            f"estimated: {self.estimated_usd:.0f} USD a month, at prices of {self.prices_as_of}", markup=False
        )
        if self.billed_usd is None:
            console.print(f"billed: not known ({self.unknown})", markup=False)
            return
        console.print(f"billed: {self.billed_usd:.0f} USD a month, by the last {_DAYS} days", markup=False)
        console.print(table("service", "USD a month", rows=[(k, f"{v:.2f}") for k, v in self.billed.items()]))


def cost(stack: str, settings: Stack, cloud: Cloud | None) -> Costs:
    """The costs of a stack; without `cloud`, by its settings alone."""
    lines = costs(settings)
    billed, unknown = _billed(stack, cloud) if cloud is not None else ({}, "AWS was not asked")
    return Costs(
        stack=stack,
        estimated_usd=round(sum(each.usd for each in lines), 2),
        lines=_estimated(lines),
        prices_as_of=str(min((each.price.as_of for each in lines), key=str)),
        billed_usd=round(sum(billed.values()), 2) if billed else None,
        billed=billed,
        unknown=unknown,
    )


def _estimated(lines: Sequence[Line]) -> tuple[Estimated, ...]:
    return tuple(
        Estimated(resource=each.resource, of=each.price.what, quantity=round(each.quantity, 3), usd=round(each.usd, 2))
        for each in lines
    )


def _billed(stack: str, cloud: Cloud) -> tuple[dict[str, float], str]:
    """Service to dollars a month, or why that is not known: an estimate is worth having without it."""
    today = dt.datetime.now(dt.UTC).date()
    try:
        answer = cloud.client("ce", _REGION).get_cost_and_usage(
            TimePeriod={"Start": str(today - dt.timedelta(days=_DAYS)), "End": str(today)},
            Granularity="DAILY",
            Metrics=["UnblendedCost"],
            Filter={"Tags": {"Key": "Stack", "Values": [stack]}},
            GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}],
        )
    except (ClientError, BotoCoreError) as error:
        return {}, str(explain(error))
    sums: dict[str, float] = {}
    for day in answer["ResultsByTime"]:
        for group in day["Groups"]:
            service = group["Keys"][0]
            sums[service] = sums.get(service, 0) + float(group["Metrics"]["UnblendedCost"]["Amount"])
    a_month = {service: round(usd * _DAYS_OF_A_MONTH / _DAYS, 2) for service, usd in sorted(sums.items())}
    return a_month, "" if a_month else "AWS has billed nothing under the tag Stack yet; it must be activated for costs"
