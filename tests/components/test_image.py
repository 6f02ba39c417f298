"""Images: repositories, and tags made from content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.compute.image import content_tag
from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.components.recording import Recorder


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY app /app\n")
    (tmp_path / ".dockerignore").write_text("# local things\nDockerfile\n*.log\n**/__pycache__\n!keep.log\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("print()\n")
    return tmp_path


@pytest.mark.requirement("AUT-IMG-01", "CHR-SEC-09", "GRD-14")
def test_repositories_are_immutable_scanned_and_tidied(prod: Recorder) -> None:
    repositories = {
        repository.inputs["name"]: repository.inputs for repository in prod.all("ecr/repository:Repository")
    }
    assert set(repositories) == {"auterity-backend", "auterity-frontend"}
    for repository in repositories.values():
        assert repository["imageTagMutability"] == "IMMUTABLE"
        assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    policy = json.loads(prod.one("ecr/lifecyclePolicy:LifecyclePolicy", "backend").inputs["policy"])
    assert {rule["selection"]["tagStatus"] for rule in policy["rules"]} == {"untagged", "any"}


@pytest.mark.requirement("AUT-IMG-01", "AUT-IMG-02", "CRT-IMG-01", "CRT-SEC-04", "CRT-MAN-01", "GRD-11")
def test_images_are_built_for_amd64_and_never_in_a_preview(prod: Recorder) -> None:
    images = [resource for resource in prod.resources if resource.type == "docker-build:index:Image"]
    assert {image.name for image in images} == {"backend", "frontend"}
    for image in images:
        assert image.inputs["platforms"] == ["linux/amd64"]
        assert image.inputs["buildOnPreview"] is False
        assert image.inputs["push"] is True
        assert image.inputs["tags"][0].count(":") == 1
        assert not image.inputs["tags"][0].endswith(":latest")


@pytest.mark.requirement("AUT-DEP-03")
def test_the_version_reaches_the_task_definition(prod: Recorder) -> None:
    image = next(r for r in prod.resources if r.type == "docker-build:index:Image" and r.name == "backend")
    version = image.inputs["tags"][0].rpartition(":")[2]
    assert image.inputs["buildArgs"]["VERSION"] == version
    task = json.loads(prod.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["containerDefinitions"])[0]
    assert {"name": "VERSION", "value": version} in task["environment"]


def test_the_tag_follows_what_goes_into_the_image(context: Path) -> None:
    first = content_tag(context, "Dockerfile")
    assert content_tag(context, "Dockerfile") == first
    (context / "app" / "main.py").write_text("print(2)\n")
    second = content_tag(context, "Dockerfile")
    (context / "app" / "main.py").chmod(0o755)
    third = content_tag(context, "Dockerfile")
    (context / "app" / "main.py").rename(context / "app" / "other.py")
    fourth = content_tag(context, "Dockerfile")
    fifth = content_tag(context, "Dockerfile", {"A": "1"})
    assert len({first, second, third, fourth, fifth}) == 5


def test_the_tag_does_not_follow_what_is_ignored_or_the_umask(context: Path) -> None:
    first = content_tag(context, "Dockerfile")
    (context / "debug.log").write_text("noise")
    (context / "app" / "__pycache__").mkdir()
    (context / "app" / "__pycache__" / "main.pyc").write_bytes(b"0")
    (context / "app" / "main.py").chmod(0o664)
    assert content_tag(context, "Dockerfile") == first
    (context / "keep.log").write_text("wanted")
    with_kept = content_tag(context, "Dockerfile")
    (context / "app" / "nested.log").write_text("the pattern names the root's files only")
    assert len({first, with_kept, content_tag(context, "Dockerfile")}) == 3


def test_the_dockerfile_counts_even_where_it_is_ignored(context: Path) -> None:
    first = content_tag(context, "Dockerfile")
    (context / "Dockerfile").write_text("FROM scratch\n")
    assert content_tag(context, "Dockerfile") != first


def test_staging_has_repositories_of_its_own() -> None:
    names = {r.inputs["name"] for r in build(stack("staging"), "staging").all("ecr/repository:Repository")}
    assert names == {"auterity-backend-staging", "auterity-frontend-staging"}
