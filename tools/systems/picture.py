"""A stack as a picture: SVG of 1200 units' width, whose colours follow the reader's light or dark theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from settings import Stack
from settings.network.subnets import private_subnet, public_subnet
from tools.systems.diagram import INTERNET, Arrow, Box, Column, Diagram, diagram

WIDTH: Final = 1200
LEFT: Final[dict[Column, int]] = {"edge": 96, "entry": 272, "compute": 492, "stores": 776, "elsewhere": 1044}
BOX_WIDTH: Final[dict[Column, int]] = {"edge": 136, "entry": 168, "compute": 208, "stores": 208, "elsewhere": 136}
LINE, TITLE, PADDING, GAP = 17, 22, 10, 16
LETTER, TITLE_LETTER = 6, 7
TOP, ZONE, LOOP = 64, 22, 24
VPC_LEFT, VPC_RIGHT = 252, 1004
PUBLIC_RIGHT, PRIVATE_LEFT = 460, 472

# Plain colours, because not every program that shows SVG knows variables of CSS; the first for light themes.
COLOURS: Final = {
    "text": {"fill": ("#59636e", "#9198a1")},
    ".title, .head": {"fill": ("#1f2328", "#f0f6fc")},
    ".paper": {"fill": ("#ffffff", "#0d1117")},
    ".vpc": {"fill": ("#f6f8fa", "#151b23"), "stroke": ("#d1d9e0", "#3d444d")},
    ".public": {"fill": ("#ddf4ff", "#121d2f")},
    ".private": {"fill": ("#dafbe1", "#12261e")},
    ".box": {"fill": ("#ffffff", "#212830"), "stroke": ("#d1d9e0", "#3d444d")},
    "path": {"stroke": ("#59636e", "#9198a1")},
    "path.tip": {"fill": ("#59636e", "#9198a1")},
}
SHAPES: Final = """
text { font: 12px system-ui, sans-serif } .title { font-weight: 600; font-size: 13px }
.head { font-weight: 600; font-size: 18px }
path { fill: none; stroke-width: 1.5 } .copy { stroke-dasharray: 5 4 } path.tip { stroke: none }
"""


def _colours(theme: int) -> str:
    rules = {name: "; ".join(f"{key}: {both[theme]}" for key, both in of.items()) for name, of in COLOURS.items()}
    return "\n".join(f"{name} {{ {rule} }}" for name, rule in rules.items())


STYLE: Final = f"{SHAPES}{_colours(0)}\n@media (prefers-color-scheme: dark) {{\n{_colours(1)}\n}}\n"


@dataclass(frozen=True)
class Place:
    """Where a box is."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width


def picture(stack: Stack, name: str) -> str:
    """The SVG of a stack that is called `name`."""
    shown = diagram(stack)
    zones = stack.network.availability_zones
    first = TOP + 44 + ZONE * len(zones)
    places, inside_end, end = _layout(shown, first)
    bottom = end + 28
    svg = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {bottom}", "role": "img"},
    )
    ET.SubElement(svg, "title").text = f"{name}: {stack.system} {stack.environment} in {stack.region}"
    ET.SubElement(svg, "style").text = STYLE
    definitions = ET.SubElement(svg, "defs")
    tip = {"id": "tip", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "7", "markerHeight": "7"}
    marker = ET.SubElement(definitions, "marker", {**tip, "orient": "auto"})
    ET.SubElement(marker, "path", {"d": "M0 0 8 4 0 8z", "class": "tip"})
    _rectangle(svg, Place(0, 0, WIDTH, bottom), "paper", radius=0)
    _text(svg, 20, 34, f"{name} — {stack.region}", "head")
    _network(svg, stack, inside_end)
    for arrow in shown.arrows:
        _arrow(svg, arrow, places)
    _box(svg, Box(key=INTERNET, column="edge", title="Users"), places[INTERNET])
    for box in shown.boxes:
        _box(svg, box, places[box.key])
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _layout(shown: Diagram, first: int) -> tuple[dict[str, Place], int, int]:
    """The places of all boxes, and where the VPC and the picture end."""
    places = {INTERNET: Place(16, first, 56, TITLE + PADDING)}
    below = dict.fromkeys(LEFT, first)
    by_side = {side: [box for box in shown.boxes if box.inside is side] for side in (True, False)}
    for box in by_side[True]:
        places[box.key] = _put(box, below)
    inside_end = max(below.values(), default=first)
    for column in ("compute", "stores"):
        below[column] = inside_end + 34
    for box in by_side[False]:
        places[box.key] = _put(box, below)
    return places, inside_end, max(inside_end, *(place.y + place.height for place in places.values()))


def _put(box: Box, below: dict[Column, int]) -> Place:
    height = TITLE + LINE * len(box.lines) + PADDING
    place = Place(LEFT[box.column], below[box.column], BOX_WIDTH[box.column], height)
    below[box.column] += height + GAP
    return place


def _network(svg: ET.Element, stack: Stack, end: int) -> None:
    network = stack.network
    height = end - TOP + 8
    _rectangle(svg, Place(VPC_LEFT, TOP, VPC_RIGHT - VPC_LEFT, height), "vpc")
    public = Place(VPC_LEFT + 8, TOP + 28, PUBLIC_RIGHT - VPC_LEFT - 8, height - 36)
    private = Place(PRIVATE_LEFT, TOP + 28, VPC_RIGHT - PRIVATE_LEFT - 8, height - 36)
    _rectangle(svg, public, "public")
    _rectangle(svg, private, "private")
    _text(svg, VPC_LEFT + 12, TOP + 19, f"VPC {network.cidr}", "title")
    gateways = {"none": 0, "one": 1, "per_zone": len(network.availability_zones)}[network.nat]
    for number, zone in enumerate(network.availability_zones):
        y = TOP + 46 + ZONE * number
        nat = " · NAT" if number < gateways else ""
        _text(svg, public.x + 12, y, f"{zone[-2:]}, public  {public_subnet(network.cidr, number)}{nat}")
        _text(svg, private.x + 12, y, f"{zone}, private  {private_subnet(network.cidr, number)}")


def _arrow(svg: ET.Element, arrow: Arrow, places: dict[str, Place]) -> None:
    source, target = places[arrow.source], places[arrow.target]
    # In one column: a loop at the right-hand side.
    loops = source.x == target.x
    end = target.right if loops else target.x
    bend = source.right + LOOP if loops else (source.right + end) // 2
    path = f"M{source.right} {source.middle} C{bend} {source.middle} {bend} {target.middle} {end} {target.middle}"
    attributes = {"d": path, "marker-end": "url(#tip)"}
    ET.SubElement(svg, "path", {**attributes, "class": "copy"} if arrow.copy else attributes)


def _box(svg: ET.Element, box: Box, place: Place) -> None:
    _rectangle(svg, place, "box")
    for number, line in enumerate((box.title, *box.lines)):
        room = (place.width - 2 * PADDING) // (LETTER if number else TITLE_LETTER)
        shown = line if len(line) <= room else f"{line[: room - 1]}…"
        _text(svg, place.x + PADDING, place.y + 20 + LINE * number, shown, "" if number else "title")


def _rectangle(svg: ET.Element, place: Place, kind: str, radius: int = 6) -> None:
    corner = {"x": place.x, "y": place.y, "width": place.width, "height": place.height, "rx": radius}
    ET.SubElement(svg, "rect", {**{name: str(value) for name, value in corner.items()}, "class": kind})


def _text(svg: ET.Element, x: int, y: int, text: str, kind: str = "") -> None:
    attributes = {"x": str(x), "y": str(y), **({"class": kind} if kind else {})}
    ET.SubElement(svg, "text", attributes).text = text
