"""Everything between the internet and what the stack runs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pulumi

from components.edge.access_logs import AccessLogs
from components.edge.cdn import Cdn, CdnArgs
from components.edge.dns import Names, Zone
from components.edge.publication import Publication
from components.edge.site import Site
from settings import names
from settings.edge import domains
from settings.edge.cdn import REGION, SITES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from components.component import Context
    from components.compute.beanstalk.environment import Beanstalk
    from components.edge.load_balancer import LoadBalancer
    from settings import Cdn as CdnSettings
    from settings import Stack


class Edge:
    """Builds the zone and its certificates first, and `lead` to what was built then."""

    def __init__(self, context: Context, settings: Stack, opts: pulumi.ResourceOptions) -> None:
        self._context, self._settings, self._opts = context, settings, opts
        self.zone = Zone("dns", context, settings.dns, opts) if settings.dns else None
        self.cdn: Cdn | None = None
        self.url: pulumi.Input[str] = ""
        self.sites: dict[str, Site] = {}
        self.load_balancer_certificate = self._certificate(
            "load-balancer", domains.issued_for_load_balancer(settings), settings.region
        )

    def _certificate(self, name: str, covered: tuple[str, ...], region: str) -> pulumi.Output[str] | None:
        """The ARN of a certificate that the stack has issued, if it does."""
        return (
            self.zone.certificate(f"{name}-certificate", self._context, covered, region)
            if self.zone and covered
            else None
        )

    def lead(self, root: Path, load_balancer: LoadBalancer | None, beanstalk: Beanstalk | None) -> None:
        """Creates the distribution, publishes the sites, and gives everything its names."""
        hosts: dict[str, pulumi.Input[str]] = {}
        zones: dict[str, pulumi.Input[str]] = {}
        if load_balancer is not None:
            hosts["load_balancer"] = load_balancer.load_balancer.dns_name
            zones["load_balancer"] = load_balancer.load_balancer.zone_id
        if beanstalk is not None:
            hosts["beanstalk"] = beanstalk.cname
        if self._settings.cdn is not None:
            self.cdn = self._create_cdn(self._settings.cdn, root, hosts)
            hosts["cdn"] = self.cdn.distribution.domain_name
            zones["cdn"] = self.cdn.distribution.hosted_zone_id
        self.url = self._public_url(hosts)
        if self._settings.dns is not None and self.zone is not None:
            encrypted = {each: each == "cdn" or domains.has_certificate(self._settings, each) for each in hosts}
            Names(
                "names", self._context, self._settings.dns, self.zone,
                hosts=hosts, zones=zones, encrypted=encrypted, opts=self._opts,
            )  # fmt: skip

    def _create_cdn(self, cdn_settings: CdnSettings, root: Path, applications: Mapping[str, pulumi.Input[str]]) -> Cdn:
        context, settings, opts = self._context, self._settings, self._opts
        own = cdn_settings.certificate_arn
        hosts = {target: self._asked_by(target, host) for target, host in applications.items()}
        buckets = {key: names.site_bucket(settings, key) for key in settings.sites}
        for key, bucket in buckets.items():
            hosts[f"{SITES}{key}"] = f"{bucket}.s3.{context.region}.amazonaws.com"
        args = CdnArgs(
            settings=cdn_settings,
            hosts=hosts,
            indexes={key: site.index for key, site in settings.sites.items()},
            single_pages=frozenset(key for key, site in settings.sites.items() if site.single_page),
            aliases=domains.of_cdn(settings),
            certificate_arn=own or self._certificate("cdn", domains.issued_for_cdn(settings), REGION),
        )
        cdn = Cdn("cdn", context, args, opts)
        if cdn_settings.access_logs:
            AccessLogs("cdn-logs", context, cdn.distribution, opts)
        self.sites = {
            key: Site(
                key,
                context,
                site,
                bucket_name=buckets[key],
                root=root,
                distribution_arn=cdn.distribution.arn,
                opts=opts,
            )
            for key, site in settings.sites.items()
        }
        if self.sites:
            digest = hashlib.sha256("".join(site.digest for site in self.sites.values()).encode()).hexdigest()
            files = [file for site in self.sites.values() for file in site.objects]
            Publication("publication", context, cdn.distribution, digest=digest, files=files, opts=opts)
        return cdn

    def _public_url(self, hosts: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
        """Where users begin; empty where nothing answers from the internet."""
        front = domains.front(self._settings)
        if front is None or self.cdn is not None:
            return self.cdn.url if self.cdn else ""
        names = domains.leading_to(self._settings, front)
        scheme = "https" if domains.has_certificate(self._settings, front) else "http"
        return pulumi.Output.concat(scheme, "://", names[0] if names else hosts[front])

    def _asked_by(self, target: str, host: pulumi.Input[str]) -> pulumi.Input[str]:
        """The host by which an application is asked: over TLS, a name that its certificate is for."""
        behaviors = self._settings.cdn.behaviors.values() if self._settings.cdn else ()
        encrypted = any(each.origin == target and each.protocol == "https" for each in behaviors)
        return domains.leading_to(self._settings, target)[0] if encrypted else host
