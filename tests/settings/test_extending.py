"""Stack files that say only what differs from another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from settings import SettingsError, Stack, load_file
from settings.docs import MINIMAL
from settings.extending import merged
from settings.schema import variant_schema
from settings.stack_files import stack_name
from tests.settings.examples import project

BASE = "Pulumi.base.yaml"
JSON = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(st.text(max_size=2), JSON, max_size=4)


def write(folder: Path, changes: dict[str, Any], base: str = MINIMAL) -> Path:
    """A project with a base file and one that extends it with changes."""
    project(folder)
    (folder / BASE).write_text(base)
    file = folder / "Pulumi.variant.yaml"
    file.write_text(yaml.safe_dump({"config": {"plinth:extends": BASE, **changes}}))
    return file


def variant(folder: Path, changes: dict[str, Any], base: str = MINIMAL) -> Stack:
    return load_file(write(folder, changes, base))


def problems(folder: Path, changes: dict[str, Any], base: str = MINIMAL) -> list[str]:
    with pytest.raises(SettingsError) as error:
        variant(folder, changes, base)
    return [str(problem) for problem in error.value.problems]


def test_what_is_not_said_again_stays(tmp_path: Path):
    base = load_file(write(tmp_path, {}).with_name(BASE))
    stack = variant(tmp_path, {"plinth:services": {"web": {"count": {"max": 9}}}})
    assert stack.services["web"].count.max == 9
    assert stack.services["web"].port == base.services["web"].port
    assert stack.network == base.network


def test_defaults_follow_the_variants_tier(tmp_path: Path):
    assert variant(tmp_path, {"plinth:tier": "production"}).logs.retention_days == 30


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_takes_away(tmp_path: Path, nothing: Any):
    stack = variant(tmp_path, {"plinth:services": nothing, "plinth:load_balancer": nothing})
    assert stack.services == {}
    assert stack.load_balancer is None


def test_mistakes_of_both_files_come_out(tmp_path: Path):
    base = MINIMAL.replace("port: 8000", "port: 0")
    found = problems(tmp_path, {"plinth:tier": "gold"}, base)
    assert any(each.startswith("plinth:tier: ") for each in found)
    assert any(each.startswith("plinth:services.web.port: ") for each in found)


def test_a_base_that_is_not_there(tmp_path: Path):
    (found,) = problems(tmp_path, {"plinth:extends": "Pulumi.bse.yaml"})
    assert "There is no file 'Pulumi.bse.yaml'." in found


def test_a_base_that_extends_another(tmp_path: Path):
    (found,) = problems(tmp_path, {}, f"{MINIMAL}  plinth:extends: Pulumi.other.yaml\n")
    assert "A stack file extends one that stands for itself." in found


def test_secrets_of_another_stack_cannot_be_decrypted(tmp_path: Path):
    base = f"{MINIMAL}  plinth:secrets:\n    api: {{value: {{secure: 'v1:x'}}}}\n"
    (found,) = problems(tmp_path, {}, base)
    assert "plinth:secrets.api.value: It is encrypted in the file that this one extends." in found
    assert "api" in variant(tmp_path, {"plinth:secrets": {"api": {"value": {"secure": "v1:y"}}}}, base).secrets


def test_exemptions_of_another_file_are_repeated(tmp_path: Path):
    base = f"{MINIMAL}  plinth:policies: {{strict: true}}\n"
    (found,) = problems(tmp_path, {}, base)
    assert "plinth:policies: It is set in the file that this one extends, and not here." in found
    assert variant(tmp_path, {"plinth:policies": {"strict": False}}, base).policies is not None


@pytest.mark.parametrize(
    ("changes", "name"),
    [({}, "base"), ({"plinth:tier": "production"}, "base"), ({"plinth:environment": "other"}, "variant")],
)
def test_a_variant_of_the_same_environment_is_the_same_stack(tmp_path: Path, changes: dict[str, Any], name: str):
    assert stack_name(write(tmp_path, changes), tmp_path) == name


def test_editors_take_parts_of_sections(tmp_path: Path):
    changes = {"plinth:services": {"web": {"count": {"max": 9}}}, "plinth:redis": None, "plinth:postgres": ""}
    document = yaml.safe_load(write(tmp_path, changes).read_text())
    jsonschema.validate(document, variant_schema())
    document["config"]["plinth:services"]["web"]["count"]["most"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, variant_schema())


@given(OBJECT, OBJECT)
def test_laying_over_twice_changes_nothing_more(base: dict[str, Any], changes: dict[str, Any]):
    once = merged(base, changes)
    assert merged(once, changes) == once
    assert merged(base, {}) == base
    assert changes.keys() <= once.keys()
