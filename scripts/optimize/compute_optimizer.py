"""A second opinion: what AWS Compute Optimizer found, where the account has opted in to it.

It learns from two weeks of metrics, and answers for what it is asked about by ARN:
https://docs.aws.amazon.com/compute-optimizer/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from scripts.aws_errors import code
from scripts.cloud import together

if TYPE_CHECKING:
    from scripts.target import Target

_OPT_IN: Final = "the account has not opted in: aws compute-optimizer update-enrollment-status --status Active"


class Opinion(BaseModel):
    """What it holds of one thing: a finding, and the first of its options unless all is well. USD saved a month."""

    model_config = ConfigDict(frozen=True)

    of: str
    finding: str
    change: str
    reasons: tuple[str, ...]
    usd_a_month: float | None
    days: float
    """Days that it looked back."""


class Opinions(BaseModel):
    """All of them; `not_asked` says why there are none."""

    model_config = ConfigDict(frozen=True)

    opinions: tuple[Opinion, ...] = ()
    not_asked: str = ""


@dataclass(frozen=True)
class _Kind:
    """A kind of thing it knows: its operation, what the ARNs are called, where the answers are, and what they say."""

    operation: str
    parameter: str
    answers: str
    arn: str
    finding: str
    options: str
    change: Callable[[Mapping[str, Any]], str]


_SERVICES: Final = _Kind(
    "get_ecs_service_recommendations",
    "serviceArns",
    "ecsServiceRecommendations",
    "serviceArn",
    "finding",
    "serviceRecommendationOptions",
    lambda option: f"cpu: {option['cpu']}, memory: {option['memory']}",
)
_FUNCTIONS: Final = _Kind(
    "get_lambda_function_recommendations",
    "functionArns",
    "lambdaFunctionRecommendations",
    "functionArn",
    "finding",
    "memorySizeRecommendationOptions",
    lambda option: f"memory: {option['memorySize']}",
)
_DATABASES: Final = _Kind(
    "get_rds_database_recommendations",
    "resourceArns",
    "rdsDBRecommendations",
    "resourceArn",
    "instanceFinding",
    "instanceRecommendationOptions",
    lambda option: f"instance_class: {option['dbInstanceClass']}",
)


def ask(target: Target, service: str | None = None) -> Opinions:
    """Ask about services, workers and the database, or one service: a call for each kind that the stack has.

    Never fails: who has no second opinion still has the first.
    """
    try:
        wanted = [(kind, arns) for kind, arns in _arns(target, service) if arns]
        found = together(lambda each: _of(target, *each), wanted)
    except (ClientError, BotoCoreError) as error:
        known = isinstance(error, ClientError) and code(error) == "OptInRequiredException"
        return Opinions(not_asked=_OPT_IN if known else str(error))
    return Opinions(opinions=tuple(one for several in found for one in several))


def _arns(target: Target, service: str | None) -> list[tuple[_Kind, dict[str, str]]]:
    """ARN to the key in the stack file, by kind."""
    platform = target.inventory.platform

    def arn(kind: str, name: str) -> str:
        return f"arn:aws:{kind.partition(':')[0]}:{target.region}:{target.account}:{kind.partition(':')[2]}{name}"

    services = {
        arn("ecs:service/", f"{platform.cluster}/{entry.name}"): key
        for key, entry in target.inventory.services.items()
        if service in (None, key)
    }
    if service is not None:
        return [(_SERVICES, services)]
    functions = {arn("lambda:function:", entry.function): key for key, entry in target.inventory.workers.items()}
    databases = {arn("rds:db:", platform.postgres.identifier): "postgres"} if platform.postgres else {}
    return [(_SERVICES, services), (_FUNCTIONS, functions), (_DATABASES, databases)]


def _of(target: Target, kind: _Kind, arns: dict[str, str]) -> list[Opinion]:
    client = target.cloud.client("compute-optimizer")
    request: dict[str, Any] = {kind.parameter: list(arns)}
    found: list[Opinion] = []
    while True:  # of the three, one has a paginator
        page = getattr(client, kind.operation)(**request)
        found += [
            _opinion(kind, arns[each[kind.arn]], each) for each in page[kind.answers] if each.get(kind.arn) in arns
        ]
        if not page.get("nextToken"):
            return found
        request["nextToken"] = page["nextToken"]


def _opinion(kind: _Kind, of: str, each: Mapping[str, Any]) -> Opinion:
    options = sorted(each.get(kind.options, ()), key=lambda option: option.get("rank", 0))
    best = options[0] if options and each[kind.finding] != "Optimized" else None
    savings = (best or {}).get("savingsOpportunity", {}).get("estimatedMonthlySavings", {})
    return Opinion(
        of=of,
        finding=each[kind.finding],
        change=kind.change(best) if best else "",
        reasons=tuple(each.get("findingReasonCodes") or each.get("instanceFindingReasonCodes") or ()),
        usd_a_month=savings.get("value") if savings.get("currency", "USD") == "USD" else None,
        days=each.get("lookbackPeriodInDays", 0),
    )
