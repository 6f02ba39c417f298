"""Images: repositories, and tags made from content."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from components.compute.image import content_tag
from settings.problems import SettingsError
from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

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


@pytest.mark.requirement("UTJ-IMG-05", "CHR-IMG-02", "RPH-IMG-01")
@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("utjfc-prod", ["latest", f"v1.0.0-{stack('utjfc-prod').images.rebuilt}"]),
        ("utjfc-dev", ["latest"]),
        ("chatrelay-prod", ["latest", "1.4.0"]),
        ("chatrelay-fargate", ["latest", "1.4.0"]),
        ("chatrelay-staging", ["latest"]),
        ("rapidphoto-prod", ["latest", "v1.0.0"]),
    ],
)
def test_latest_moves_and_a_release_never_does(name: str, tags: list[str]) -> None:
    made = build(stack(name), name)
    images = [resource for resource in made.resources if resource.type == "docker-build:index:Image"]
    assert images
    for image in images:
        repository = made.one("ecr/repository:Repository", image.name).inputs
        assert repository["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
        assert repository["imageTagMutabilityExclusionFilters"] == [{"filter": "latest", "filterType": "WILDCARD"}]
        names, pushed = zip(*(tag.rsplit(":", 1) for tag in image.inputs["tags"]), strict=True)
        assert {each.partition("/")[2] for each in names} == {repository["name"]}
        assert list(pushed[1:]) == tags
        assert re.fullmatch(r"[0-9a-f]{16}", pushed[0])


@pytest.mark.requirement("GRD-11", "CHR-DEP-03")
@pytest.mark.parametrize("name", ["utjfc-prod", "chatrelay-prod", "chatrelay-fargate", "rapidphoto-prod"])
def test_nothing_runs_by_a_tag(name: str) -> None:
    made = build(stack(name), name)
    repositories = [each.inputs["name"] for each in made.all("ecr/repository:Repository")]
    run = [
        container["image"]
        for task in made.all("ecs/taskDefinition:TaskDefinition")
        for container in json.loads(task.inputs["containerDefinitions"])
    ]
    for bundle in made.all("s3/bucketObjectv2:BucketObjectv2"):
        if bundle.name == "beanstalk-bundle":
            packed = zipfile.ZipFile(io.BytesIO(base64.b64decode(bundle.inputs["contentBase64"])))
            text = packed.read(next(each for each in packed.namelist() if each.startswith("Dockerrun"))).decode()
            run += re.findall(r'"(?:image|Name)": *"([^"]*/[^"]*)"', text)
    own = [image for image in run if any(f"/{repository}" in image for repository in repositories)]
    assert len(own) >= len(repositories)
    assert all("@sha256:" in image and ":latest" not in image for image in own)


@pytest.mark.parametrize("tag", ["", "-1", ".1", "a:b", "a/b", "x" * 129])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(SettingsError, match="tag"):
        stack("prod", services__backend__image__tags=[tag])


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


@pytest.mark.requirement("UTJ-IMG-05")
def test_another_month_builds_anew_without_caches() -> None:
    """And the same month does not: its tag, which decides, is the same."""

    def image(**changes: Any) -> dict[str, Any]:
        made = build(stack("utjfc-prod", **changes), "utjfc-prod")
        [found] = [each.inputs for each in made.resources if each.type == "docker-build:index:Image"]
        return dict(found)

    now, again = image(images__rebuilt="2026-11"), image(images__rebuilt="2026-11")
    later, never = image(images__rebuilt="2026-12"), image(images=ABSENT)
    assert now == again
    assert len({json.dumps(each["tags"]) for each in (now, later, never)}) == 3
    assert len({each["buildArgs"]["VERSION"] for each in (now, later, never)}) == 3
    assert [each.get("noCache") for each in (now, later, never)] == [True, True, None]
    # `pull` would build on every run.
    assert not any(each.get("pull") for each in (now, later))
