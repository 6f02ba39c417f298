"""Log groups, always with a retention (AUT-SEC-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

    from components.component import Component, Context


def log_group(
    component: Component, name: str, context: Context, log_group_name: pulumi.Input[str]
) -> aws.cloudwatch.LogGroup:
    """A log group that keeps its events as long as the stack's settings say."""
    return aws.cloudwatch.LogGroup(
        name,
        name=log_group_name,
        retention_in_days=context.log_retention_days,
        tags={"Name": log_group_name},
        opts=component.child(),
    )
