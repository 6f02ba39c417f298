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


SELECTION = "aws:backup/selection:Selection"
BACKUP_POLICY = "aws:efs/backupPolicy:BackupPolicy"


@pytest.mark.parametrize(
    ("selection", "good"),
    [
        ({"resources": ["*"]}, True),
        ({"resources": ["arn:aws:elasticfilesystem:*:*:file-system/*"]}, True),
        ({"resources": ["arn:aws:rds:*:*:db:*"]}, False),
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}]}, True),
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "Backup", "value": "weekly"}]}, False),
        (
            {
                "resources": ["*"],
                "conditions": [{"stringEquals": [{"key": "aws:ResourceTag/Backup", "value": "daily"}]}],
            },
            True,
        ),
        (
            {"resources": ["*"], "conditions": [{"stringEquals": [{"key": "aws:ResourceTag/Backup", "value": "no"}]}]},
            False,
        ),
        (None, False),
    ],
)
def test_production_file_systems_are_backed_up(program, selection, good):
    program.add(FILE_SYSTEM, "data", {"tags": {"Backup": "daily"}})
    if selection is not None:
        program.add(SELECTION, "selection", selection)
    assert program.flaws("EFS-2") == (set() if good else {("backed-up", "data")})
    program.tags = {"Environment": "e", "Project": "p", "Tier": "staging"}
    assert program.flaws("EFS-2") == set()


def test_a_selection_lists_a_file_system_or_excludes_it(program):
    listed, excluded = program.add(FILE_SYSTEM, "listed"), program.add(FILE_SYSTEM, "excluded")
    program.add(SELECTION, "one", resources=[listed])
    program.add(SELECTION, "all", {"resources": ["*"]}, notResources=[excluded, listed])
    assert program.flaws("EFS-2") == {("backed-up", "excluded")}


@pytest.mark.parametrize(("status", "good"), [("ENABLED", True), ("DISABLED", False)])
def test_efs_backs_up_by_itself(program, status, good):
    data = program.add(FILE_SYSTEM, "data")
    program.add(BACKUP_POLICY, "policy", {"backupPolicy": {"status": status}}, fileSystemId=data)
    assert program.flaws("EFS-2") == (set() if good else {("backed-up", "data")})


@pytest.mark.parametrize(
    ("root", "good"), [({"path": "/app"}, True), ({"path": "/"}, False), ({}, False), (None, False)]
)
def test_access_points_have_a_directory_of_their_own(program, root, good):
    program.add(ACCESS_POINT, "data", {} if root is None else {"rootDirectory": root})
    assert program.flaws("EFS-3") == (set() if good else {("own-directory", "data")})


def test_access_points_are_no_root(program):
    program.add(ACCESS_POINT, "root", {"posixUser": {"uid": 0.0, "gid": 0.0}, "rootDirectory": {"path": "/app"}})
    assert program.flaws("EFS-4") == {("access-point", "root")}


@pytest.mark.parametrize(
    ("zone", "tier", "good"), [("a", "production", False), ("a", "staging", True), (None, "production", True)]
)
def test_production_file_systems_lie_in_more_than_one_zone(program, zone, tier, good):
    program.tags = {"Environment": "e", "Project": "p", "Tier": tier}
    program.add(FILE_SYSTEM, "data", {"availabilityZoneName": zone} if zone else {})
    assert program.flaws("EFS-5") == (set() if good else {("zones", "data")})


def test_mount_targets_lie_in_private_subnets(program):
    public = program.add("aws:ec2/subnet:Subnet", "public", {"mapPublicIpOnLaunch": True})
    private = program.add("aws:ec2/subnet:Subnet", "private", {"mapPublicIpOnLaunch": False})
    target = "aws:efs/mountTarget:MountTarget"
    program.add(target, "a", subnetId=public)
    program.add(target, "b", subnetId=private)
    program.add(target, "elsewhere", {"subnetId": "subnet-1"})
    assert program.flaws("EFS-6") == {("private-subnets", "a")}
    assert ("EFS-6", "subnetId") in program.unjudged("elsewhere")
