"""What the CDN and the names lead to is there, and can be reached so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.edge import cdn, domains
from settings.problems import Problem
from settings.rules.report import missing
from settings.section import problem

if TYPE_CHECKING:
    from settings.stack import Stack


def origins_exist(stack: Stack, key: str) -> Iterator[Problem]:
    known = _targets(stack)
    for at, behavior in _behaviors(stack, key):
        if behavior.origin not in known:
            yield missing(f"{at}.origin", behavior.origin, "origin", known)


def names_lead_somewhere(stack: Stack, key: str) -> Iterator[Problem]:
    known = [*_targets(stack), *(["cdn"] if stack.cdn else [])]
    for name, target in (stack.dns.names if stack.dns else {}).items():
        if target not in known:
            yield missing(
                f"{key}dns.names.{name}", target, "target", [each for each in known if not each.startswith(cdn.SITES)]
            )


def sites_are_shown(stack: Stack, key: str) -> Iterator[Problem]:
    shown = {behavior.origin for _, behavior in _behaviors(stack, key)}
    for name in stack.sites:
        if f"{cdn.SITES}{name}" not in shown:
            yield problem(
                f"{key}sites.{name}",
                "",
                "No behavior of plinth:cdn leads to it.",
                "A site's bucket is private: only the CDN reads it.",
                f"Set an origin of sites.{name} in plinth:cdn, or remove the site.",
            )


def tls_has_a_certificate(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.cdn is None or domains.cdn_has_certificate(stack):
        return
    remedy = "Set cdn.certificate_arn, or a name in plinth:dns that leads to cdn, for which one is issued."
    if stack.cdn.minimum_tls is not None:
        yield problem(
            f"{key}cdn.minimum_tls",
            stack.cdn.minimum_tls,
            "The CDN has no certificate of its own.",
            "With CloudFront's default certificate it takes TLS 1.0 too, whatever is set.",
            remedy,
        )
    if stack.cdn.aliases:
        yield problem(
            f"{key}cdn.aliases",
            ", ".join(stack.cdn.aliases),
            "The CDN has no certificate for them.",
            "CloudFront answers to names that its certificate is for.",
            remedy,
        )


def issued_certificates_cover_aliases(stack: Stack, key: str) -> Iterator[Problem]:
    issued = domains.issued_for_cdn(stack)
    for alias in stack.cdn.aliases if stack.cdn and issued else ():
        if alias not in issued:
            yield problem(
                f"{key}cdn.aliases",
                alias,
                "The certificate that plinth:dns issues is not for it.",
                "Certificates are issued for the names in plinth:dns.",
                "Move it to plinth:dns, or set a cdn.certificate_arn that is for all names.",
            )


def cdn_certificate_is_in_its_region(stack: Stack, key: str) -> Iterator[Problem]:
    arn = stack.cdn.certificate_arn if stack.cdn else None
    if arn is not None and arn.split(":")[3] != cdn.REGION:
        yield problem(
            f"{key}cdn.certificate_arn",
            arn,
            f"The certificate is in {arn.split(':')[3]}.",
            f"CloudFront takes certificates of {cdn.REGION}, wherever the stack is.",
            f"Request or import it in {cdn.REGION}.",
        )


def applications_are_reached(stack: Stack, key: str) -> Iterator[Problem]:
    for at, behavior in _behaviors(stack, key):
        if behavior.site is not None:
            continue
        encrypted = behavior.protocol == "https"
        if encrypted and not domains.leading_to(stack, behavior.origin):
            yield problem(
                f"{at}.protocol",
                behavior.protocol,
                f"No name in plinth:dns leads to {behavior.origin}.",
                "CloudFront asks over TLS by a name that the origin's certificate is for.",
                f"Set a name in plinth:dns that leads to {behavior.origin}, or protocol: http.",
            )
        redirects = domains.has_certificate(stack, behavior.origin)
        if redirects and not encrypted:
            yield problem(
                f"{at}.protocol",
                behavior.protocol,
                f"{behavior.origin} has a certificate.",
                "It then answers plain HTTP by a redirect, which would lead around in a circle.",
                "Set protocol: https.",
            )
        if encrypted and not redirects and behavior.origin == "beanstalk":
            yield problem(
                f"{at}.protocol",
                behavior.protocol,
                "plinth:beanstalk has no certificate.",
                "Without one its load balancer answers plain HTTP only.",
                "Set beanstalk.certificate_arn, or protocol: http.",
            )


def load_balancer_waits_as_long(stack: Stack, key: str) -> Iterator[Problem]:
    for at, behavior in _behaviors(stack, key):
        balancer = stack.load_balancer
        if balancer is None or behavior.origin != "load_balancer":
            continue
        if balancer.idle_timeout_seconds < behavior.timeout_seconds:
            yield problem(
                f"{at}.timeout_seconds",
                behavior.timeout_seconds,
                f"The load balancer gives up after {balancer.idle_timeout_seconds} seconds.",
                "What is behind waits at least as long as what is before it.",
                f"Set load_balancer.idle_timeout_seconds to {behavior.timeout_seconds} or more.",
            )


def _behaviors(stack: Stack, key: str) -> Iterator[tuple[str, cdn.Behavior]]:
    for name, behavior in (stack.cdn.behaviors if stack.cdn else {}).items():
        yield f"{key}cdn.{name}", behavior


def _targets(stack: Stack) -> list[str]:
    """Everything that can answer."""
    applications = [name for name in ("load_balancer", "beanstalk") if getattr(stack, name) is not None]
    return [*applications, *(f"{cdn.SITES}{name}" for name in stack.sites)]
