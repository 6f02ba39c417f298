"""Certificates near their end: of load balancers, of the CDN, and of the database (RPH-OPS-06).

ACM renews what it issued by itself, as long as the records that prove the domain are there and the certificate is used:
https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from scripts.aws_errors import if_there
from scripts.cloud import together
from scripts.diagnose.facts import Certificate
from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target

_WARN_DAYS: Final = 30
_LATE_DAYS: Final = 7
_CDN_REGION: Final = "us-east-1"  # where CloudFront has its certificates


def read_certificates(target: Target) -> list[Certificate]:
    """Those of the load balancer's listeners, of Beanstalk's, and of the CDN."""
    platform, edge, beanstalk = target.inventory.platform, target.inventory.edge, target.inventory.beanstalk
    used = {beanstalk.certificate_arn: "beanstalk"} if beanstalk and beanstalk.certificate_arn else {}
    if platform.load_balancer is not None:
        ask = partial(target.cloud.pages, "elbv2", "describe_listeners", "Listeners")
        for listener in if_there(partial(ask, LoadBalancerArn=platform.load_balancer.arn)) or ():
            used |= {each["CertificateArn"]: "load balancer" for each in listener.get("Certificates", ())}
    if edge is not None and edge.cdn is not None:
        cloudfront = target.cloud.client("cloudfront")
        found = if_there(partial(cloudfront.get_distribution, Id=edge.cdn.distribution_id))
        shown = found["Distribution"]["DistributionConfig"].get("ViewerCertificate", {}) if found else {}
        if arn := shown.get("ACMCertificateArn"):
            used[arn] = "cdn"
    # AWS shows none of another account's. The local cloud does: the certificates of stack files are examples.
    ours = f":{target.account}:certificate/" if used else ""
    return together(lambda each: _read(target, *each), [(of, arn) for arn, of in used.items() if ours in arn])


def certificates_that_end(facts: Facts) -> Iterator[Issue]:
    """Those that end within a month, and why ACM has not renewed them; and those that are gone."""
    now = dt.datetime.now(dt.UTC)
    for each in facts.certificates:
        ends, renewal = each.found.get("NotAfter"), each.found.get("RenewalSummary", {})
        if not each.found or each.found["Status"] not in ("ISSUED", "EXPIRED"):
            yield _issue(each.of, each.arn, "is not there" if not each.found else f"is {each.found['Status']}", "", -1)
        elif ends is not None and (days := (ends - now).days) < _WARN_DAYS:
            renewed = f"its renewal is {renewal['RenewalStatus']}" if renewal else "nobody renews it: it was imported"
            cause = "; ".join(filter(None, (renewed, renewal.get("RenewalStatusReason"))))
            yield _issue(each.of, each.arn, f"ends on {ends:%Y-%m-%d}", cause, days)
    ends = (facts.database or {}).get("CertificateDetails", {}).get("ValidTill")
    if ends is not None and (days := (ends - now).days) < _WARN_DAYS:
        of = facts.database["CACertificateIdentifier"] if facts.database else ""
        yield Issue(
            id="database-certificate-ends",
            category="security",
            severity="critical" if days < _LATE_DAYS else "warning",
            components=("postgres",),
            description=f"the database's certificate, by {of}, ends on {ends:%Y-%m-%d}",
            impact="clients that check it, as they should, will not connect",
            cause="RDS renews certificates when the instance restarts",
            steps=(
                "plinth restart postgres",
                "aws rds modify-db-instance --ca-certificate-identifier rds-ca-rsa2048-g1",
            ),
            prevention="Trust the bundle of all of RDS's authorities, not one of them.",
        )


def _issue(of: str, arn: str, what: str, cause: str, days: int) -> Issue:
    return Issue(
        id="certificate-ends",
        category="security",
        severity="critical" if days < _LATE_DAYS else "warning",
        components=(of,),
        description=f"the certificate of {of} {what}",
        impact="browsers will show a warning instead of the system",
        cause=cause or "somebody deleted it, or it was never issued",
        steps=(
            f"aws acm describe-certificate --certificate-arn {arn}: which record it waits for",
            "pulumi up --refresh brings back records that plinth:dns makes",
        ),
        prevention="Let plinth:dns make certificate and records; ACM then renews it by itself.",
        evidence=(arn,),
    )


def _read(target: Target, of: str, arn: str) -> Certificate:
    acm = target.cloud.client("acm", _CDN_REGION if of == "cdn" else None)
    found = if_there(partial(acm.describe_certificate, CertificateArn=arn))
    return Certificate(of, arn, found["Certificate"] if found else {})
