"""What the settings of the edge refuse."""

from __future__ import annotations

from typing import Any

import pytest

from settings import SettingsError
from tests.components.stacks import ABSENT, stack

WEST = "arn:aws:acm:us-west-2:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55"
NO_DNS = {"dns": ABSENT}


@pytest.mark.parametrize(
    ("changes", "key", "remedy"),
    [
        ({"cdn__default": {"origin": "sites.chatt"}}, "cdn.default.origin", "sites.chat"),
        ({"cdn__default": {"origin": "load_balancer"}}, "cdn.default.origin", "There is no origin"),
        ({"cdn": ABSENT}, "sites.chat", "only the CDN reads it"),
        (NO_DNS, "cdn.minimum_tls", "Set cdn.certificate_arn"),
        (NO_DNS | {"cdn__minimum_tls": None, "cdn__aliases": ["chat.example.org"]}, "cdn.aliases", "certificate_arn"),
        ({"cdn__aliases": ["chat.example.org"]}, "cdn.aliases", "Move it to plinth:dns"),
        ({"cdn__certificate_arn": WEST}, "cdn.certificate_arn", "us-east-1"),
        ({"dns__names": {"a.example.org": "cdn"}}, "dns.names", "ends in"),
        ({"dns__names": {"registration.urmstontownjfc.co.uk": "load_balancer"}}, "dns.names", "There is no target"),
        ({"dns__failover": "secondary"}, "dns.zone_id", "Set the id"),
        ({"sites__chat__content": "../secrets"}, "sites.chat.content", "without '..'"),
        ({"sites__chat__content": "/etc"}, "sites.chat.content", "from the project's folder down"),
        ({"sites__chat__content": "systems/nowhere"}, "sites.chat.content", "There is no folder"),
        ({"sites__chat__index": "home.html"}, "sites.chat.index", "There is no file"),
        ({"cdn__default_ttl_seconds": 10, "cdn__max_ttl_seconds": 5}, "cdn.default_ttl_seconds", "raise"),
        ({"cdn__paths": {"api": {"origin": "beanstalk"}}}, "cdn.paths", "Set for example /api/*"),
        ({"cdn__paths": {"/api/*": {"origin": "beanstalk", "protocol": "https"}}}, "protocol", "protocol: http"),
        ({"cdn__paths": {"/api/*": {"origin": "sites.chat", "strip_prefix": True}}}, "strip_prefix", "Remove it"),
        ({"cdn__unavailable_page": "503.html"}, "cdn.unavailable_page", "There is no file"),
    ],
)
def test_refused(changes: dict[str, Any], key: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as refused:
        stack("utjfc-prod", **changes)
    found = [each for each in refused.value.problems if key in each.key]
    assert found, refused.value
    assert any(remedy in str(each) for each in found), refused.value


def test_a_load_balancer_waits_as_long_as_the_cdn() -> None:
    cdn = {"default": {"origin": "load_balancer", "protocol": "https", "timeout_seconds": 90}}
    dns = {"zone": "example.org", "names": {"api.example.org": "load_balancer"}}
    with pytest.raises(SettingsError, match="gives up after 60 seconds"):
        stack("prod", cdn=cdn, dns=dns, load_balancer__idle_timeout_seconds=60)


def test_http_to_an_environment_with_certificate_is_a_circle_too() -> None:
    with pytest.raises(SettingsError, match="around in a circle"):
        stack("chatrelay-prod", cdn__paths={"/api/*": {"origin": "beanstalk"}})


def test_tls_to_an_environment_without_certificate_reaches_nobody() -> None:
    with pytest.raises(SettingsError, match=r"plinth:beanstalk has no certificate(.|\n)*Set beanstalk.certificate_arn"):
        stack("chatrelay-prod", beanstalk__certificate_arn=None)


def test_http_to_a_load_balancer_with_certificate_is_a_circle() -> None:
    dns = {"zone": "example.org", "names": {"api.example.org": "load_balancer"}}
    with pytest.raises(SettingsError, match="around in a circle"):
        stack("prod", cdn={"default": {"origin": "load_balancer"}}, dns=dns)
