"""A site behind its distribution: what viewers are answered, and what a changed file touches."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from local import health
from tests.integration.cloud import ROOT, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.cloud import Cloud

STACK, REGION = "chatrelay-prod", "us-east-1"
STYLE = ROOT / "systems/chatrelay/web/style.css"
YEAR = "max-age=31536000"


@pytest.fixture(scope="module")
def chatrelay(cloud: Cloud) -> Cloud:
    cloud.ensure(STACK)
    wait_until(lambda: health.settle(cloud.state(STACK), seconds=1), "ChatRelay answers")
    return cloud


@pytest.fixture
def style() -> Iterator[str]:
    """The site's style sheet, which is put back."""
    before = STYLE.read_text()
    yield before
    STYLE.write_text(before)


def view(cloud: Cloud, path: str, scheme: str = "https", cookie: str = "", **body: str) -> tuple[int, str, Any]:
    """Status, body and headers of what a viewer is answered; with a body, to a POST."""
    domain = cloud.state(STACK).outputs["cdn_domain"]
    place = urlsplit(health.cdn_url(cloud.state(STACK)))
    connection = http.client.HTTPConnection("127.0.0.1", int(place.port or 0), timeout=30)
    headers = {"Host": domain, "X-Forwarded-Proto": scheme, "Cookie": cookie, "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers


@pytest.mark.requirement("CHR-CDN-01", "CHR-SEC-05")
def test_the_page_comes_from_the_bucket_and_keeps_browsers_on_tls(chatrelay: Cloud) -> None:
    status, page, headers = view(chatrelay, "/")
    assert (status, page) == (200, (STYLE.parent / "index.html").read_text())
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("text/html; charset=utf-8", "no-cache")
    assert YEAR in headers["Strict-Transport-Security"]
    status, _, headers = view(chatrelay, "/", scheme="http")
    assert (status, headers["Location"][:8]) == (301, "https://")


@pytest.mark.requirement("CHR-SEC-05", "CHR-DAT-01")
def test_the_api_has_the_same_host_and_headers_and_sets_cookies_for_tls_alone(chatrelay: Cloud) -> None:
    """Over the name of the environment, which is in the stack's zone: CloudFront asks for nothing else."""
    status, reply, headers = view(chatrelay, "/api/chat", message="one two three")
    assert (status, json.loads(reply)["reply"]) == (200, "You said 3 words.")
    assert YEAR in headers["Strict-Transport-Security"]
    assert {"HttpOnly", "Secure"} <= set(headers["Set-Cookie"].split("; "))
    _, kept, _ = view(chatrelay, "/api/chat", cookie=headers["Set-Cookie"].partition(";")[0])
    assert json.loads(kept)["asked"] == 1


@pytest.mark.requirement("RPH-CDN-01")
def test_a_changed_file_is_published_and_asked_for_anew_and_nothing_else_happens(chatrelay: Cloud, style: str) -> None:
    changed = f"{style}h1 {{ margin: 0; }}\n"
    STYLE.write_text(changed)
    before = invalidations(chatrelay)
    done = chatrelay.up(STACK)
    touched = {name: number for name, number in done.changes.items() if name != "unchanged"}
    assert touched == {"updated": 1, "replaced": 1}, done.output
    assert view(chatrelay, "/style.css")[1] == changed
    assert invalidations(chatrelay) == before + 1
    STYLE.write_text(style)
    assert chatrelay.up(STACK).changes == done.changes
    assert view(chatrelay, "/style.css")[1] == style


def invalidations(cloud: Cloud) -> int:
    """How often CloudFront was told to forget what it keeps."""
    cloudfront = cloud.client("cloudfront", REGION)
    id_ = cloud.resource(STACK, "aws:cloudfront/distribution:Distribution", "cdn")["id"]
    return len(cloudfront.list_invalidations(DistributionId=id_)["InvalidationList"].get("Items", []))
