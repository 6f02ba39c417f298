"""Beanstalk: what its settings refuse, and how."""

from __future__ import annotations

from typing import Any

import pytest

from settings import SettingsError
from tests.components.stacks import ABSENT, stack


def said(**changes: Any) -> str:
    """What is said of UTJFC's production with changes."""
    with pytest.raises(SettingsError) as refused:
        stack("utjfc-prod", **changes)
    return str(refused.value)


SEASON = {"start": "07-01", "end": "09-30", "min": 2, "max": 5}
CONTAINER = {"image": {"context": "systems/utjfc/backend", "repository": "utjfc-more"}, "port": 8080}


@pytest.mark.requirement("UTJ-CMP-01", "UTJ-CMP-02", "UTJ-CMP-04")
def test_production_is_what_the_table_says() -> None:
    settings = stack("utjfc-prod").beanstalk
    assert settings is not None
    assert (settings.name, settings.instance_type) == ("utjfc-backend-prod-3", "t3.medium")
    assert (settings.count.min, settings.count.max) == (1, 3)
    assert settings.containers["backend"].image.repository == "utjfc-backend"
    season = settings.seasons["registration"]
    assert (season.start, season.end, season.min, season.max, season.instance_type) == (
        "07-01", "09-30", 2, 5, "t3.large",
    )  # fmt: skip
    assert settings.now is None
    in_season = stack("utjfc-season").beanstalk
    assert in_season is not None
    assert in_season.now == season
    development = stack("utjfc-dev").beanstalk
    assert development is not None
    assert development.instance_type == "t3.small"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"beanstalk__instance_type": "large"}, "'large' is not an instance type"),
        ({"beanstalk__platform_version": "4"}, "'4' is not the version of a platform"),
        ({"beanstalk__name": "utj"}, "is not the name of a Beanstalk environment"),
        ({"beanstalk__scaling__lower": 80}, "80 is not below upper, which is 70"),
        ({"beanstalk__count": {"min": 4, "max": 3}}, "From 4 to 3 is no range"),
        ({"beanstalk__season": "summer"}, "There is no season 'summer'"),
        ({"beanstalk__front": "web"}, "There is no container 'web'"),
        ({"beanstalk__containers__backend__memory": 512}, "The only container has memory"),
        ({"beanstalk__containers__more": CONTAINER}, "none is in front"),
        ({"beanstalk__containers__more": {**CONTAINER, "links": ["back"]}}, "There is no other container 'back'"),
        ({"beanstalk__health_check__timeout_seconds": 30}, "30 is not less than interval_seconds"),
        ({"beanstalk__deployment": {"policy": "immutable", "batch_percent": 50}}, "batch_percent is set, but"),
        ({"beanstalk__managed_updates": {"start": "sunday"}}, "'sunday' is not the start of a weekly window"),
        ({"beanstalk__environment__API_TOKEN": "x"}, "API_TOKEN is named like a secret"),
        ({"beanstalk__environment__LONG": "x" * 4096}, "bytes together"),
        ({"beanstalk__environment__VERSION": "1"}, "VERSION is set by Plinth"),
        ({"beanstalk__secrets__OPENAI_API_KEY": "open"}, "There is no secret 'open'"),
        ({"beanstalk__uses": ["photos"]}, "'photos'"),
        (
            {"beanstalk__certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/a"},
            "The certificate is in us-east-1, the stack in eu-north-1",
        ),
        ({"beanstalk__containers__backend__image__context": "systems/none"}, "There is no folder 'systems/none'"),
        ({"beanstalk__seasons__registration__start": "13-01"}, "'13-01' is not a day of the year"),
        ({"beanstalk__seasons__registration__start": "07-02"}, "runs from 07-02 to 09-30"),
        ({"beanstalk__seasons__registration__peak__min": 6}, "6 is not between the season's min and max"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], found: str) -> None:
    assert found in said(**changes)


@pytest.mark.parametrize(
    ("start", "end", "overlap"),
    [("09-30", "10-31", True), ("10-01", "06-30", False), ("10-01", "07-01", True), ("12-01", "01-31", False)],
)
def test_seasons_have_days_of_their_own(start: str, end: str, overlap: bool) -> None:  # noqa: FBT001 - a table
    changes = {"beanstalk__seasons__other": {**SEASON, "start": start, "end": end}}
    if overlap:
        assert "other overlaps with registration" in said(**changes)
    else:
        assert stack("utjfc-prod", **changes).beanstalk is not None


def test_the_names_are_short_enough() -> None:
    assert "at most" in said(beanstalk__name="x" * 41) or "40" in said(beanstalk__name="x" * 41)
    long = "an-environment-with-a-long-name"
    assert "Names of Beanstalk environments may have 40" in said(
        environment=long, beanstalk__name=ABSENT, system="utjfc-x-y"
    )
