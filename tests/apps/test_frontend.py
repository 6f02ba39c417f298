"""The static page: its parts fit together, and its own content security policy lets them load."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

FRONTEND = Path(__file__).resolve().parents[2] / "apps" / "frontend"
SITE = FRONTEND / "site"
# Answered by the backend behind the same load balancer.
BACKEND_PATHS = ("api/", "health", "docs")

pytestmark = pytest.mark.requirement("AUT-CMP-02")


class Page(HTMLParser):
    """Collects addresses and ids, and whatever the policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for name in ("href", "src") if (value := given.get(name))]
        self.ids |= {value} if (value := given.get("id")) else set()
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.fixture
def page() -> Page:
    page = Page()
    page.feed((SITE / "index.html").read_text())
    return page


def asked() -> list[str]:
    return re.findall(r'ask\("([^"]+)"\)', (SITE / "app.js").read_text())


def test_addresses_are_relative_and_exist(page: Page) -> None:
    addresses = [*page.addresses, *asked()]
    assert len(addresses) > 5
    for address in addresses:
        assert not re.match(r"/|https?:", address)
        assert address.startswith(BACKEND_PATHS) or (SITE / address).is_file(), address


def test_the_script_writes_where_the_page_has_room(page: Page) -> None:
    written = re.findall(r'show(?:Check)?\("([^"]+)"', (SITE / "app.js").read_text())
    assert written
    assert set(written) <= page.ids


def test_nothing_inline_as_the_policy_forbids_it(page: Page) -> None:
    assert page.inline == []
    policy = re.search(r'Content-Security-Policy "([^"]+)"', (FRONTEND / "nginx.conf").read_text())
    assert policy
    assert "unsafe-inline" not in policy[1]


def test_no_location_loses_the_security_headers() -> None:
    """nginx drops the inherited headers in a block that adds one of its own."""
    text = (FRONTEND / "nginx.conf").read_text()
    blocks = re.findall(r"location [^{]+\{([^}]*)\}", text)
    assert len(blocks) == 2
    assert not any("add_header" in block for block in blocks)


@pytest.mark.requirement("GRD-23")
def test_nginx_writes_to_memory_only() -> None:
    text = (FRONTEND / "nginx.conf").read_text()
    written = re.findall(r"^\s*(?:pid|\w+_temp_path) ([^;]+);", text, re.MULTILINE)
    assert len(written) == 6
    assert {path.rpartition("/")[0] for path in written} == {"/dev/shm"}  # noqa: S108
    assert re.search(r"^error_log stderr ", text, re.MULTILINE)
    assert re.findall(r"access_log (\S+)", text) == ["/dev/stdout"]
