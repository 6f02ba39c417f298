"""Where a fake instance finds its file systems: in the commands of the bundle that the component makes."""

from __future__ import annotations

import base64
import json

import pytest

from components.compute.beanstalk.mounting import extension
from components.packing import packed
from components.use import Mount
from local.fakes.beanstalk.bundle import containers, file_systems

MOUNT = Mount(name="data", file_system_id="fs-1", access_point_id="fsap-1", path="/mnt/efs")
WEB = {
    "name": "web",
    "image": "web",
    "memory": 64,
    "portMappings": [{"hostPort": 80, "containerPort": 8000}],
    "mountPoints": [{"sourceVolume": "data", "containerPath": "/files"}],
}
VOLUMES = [{"name": "data", "host": {"sourcePath": "/mnt/efs"}}]
DOCUMENT = {"AWSEBDockerrunVersion": 2, "volumes": VOLUMES, "containerDefinitions": [WEB]}


def bundle() -> bytes:
    files = {"Dockerrun.aws.json": json.dumps(DOCUMENT), ".ebextensions/files.config": json.dumps(extension([MOUNT]))}
    return base64.b64decode(packed(files))


@pytest.mark.requirement("CHR-DAT-02")
def test_the_directories_of_efs_are_those_that_the_bundles_commands_mount() -> None:
    assert file_systems(bundle(), {"DATA_FILE_SYSTEM": "fs-1", "DATA_ACCESS_POINT": "fsap-1"}) == {"/mnt/efs": "fs-1"}
    assert file_systems(bundle(), {}) == {}
    assert file_systems(b"no archive", {}) == {}


def test_a_container_says_which_of_them_it_sees_and_where() -> None:
    (found,) = containers(bundle(), several=True, port=80)
    assert found.volumes == {"/mnt/efs": "/files"}
