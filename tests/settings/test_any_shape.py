"""Whatever a file holds, it leads to a stack or to a SettingsError that people can read."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from settings import SettingsError, Stack, load_file
from settings.schema import key_in_file
from tests.settings.examples import AUTERITY, problems_of

JARGON = re.compile(
    r"Input should|pydantic|validation error|Extra input|Field required|value_error|type=|NoneType|<class|Unable to|"
    r"PydanticCustom|salvage|Traceback"
)
KEYS = [key_in_file(name) for name in Stack.model_fields]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.binary(max_size=3)
)
names = st.sampled_from(["backend", "web", "value", "secure", "port", "image", "generate"]) | st.text(max_size=5)
shapes = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a configuration, containers included."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([at] if at else []), *(place for key, inner in items for place in places(inner, (*at, key)))]


def check(config: dict[Any, Any]) -> None:
    """Anything but a stack or a SettingsError fails, and so does a problem that says too little or too much."""
    for problem in problems_of(config):
        assert str(problem).startswith(f"{problem.key}: ")
        assert problem.key.startswith(("plinth:", "aws:region")) or problem.key in map(str, config)
        assert problem.found, problem.key
        assert problem.remedy, problem.key
        assert not JARGON.search(str(problem)), str(problem)


@pytest.mark.requirement("AUT-CFG-01")
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=10), shapes, max_size=6))
def test_any_configuration(config: dict[str, Any]):
    check(config)


@pytest.mark.requirement("AUT-CFG-01")
@settings(max_examples=300)
@given(st.sampled_from(places(AUTERITY["prod"])), shapes)
def test_any_value_anywhere_in_production(place: tuple[Any, ...], value: Any):
    config = copy.deepcopy(AUTERITY["prod"])
    inner: Any = config
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    check(config)


@given(st.sampled_from([place for place in places(AUTERITY["prod"]) if isinstance(place[-1], str)]), names)
def test_any_other_key_anywhere_in_production(place: tuple[Any, ...], name: str):
    config = copy.deepcopy(AUTERITY["prod"])
    inner: Any = config
    for key in place[:-1]:
        inner = inner[key]
    inner[name if len(place) > 1 else f"plinth:{name}"] = inner.pop(place[-1])
    check(config)


@settings(max_examples=60)
@given(text=st.text(max_size=60) | shapes.map(lambda shape: yaml.safe_dump({"config": shape})))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, text: str):
    path = tmp_path_factory.mktemp("any") / "Pulumi.any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(SettingsError) as caught:
        load_file(path)
    assert caught.value.problems
    assert not JARGON.search(str(caught.value))


def test_any_bytes(tmp_path: Path):
    path = tmp_path / "Pulumi.any.yaml"
    path.write_bytes(b"\xff\xfe\x00config")
    with pytest.raises(SettingsError, match="is not YAML"):
        load_file(path)
