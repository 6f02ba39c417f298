from __future__ import annotations

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
ACCESS_POINT = "aws:efs/accessPoint:AccessPoint"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
USER = {"uid": 1000.0, "gid": 1000.0}


@pytest.mark.requirement("GRD-06", "CHR-SEC-11")
@pytest.mark.parametrize(("encrypted", "flawed"), [(True, False), ("true", False), (False, True), (None, True)])
def test_file_systems_are_encrypted(program, encrypted, flawed):
    program.add(FILE_SYSTEM, "data", {"encrypted": encrypted})
    assert program.flaws("GRD-06") == ({("encrypted", "data")} if flawed else set())


@pytest.mark.requirement("GRD-06", "CHR-SEC-12")
@pytest.mark.parametrize(
    ("user", "permissions", "flawed"),
    [
        (USER, "0750", False),
        (USER, "755", False),
        (USER, None, False),
        (USER, "0777", True),
        (USER, "0772", True),
        (USER, "0706", True),
        (None, "0750", True),
    ],
)
def test_access_points_keep_others_from_writing(program, user, permissions, flawed):
    root = {"path": "/data", "creationInfo": {"ownerUid": 1000.0, "permissions": permissions}}
    program.add(ACCESS_POINT, "data", {"posixUser": user, "rootDirectory": root})
    assert program.flaws("GRD-06") == ({("access-point", "data")} if flawed else set())


@pytest.mark.requirement("GRD-06", "CHR-SEC-11", "CHR-SEC-12")
@pytest.mark.parametrize(
    ("config", "flawed"),
    [
        ({"transitEncryption": "ENABLED", "authorizationConfig": {"accessPointId": "fsap-1"}}, False),
        ({"transitEncryption": "ENABLED", "authorizationConfig": {"accessPointId": UNKNOWN_STRING_VALUE}}, False),
        ({"transitEncryption": "DISABLED", "authorizationConfig": {"accessPointId": "fsap-1"}}, True),
        ({"authorizationConfig": {"accessPointId": "fsap-1"}}, True),
        ({"transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}, True),
        ({"transitEncryption": "ENABLED"}, True),
    ],
)
def test_tasks_mount_over_tls_through_an_access_point(program, config, flawed):
    volumes = [{"name": "scratch"}, {"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-1", **config}}]
    program.add(TASK, "web", {"volumes": volumes})
    assert program.flaws("GRD-06") == ({("mounts", "web")} if flawed else set())


@pytest.mark.requirement("GRD-06")
def test_a_volume_of_which_nothing_is_known_is_spoken_of(program):
    program.add(TASK, "web", {"volumes": [{"name": "data", "efsVolumeConfiguration": UNKNOWN_STRING_VALUE}]})
    assert program.flaws("GRD-06", preview=True) == set()
    assert "web" in program.untold()
