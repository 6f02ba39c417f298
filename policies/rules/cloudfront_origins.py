"""Distributions, as origins see them: TLS on the way there, and whose buckets they read (GRD-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.rules.s3 import BUCKETS
from policies.values import UNKNOWN, at, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
_OTHER_STACK: Final = ("pulumi:pulumi:StackReference",)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html and WebsiteEndpoints.html
_BUCKET_HOST: Final = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]*)\.s3(?P<website>-website)?([.-](dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(\.cn)?"
)
_ACCESS_POINT: Final = "-s3alias"
_DEVELOPMENT: Final = "development"
_OLD_TLS: Final = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


def _host(origin: Any) -> re.Match[str] | None:
    """The bucket that an origin's literal domain names."""
    domain = at(origin, "domainName")
    return _BUCKET_HOST.fullmatch(domain.lower()) if isinstance(domain, str) else None


def is_s3(origin: Any) -> bool:
    """Whether an origin is a bucket, asked by S3's own protocol and not as a web site.

    A domain that is not known yet is a bucket's where nothing says how else to ask it.
    """
    if not isinstance(origin, dict):
        return False
    host = _host(origin)
    if host:
        return not host["website"]
    otherwise = at(origin, "customOriginConfig") or at(origin, "vpcOriginConfig")
    return not otherwise and (at(origin, "domainName") is UNKNOWN or at(origin, "s3OriginConfig") is not None)


def origin_of(distribution: Resource, behavior: Any) -> Any:
    """The origin that a behavior asks; of a group the first. None if it cannot be told."""
    target = at(behavior, "targetOriginId")
    if not isinstance(target, str):
        return None
    for group in distribution.items("originGroups"):
        if at(group, "originId") == target:
            target = at(items(at(group, "members")), "0.originId")
    return next((origin for origin in distribution.items("origins") if at(origin, "originId") == target), None)


@rule(
    "CDN-3",
    "Distributions ask their origins over TLS",
    types=(DISTRIBUTION,),
    severity=Severity.MEDIUM,
    reason="from the edge to the origin, requests cross the internet: over HTTP, in plain text.",
    remedy='Set customOriginConfig to {originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"]}, '
    "with a domainName that the origin has a certificate for.",
)
def origin_tls(distribution: Resource) -> Iterator[Verdict]:
    """Of custom origins. The web site of a bucket speaks no TLS at all: it is no origin for what matters.

    In development an application may have no certificate, as in ALB-1.
    """
    for index, origin in enumerate(distribution.items("origins")):
        config = at(origin, "customOriginConfig")
        if config is None or config == []:
            continue
        path = f"origins.{index}.customOriginConfig"
        policy, protocols = at(config, "originProtocolPolicy"), items(at(config, "originSslProtocols"))
        old = sorted(_OLD_TLS.intersection(filter(_is_text, protocols)))
        tier = distribution.tier if policy == "http-only" else None
        if UNKNOWN in (config, policy, tier):
            yield CannotTell(path="tags.Tier" if tier is UNKNOWN else f"{path}.originProtocolPolicy")
        elif tier == _DEVELOPMENT:
            continue
        elif policy != "https-only":
            yield Finding(path=f"{path}.originProtocolPolicy", found=show(policy))
        elif old:
            yield Finding(path=f"{path}.originSslProtocols", found=f"{', '.join(old)} among others")
        elif UNKNOWN in protocols:
            yield CannotTell(path=f"{path}.originSslProtocols")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


@rule(
    "CDN-4",
    "Distributions read buckets through origin access control",
    types=(DISTRIBUTION,),
    severity=Severity.HIGH,
    reason="without it the bucket has to be open to everybody, and is read past CloudFront and its web ACL.",
    remedy="Set originAccessControlId to an aws.cloudfront.OriginAccessControl, and let the bucket's policy "
    "name cloudfront.amazonaws.com with the distribution's arn.",
)
def origin_access(distribution: Resource) -> Iterator[Verdict]:
    """The older origin access identity counts. The web site of a bucket can have neither."""
    for index, origin in enumerate(distribution.items("origins")):
        access = at(origin, "originAccessControlId") or at(origin, "s3OriginConfig.originAccessIdentity")
        if origin is UNKNOWN:
            yield CannotTell(path=f"origins.{index}")
        elif is_s3(origin) and not access:
            yield Finding(path=f"origins.{index}.originAccessControlId", found=show(None))


@rule(
    "CDN-9",
    "The bucket of an origin is there",
    types=(DISTRIBUTION,),
    severity=Severity.HIGH,
    reason="whoever makes a bucket of that name, which is free for everybody, serves your visitors.",
    remedy="Take domainName from the bucket's bucketRegionalDomainName, or name a bucket of elsewhere in the stack's "
    "configuration.",
    view=View.STACK,
)
def bucket_exists(distribution: Resource, stack: Stack) -> Iterator[Verdict]:
    """A bucket of the program, of the configuration, or of another stack. An access point is never free."""
    if stack.links(distribution, "origins", _OTHER_STACK):
        return
    named = [bucket.get("bucket") for bucket in stack.of(BUCKETS)]
    for index, origin in enumerate(distribution.items("origins")):
        host = _host(origin)
        if host is None or host["bucket"] in named or host["bucket"].endswith(_ACCESS_POINT):
            continue
        if not stack.settings.isdisjoint({host["bucket"], host[0]}):
            continue
        if UNKNOWN in named:
            yield CannotTell(path=f"origins.{index}.domainName")
        else:
            yield Finding(
                path=f"origins.{index}.domainName", found=f"{host[0]}, a bucket that this program does not make"
            )
