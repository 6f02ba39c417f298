"""The CloudFront distribution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.edge.waf import WebAcl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings import Behavior
    from settings import Cdn as CdnSettings

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html and
# …/using-managed-origin-request-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
READ = ["GET", "HEAD"]
ALL = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
TLS = "TLSv1.2_2021"
UNAVAILABLE = (502, 503, 504)
RUNTIME = "cloudfront-js-2.0"
FUNCTIONS = Path(__file__).with_name("functions")


@dataclass(frozen=True, kw_only=True)
class CdnArgs:
    """What a distribution is built from."""

    settings: CdnSettings
    hosts: Mapping[str, pulumi.Input[str]]
    """Where each origin of the settings answers."""
    indexes: Mapping[str, str]
    """The index of each site."""
    single_pages: frozenset[str]
    """The sites whose index answers for all."""
    aliases: tuple[str, ...]
    certificate_arn: pulumi.Input[str] | None


class Cdn(Component):
    """A CloudFront distribution in front of sites and applications (UTJ-CDN-01 to -08, CHR-CDN-01).

    Creates the access control by which it reads the sites' buckets, a cache policy for these, a policy of response
    headers (HSTS, UTJ-SEC-03), functions for paths, a web ACL when set, and the distribution. Applications are passed
    through uncached, with everything that the viewer sent but the Host header, for which they have no certificate.
    """

    def __init__(self, name: str, context: Context, args: CdnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("edge", name, opts)
        self._name, self._context, self._args, self._settings = name, context, args, args.settings
        self._create_policies()
        self.distribution = self._create_distribution()
        self.url = pulumi.Output.concat("https://", args.aliases[0] if args.aliases else self.distribution.domain_name)
        self.register_outputs({"url": self.url})

    def _create_policies(self) -> None:
        name, settings = self._context.name(self._name), self._settings
        self._access = aws.cloudfront.OriginAccessControl(
            self._name,
            name=name,
            description="Reads the buckets of sites",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self.child(),
        )
        self._caching = aws.cloudfront.CachePolicy(
            self._name,
            name=name,
            comment="Files of sites",
            min_ttl=0,
            default_ttl=settings.default_ttl_seconds,
            max_ttl=settings.max_ttl_seconds,
            parameters_in_cache_key_and_forwarded_to_origin={
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "none"},
                "query_strings_config": {"query_string_behavior": "none"},
                "enable_accept_encoding_brotli": True,
                "enable_accept_encoding_gzip": True,
            },
            opts=self.child(),
        )
        self._headers = aws.cloudfront.ResponseHeadersPolicy(
            self._name,
            name=name,
            comment="Security",
            security_headers_config={
                "strict_transport_security": {
                    "access_control_max_age_sec": settings.hsts_seconds,
                    "include_subdomains": True,
                    "override": True,
                },
                "content_type_options": {"override": True},
                "frame_options": {"frame_option": "DENY", "override": False},
                "referrer_policy": {"referrer_policy": "strict-origin-when-cross-origin", "override": False},
            },
            opts=self.child(),
        )

    def _create_distribution(self) -> aws.cloudfront.Distribution:
        settings, context, args = self._settings, self._context, self._args
        behaviors = settings.behaviors.values()
        waf = None
        if settings.waf is not None:
            waf = WebAcl(f"{self._name}-waf", context, settings.waf, opts=self.child())
        default_site = settings.default.site
        ordered: Any = [{"path_pattern": path, **self._behavior(path, each)} for path, each in settings.paths.items()]
        return aws.cloudfront.Distribution(
            self._name,
            comment=context.name(self._name),
            enabled=True,
            aliases=list(args.aliases) or None,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=f"PriceClass_{'All' if settings.price_class == 'all' else settings.price_class}",
            default_root_object=args.indexes[default_site] if default_site else None,
            origins=[self._origin(each) for each in {each.origin: each for each in behaviors}.values()],
            default_cache_behavior=self._behavior("default", settings.default),
            ordered_cache_behaviors=ordered or None,
            custom_error_responses=self._error_pages() or None,
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate=self._certificate(),
            web_acl_id=waf.arn if waf else None,
            tags=context.tags(self._name),
            opts=self.child(),
        )

    def _error_pages(self) -> list[aws.cloudfront.DistributionCustomErrorResponseArgsDict]:
        page = self._settings.unavailable_page
        return [
            {"error_code": code, "response_code": code, "response_page_path": f"/{page}"}
            for code in UNAVAILABLE
            if page
        ]

    def _certificate(self) -> aws.cloudfront.DistributionViewerCertificateArgsDict:
        if self._args.certificate_arn is None:
            return {"cloudfront_default_certificate": True, "minimum_protocol_version": "TLSv1"}
        return {
            "acm_certificate_arn": self._args.certificate_arn,
            "ssl_support_method": "sni-only",
            "minimum_protocol_version": self._settings.minimum_tls or TLS,
        }

    def _origin(self, behavior: Behavior) -> aws.cloudfront.DistributionOriginArgsDict:
        found: aws.cloudfront.DistributionOriginArgsDict = {
            "origin_id": behavior.origin,
            "domain_name": self._args.hosts[behavior.origin],
        }
        if behavior.site is not None:
            return {**found, "origin_access_control_id": self._access.id}
        return {
            **found,
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": f"{behavior.protocol}-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_read_timeout": behavior.timeout_seconds,
                "origin_keepalive_timeout": 60,
            },
        }

    def _behavior(self, path: str, behavior: Behavior) -> Any:
        """How requests are answered: from what is kept of a site, or each by the application."""
        site = behavior.site is not None
        function = self._function(path, behavior)
        return {
            "target_origin_id": behavior.origin,
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": READ if site else ALL,
            "cached_methods": READ,
            "compress": True,
            "cache_policy_id": self._caching.id if site else CACHING_DISABLED,
            "origin_request_policy_id": None if site else ALL_VIEWER_EXCEPT_HOST_HEADER,
            "response_headers_policy_id": self._headers.id,
            "function_associations": [{"event_type": "viewer-request", "function_arn": function.arn}]
            if function
            else None,
        }

    def _function(self, path: str, behavior: Behavior) -> aws.cloudfront.Function | None:
        """What rewrites paths on their way to the origin, if anything does."""
        what = behavior.function(path, self._args.single_pages)
        if what is None:
            return None
        if behavior.site is None:
            code = (FUNCTIONS / "strip_prefix.js").read_text().replace("__PREFIX__", path.removesuffix("/*"))
        else:
            code = (FUNCTIONS / "single_page.js").read_text().replace("__INDEX__", self._args.indexes[behavior.site])
        return aws.cloudfront.Function(
            "-".join((self._name, *what)),
            name=self._context.name(*what).replace(".", "-"),
            runtime=RUNTIME,
            comment=f"Paths of {path}",
            code=code,
            publish=True,
            opts=self.child(),
        )
