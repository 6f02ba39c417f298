"""How load balancers answer: plain HTTP, TLS and certificates (GRD-10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

LOAD_BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
_RULES: Final = ("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
_MORE_CERTIFICATES: Final = (
    "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:alb/listenerCertificate:ListenerCertificate",
)
_DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
_CERTIFICATE: Final = ("aws:acm/certificate:Certificate",)
_VALIDATION: Final = ("aws:acm/certificateValidation:CertificateValidation",)
_NEVER_PENDING: Final = ("certificateBody", "privateKey", "privateKeyWo", "certificateAuthorityArn")
_TLS: Final = ("HTTPS", "TLS")
_DEVELOPMENT: Final = "development"
_GOOD_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
# Policies that refuse TLS 1.0 and 1.1, whatever their ciphers: https://docs.aws.amazon.com/elasticloadbalancing/latest/
# application/describe-ssl-policies.html, 2026-11. Without one AWS takes ELBSecurityPolicy-2016-08, which takes both.
_MODERN: Final = re.compile(r"ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2|RFC9151)-.+")


def is_application(balancer: Resource) -> bool:
    """An application load balancer, which AWS makes unless told otherwise."""
    return balancer.get("loadBalancerType") in (None, "", "application")


def _is_plain(listener: Resource, balancers: list[Resource]) -> bool:
    """Whether a listener speaks HTTP: of an application load balancer it does so unless told otherwise."""
    protocol = listener.get("protocol")
    return protocol == "HTTP" or (protocol is None and any(map(is_application, balancers)))


@rule(
    "ALB-1",
    "Port 80 only redirects to HTTPS",
    types=LISTENERS,
    severity=Severity.HIGH,
    reason="passwords, sessions and whatever else is sent over HTTP can be read and changed on the way.",
    remedy='Make the default action {type: "redirect", redirect: {protocol: "HTTPS", port: "443", '
    'statusCode: "HTTP_301"}}, and answer in a listener with a certificate.',
    view=View.STACK,
)
def plain_redirects(listener: Resource, stack: Stack) -> Iterator[Verdict]:
    """An internal load balancer may speak HTTP, and in development one that has no certificate at all."""
    yield from _expect_redirect(listener, listener, "defaultActions", stack)


@rule(
    "ALB-1",
    "No rule of port 80 answers over HTTP",
    types=_RULES,
    severity=Severity.HIGH,
    reason="for the paths of such a rule the redirect to HTTPS of its listener is undone.",
    remedy="Add the rule to the listener with the certificate, or make its action the redirect to HTTPS.",
    view=View.STACK,
)
def plain_rules_redirect(one: Resource, stack: Stack) -> Iterator[Verdict]:
    """Where the listener itself answers, that is told of the listener."""
    for listener in stack.links(one, "listenerArn", LISTENERS):
        if not any(_expect_redirect(listener, listener, "defaultActions", stack)):
            yield from _expect_redirect(one, listener, "actions", stack)


def _expect_redirect(judged: Resource, listener: Resource, path: str, stack: Stack) -> Iterator[Verdict]:
    """Judge the actions of a listener, or of one of its rules."""
    balancers = stack.links(listener, "loadBalancerArn", LOAD_BALANCERS)
    if listener.get("protocol") is UNKNOWN:
        yield CannotTell(path="protocol" if judged is listener else "listenerArn")
        return
    if not _is_plain(listener, balancers) or any(is_true(balancer.get("internal")) for balancer in balancers):
        return
    internal_unknown = any(balancer.get("internal") is UNKNOWN for balancer in balancers)
    encrypted = any(
        other.get("protocol") in _TLS
        for balancer in balancers
        for other in stack.referrers(balancer, "loadBalancerArn", LISTENERS)
    )
    tier = listener.tier
    if tier == _DEVELOPMENT and not encrypted:
        return
    for index, action in enumerate(judged.items(path)):
        kind = at(action, "type")
        protocol = at(action, "redirect.protocol")
        if kind == "redirect" and protocol == "HTTPS":
            continue
        if UNKNOWN in (action, kind) or (kind == "redirect" and protocol is UNKNOWN) or internal_unknown:
            yield CannotTell(path=path)
        elif tier is UNKNOWN and not encrypted:
            yield CannotTell(path="tags.Tier")
        else:
            found = f"redirect to {show(protocol)}" if kind == "redirect" else show(kind)
            yield Finding(path=f"{path}.{index}", found=f"{found}, over HTTP")


def _is_modern(policy: Any) -> bool:
    return isinstance(policy, str) and _MODERN.fullmatch(policy) is not None


def _takes_modern_tls(listener: Resource) -> dict[str, Any]:
    """TLS 1.3 and 1.2, where nothing or an old policy is set."""
    policy = listener.get("sslPolicy")
    if listener.get("protocol") not in _TLS or policy is UNKNOWN or _is_modern(policy):
        return {}
    return {"sslPolicy": _GOOD_POLICY}


@rule(
    "ALB-2",
    "Load balancers refuse TLS below 1.2",
    types=LISTENERS,
    severity=Severity.HIGH,
    reason="TLS 1.0 and 1.1 can be broken, and AWS's default policy takes both.",
    remedy=f'Set sslPolicy to "{_GOOD_POLICY}".',
    mend=_takes_modern_tls,
)
def modern_tls(listener: Resource) -> Iterator[Verdict]:
    """HTTPS of application load balancers, TLS of network load balancers."""
    protocol, policy = listener.get("protocol"), listener.get("sslPolicy")
    if protocol is UNKNOWN or (protocol in _TLS and policy is UNKNOWN):
        yield CannotTell(path="protocol" if protocol is UNKNOWN else "sslPolicy")
    elif protocol in _TLS and not _is_modern(policy):
        unset = "not set: AWS takes ELBSecurityPolicy-2016-08"
        yield Finding(path="sslPolicy", found=show(policy) if policy else unset)


@rule(
    "ALB-10",
    "Certificates are issued before they are used",
    types=(*LISTENERS, *_MORE_CERTIFICATES, _DISTRIBUTION),
    severity=Severity.MEDIUM,
    reason="AWS refuses a certificate whose names are not proven yet: the first deployment fails half way.",
    remedy="Add aws.acm.CertificateValidation for the certificate, and use its certificateArn.",
    view=View.STACK,
)
def certificate_issued(user: Resource, stack: Stack) -> Iterator[Verdict]:
    """One that was imported, or that a private authority issues, waits for nobody."""
    name = "viewerCertificate" if user.type == _DISTRIBUTION else "certificateArn"
    if stack.links(user, name, _VALIDATION):
        return
    for certificate in stack.links(user, name, _CERTIFICATE):
        given = any(
            map(certificate.is_set, ("certificateBody", "privateKey", "privateKeyWo", "certificateAuthorityArn"))
        )
        validations = stack.referrers(certificate, "certificateArn", _VALIDATION)
        if not given and not any(each.urn in user.after for each in validations):
            waits = f", and does not wait for {validations[0].name}" if validations else " without a validation"
            yield Finding(path=name, found=f"that of {certificate.name}{waits}")
