"""Names: Amazon Route 53."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.rules.s3 import BUCKETS
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

ZONE: Final = "aws:route53/zone:Zone"
RECORD: Final = "aws:route53/record:Record"
_QUERY_LOG: Final = ("aws:route53/queryLog:QueryLog",)
_CERTIFICATE: Final = ("aws:acm/certificate:Certificate",)
_ADDRESSES: Final = ("A", "AAAA")
_ALIASED: Final = (*_ADDRESSES, "CNAME")
# Names that AWS gives away again once their owner has let go of them.
_REUSED: Final = re.compile(
    r".*\.(elasticbeanstalk\.com|cloudfront\.net|elb\.amazonaws\.com|"
    r"s3(-website)?[.-][a-z0-9-]+\.amazonaws\.com|s3\.amazonaws\.com|execute-api\.[a-z0-9-]+\.amazonaws\.com)\.?"
    r"|s3-website[.-][a-z0-9-]+\.amazonaws\.com\.?"
)


@rule(
    "R53-1",
    "Public zones log queries",
    types=(ZONE,),
    severity=Severity.LOW,
    reason="who looks for which names is the first that is seen of somebody who tries what there is.",
    remedy="Add aws.route53.QueryLog for the zone, to a log group of us-east-1.",
    view=View.STACK,
    strict=True,
)
def query_logs(zone: Resource, stack: Stack) -> Iterator[Verdict]:
    """A zone with VPCs is private, and has no such logs."""
    if not zone.is_set("vpcs") and not stack.referrers(zone, "zoneId", _QUERY_LOG):
        yield Finding(path="aws.route53.QueryLog", found="missing")


@rule(
    "R53-2",
    "Records lead to what the stack has",
    types=(RECORD,),
    severity=Severity.MEDIUM,
    reason="once the address or name is given away, whoever gets it next answers under your name.",
    remedy="Take the value from the resource that it leads to, or name it in the stack's configuration.",
    view=View.STACK,
)
def no_dangling(record: Resource, stack: Stack) -> Iterator[Verdict]:
    """Literal public addresses, and literal names that AWS gives away again.

    What another resource or the configuration names is known to somebody. Private addresses lead nowhere else.
    """
    if record.get("type") not in _ALIASED:
        return
    if not record.dependencies.get("records"):
        for index, value in enumerate(record.items("records")):
            yield from _judge(f"records.{index}", value, record, stack)
    if not record.dependencies.get("aliases"):
        for index, alias in enumerate(record.items("aliases")):
            yield from _judge(f"aliases.{index}.name", at(alias, "name"), record, stack)


def _judge(path: str, value: Any, record: Resource, stack: Stack) -> Iterator[Verdict]:
    if value is UNKNOWN:
        yield CannotTell(path=path)
    elif isinstance(value, str) and value not in stack.settings and _may_be_lost(value, record, stack):
        yield Finding(path=path, found=f"{show(value)}, which no resource of this program has")


def _may_be_lost(value: str, record: Resource, stack: Stack) -> bool:
    if record.get("type") in _ADDRESSES and not record.is_set("aliases"):
        try:
            return ipaddress.ip_address(value).is_global
        except ValueError:
            return False
    found = _REUSED.fullmatch(value.lower())
    if not found:
        return False
    # A bucket's host begins with the bucket's name; a web site's alias is named as its bucket.
    buckets = {str(bucket.get("bucket")) for bucket in stack.of(BUCKETS)}
    own = {str(record.get("name")).rstrip("."), *(value[: match.start()] for match in re.finditer(r"\.s3", value))}
    return buckets.isdisjoint(own) or not re.search(r"(^|\.)s3[.-]", value)


@rule(
    "R53-3",
    "A zone says who may issue certificates for it",
    types=_CERTIFICATE,
    severity=Severity.LOW,
    reason="without a CAA record any authority in the world may, for whoever persuades it.",
    remedy='Add aws.route53.Record of the type CAA with the value 0 issue "amazon.com" to the zone.',
    view=View.STACK,
    strict=True,
)
def caa_record(certificate: Resource, stack: Stack) -> Iterator[Verdict]:
    """Beside a certificate of AWS's for a name in a zone of the program."""
    zones = [zone for zone in stack.of((ZONE,)) if _holds(zone.get("name"), certificate.get("domainName"))]
    for zone in zones:
        if not any(record.get("type") == "CAA" for record in stack.referrers(zone, "zoneId", (RECORD,))):
            yield Finding(path="aws.route53.Record", found=f"missing for CAA in {zone.name}")


def _holds(zone: Any, domain: Any) -> bool:
    """Whether a domain is in a zone; if one of the two is not known yet, it is taken to be."""
    if UNKNOWN in (zone, domain):
        return True
    return isinstance(zone, str) and f".{domain}".endswith(f".{zone.rstrip('.')}")
