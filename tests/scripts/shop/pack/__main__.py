"""Two policies: one that the shop breaks, and one that it is only warned by."""

from __future__ import annotations

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def no_ssh(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.props.get("fromPort") == 22:
        report_violation("Nobody logs in to the shop.\nssh: fromPort is 22.", None)


def kept_long(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type == "aws:cloudwatch/logGroup:LogGroup":
        report_violation("Requests are kept for a year.", None)


PolicyPack(
    "shop",
    policies=[
        ResourceValidationPolicy("no-ssh", "Nobody logs in.", no_ssh, enforcement_level=EnforcementLevel.MANDATORY),
        ResourceValidationPolicy("kept-long", "A year.", kept_long, enforcement_level=EnforcementLevel.ADVISORY),
    ],
)
