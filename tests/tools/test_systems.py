"""docs/systems.md and its pictures: current, whole, and priced by a table that says where its prices are from."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from scripts.cost.costs import costs, prices
from settings import load_file
from settings.stack_files import stack_name
from tests.components.stacks import ABSENT, FILES, stack
from tools.requirements import REQUIREMENTS, SYSTEMS
from tools.systems.__main__ import ROOT, documents
from tools.systems.diagram import Arrow, diagram
from tools.systems.differences import defects, differences
from tools.systems.picture import WIDTH, picture

if TYPE_CHECKING:
    from settings import Stack

NO_CDN = {"sites": ABSENT, "cdn": ABSENT, "dns": ABSENT, "operations__host": "app.example.com"}
SVG = "{http://www.w3.org/2000/svg}"
every_file = pytest.mark.parametrize("name", FILES)


def drawing(name: str) -> ET.Element:
    return ET.fromstring(picture(stack(name), name))  # noqa: S314 - our own


def test_what_is_generated_is_current() -> None:
    """`make pictures` writes it."""
    for path, text in documents().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, path


def test_there_is_one_picture_of_each_stack_file_and_no_other() -> None:
    assert {path.stem for path in (ROOT / "docs" / "systems").glob("*.svg")} == set(FILES)


@every_file
def test_a_picture_shows_every_part_within_its_width(name: str) -> None:
    drawn = drawing(name)
    texts = {text.text for text in drawn.iter(f"{SVG}text")}
    settings = stack(name)
    assert {*settings.services, *settings.workers, *settings.buckets, *settings.files} <= texts
    for box in drawn.iter(f"{SVG}rect"):
        assert int(box.get("x", "")) + int(box.get("width", "")) <= WIDTH


@every_file
def test_no_two_boxes_overlap(name: str) -> None:
    drawn = drawing(name)
    boxes = [
        tuple(int(each.get(side, "")) for side in ("x", "y", "width", "height"))
        for each in drawn.iter(f"{SVG}rect")
        if each.get("class") == "box"
    ]
    for index, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[index + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


@every_file
def test_arrows_join_what_is_drawn(name: str) -> None:
    shown = diagram(stack(name))
    keys = {box.key for box in shown.boxes} | {"users"}
    assert {end for arrow in shown.arrows for end in (arrow.source, arrow.target)} <= keys


def test_what_uses_something_points_at_it() -> None:
    arrows = diagram(stack("prod")).arrows
    assert Arrow(source="backend", target="postgres") in arrows
    assert Arrow(source="uploads", target="us-east-1", copy=True) in arrows
    assert not any(arrow.source == "frontend" for arrow in arrows)


def bill(settings: Stack) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in costs(settings):
        found[line.price.what] = found.get(line.price.what, 0) + line.usd
    return found


@pytest.mark.requirement("CHR-CST-02")
def test_chatrelays_own_estimate_comes_out() -> None:
    """Its parts at its quantities: two instances, one Redis node, 10 GB of files and images, 100 GB of traffic."""
    found = bill(
        stack(
            "chatrelay-prod",
            beanstalk__count={"min": 2, "max": 4},
            redis={"node_type": "cache.t3.micro", "nodes": 1, "failover": False, "multi_az": False},
            **NO_CDN,
        )
    )
    estimate = {
        ("EC2 t3.medium",): 60,
        ("Application load balancer", "Load balancer, capacity unit"): 25,
        ("ElastiCache cache.t3.micro",): 12,
        ("EFS, GiB",): 3,
        ("ECR, GiB",): 1,
        ("Traffic to the internet, GiB",): 9,
    }
    for parts, usd in estimate.items():
        assert sum(found[part] for part in parts) == pytest.approx(usd, abs=1), parts
    assert sum(found[part] for parts in estimate for part in parts) == pytest.approx(110, abs=2)


@pytest.mark.requirement("CHR-CDN-01")
def test_a_cdn_saves_the_traffic() -> None:
    traffic = "Traffic to the internet, GiB"
    assert bill(stack("chatrelay-prod", **NO_CDN))[traffic] == pytest.approx(9)
    assert traffic not in bill(stack("chatrelay-prod"))


def test_a_standby_and_a_gateway_cost_what_they_do() -> None:
    alone, standby = bill(stack("prod", postgres__multi_az=False)), bill(stack("prod"))
    assert standby["RDS PostgreSQL db.t3.large"] == pytest.approx(2 * alone["RDS PostgreSQL db.t3.large"])
    one = bill(stack("prod", network__nat="one"))
    assert standby["NAT gateway"] - one["NAT gateway"] == pytest.approx(2 * 0.045 * 730)


def test_a_canary_costs_as_often_as_it_runs() -> None:
    found = bill(stack("rapidphoto-prod"))["Synthetics, run of a canary"]
    assert found == pytest.approx(8760 * 0.0012)
    every_minute = bill(stack("rapidphoto-prod", monitoring__canary={"every_minutes": 1}))
    assert every_minute["Synthetics, run of a canary"] == pytest.approx(5 * found)


def test_every_price_says_when_it_was_so_and_where_it_is_from() -> None:
    for key, price in prices().items():
        assert isinstance(price.as_of, date), key
        assert price.source.startswith("https://aws.amazon.com/"), key
        assert price.unit in {"hour", "month", "run"}, key
        assert price.usd > 0, key


def test_every_defect_of_the_documents_is_answered() -> None:
    found = defects(REQUIREMENTS.read_text(encoding="utf-8"))
    assert len(found) > 40
    # Two stand beside the lists of ids.
    assert set(differences()) == {*found, "AUT, section 2.1", "CRT-API-20"}
    page = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
    assert all(f"| {key} |" in page for key in differences())
    assert {key[:3] for key in differences()} < set(SYSTEMS)


def test_networks_are_apart_as_the_stack_files_say() -> None:
    """Of stacks that may be peered; Auterity's staging has production's range by its document (AUT-NET-01)."""
    stacks = {stack_name(path, ROOT): path for name, path in FILES.items() if name != "staging"}
    ranges = {name: IPv4Network(load_file(path, root=ROOT).network.cidr) for name, path in stacks.items()}
    for one, other in combinations(ranges, 2):
        assert not ranges[one].overlaps(ranges[other]), (one, other)
