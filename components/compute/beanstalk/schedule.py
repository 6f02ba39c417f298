"""Seasons as Beanstalk's scheduled actions (UTJ-CMP-04).

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-autoscalingscheduledaction
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Beanstalk, Size

NAMESPACE = "aws:autoscaling:scheduledaction"


def scheduled_actions(settings: Beanstalk) -> dict[str, dict[str, str]]:
    """Name of each action to its options; times are UTC."""
    return {name: {**size, "Recurrence": recurrence} for name, recurrence, size in _actions(settings)}


def _actions(settings: Beanstalk) -> Iterator[tuple[str, str, dict[str, str]]]:
    first_days = {season.start for season in settings.seasons.values()}
    for name, season in settings.seasons.items():
        month, day = (int(part) for part in season.start.split("-"))
        yield f"{name}-begins", f"0 0 {day} {month} *", _size(season)
        month, day = season.day_after
        if f"{month:02}-{day:02}" not in first_days:
            yield f"{name}-ends", f"0 0 {day} {month} *", _size(settings.count)
        if season.peak is not None:
            months = ",".join(map(str, season.months))
            busy = {"MinSize": str(season.peak.min), "MaxSize": str(season.max)}
            yield f"{name}-peak-begins", f"{_minute(season.peak.start)} * {months} *", busy
            yield f"{name}-peak-ends", f"{_minute(season.peak.end)} * {months} *", _size(season)


def _size(size: Size) -> dict[str, str]:
    return {"MinSize": str(size.min), "MaxSize": str(size.max)}


def _minute(clock: str) -> str:
    hour, minute = (int(part) for part in clock.split(":"))
    return f"{minute} {hour}"
