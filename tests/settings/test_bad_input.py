"""A wrong key, type or value anywhere: one clear error each, all of them at once."""

from __future__ import annotations

from typing import Any

import pytest

from settings import SettingsError
from tests.settings.examples import ABSENT, AUTERITY, changed, only_problem, problems_of, prod

BACKEND = "plinth:services.backend"
ZONES = [f"us-west-2{letter}" for letter in "abcdefghij"]

# What the issue names, and what each must say: the change, the key in the message, words of the message.
NAMED: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "a range that does not fit the zones": (
        {"plinth:network.cidr": "10.0.0.0/20", "plinth:network.availability_zones": ZONES[:7]},
        "plinth:network.cidr",
        ("10.0.0.0/20 does not fit 7 zones", "room for 6", "a larger range"),
    ),
    "a tenth zone": (
        {"plinth:network.availability_zones": ZONES},
        "plinth:network.availability_zones",
        ("10 zones are too many", "At most 9"),
    ),
    "port 0": (
        {f"{BACKEND}.port": 0},
        f"{BACKEND}.port",
        ("0 is not a port", "from 1 to 65535", "that the container listens on"),
    ),
    "min above max": (
        {f"{BACKEND}.count": {"min": 5, "desired": 5, "max": 2}},
        f"{BACKEND}.count.min",
        ("5 is more than max, which is 2", "Set min to 2 or less, or max to 5 or more"),
    ),
    "an unknown instance class": (
        {"plinth:postgres.instance_class": "db.t3.lage"},
        "plinth:postgres.instance_class",
        ("'db.t3.lage' is not an instance class", "Did you mean db.t3.large"),
    ),
    "a missing Dockerfile": (
        {f"{BACKEND}.image.dockerfile": "Dockerfile.prod"},
        f"{BACKEND}.image.dockerfile",
        ("no file 'Dockerfile.prod' in 'apps/backend'",),
    ),
    "a missing folder": (
        {f"{BACKEND}.image.context": "apps/back"},
        f"{BACKEND}.image.context",
        ("no folder 'apps/back'",),
    ),
    "a secret among the variables": (
        {f"{BACKEND}.environment.STRIPE_API_KEY": "sk_live_hunter2"},
        f"{BACKEND}.environment.STRIPE_API_KEY",
        ("named like a secret", "Put it under plinth:secrets"),
    ),
    "a secret in plain text": (
        {"plinth:secrets.stripe": {"value": "sk_live_hunter2"}},
        "plinth:secrets.stripe.value",
        ("not an encrypted secret", "pulumi config set --secret"),
    ),
    "a name too long for a target group": (
        {f"{BACKEND}.target_group": "auterity-target-group-production"},
        f"{BACKEND}.target_group",
        ("'auterity-target-group-production-green' has 38 characters", "may have 32: 6 too many", "at most 26"),
    ),
    "a wrong key": (
        {f"{BACKEND}.prot": 8000},
        f"{BACKEND}.prot",
        ("no key 'prot'", "Did you mean port"),
    ),
    "a wrong area": (
        {"plinth:postgress": {}},
        "plinth:postgress",
        ("no key 'postgress'", "Did you mean postgres"),
    ),
    "text for a number": (
        {f"{BACKEND}.port": "8000"},
        f"{BACKEND}.port",
        ("'8000' is not a whole number", "without quotes"),
    ),
    "a number for text": (
        {"plinth:postgres.engine_version": 15.4},
        "plinth:postgres.engine_version",
        ("15.4 is not text", "in quotes: '15.4'"),
    ),
    "a word for a switch": (
        {"plinth:postgres.multi_az": "yes"},
        "plinth:postgres.multi_az",
        ("'yes' is not true or false",),
    ),
    "text for a list": (
        {f"{BACKEND}.tasks.migrate.command": "alembic upgrade head"},
        f"{BACKEND}.tasks.migrate.command",
        ("is not a list", "[a, b]"),
    ),
    "a list for a mapping": (
        {"plinth:network": ["10.0.0.0/16"]},
        "plinth:network",
        ("A list is not a mapping",),
    ),
    "nothing for a mapping": (
        {"plinth:logs": None},
        "plinth:logs",
        ("An empty value is not a mapping",),
    ),
    "a value that is none of the few": (
        {f"{BACKEND}.deployment.strategy": "bluegreen"},
        f"{BACKEND}.deployment.strategy",
        ("'bluegreen' is not one of its values", "'blue_green', 'canary' or 'linear'", "Did you mean blue_green"),
    ),
    "a missing key": (
        {"plinth:postgres.database": ABSENT},
        "plinth:postgres.database",
        ("is missing", "Database that is created with the instance"),
    ),
    "no region": ({"aws:region": ABSENT}, "aws:region", ("is missing",)),
    "the region in our namespace": (
        {"plinth:region": "us-west-2"},
        "plinth:region",
        ("This setting is aws:region",),
    ),
    "another namespace": ({"plint:logs": {}}, "plint:logs", ("This setting is plinth:logs",)),
    "a key that is no text": (
        {"plinth:buckets": {1: {}, "uploads": {}, "config": {}}},
        "plinth:buckets.1",
        ("1 is not text",),
    ),
}


@pytest.mark.requirement("AUT-CFG-01")
@pytest.mark.parametrize(("changes", "key", "words"), NAMED.values(), ids=NAMED)
def test_each_mistake_has_one_clear_error(changes: dict[str, Any], key: str, words: tuple[str, ...]):
    problem = only_problem(changes)
    assert problem.key == key
    assert str(problem).startswith(f"{key}: ")
    for word in words:
        assert word in str(problem)
    assert problem.found
    assert problem.remedy, "a message says what to do next"


# These overwrite another's place, or take away what another is judged by.
ALONE = {
    "a range that does not fit the zones",  # fewer zones than ten
    "a missing folder",  # its Dockerfile
    "text for a number",  # the port again
    "a list for a mapping",  # the network again
    "a value that is none of the few",  # whether a target group needs a green one
    "a key that is no text",  # the buckets that the service uses
    "no region",  # the zones' and the certificate's
}


@pytest.mark.requirement("AUT-CFG-01")
def test_all_mistakes_of_a_file_come_at_once():
    together = [mistake for name, mistake in NAMED.items() if name not in ALONE]
    changes = {key: value for mistake, _, _ in together for key, value in mistake.items()}
    changes["plinth:network.cidr"] = "10.0.0.0/20"  # and ten zones, of which nine are possible at all

    keys = [problem.key for problem in problems_of(changed(AUTERITY["prod"], changes))]

    assert set(keys) == {key for _, key, _ in together} | {"plinth:network.cidr"}
    assert len(keys) == len(set(keys)), "one error each"


def test_the_error_lists_every_problem_and_says_that_nothing_was_touched():
    with pytest.raises(SettingsError) as caught:
        prod({f"{BACKEND}.port": 0, "plinth:redis.nodes": 9})
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 problems in the stack file; nothing was touched."
    assert lines[1] == (
        "  plinth:services.backend.port: 0 is not a port. Ports run from 1 to 65535. "
        "Set the port that the container listens on, e.g. 8000."
    )
    assert lines[2].startswith("  plinth:redis.nodes: 9 is not a number of nodes.")
    assert caught.value.exit_code == 2


def test_problems_come_in_the_order_of_the_areas():
    found = problems_of(
        changed(AUTERITY["prod"], {"plinth:redis.nodes": 9, f"{BACKEND}.port": 0, "plinth:network.cidr": "x"})
    )
    assert [problem.key.split(".")[0] for problem in found] == ["plinth:network", "plinth:services", "plinth:redis"]


def test_a_mistake_elsewhere_does_not_hide_what_concerns_several_fields():
    changes = {f"{BACKEND}.cpu": 3, f"{BACKEND}.count": {"min": 3, "desired": 2, "max": 4}, "plinth:system": 5}
    keys = {problem.key for problem in problems_of(changed(AUTERITY["prod"], changes))}
    assert keys == {f"{BACKEND}.cpu", f"{BACKEND}.count.desired", "plinth:system"}


def test_no_rule_judges_what_is_itself_wrong():
    """Port, size and number are wrong by themselves: nothing more is said about what follows from them."""
    changes = {f"{BACKEND}.memory": "8192", f"{BACKEND}.count.min": "9", "plinth:postgres.max_storage_gib": True}
    keys = {problem.key for problem in problems_of(changed(AUTERITY["prod"], changes))}
    assert keys == {f"{BACKEND}.memory", f"{BACKEND}.count.min", "plinth:postgres.max_storage_gib"}
