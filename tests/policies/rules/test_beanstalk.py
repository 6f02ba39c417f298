from __future__ import annotations

import pytest

ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment"
TEMPLATE = "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate"
PLAIN = "aws:elasticbeanstalk:application:environment"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"


def environment(program, token=ENVIRONMENT, namespace=PLAIN, tier="production", **properties):
    settings = [{"namespace": namespace, "name": name, "value": value} for name, value in properties.items()]
    program.add(token, "shop", {"settings": settings, "tags": {"Tier": tier}})


@pytest.mark.requirement("GRD-12", "UTJ-SEC-04", "CHR-SEC-01")
@pytest.mark.parametrize("token", [ENVIRONMENT, TEMPLATE])
@pytest.mark.parametrize(
    ("name", "value"), [("OPENAI_API_KEY", "abc"), ("DATABASE_URL", "postgres://app:s3cret@db/app")]
)
def test_a_secret_in_a_property_is_refused_and_not_printed(program, token, name, value):
    environment(program, token, **{name: value})
    assert program.flaws("GRD-12") == {("plain-secrets", "shop")}
    (message,) = [each.message for each in program.diagnostics() if each.policyName.startswith("eb-7")]
    assert f"settings.{name} is " in message
    assert "s3cret" not in message
    assert "abc" not in message


@pytest.mark.requirement("GRD-12", "UTJ-SEC-04")
def test_an_arn_among_the_secrets_passes(program):
    environment(program, namespace=SECRETS, OPENAI_API_KEY="arn:aws:secretsmanager:us-west-2:123456789012:secret:x")
    assert program.flaws("GRD-12") == set()


@pytest.mark.requirement("GRD-12")
def test_a_property_that_is_not_known_yet_cannot_be_told(program):
    environment(program, OPENAI_API_KEY=program.unknown)
    assert "settings is not known" in program.untold()["shop"]


@pytest.mark.requirement("GRD-20", "UTJ-SEC-06", "UTJ-SEC-10")
@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [("GOCARDLESS_ENVIRONMENT", "live", "sandbox"), ("CORS_ORIGINS", '["https://a.example"]', '["*"]')],
)
def test_production_is_live_and_names_its_web_sites(program, name, good, bad):
    environment(program, **{name: good})
    assert program.flaws("GRD-20") == set()
    environment(program, **{name: bad})
    assert program.flaws("GRD-20") == {("production-values", "shop")}


@pytest.mark.requirement("GRD-20")
def test_elsewhere_a_sandbox_is_right(program):
    environment(program, tier="development", GOCARDLESS_ENVIRONMENT="sandbox")
    assert program.flaws("GRD-20") == set()
