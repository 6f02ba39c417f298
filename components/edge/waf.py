"""The web ACL in front of the load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.component import Component, Context
from settings.edge.cdn import REGION

if TYPE_CHECKING:
    from settings import Waf as WafSettings

ALLOW: dict[str, Any] = {"allow": {}}
BLOCK: dict[str, Any] = {"block": {}}
KEEP_THEIR_ACTION: dict[str, Any] = {"none": {}}


class WebAcl(Component):
    """A WAFv2 web ACL: a rate limit per address, then AWS's managed rule groups (AUT-SEC-08, UTJ-SEC-07).

    It is of the region and protects what is given; or, where nothing is, it is CloudFront's, and a distribution names
    its `arn`.

    The two resources are registered by their tokens, with the names that the engine knows their properties by:
    importing ``pulumi_aws.wafv2`` for the same costs each preview a second (docs/adr). Rules are inline and in the
    order of their priority, because WAF returns them so.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: WafSettings,
        protects: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("load-balancer", name, opts)
        what = ("cdn", "waf") if protects is None else ("waf",)
        acl_name = context.name(*what)
        managed = enumerate(settings.managed_rule_groups, start=1)
        acl = _Wafv2(
            "aws:wafv2/webAcl:WebAcl",
            name,
            {
                "arn": None,  # an output, named so that it can be read below
                "name": acl_name,
                "scope": "CLOUDFRONT" if protects is None else "REGIONAL",
                "region": REGION if protects is None else None,
                "defaultAction": ALLOW,
                "rules": [
                    rate_rule(settings.rate_limit),
                    *(managed_rule(priority, group) for priority, group in managed),
                ],
                "visibilityConfig": visibility(acl_name),
                "tags": context.tags(*what),
            },
            self.child(),
        )
        if protects is not None:
            _Wafv2(
                "aws:wafv2/webAclAssociation:WebAclAssociation",
                name,
                {"webAclArn": acl.arn, "resourceArn": protects},
                self.child(),
            )
        self.arn = acl.arn
        self.register_outputs({})


class _Wafv2(pulumi.CustomResource):
    arn: pulumi.Output[str]


def rate_rule(limit: int) -> dict[str, Any]:
    """Blocks an address for as long as it sends more than `limit` requests in five minutes."""
    return {
        "name": "rate-limit",
        "priority": 0,
        "action": BLOCK,
        "statement": {"rateBasedStatement": {"limit": limit, "aggregateKeyType": "IP"}},
        "visibilityConfig": visibility("rate-limit"),
    }


def managed_rule(priority: int, group: str) -> dict[str, Any]:
    """One of AWS's managed rule groups, with the actions that AWS gave its rules."""
    return {
        "name": group,
        "priority": priority,
        "overrideAction": KEEP_THEIR_ACTION,
        "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": group}},
        "visibilityConfig": visibility(group),
    }


def visibility(metric: str) -> dict[str, Any]:
    """Counts what a rule did, under its own name in CloudWatch."""
    return {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True, "metricName": metric}
