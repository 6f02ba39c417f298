"""Secrets stand where a secret is meant, encrypted, and no message repeats one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import SettingsError, load
from tests.settings.examples import AUTERITY, ROOT, changed, only_problem, problems_of, prod
from tests.settings.test_any_shape import places

HIDDEN = "hunter2hunter2hunter2"
ENCRYPTED = {"secure": "v1:aGVsbG8=:d29ybGQ="}
BACKEND = "plinth:services.backend"


@pytest.mark.requirement("AUT-CFG-02")
def test_the_three_sources_of_a_secret():
    arn = "arn:aws:secretsmanager:us-west-2:123456789012:secret:stripe-AbCdEf"
    stack = prod(
        {
            "plinth:secrets.a": {"generate": {"length": 32}},
            "plinth:secrets.b": {"arn": arn},
            "plinth:secrets.c": {"value": ENCRYPTED},
        }
    )
    generated, given_arn, own = (stack.secrets[name] for name in "abc")
    assert generated.generate is not None
    assert (generated.generate.length, generated.generate.version) == (32, 1)
    assert given_arn.arn == arn
    assert own.value is not None


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ({}, "Nothing says where the secret comes from"),
        ({"generate": {"length": 32}, "value": ENCRYPTED}, "generate and value are set together"),
        ({"generate": {"length": 8}}, "8 is not the length of a secret"),
        ({"arn": "arn:aws:ssm:us-west-2:123456789012:parameter/x"}, "is not the ARN of a secret"),
    ],
)
def test_secrets_that_cannot_be(secret: dict[str, Any], words: str):
    assert words in str(only_problem({"plinth:secrets.extra": secret})).replace("This is", "x is")


@pytest.mark.requirement("GRD-12")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_API_KEY", HIDDEN),
        ("jwt_secret", HIDDEN),
        ("TOKEN", HIDDEN),
        ("DB_PASSWORD", HIDDEN),
        ("DATABASE_URL", f"postgresql://auterity:{HIDDEN}@db.example.com/auterity"),
        ("REDIS", f"rediss://:{HIDDEN}@cache.example.com:6379/0"),
        ("CREDENTIALS", "AKIAIOSFODNN7EXAMPLE"),
        ("CERTIFICATE", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
    ],
)
@pytest.mark.parametrize("place", ["environment", "image.build_args"])
def test_what_looks_like_a_secret_is_refused_and_not_repeated(place: str, name: str, value: str):
    problem = only_problem({f"{BACKEND}.{place}": {name: value}})
    assert problem.key == f"{BACKEND}.{place}.{name}"
    assert "plinth:secrets" in problem.remedy
    assert value not in str(problem)
    assert value not in problem.value


@pytest.mark.parametrize("value", ["https://example.com/path", "postgresql://db.example.com/app", "INFO", "a:b@c"])
def test_plain_values_are_no_secrets(value: str):
    assert prod({f"{BACKEND}.environment.SETTING": value}).services["backend"].environment["SETTING"] == value


@given(st.sampled_from([place for place in places(AUTERITY["prod"]) if place[0] != "plinth:secrets"]))
def test_encrypted_values_anywhere_else_are_refused_once(place: tuple[Any, ...]):
    config = changed(AUTERITY["prod"], {})
    inner: Any = config
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = ENCRYPTED
    found = [problem for problem in problems_of(config) if problem.found == "This value is encrypted."]
    assert len(found) == 1
    assert "plinth:secrets" in found[0].rule
    assert found[0].key.split(".")[0] == place[0]


@pytest.mark.parametrize(
    "value", [HIDDEN, {"secure": 5}, {"secure": HIDDEN, "more": 1}, [HIDDEN], {"nested": HIDDEN}, 5]
)
def test_a_secret_in_the_wrong_form_is_never_repeated(value: Any):
    found = problems_of(changed(AUTERITY["prod"], {"plinth:secrets.extra": {"value": value}}))
    assert [problem.key for problem in found] == ["plinth:secrets.extra.value"]
    assert HIDDEN not in str(found[0])
    assert HIDDEN not in found[0].value


def test_a_loaded_secret_does_not_show_itself():
    stack = prod({"plinth:secrets.extra": {"value": ENCRYPTED}})
    assert ENCRYPTED["secure"] not in repr(stack)


def flat(config: dict[str, Any]) -> dict[str, str]:
    """A configuration as Pulumi hands it to a program: text, mappings as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def test_what_pulumi_hands_to_the_program_gives_the_same_stack():
    others = {"aws:defaultTags": "{}", "pulumi:tags": '{"a": "b"}'}
    assert load({**flat(AUTERITY["prod"]), **others}, root=ROOT) == prod()


def test_a_value_that_pulumi_decrypted_is_a_secret():
    config = flat(changed(AUTERITY["prod"], {"plinth:secrets.stripe": {"value": HIDDEN}}))
    secret = load(config, root=ROOT, secret_keys=["plinth:secrets"]).secrets["stripe"].value
    assert secret is not None
    assert secret.get_secret_value() == HIDDEN
    with pytest.raises(SettingsError, match="not an encrypted secret"):
        load(config, root=ROOT)


def test_an_area_that_pulumi_decrypted_is_refused():
    with pytest.raises(SettingsError, match="plinth:network: This value is encrypted"):
        load(flat(AUTERITY["prod"]), root=ROOT, secret_keys=["plinth:network"])
