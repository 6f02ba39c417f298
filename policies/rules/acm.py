"""Certificates: AWS Certificate Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, expect, rule
from policies.values import UNKNOWN, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

CERTIFICATE: Final = ("aws:acm/certificate:Certificate",)


@rule(
    "ACM-1",
    "Certificates are validated by DNS",
    types=CERTIFICATE,
    severity=Severity.LOW,
    reason="by e-mail somebody has to answer for each renewal, and one day nobody does.",
    remedy='Set validationMethod to "DNS", and add the records of domainValidationOptions.',
)
def validated_by_dns(certificate: Resource) -> Iterator[Verdict]:
    """An imported certificate has no method."""
    yield expect(certificate, "validationMethod", lambda method: str(method).upper() != "EMAIL")


@rule(
    "ACM-2",
    "Keys of certificates are long enough",
    types=CERTIFICATE,
    severity=Severity.HIGH,
    reason="a key of 1024 bits can be computed, and browsers refuse it.",
    remedy='Set keyAlgorithm to "RSA_2048" or "EC_prime256v1".',
)
def key_size(certificate: Resource) -> Iterator[Verdict]:
    """RSA with 2048 bits unless set."""
    yield expect(certificate, "keyAlgorithm", lambda algorithm: algorithm != "RSA_1024")


@rule(
    "ACM-3",
    "Certificates are for names, not for whatever is below one",
    types=CERTIFICATE,
    severity=Severity.LOW,
    reason="who gets hold of the key of a wildcard certificate can be every host of the domain.",
    remedy="Name the hosts in domainName and subjectAlternativeNames.",
    strict=True,
)
def no_wildcards(certificate: Resource) -> Iterator[Verdict]:
    """The first name and all others."""
    for path in ("domainName", "subjectAlternativeNames"):
        names = certificate.items(path)
        if UNKNOWN in names:
            yield CannotTell(path=path)
        wild = [name for name in names if isinstance(name, str) and name.startswith("*.")]
        if wild:
            yield Finding(path=path, found=", ".join(map(show, wild)))


@rule(
    "ACM-4",
    "Certificates are in the transparency log",
    types=CERTIFICATE,
    severity=Severity.MEDIUM,
    reason="browsers warn of a certificate that no log knows.",
    remedy='Set options.certificateTransparencyLoggingPreference to "ENABLED", or leave it out.',
)
def transparency(certificate: Resource) -> Iterator[Verdict]:
    """In the log unless set."""
    path = "options.certificateTransparencyLoggingPreference"
    yield expect(certificate, path, lambda preference: preference != "DISABLED")
