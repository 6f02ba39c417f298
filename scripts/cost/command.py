"""`plinth cost`: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import Json, Profile, Stack


def cost(
    stack: Stack = None,
    *,
    estimate: Annotated[bool, typer.Option("--estimate", help="By the stack file alone: AWS is not asked.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Say what a stack costs a month: by its stack file and AWS's prices, and by AWS's bill where that can be read.

    A question to Cost Explorer costs a cent.

    \b
    Examples:
      plinth cost --stack prod
      plinth cost --stack systems/utjfc/Pulumi.season.yaml --estimate --json | jq .estimated_usd
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.cloud import Cloud  # noqa: PLC0415
    from scripts.cost.bill import cost as run  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415
    from scripts.stacks import find, settings_of, wanted_stack  # noqa: PLC0415

    if stack is None:
        raise PlinthError("which stack?", "Add --stack, or set PLINTH_STACK", Exit.USAGE)
    settings = settings_of(find(stack))
    cloud = None if estimate else Cloud(settings.region, profile)
    found = run(wanted_stack(stack).name, settings, cloud)
    emit(found, as_json=as_json, show=found.show)
