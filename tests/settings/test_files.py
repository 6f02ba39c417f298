"""File systems."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settings.examples import only_problem, prod

BACKEND = "plinth:services.backend"
USES = ["postgres", "redis", "uploads", "config", "data"]


def with_files(**fields: Any) -> dict[str, Any]:
    return {"plinth:files": {"data": {"path": "/mnt/efs", **fields}}}


@pytest.mark.requirement("CHR-DAT-02", "CHR-SEC-12")
def test_a_file_system_is_as_the_source_wants_it_unless_said_otherwise() -> None:
    files = prod(with_files()).files["data"]
    assert (files.performance, files.throughput) == ("generalPurpose", "bursting")
    assert (files.directory, files.uid, files.gid, files.mode) == ("/data", 1000, 1000, "750")
    assert files.replicate_to is None


@pytest.mark.requirement("CHR-SEC-12", "CHR-DR-01")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "777"}, "'777' is not a mode of a directory that others cannot write to"),
        ({"mode": "772"}, "others cannot write"),
        ({"mode": 750}, "is not text"),
        ({"uid": 0}, "0 is not an id of a user that is not root"),
        ({"gid": 0}, "0 is not an id of a user that is not root"),
        ({"path": "/"}, "'/' is not a path in a container"),
        ({"path": "mnt"}, "'mnt' is not a path in a container"),
        ({"directory": "/"}, "'/' is not a directory of an access point"),
        ({"directory": "/a/b/c/d/e"}, "at most four levels"),
        ({"infrequent_after_days": 31}, "31 is not a number of days after which EFS moves files"),
        ({"throughput": "fast"}, "elastic"),
        ({"replicate_to": "us-west-2"}, "us-west-2 is the stack's own region."),
        ({"replicate_to": "west"}, "'west' is not a region"),
        ({"replicat_to": "us-east-1"}, "Did you mean replicate_to"),
    ],
)
def test_files_that_cannot_be(fields: dict[str, Any], words: str) -> None:
    assert words in str(only_problem(with_files(**fields)))


@pytest.mark.parametrize("mode", ["700", "750", "755", "775", "771"])
def test_modes_that_keep_others_from_writing(mode: str) -> None:
    assert prod(with_files(mode=mode)).files["data"].mode == mode


def test_a_service_can_use_files() -> None:
    assert "data" in prod({**with_files(), f"{BACKEND}.uses": USES}).services["backend"].uses


def test_a_key_is_a_buckets_or_a_file_systems() -> None:
    problem = only_problem({"plinth:files": {"uploads": {"path": "/mnt/efs"}}})
    assert problem.found == "'uploads' is also one of plinth:buckets."


@pytest.mark.parametrize("path", ["/mnt/efs", "/mnt/efs/more", "/mnt"])
def test_no_directory_that_a_service_mounts_hides_another(path: str) -> None:
    two = {"data": {"path": "/mnt/efs"}, "more": {"path": path}}
    problem = only_problem({"plinth:files": two, f"{BACKEND}.uses": [*USES, "more"]})
    assert problem.key == "plinth:files.more.path"
    assert "would hide the other" in problem.why
    apart = {"plinth:files": {**two, "more": {"path": "/mnt/efs2"}}, f"{BACKEND}.uses": [*USES, "more"]}
    assert len(prod(apart).files) == 2
