"""The load balancer and the firewall in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from settings.problems import Problem
from settings.section import Section, by_tier, problem, rule
from settings.values import Between, Many, Name, Port, Shaped, refuse

TAKEN_PORTS: Final = (80, 443)

CertificateArn = Annotated[
    str,
    Shaped(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+",
        "the ARN of a certificate",
        "It looks like arn:aws:acm:us-west-2:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55.",
        "'aws acm list-certificates' prints those that there are.",
        why="Load balancers take certificates from AWS Certificate Manager only.",
    ),
]
SslPolicy = Annotated[
    str,
    Shaped(
        r"ELBSecurityPolicy-[A-Za-z0-9-]+",
        "a security policy of load balancers",
        "Its name begins with ELBSecurityPolicy-.",
        "Leave it out, or see 'aws elbv2 describe-ssl-policies'.",
    ),
]
RuleGroup = Annotated[
    str,
    Shaped(
        r"AWSManagedRules[A-Za-z0-9]+",
        "one of AWS's managed rule groups",
        "Their names begin with AWSManagedRules.",
        "'aws wafv2 list-available-managed-rule-groups --scope REGIONAL' lists them.",
    ),
]


def _cidr(value: str) -> str:
    try:
        network = ip_network(value)
    except ValueError:
        network = None
    if network is None or "/" not in value:
        refuse(
            f"{value!r} is not an address range.",
            "A range is the first address of a block and its prefix length, IPv4 or IPv6.",
            "Set for example 203.0.113.0/24, or 203.0.113.7/32 for a single address.",
        )
    return value


Cidr = Annotated[str, AfterValidator(_cidr)]


class Waf(Section):
    """The web application firewall in front of the load balancer."""

    rate_limit: Annotated[
        int,
        Between(
            100,
            2_000_000_000,
            "a rate limit",
            "Set 2000 unless you know your traffic.",
            why="AWS takes 10 and more, but a single visit to a web page may take a hundred requests.",
        ),
    ] = 2000
    """Requests in five minutes from one address; what comes beyond is answered with 403."""
    managed_rule_groups: Annotated[
        Many[RuleGroup],
        Field(
            default=(
                "AWSManagedRulesAmazonIpReputationList",
                "AWSManagedRulesKnownBadInputsRuleSet",
                "AWSManagedRulesCommonRuleSet",
            )
        ),
    ]
    """AWS's rule groups, in their order. The common one refuses bodies over 8 KiB: leave it out for large uploads."""


class LoadBalancer(Section):
    """The internet-facing application load balancer."""

    default_service: Name
    """The service that answers what no other service's routes match."""
    certificate_arn: CertificateArn | None = None
    """Certificate in ACM, of the stack's region. Without one the load balancer answers plain HTTP only."""
    ssl_policy: SslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """TLS versions and ciphers that are offered; the default takes TLS 1.2 and 1.3."""
    deletion_protection: bool = by_tier(production=True, staging=False, development=False)
    """Whether AWS refuses to delete the load balancer."""
    idle_timeout_seconds: Annotated[
        int, Between(1, 4000, "an idle timeout in seconds", "Set it above your slowest answer, e.g. 60.")
    ] = 60
    """Seconds without a byte after which a connection is closed; more than the slowest answer takes."""
    allowed_cidrs: Annotated[Many[Cidr], Field(default=("0.0.0.0/0",))]
    """Who may reach the service: IPv4 or IPv6 ranges."""
    test_port: Port = 8443
    """Port on which a new version can be tried before it takes traffic (strategies other than rolling)."""
    test_cidrs: Annotated[Many[Cidr], Field(default=())]
    """Who may reach the test port; nobody unless set."""
    access_logs: bool = by_tier(production=True, staging=False, development=False)
    """Whether each request is written to a bucket, and kept as long as all logs."""
    waf: Waf | None = None
    """Firewall; none unless set."""

    @rule
    def test_port_is_free(self, key: str) -> Iterator[Problem]:
        if self.test_port in TAKEN_PORTS:
            yield problem(
                f"{key}.test_port",
                self.test_port,
                f"{self.test_port} is taken.",
                "Ports 80 and 443 are where the system itself answers.",
                "Leave it out for 8443, or set another.",
            )
