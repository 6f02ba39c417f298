from __future__ import annotations

import pytest

CERTIFICATE = "aws:acm/certificate:Certificate"


@pytest.mark.parametrize(
    ("id_", "properties", "rule"),
    [
        ("ACM-1", {"validationMethod": "EMAIL"}, "validated-by-dns"),
        ("ACM-1", {"validationMethod": "DNS"}, None),
        ("ACM-1", {"privateKey": "key"}, None),
        ("ACM-2", {"keyAlgorithm": "RSA_1024"}, "key-size"),
        ("ACM-2", {"keyAlgorithm": "EC_prime256v1"}, None),
        ("ACM-2", {}, None),
        ("ACM-4", {"options": {"certificateTransparencyLoggingPreference": "DISABLED"}}, "transparency"),
        ("ACM-4", {"options": {"certificateTransparencyLoggingPreference": "ENABLED"}}, None),
        ("ACM-4", {}, None),
    ],
)
def test_what_is_asked_of_a_certificate(program, id_, properties, rule):
    program.add(CERTIFICATE, "certificate", {"domainName": "example.com", **properties})
    assert program.flaws(id_) == ({(rule, "certificate")} if rule else set())


def test_wildcards_are_refused_where_that_is_asked(program):
    program.add(CERTIFICATE, "wild", {"domainName": "*.example.com"})
    program.add(CERTIFICATE, "other", {"domainName": "example.com", "subjectAlternativeNames": ["*.example.com"]})
    program.add(CERTIFICATE, "sound", {"domainName": "example.com", "subjectAlternativeNames": ["www.example.com"]})
    assert program.flaws("ACM-3") == set()
    program.policies = {"strict": True}
    assert program.flaws("ACM-3") == {("no-wildcards", "wild"), ("no-wildcards", "other")}
    program.add(CERTIFICATE, "later", {"domainName": program.unknown})
    assert ("ACM-3", "domainName") in program.unjudged("later")


def test_what_is_not_known_cannot_be_told(program):
    names = ("validationMethod", "keyAlgorithm", "options")
    program.add(CERTIFICATE, "later", {"domainName": "example.com", **dict.fromkeys(names, program.unknown)})
    assert {id_ for id_ in ("ACM-1", "ACM-2", "ACM-4") if program.flaws(id_, preview=True)} == set()
    assert {"ACM-1", "ACM-2", "ACM-4"} <= {rule for rule, _ in program.unjudged("later")}
