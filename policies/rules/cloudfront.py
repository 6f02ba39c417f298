"""Distributions, as browsers see them: TLS, headers, web ACL, logs (GRD-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.cloudfront_origins import DISTRIBUTION, is_s3, origin_of
from policies.values import UNKNOWN, at, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_HEADERS_POLICY: Final = ("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",)
_LOG_SOURCE: Final = ("aws:cloudwatch/logDeliverySource:LogDeliverySource",)
_CERTIFICATES: Final = (
    "aws:acm/certificate:Certificate",
    "aws:acm/certificateValidation:CertificateValidation",
)
_REGION: Final = "us-east-1"
_HTTPS: Final = ("redirect-to-https", "https-only")
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-
# ciphers.html, 2026-11: those that refuse TLS 1.1, and ciphers without forward secrecy.
_MODERN: Final = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html,
# 2026-11: AWS's own policies, and whether they send Strict-Transport-Security.
_MANAGED: Final = {
    "67f7725c-6f97-4210-82d7-5512b31e9d03": True,  # SecurityHeadersPolicy
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": True,  # CORS-and-SecurityHeadersPolicy
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": True,  # CORS-with-preflight-and-SecurityHeadersPolicy
    "60669652-455b-4ae9-85a4-c4c02393f86c": False,  # SimpleCORS
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": False,  # CORS-With-Preflight
}
_HSTS: Final = "strict-transport-security"


def _behaviors(distribution: Resource) -> Iterator[tuple[str, Any]]:
    """Path and block of each cache behavior, the default one first."""
    yield "defaultCacheBehavior", distribution.get("defaultCacheBehavior")
    for index, behavior in enumerate(distribution.items("orderedCacheBehaviors")):
        yield f"orderedCacheBehaviors.{index}", behavior


@rule(
    "CDN-1",
    "Browsers reach distributions over HTTPS only",
    types=(DISTRIBUTION,),
    severity=Severity.HIGH,
    reason="passwords, sessions and whatever else is sent over HTTP can be read and changed on the way.",
    remedy='Set viewerProtocolPolicy to "redirect-to-https", or to "https-only".',
)
def viewers_on_https(distribution: Resource) -> Iterator[Verdict]:
    """The default behavior and each ordered one."""
    for path, behavior in _behaviors(distribution):
        policy = at(behavior, "viewerProtocolPolicy")
        if policy is UNKNOWN:
            yield CannotTell(path=f"{path}.viewerProtocolPolicy")
        elif behavior is not None and policy not in _HTTPS:
            yield Finding(path=f"{path}.viewerProtocolPolicy", found=show(policy))


@rule(
    "CDN-2",
    "Distributions have a certificate of their own, and refuse TLS below 1.2",
    types=(DISTRIBUTION,),
    severity=Severity.MEDIUM,
    reason="CloudFront's own certificate is for no name of yours and takes TLS 1.0, whatever is set beside it.",
    remedy='Set viewerCertificate to {acmCertificateArn: ..., sslSupportMethod: "sni-only", '
    'minimumProtocolVersion: "TLSv1.2_2021"}, with the names in aliases.',
)
def modern_tls(distribution: Resource) -> Iterator[Verdict]:
    """CloudFront's own certificate will do outside production, for a distribution without names."""
    own = [distribution.get(f"viewerCertificate.{name}") for name in ("acmCertificateArn", "iamCertificateId")]
    if not any(own):
        path = "viewerCertificate.cloudfrontDefaultCertificate"
        found = Finding(path=path, found="CloudFront's own certificate")
        yield from [found] if distribution.is_set("aliases") else in_production(distribution, found)
    else:
        yield expect(distribution, "viewerCertificate.minimumProtocolVersion", lambda version: version in _MODERN)


@rule(
    "CDN-2",
    "The certificate of a distribution is of us-east-1",
    types=(DISTRIBUTION,),
    severity=Severity.MEDIUM,
    reason="CloudFront takes certificates of no other region: the deployment fails half way.",
    remedy=f'Make the certificate, and its validation, with region="{_REGION}" or a provider of that region.',
    view=View.STACK,
)
def certificate_region(distribution: Resource, stack: Stack) -> Iterator[Verdict]:
    """By the certificate of the program, or by its literal ARN, which names the region."""
    path = "viewerCertificate.acmCertificateArn"
    arn = distribution.get(path)
    literal = re.match(r"arn:[\w-]+:acm:([\w-]+):", arn) if isinstance(arn, str) else None
    if literal and literal[1] != _REGION:
        yield Finding(path=path, found=f"one of {literal[1]}")
        return
    for certificate in stack.links(distribution, "viewerCertificate", _CERTIFICATES):
        if certificate.region is UNKNOWN:
            yield CannotTell(path=path)
        elif certificate.region not in (None, _REGION):
            yield Finding(path=path, found=f"{certificate.name}, of {show(certificate.region)}")
            return


@rule(
    "CDN-5",
    "Production distributions have a web ACL",
    types=(DISTRIBUTION,),
    severity=Severity.MEDIUM,
    reason="without one nothing holds back floods of requests, scanners and known attacks.",
    remedy="Set webAclId to the arn of an aws.wafv2.WebAcl with the scope CLOUDFRONT, made in us-east-1.",
)
def web_acl(distribution: Resource) -> Iterator[Verdict]:
    """An unknown ARN is one."""
    if not distribution.is_set("webAclId"):
        yield from in_production(distribution, Finding(path="webAclId", found=show(None)))


@rule(
    "CDN-6",
    "Production distributions log requests",
    types=(DISTRIBUTION,),
    severity=Severity.LOW,
    reason="who asked for what, and what it got, is needed after an attack and in the search for a fault.",
    remedy="Add aws.cloudwatch.LogDeliverySource for the distribution's arn with a LogDelivery, or set loggingConfig.",
    view=View.STACK,
)
def logs(distribution: Resource, stack: Stack) -> Iterator[Verdict]:
    """CloudWatch's delivery, the older way to a bucket, or logs in real time."""
    inline = ("loggingConfig.bucket", "defaultCacheBehavior.realtimeLogConfigArn")
    if not any(map(distribution.is_set, inline)) and not stack.referrers(distribution, "resourceArn", _LOG_SOURCE):
        yield from in_production(distribution, Finding(path="loggingConfig", found=show(None)))


@rule(
    "CDN-7",
    "Distributions of buckets have a default root object",
    types=(DISTRIBUTION,),
    severity=Severity.LOW,
    reason="asked for /, the bucket answers with an error, or with a list of all its objects.",
    remedy='Set defaultRootObject, e.g. to "index.html".',
)
def root_object(distribution: Resource) -> Iterator[Verdict]:
    """Where the default behavior asks a bucket, and no function rewrites paths before."""
    behavior = distribution.get("defaultCacheBehavior")
    rewrites = items(at(behavior, "functionAssociations")) or items(at(behavior, "lambdaFunctionAssociations"))
    if not distribution.is_set("defaultRootObject") and not rewrites and is_s3(origin_of(distribution, behavior)):
        yield Finding(path="defaultRootObject", found=show(None))


@rule(
    "CDN-8",
    "Distributions send security headers, HSTS among them",
    types=(DISTRIBUTION,),
    severity=Severity.LOW,
    reason="without Strict-Transport-Security the first request of each visit may go out over HTTP, and be taken over.",
    remedy="Set responseHeadersPolicyId to an aws.cloudfront.ResponseHeadersPolicy with "
    "securityHeadersConfig.strictTransportSecurity, or to AWS's 67f7725c-6f97-4210-82d7-5512b31e9d03.",
    view=View.STACK,
)
def security_headers(distribution: Resource, stack: Stack) -> Iterator[Verdict]:
    """The default behavior, and each that asks a bucket: an application may send headers itself, a bucket cannot.

    A function that sees responses may add them, and cannot be read here.
    """
    for path, behavior in _behaviors(distribution):
        default = path == "defaultCacheBehavior"
        if behavior in (None, UNKNOWN) or not (default or is_s3(origin_of(distribution, behavior))):
            continue
        where = f"{path}.responseHeadersPolicyId"
        policy = at(behavior, "responseHeadersPolicyId")
        sends = _sends_hsts(policy, stack.links(distribution, path.partition(".")[0], _HEADERS_POLICY))
        if sends is UNKNOWN or (not sends and _sees_responses(behavior)):
            yield CannotTell(path=where, why="judged by a policy or function that is not in this program")
        elif not sends:
            yield Finding(path=where, found=f"{show(policy)}, without HSTS" if policy else show(None))


def _sends_hsts(policy: Any, linked: list[Resource]) -> Any:
    """Whether a policy sends Strict-Transport-Security; `UNKNOWN` where that policy cannot be seen."""
    if not policy:
        return False
    if isinstance(policy, str) and policy in _MANAGED:
        return _MANAGED[policy]
    if not linked:
        return UNKNOWN
    # Of several, which of them is this behavior's cannot be told: their ids are not known before the update.
    sent = [_configured(each) for each in linked]
    return sent[0] if len(set(map(bool, sent))) == 1 else UNKNOWN


def _configured(policy: Resource) -> Any:
    config = policy.get("securityHeadersConfig")
    if config is UNKNOWN:
        return UNKNOWN
    custom = [at(item, "header") for item in items(at(policy.get("customHeadersConfig"), "items"))]
    age = at(config, "strictTransportSecurity.accessControlMaxAgeSec")
    return age not in (None, 0) or any(str(header).lower() == _HSTS for header in custom)


def _sees_responses(behavior: Any) -> bool:
    functions = [*items(at(behavior, "functionAssociations")), *items(at(behavior, "lambdaFunctionAssociations"))]
    return any(str(at(function, "eventType")).endswith("response") for function in functions)
