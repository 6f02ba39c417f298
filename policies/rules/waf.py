"""Web ACLs: AWS WAF (GRD-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, in_production, rule
from policies.values import UNKNOWN, at, from_json, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
_GROUP: Final = ("aws:wafv2/ruleGroup:RuleGroup",)
_GROUP_ASSOCIATION: Final = ("aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",)
_LOGGING: Final = ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",)
_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
_DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
_GROUPS: Final = ("managedRuleGroupStatement", "ruleGroupReferenceStatement")
_RATE: Final = "rateBasedStatement"
_CDN: Final = "CLOUDFRONT"
_REGION: Final = "us-east-1"  # of everything that CloudFront uses


def _rules(acl: Resource) -> list[Any]:
    """The rules of a web ACL or rule group, written as blocks or as JSON. AWS's own JSON has upper-case names."""
    text = acl.get("ruleJson")
    if text is UNKNOWN:
        return [UNKNOWN]
    return [*acl.items("rules"), *map(_first_letters_lowered, items(from_json(text)))]


def _first_letters_lowered(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key[:1].lower() + key[1:]: _first_letters_lowered(item) for key, item in value.items()}


def _has(one: Any, *names: str) -> bool:
    """Whether a rule is one of these kinds; an empty block of it counts."""
    statement = at(one, "statement")
    return isinstance(statement, dict | list) and any(at(statement, name) is not None for name in names)


@rule(
    "WAF-1",
    "Web ACLs have rules, and AWS's own among them",
    types=(WEB_ACL,),
    severity=Severity.MEDIUM,
    reason="a web ACL holds back what its rules say; AWS's managed groups know the attacks of the day.",
    remedy="Add a rule with a managedRuleGroupStatement, e.g. AWSManagedRulesCommonRuleSet of the vendor AWS.",
    view=View.STACK,
)
def managed_rules(acl: Resource, stack: Stack) -> Iterator[Verdict]:
    """A group of one's own counts, inline or associated. One that blocks all but what its rules let in needs none."""
    rules = _rules(acl)
    if stack.referrers(acl, "webAclArn", _GROUP_ASSOCIATION) or any(_has(one, *_GROUPS) for one in rules):
        return
    if UNKNOWN in rules or any(at(one, "statement") is UNKNOWN for one in rules):
        yield CannotTell(path="rules")
    elif not rules:
        yield Finding(path="rules", found=show(None))
    elif acl.get("defaultAction.block") is None:
        yield Finding(path="rules", found="without a managed rule group")


@rule(
    "WAF-1",
    "Web ACLs of production distributions limit rates",
    types=(WEB_ACL,),
    severity=Severity.MEDIUM,
    reason="one address that sends thousands of requests is an attack, or a bill.",
    remedy="Add a rule with a rateBasedStatement: {limit: 2000, aggregateKeyType: IP} and the action block.",
    view=View.STACK,
)
def rate_limit(acl: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of CloudFront's web ACLs. The rule may stand in a group of the program's."""
    if acl.get("scope") not in (_CDN, UNKNOWN):
        return
    associated = stack.referrers(acl, "webAclArn", _GROUP_ASSOCIATION)
    groups = [
        *stack.links(acl, "rules", _GROUP),
        *(group for each in associated for group in stack.links(each, "ruleGroupReference", _GROUP)),
    ]
    own = _rules(acl)
    rules = [*own, *(one for group in groups for one in _rules(group))]
    if any(_has(one, _RATE) for one in rules):
        return
    referred = any(_has(one, "ruleGroupReferenceStatement") for one in own) or bool(associated)
    if acl.get("scope") is UNKNOWN or UNKNOWN in [*rules, *(at(one, "statement") for one in rules)]:
        yield from in_production(acl, CannotTell(path="rules"))
    elif referred and not groups:
        yield from in_production(acl, CannotTell(path="rules", why="of a group that is not in this program"))
    else:
        yield from in_production(acl, Finding(path="rules", found="without a limit of requests"))


@rule(
    "WAF-2",
    "Web ACLs in production log what they hold back",
    types=(WEB_ACL,),
    severity=Severity.LOW,
    reason="without logs nobody knows whether a rule stops attackers or customers.",
    remedy="Add aws.wafv2.WebAclLoggingConfiguration with the web ACL's arn as resourceArn, "
    "to a log group, bucket or stream whose name begins with aws-waf-logs-.",
    view=View.STACK,
    strict=True,
)
def logs(acl: Resource, stack: Stack) -> Iterator[Verdict]:
    """All requests, or by a filter those that were held back."""
    if not stack.referrers(acl, "resourceArn", _LOGGING):
        found = Finding(path="aws.wafv2.WebAclLoggingConfiguration", found="missing")
        yield from in_production(acl, found)


@rule(
    "WAF-3",
    "CloudFront's web ACLs are made in us-east-1",
    types=(WEB_ACL,),
    severity=Severity.HIGH,
    reason="in another region AWS refuses the scope CLOUDFRONT, half way through a deployment.",
    remedy=f'Set region to "{_REGION}", or give the web ACL a provider of that region.',
)
def region(acl: Resource) -> Iterator[Verdict]:
    """By its own region or its provider's."""
    if acl.get("scope") == _CDN:
        if acl.region is UNKNOWN:
            yield CannotTell(path="region")
        elif acl.region not in (None, _REGION):
            yield Finding(path="region", found=f"{show(acl.region)}, with the scope CLOUDFRONT")


@rule(
    "WAF-3",
    "Distributions have CloudFront's web ACLs, and load balancers regional ones",
    types=(_DISTRIBUTION, _ASSOCIATION),
    severity=Severity.HIGH,
    reason="AWS refuses a web ACL of the other scope, half way through a deployment.",
    remedy="Name a web ACL with the scope CLOUDFRONT in a distribution's webAclId, and one with the scope REGIONAL in "
    "an association.",
    view=View.STACK,
)
def scope(user: Resource, stack: Stack) -> Iterator[Verdict]:
    """By the web ACL of the program, or by a literal ARN, which names the scope."""
    name, wrong, part = (
        ("webAclId", "REGIONAL", ":regional/") if user.type == _DISTRIBUTION else ("webAclArn", _CDN, ":global/")
    )
    for acl in stack.links(user, name, (WEB_ACL,)):
        if acl.get("scope") == wrong:
            yield Finding(path=name, found=f"{acl.name}, with the scope {wrong}")
    arn = user.get(name)
    if isinstance(arn, str) and part in arn and not stack.links(user, name, (WEB_ACL,)):
        yield Finding(path=name, found=show(arn))
