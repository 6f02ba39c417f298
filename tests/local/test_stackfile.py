from __future__ import annotations

from pathlib import Path

import pytest

from local import paths, stackfile
from local.errors import LocalCloudError
from local.stackfile import StackFile

SALT = "encryptionsalt: v1:abc=:v1:def:ghi=="


@pytest.fixture
def root(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert state.exists()
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  plinth:tier: production\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config: {}\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def test_a_name_finds_the_stacks_file(root: Path):
    assert stackfile.find("prod") == StackFile("prod", root / "Pulumi.prod.yaml")


@pytest.mark.parametrize(("file", "name"), [("Pulumi.mine.yaml", "mine"), ("mine.yaml", "mine"), ("a.b.yml", "a.b")])
def test_a_path_is_a_stack_named_after_the_file(root: Path, file: str, name: str):
    (root / "elsewhere").mkdir()
    path = root / "elsewhere" / file
    path.write_text("config: {}\n")
    assert stackfile.find(str(path)) == StackFile(name, path)


def test_other_systems_stacks_are_named_after_their_folder(root: Path):
    folder = root / "systems" / "utjfc"
    folder.mkdir(parents=True)
    for name, text in (
        ("prod", "config: {}\n"),
        ("season", "config:\n  plinth:extends: systems/utjfc/Pulumi.prod.yaml\n"),
    ):
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    assert stackfile.find("utjfc-prod") == StackFile("utjfc-prod", folder / "Pulumi.prod.yaml")
    # The season is the same stack under other circumstances.
    assert stackfile.find("utjfc-season") == StackFile("utjfc-prod", folder / "Pulumi.season.yaml")


def test_what_is_neither_says_which_stacks_there_are(root: Path):
    assert root.exists()
    with pytest.raises(LocalCloudError, match="STACK=prd: there is neither a stack file") as error:
        stackfile.find("prd")
    assert "prod, staging" in error.value.remedy
    assert error.value.exit_code == 2


def test_a_name_that_pulumi_refuses_is_refused_first(root: Path):
    path = root / "my stack.yaml"
    path.write_text("config: {}\n")
    with pytest.raises(LocalCloudError, match="my stack"):
        stackfile.find(str(path))


def test_the_users_file_is_never_written(root: Path):
    stack = stackfile.find("prod")
    before = stack.source.read_bytes()
    copy = stack.write_copy()
    copy.write_text(f"{copy.read_text()}{SALT}\n")  # as pulumi does
    stack.write_copy()
    assert stack.source.read_bytes() == before
    assert copy.parent == paths.STACKS
    assert copy != root / "Pulumi.prod.yaml"


def test_the_salt_outlives_changes_of_the_file(root: Path):
    stack = stackfile.find("prod")
    copy = stack.write_copy()
    copy.write_text(f"{copy.read_text()}{SALT}\n")
    (root / "Pulumi.prod.yaml").write_text("config:\n  plinth:tier: staging\n")
    stack.write_copy()
    assert copy.read_text() == f"config:\n  plinth:tier: staging\n{SALT}\n"


def test_a_file_with_a_salt_of_its_own_keeps_it():
    own = "config: {}\nencryptionsalt: v1:own\n"
    assert stackfile.with_salt(own, f"config: {{}}\n{SALT}\n") == own


def test_without_a_salt_the_text_stays_as_it_is():
    assert stackfile.with_salt("config: {}\n", "config: {}\n") == "config: {}\n"
