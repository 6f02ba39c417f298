"""Load balancers: protection, logs, zones and health checks (GRD-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.listeners import LOAD_BALANCERS, is_application
from policies.subnets import SUBNETS, is_cut_off
from policies.values import UNKNOWN, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"
TARGET_GROUPS: Final = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
_ASSOCIATIONS: Final = {
    "aws:wafv2/webAclAssociation:WebAclAssociation": "resourceArn",
    "aws:wafregional/webAclAssociation:WebAclAssociation": "resourceArn",
}
_DISTRIBUTION: Final = ("aws:cloudfront/distribution:Distribution",)
_WITH_PATHS: Final = ("HTTP", "HTTPS")
_ZONES: Final = 2
_UNTOLD: Final = frozenset({show(None), show(UNKNOWN)})  # AWS chooses, or the update will tell


@rule(
    "ALB-3",
    "Production load balancers log requests",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="who asked for what, and what it got, is needed after an attack and in the search for a fault.",
    remedy="Set accessLogs to {enabled: true, bucket: ...}, a bucket that lets in "
    "logdelivery.elasticloadbalancing.amazonaws.com.",
)
def access_logs(balancer: Resource) -> Iterator[Verdict]:
    """Of application load balancers: a network load balancer logs TLS only, a gateway nothing."""
    if is_application(balancer):
        enabled, bucket = balancer.get("accessLogs.enabled"), balancer.is_set("accessLogs.bucket")
        if enabled is UNKNOWN:
            yield from in_production(balancer, CannotTell(path="accessLogs.enabled"))
        elif not is_true(enabled) or not bucket:
            found = f"enabled={show(enabled)}" if balancer.is_set("accessLogs") else show(None)
            yield from in_production(balancer, Finding(path="accessLogs", found=found))


@rule(
    "ALB-4",
    "Production load balancers cannot be deleted by mistake",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="a new load balancer has a new name: whatever led to the old one leads nowhere.",
    remedy="Set enableDeletionProtection to true, or tag the stack with the Tier it is: staging or development.",
)
def deletion_protection(balancer: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield from in_production(balancer, expect(balancer, "enableDeletionProtection", is_true))


@rule(
    "ALB-5",
    "Load balancers drop headers that are none",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="headers with strange names are how requests are smuggled past a firewall.",
    remedy="Set dropInvalidHeaderFields to true.",
)
def invalid_headers(balancer: Resource) -> Iterator[Verdict]:
    """Off unless set. Others than application load balancers see no headers."""
    if is_application(balancer):
        yield expect(balancer, "dropInvalidHeaderFields", is_true)


@rule(
    "ALB-6",
    "Public load balancers in production have a web ACL",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="without one nothing holds back floods of requests, scanners and known attacks.",
    remedy="Add aws.wafv2.WebAclAssociation with the load balancer's arn as resourceArn.",
    view=View.STACK,
)
def web_acl(balancer: Resource, stack: Stack) -> Iterator[Verdict]:
    """That of a distribution before it counts. An internal one has no need of it, and only HTTP can be looked into."""
    if not is_application(balancer) or is_true(balancer.get("internal")):
        return
    before = [each for each in stack.referrers(balancer, "origins", _DISTRIBUTION) if each.is_set("webAclId")]
    if before or any(stack.referrers(balancer, name, (token,)) for token, name in _ASSOCIATIONS.items()):
        return
    if balancer.get("internal") is UNKNOWN:
        yield CannotTell(path="internal")
    else:
        yield from in_production(balancer, Finding(path="aws.wafv2.WebAclAssociation", found="missing"))


@rule(
    "ALB-7",
    "Load balancers guard against desync attacks",
    types=(*LOAD_BALANCERS, CLASSIC),
    severity=Severity.MEDIUM,
    reason="a request that two servers read differently carries another past the checks.",
    remedy='Set desyncMitigationMode to "defensive" or "strictest".',
)
def desync(balancer: Resource) -> Iterator[Verdict]:
    """Defensive unless set. Others than application and classic load balancers read no requests."""
    if balancer.type == CLASSIC or is_application(balancer):
        yield expect(balancer, "desyncMitigationMode", lambda mode: mode != "monitor")


@rule(
    "ALB-8",
    "Targets are asked for their health on a path of its own",
    types=TARGET_GROUPS,
    severity=Severity.LOW,
    reason="the start page answers, or redirects, long after the service has lost its database.",
    remedy="Set healthCheck.path to one that the service answers when it can do its work, e.g. /health.",
)
def health_check(group: Resource) -> Iterator[Verdict]:
    """Of HTTP and HTTPS; "/" unless set. A function has no health, and TCP has no path."""
    protocol = group.get("protocol")
    own = group.get("healthCheck.protocol")
    if protocol not in _WITH_PATHS or group.get("targetType") == "lambda" or own not in (None, UNKNOWN, *_WITH_PATHS):
        return
    if group.get("healthCheck.enabled") is False:
        yield Finding(path="healthCheck.enabled", found="false")
    else:
        yield expect(group, "healthCheck.path", lambda path: path not in (None, "", "/"))


@rule(
    "ALB-9",
    "Load balancers span two zones",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="with one zone, its loss takes down all that is behind; AWS refuses an application load balancer there.",
    remedy="Name subnets in at least two availability zones.",
    view=View.STACK,
)
def two_zones(balancer: Resource, stack: Stack) -> Iterator[Verdict]:
    """By subnets or subnetMappings."""
    name = next((each for each in ("subnets", "subnetMappings") if balancer.is_set(each)), "subnets")
    value = balancer.get(name)
    if value is UNKNOWN:
        yield CannotTell(path=name)
        return
    if balancer.is_set(name) and len(balancer.items(name)) < _ZONES:
        yield Finding(path=name, found="one subnet")
        return
    subnets = stack.links(balancer, name, SUBNETS)
    zones = {show(subnet.get("availabilityZone")) for subnet in subnets}
    if len(subnets) >= len(balancer.items(name)) > 0 and len(zones) == 1 and zones.isdisjoint(_UNTOLD):
        names = ", ".join(subnet.name for subnet in subnets)
        yield Finding(path=name, found=f"in one zone, {zones.pop()}: {names}")


@rule(
    "ALB-9",
    "Public load balancers lie in public subnets",
    types=LOAD_BALANCERS,
    severity=Severity.MEDIUM,
    reason="from a subnet without a route to an internet gateway no answer finds its way out.",
    remedy="Name subnets that route to an internet gateway; or, for what only the VPC asks, set internal to true.",
    view=View.STACK,
)
def public_subnets(balancer: Resource, stack: Stack) -> Iterator[Verdict]:
    """Judged where the program makes the subnets and all their routes."""
    if balancer.get("internal") in (True, "true", UNKNOWN):
        return
    for name in ("subnets", "subnetMappings"):
        for subnet in stack.links(balancer, name, SUBNETS):
            if is_cut_off(subnet, stack):
                yield Finding(path=name, found=f"{subnet.name}, without a route to an internet gateway")
