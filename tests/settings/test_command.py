"""``python -m settings`` and what it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from settings.__main__ import REFERENCE_FILE, SCHEMA_FILE, VARIANT_FILE, app, as_text
from settings.describe import descriptions
from settings.docs import MINIMAL, settings_reference
from settings.schema import sections, stack_file_schema, variant_schema
from settings.stack import Stack
from settings.stack_files import known_as, stack_files
from tests.settings.examples import AUTERITY, ROOT, changed
from tests.settings.test_bad_input import NAMED

run = CliRunner().invoke


def broken_file(folder: Path) -> Path:
    path = folder / "Pulumi.broken.yaml"
    path.write_text(MINIMAL.replace("port: 8000", "port: 0").replace("max: 3", "max: 3, most: 4"))
    return path


@pytest.mark.parametrize("stack", AUTERITY)
def test_check_of_a_right_file(stack: str):
    result = run(app, ["check", str(ROOT / f"Pulumi.{stack}.yaml")])
    assert result.exit_code == 0
    assert result.stdout.endswith("no problems.\n")


def test_check_of_a_wrong_file(tmp_path: Path):
    result = run(app, ["check", str(ROOT / "Pulumi.prod.yaml"), str(broken_file(tmp_path))])
    assert result.exit_code == 2
    assert "3 problems in Pulumi.broken.yaml; nothing was touched." in result.stderr
    assert "plinth:services.web.count.most: There is no key 'most' here." in result.stderr
    assert "no problems" in result.stdout


def test_check_as_json(tmp_path: Path):
    result = run(app, ["check", "--json", str(broken_file(tmp_path)), str(ROOT / "Pulumi.staging.yaml")])
    assert result.exit_code == 2
    broken, right = json.loads(result.stdout)
    assert right["problems"] == []
    port = next(problem for problem in broken["problems"] if problem["key"] == "plinth:services.web.port")
    assert port["value"] == "0"
    assert port["found"] == "0 is not a port."
    assert port["rule"] == "Ports run from 1 to 65535."
    assert port["remedy"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read: No such file"),
        ("config: [", "is not YAML"),
        ("a: b", "has no mapping named config"),
        ("", "has no mapping named config"),
        ("config: 5", "has no mapping named config"),
        ("config:\n  plinth:system: a\n  plinth:system: b\n", "the key 'plinth:system' is there twice, line 3"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: str | None, words: str):
    path = tmp_path / "Pulumi.x.yaml"
    if text is not None:
        path.write_text(text)
    result = run(app, ["check", str(path)])
    assert result.exit_code == 2
    assert words in result.stderr


SCHEMAS = {SCHEMA_FILE: stack_file_schema(), VARIANT_FILE: variant_schema()}


@pytest.mark.parametrize("file", SCHEMAS)
def test_the_schemas_are_current(file: Path):
    assert (ROOT / file).read_text() == as_text(SCHEMAS[file]), "run: make generate"


def test_the_reference_is_current():
    assert (ROOT / REFERENCE_FILE).read_text() == settings_reference(), "run: python -m settings docs"


def test_every_field_says_what_it_means():
    for model in sections(Stack):
        assert set(descriptions(model)) >= set(model.model_fields), model.__name__


@pytest.mark.parametrize("path", stack_files(ROOT), ids=lambda path: known_as(path, ROOT))
def test_stack_files_name_their_schema_and_fit_it(path: Path):
    text = path.read_text()
    document = yaml.safe_load(text)
    file = VARIANT_FILE if "plinth:extends" in document["config"] else SCHEMA_FILE
    up = "../" * (len(path.relative_to(ROOT).parts) - 1)
    assert f"yaml-language-server: $schema={up}{file}\n" in text
    jsonschema.validate(document, SCHEMAS[file])


def test_the_schema_takes_what_pulumi_adds():
    config = changed(AUTERITY["prod"], {"plinth:secrets.own": {"value": {"secure": "v1:x"}}, "pulumi:tags": {"a": "b"}})
    jsonschema.validate({"config": config, "encryptionsalt": "v1:x"}, SCHEMAS[SCHEMA_FILE])


# What takes more than a schema: files, several fields, YAML's own keys.
BEYOND_A_SCHEMA = {
    "a range that does not fit the zones",
    "a tenth zone",
    "min above max",
    "an unknown instance class",
    "a missing Dockerfile",
    "a missing folder",
    "a secret among the variables",
    "a name too long for a target group",
    "a key that is no text",
    "another namespace",
}


@pytest.mark.parametrize("name", [name for name in NAMED if name not in BEYOND_A_SCHEMA])
def test_editors_find_the_same_mistakes(name: str):
    document: dict[str, Any] = {"config": changed(AUTERITY["prod"], NAMED[name][0])}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMAS[SCHEMA_FILE])


def test_settings_import_nothing_of_pulumi_or_aws():
    code = "import sys, settings; print(*{name.partition('.')[0] for name in sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    packages = set(result.stdout.split())
    assert "settings" in packages
    assert not packages & {"pulumi", "pulumi_aws", "pulumi_policy", "boto3", "botocore", "typer", "jinja2"}
