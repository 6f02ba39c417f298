"""The content delivery network in front of sites, services and Beanstalk."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.edge.load_balancer import CertificateArn, Waf
from settings.edge.site import File
from settings.problems import Problem
from settings.section import Section, by_tier, problem, rule
from settings.values import Between, Many, Shaped

SITES: Final = "sites."
REGION: Final = "us-east-1"
"""Where CloudFront's certificates, firewalls and logs are."""

Target = Annotated[
    str,
    Shaped(
        r"load_balancer|beanstalk|sites\.[a-z][a-z0-9-]*",
        "an origin",
        "Origins are load_balancer, beanstalk, and sites.<name>.",
        "Set for example sites.chat.",
    ),
]
Domain = Annotated[
    str,
    Shaped(
        r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        "a domain name",
        "It has lower-case letters, digits, hyphens and dots.",
        "Set for example chat.example.org.",
    ),
]
Paths = Annotated[
    str,
    Shaped(
        r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/\*",
        "a pattern of paths",
        "It begins with '/' and ends with '/*'.",
        "Set for example /api/*.",
    ),
]
Ttl = Annotated[int, Between(0, 31_536_000, "a time to live in seconds", "Set 86400 for a day.")]
Tls = Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"]
PriceClass = Literal["100", "200", "all"]


class Behavior(Section):
    """Who answers requests."""

    origin: Target
    """load_balancer, beanstalk, or sites.<name>."""
    strip_prefix: bool = False
    """Whether the origin is asked without the path's prefix: /api/health becomes /health."""
    protocol: Literal["http", "https"] = "http"
    """How a load balancer or Beanstalk is asked; https needs a name of it in plinth:dns: certificates are for names."""
    timeout_seconds: Annotated[
        int,
        Between(
            1,
            180,
            "a response timeout of CloudFront",
            "Set it above your slowest answer, e.g. 90.",
            why="Above 120, AWS wants its quota 'Response timeout per origin' raised first.",
        ),
    ] = 60
    """Seconds that a load balancer or Beanstalk has to answer (UTJ-CMP-08)."""

    @property
    def site(self) -> str | None:
        """The key of the site that answers; None where it is an application."""
        return self.origin.removeprefix(SITES) if self.origin.startswith(SITES) else None

    def function(self, path: str, single_pages: Container[str]) -> tuple[str, ...] | None:
        """The name, in parts, of the function that rewrites paths on their way to the origin; None where none does."""
        if self.strip_prefix:
            return (*path.removesuffix("/*").strip("/").split("/"), "path-rewrite")
        if self.site is not None and self.site in single_pages:
            return (self.site, "single-page")
        return None

    @rule
    def sites_have_their_paths(self, key: str) -> Iterator[Problem]:
        if self.site is not None and self.strip_prefix:
            yield problem(
                f"{key}.strip_prefix",
                self.strip_prefix,
                "Sites answer by whole paths.",
                "Only applications are asked without the prefix.",
                "Remove it, and put the files into a folder of that name.",
            )


class Cdn(Section):
    """A CloudFront distribution: over TLS only, with cached sites and applications passed through."""

    default: Behavior
    """Who answers what no path matches."""
    paths: Annotated[dict[Paths, Behavior], Field(default_factory=dict)]
    """Who answers other paths."""
    aliases: Annotated[Many[Domain], Field(default=())]
    """Further names, beside those that plinth:dns gives it, whose DNS is elsewhere."""
    certificate_arn: CertificateArn | None = None
    """Certificate in ACM, of us-east-1; plinth:dns issues one for its names unless set."""
    minimum_tls: Tls | None = None
    """The least that viewers must speak; TLSv1.2_2021 with a certificate, and not to be chosen without."""
    price_class: PriceClass = "100"
    """Where the edges are: 100 is Europe and North America, 200 leaves out South America and Oceania."""
    default_ttl_seconds: Ttl = 86_400
    """Seconds that files without a Cache-Control are kept (UTJ-CDN-02)."""
    max_ttl_seconds: Ttl = 31_536_000
    """The most seconds that any file is kept."""
    hsts_seconds: Annotated[int, Between(31_536_000, 63_072_000, "a time of HSTS", "Set 31536000 for a year.")] = (
        31_536_000
    )
    """Seconds for which browsers come over TLS only."""
    unavailable_page: File | None = None
    """A file of the default site that answers while an application is not there (502, 503, 504)."""
    access_logs: bool = by_tier(production=True, staging=False, development=False)
    """Whether each request is written to a bucket, and kept as long as all logs."""
    waf: Waf | None = None
    """Firewall; none unless set."""

    @property
    def behaviors(self) -> dict[str, Behavior]:
        """All of them, by their keys in the stack file."""
        return {"default": self.default, **{f"paths.{path}": each for path, each in self.paths.items()}}

    @rule
    def times_are_in_order(self, key: str) -> Iterator[Problem]:
        if self.default_ttl_seconds > self.max_ttl_seconds:
            yield problem(
                f"{key}.default_ttl_seconds",
                self.default_ttl_seconds,
                f"It is more than max_ttl_seconds ({self.max_ttl_seconds}).",
                "What is kept by default is kept at most so long.",
                "Lower it, or raise max_ttl_seconds.",
            )

    @rule
    def page_has_a_site(self, key: str) -> Iterator[Problem]:
        if self.unavailable_page is not None and self.default.site is None:
            yield problem(
                f"{key}.unavailable_page",
                self.unavailable_page,
                "The default origin is no site.",
                "The page is a file of the default site.",
                "Remove it, or make a site the default.",
            )
