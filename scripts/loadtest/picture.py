"""Latency over time, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scripts.validate.load import Measured

_WIDTH, _HEIGHT, _MARGIN = 640, 240, 40
_STYLE: Final = 'font-family="sans-serif" font-size="12" fill="#333"'


def draw(found: Measured, most_ms: int, title: str) -> str:
    """The median of each second's answers as a line, and what was allowed as a dashed one."""
    highest = max([*found.timeline, most_ms]) * 1.1
    seconds = max(1, len(found.timeline) - 1)

    def y(milliseconds: float) -> float:
        return round(_HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * milliseconds / highest, 1)

    points = " ".join(
        f"{round(_MARGIN + (_WIDTH - 2 * _MARGIN) * second / seconds, 1)},{y(value)}"
        for second, value in enumerate(found.timeline)
    )
    right = _WIDTH - _MARGIN
    numbers = f"p50 {found.p50_ms:g} ms, p95 {found.p95_ms:g} ms, {found.per_second:g}/s"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">
<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>
<text x="{_MARGIN}" y="20" {_STYLE}>{title}: {numbers}</text>
<line x1="{_MARGIN}" y1="{y(0)}" x2="{right}" y2="{y(0)}" stroke="#999"/>
<line x1="{_MARGIN}" y1="{y(most_ms)}" x2="{right}" y2="{y(most_ms)}" stroke="#c33" stroke-dasharray="6 4"/>
<text x="{right}" y="{y(most_ms) - 4}" text-anchor="end" {_STYLE}>{most_ms} ms allowed (p95)</text>
<polyline points="{points}" fill="none" stroke="#06c" stroke-width="2"/>
<text x="{_MARGIN}" y="{_HEIGHT - 12}" {_STYLE}>0 s</text>
<text x="{right}" y="{_HEIGHT - 12}" text-anchor="end" {_STYLE}>{len(found.timeline)} s</text>
</svg>
"""
