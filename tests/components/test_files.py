"""File systems on EFS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

POINT = "arn:aws:x:us-west-2:123456789012:data"  # as the mocks name each resource `data`


@pytest.fixture(scope="module")
def fargate() -> Recorder:
    """ChatRelay as one Fargate task."""
    return build(stack("chatrelay-fargate"), "chatrelay-fargate")


@pytest.mark.requirement("CHR-DAT-02", "CHR-SEC-11", "GRD-06")
def test_the_file_system_is_as_the_source_says(fargate: Recorder) -> None:
    made = fargate.one("efs/fileSystem:FileSystem").inputs
    assert made["encrypted"] is True
    assert (made["performanceMode"], made["throughputMode"]) == ("generalPurpose", "bursting")
    assert made["lifecyclePolicies"] == [
        {"transitionToIa": "AFTER_30_DAYS"},
        {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
    ]


@pytest.mark.parametrize(("days", "policies"), [(1, "AFTER_1_DAY"), (90, "AFTER_90_DAYS"), (None, None)])
def test_when_files_move_to_cheaper_storage_is_a_setting(days: int | None, policies: str | None) -> None:
    made = build(stack("chatrelay-prod", files__data__infrequent_after_days=days))
    found = made.one("efs/fileSystem:FileSystem").inputs.get("lifecyclePolicies")
    assert (found[0]["transitionToIa"] if found else None) == policies


@pytest.mark.requirement("CHR-DAT-02", "CHR-NET-01", "CHR-NET-02", "CHR-SEC-02", "CHR-SEC-03")
def test_each_zone_has_a_mount_target_that_only_its_users_reach(fargate: Recorder) -> None:
    targets = {target.name: target.inputs for target in fargate.all("efs/mountTarget:MountTarget")}
    assert {name: target["subnetId"] for name, target in targets.items()} == {
        "data-a": "network-private-a-id",
        "data-b": "network-private-b-id",
    }
    assert all(target["securityGroups"] == ["data-files-id"] for target in targets.values())
    into = [
        rule.inputs
        for rule in fargate.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == "data-files-id"
    ]
    assert [(rule["fromPort"], rule["toPort"], rule["referencedSecurityGroupId"]) for rule in into] == [
        (2049, 2049, "main-app-id")
    ]


@pytest.mark.requirement("CHR-SEC-12", "CHR-DAT-02")
def test_its_directory_belongs_to_one_user_and_is_nobody_elses_to_write(fargate: Recorder) -> None:
    point = fargate.one("efs/accessPoint:AccessPoint").inputs
    assert point["posixUser"] == {"uid": 1000, "gid": 1000}
    assert point["rootDirectory"] == {
        "path": "/data",
        "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
    }


@pytest.mark.requirement("CHR-SEC-11", "GRD-06")
def test_nobody_mounts_it_without_tls_or_by_another_way(fargate: Recorder) -> None:
    policy = json.loads(fargate.one("efs/fileSystemPolicy:FileSystemPolicy").inputs["policy"])
    refused = {statement["Sid"]: statement for statement in policy["Statement"]}
    assert {statement["Effect"] for statement in refused.values()} == {"Deny"}
    assert refused["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert refused["TlsOnly"]["Action"] == ["*"]
    other_way = refused["ByAccessPointOnly"]
    assert other_way["Condition"] == {"StringNotEquals": {"elasticfilesystem:AccessPointArn": POINT}}
    assert "elasticfilesystem:ClientMount" in other_way["Action"]


@pytest.mark.requirement("CHR-SEC-11", "GRD-06", "CHR-DAT-02")
def test_a_task_mounts_it_over_tls_as_its_role_by_the_access_point(fargate: Recorder) -> None:
    task = fargate.one("ecs/taskDefinition:TaskDefinition").inputs
    assert task["volumes"] == [
        {
            "name": "data",
            "efsVolumeConfiguration": {
                "fileSystemId": "data-id",
                "rootDirectory": "/",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "data-id", "iam": "ENABLED"},
            },
        }
    ]
    mounted = {each["name"]: each["mountPoints"] for each in json.loads(task["containerDefinitions"])}
    mount = [{"sourceVolume": "data", "containerPath": "/mnt/efs", "readOnly": False}]
    assert mounted == {"main-app": mount, "agent-service": [], "mcp-gateway": []}


@pytest.mark.requirement("CHR-SEC-14", "GRD-13")
def test_the_tasks_role_may_read_and_write_there_and_by_the_access_point_only(fargate: Recorder) -> None:
    statements = json.loads(fargate.one("iam/rolePolicy:RolePolicy", "main-app-use").inputs["policy"])["Statement"]
    assert statements == [
        {
            "Effect": "Allow",
            "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            "Resource": [POINT],
            "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": POINT}},
        }
    ]


@pytest.mark.requirement("CHR-DR-01")
@pytest.mark.parametrize(("name", "region"), [("chatrelay-prod", "us-west-2"), ("chatrelay-dev", None)])
def test_production_has_a_copy_in_another_region(name: str, region: str | None) -> None:
    copies = build(stack(name), name).all("efs/replicationConfiguration:ReplicationConfiguration")
    assert [copy.inputs["destination"]["region"] for copy in copies] == ([region] if region else [])


@pytest.mark.parametrize(("setting", "status"), [(True, "ENABLED"), (False, "DISABLED")])
def test_efs_own_backups_are_a_setting(*, setting: bool, status: str) -> None:
    made = build(stack("chatrelay-fargate", files__data__automatic_backups=setting))
    assert made.one("efs/backupPolicy:BackupPolicy").inputs["backupPolicy"] == {"status": status}


def test_the_inventory_names_the_file_system(fargate: Recorder) -> None:
    written = fargate.one("ssm/parameter:Parameter", "inventory-platform").inputs["insecureValue"]
    files: Any = json.loads(written)["files"]
    assert files == {
        "data": {"file_system_id": "data-id", "access_point_id": "data-id", "security_group_id": "data-files-id"}
    }
