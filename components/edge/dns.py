"""Names in Route 53, and certificates for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from components.component import Component, Context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from settings import Dns as DnsSettings

VALIDATION_TTL = 300  # seconds
NAME_TTL = 60  # seconds; little, so that a failover is seen
CHECK_SECONDS, CHECK_FAILURES = 30, 3


class Zone(Component):
    """The hosted zone: an existing one, or one that the stack makes (UTJ-NET-03)."""

    def __init__(
        self, name: str, context: Context, settings: DnsSettings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("edge", name, opts)
        self._settings = settings
        self.id: pulumi.Input[str]
        self.name_servers: pulumi.Output[Sequence[str]] | None = None
        if settings.zone_id is not None:
            self.id = settings.zone_id
        else:
            zone = aws.route53.Zone(
                name,
                name=settings.zone,
                comment=f"Names of {context.system}, {context.environment}",
                tags=context.tags(name),
                # A new zone has new name servers, which the parent domain would have to be told.
                opts=self.child(protect=context.production),
            )
            self.id, self.name_servers = zone.zone_id, zone.name_servers
        self.register_outputs({"id": self.id})

    def certificate(self, name: str, context: Context, domains: Sequence[str], region: str) -> pulumi.Output[str]:
        """The ARN of a certificate for `domains` once it is issued, by records that prove whose the domains are."""
        first, *others = domains
        certificate = aws.acm.Certificate(
            name,
            domain_name=first,
            subject_alternative_names=others or None,
            validation_method="DNS",
            region=region,
            tags=context.tags(name),
            # A listener holds on to the old one until it has the new one: Pulumi's order, create before delete.
            opts=self.child(),
        )
        records = [] if self._settings.failover == "secondary" else self._proofs(name, certificate, domains)
        return aws.acm.CertificateValidation(
            name, certificate_arn=certificate.arn, region=region, opts=self.child(depends_on=records)
        ).certificate_arn

    def _proofs(self, name: str, certificate: aws.acm.Certificate, domains: Sequence[str]) -> list[aws.route53.Record]:
        """The records of the primary are good for the secondary's certificate too, and are the primary's to keep."""

        def proof(domain: str, what: str) -> pulumi.Output[Any]:
            return certificate.domain_validation_options.apply(
                lambda options: next(getattr(each, what) for each in options if each.domain_name == domain)
            )

        return [
            aws.route53.Record(
                f"{name}-{domain}",
                zone_id=self.id,
                name=proof(domain, "resource_record_name"),
                type="CNAME",
                ttl=VALIDATION_TTL,
                records=[proof(domain, "resource_record_value")],
                allow_overwrite=True,  # an account has the same record for all certificates of a domain
                opts=self.child(),
            )
            for domain in domains
        ]


class Names(Component):
    """The names that lead to what the stack built, and who takes over when it does not answer (AUT-MAN-01).

    Creates an alias for each name, or a CNAME for Beanstalk; with `failover`, the primary's names have a health check
    of what they lead to.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: DnsSettings,
        zone: Zone,
        *,
        hosts: Mapping[str, pulumi.Input[str]],
        zones: Mapping[str, pulumi.Input[str]],
        encrypted: Mapping[str, bool],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("edge", name, opts)
        self._name, self._context, self._settings = name, context, settings
        targets = sorted(set(settings.names.values()))
        checks = {}
        if settings.failover == "primary":
            checks = {target: self._check(target, hosts[target], encrypted=encrypted[target]) for target in targets}
        for domain, target in sorted(settings.names.items()):
            routing: dict[str, Any] = {}
            if settings.failover is not None:
                routing = {
                    "set_identifier": settings.failover,
                    "failover_routing_policies": [{"type": settings.failover.upper()}],
                    "health_check_id": checks[target].id if target in checks else None,
                }
            if target not in zones:
                aws.route53.Record(
                    f"{name}-{domain}",
                    zone_id=zone.id,
                    name=domain,
                    type="CNAME",
                    ttl=NAME_TTL,
                    records=[hosts[target]],
                    **routing,
                    opts=self.child(),
                )
                continue
            for kind in ("A", "AAAA") if target == "cdn" else ("A",):
                aws.route53.Record(
                    f"{name}-{domain}-{kind}",
                    zone_id=zone.id,
                    name=domain,
                    type=kind,
                    aliases=[
                        {
                            "name": hosts[target],
                            "zone_id": zones[target],
                            "evaluate_target_health": target != "cdn",  # AWS does not know it of a distribution
                        }
                    ],
                    **routing,
                    opts=self.child(),
                )
        self.register_outputs({})

    def _check(self, target: str, host: pulumi.Input[str], *, encrypted: bool) -> aws.route53.HealthCheck:
        return aws.route53.HealthCheck(
            f"{self._name}-{target}",
            type="HTTPS" if encrypted else "HTTP",
            fqdn=host,
            port=443 if encrypted else 80,
            resource_path=self._settings.health_path,
            request_interval=CHECK_SECONDS,
            failure_threshold=CHECK_FAILURES,
            tags=self._context.tags(self._name, target),
            opts=self.child(),
        )
