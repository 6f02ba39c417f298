"""EFS: file systems, how they are reached, who may use them, and their copy in another region."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.diff import same_json
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait
from local.aws_plugin.values import UNKNOWN

TAGS = TagCalls(add="TagResource", remove="UntagResource", params={"ResourceId": "$id"})
_ID = {"FileSystemId": "$id"}
_OF = {"FileSystemId": "$fileSystemId"}
_READY = "LifeCycleState == 'available'"


def _throughput(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Provisioned throughput is set exactly in its mode, and a key is for what is encrypted."""
    mode = inputs.get("throughputMode")
    problems = []
    if mode is not UNKNOWN and ("provisionedThroughputInMibps" in inputs) != (mode == "provisioned"):
        problems.append(("provisionedThroughputInMibps", "goes with throughputMode provisioned, and with no other"))
    if "kmsKeyId" in inputs and inputs.get("encrypted") is not True:
        problems.append(("kmsKeyId", "needs encrypted"))
    return problems


FILE_SYSTEM = Resource(
    token="aws:efs/fileSystem:FileSystem",
    service="efs",
    create=Call(op="CreateFileSystem"),
    id="FileSystemId",
    read=(
        Call(op="DescribeFileSystems", params=_ID, at="FileSystems[0]"),
        Call(op="DescribeLifecycleConfiguration", params=_ID),
    ),
    update=(
        Call(op="UpdateFileSystem", params=_ID),
        Call(op="PutLifecycleConfiguration", params=_ID),
        Call(op="UpdateFileSystemProtection", params=_ID),
    ),
    delete=(Call(op="DeleteFileSystem", params=_ID),),
    name="creationToken",
    rename={
        "arn": "FileSystemArn",
        "protection": "",
        "protection.replicationOverwrite": "ReplicationOverwriteProtection",
    },
    defaults={"throughputMode": "bursting"},
    outputs={
        "dnsName": "{id}.efs.{region}.amazonaws.com",
        "protection": "FileSystemProtection.{replicationOverwrite: ReplicationOverwriteProtection}",
    },
    limits={"creationToken": Limit(max=64, why="a creation token has at most 64 characters")},
    checks=(_throughput,),
    tags=TAGS,
    wait_created=(Wait(op="DescribeFileSystems", params=_ID, until=f"FileSystems[0].{_READY}", timeout=600),),
    wait_updated=(Wait(op="DescribeFileSystems", params=_ID, until=f"FileSystems[0].{_READY}", timeout=600),),
    # Mount targets go before it, and their going takes a moment to be seen.
    retry={"FileSystemInUse": 60},
)

_TARGET = {"MountTargetId": "$id"}

MOUNT_TARGET = Resource(
    token="aws:efs/mountTarget:MountTarget",
    service="efs",
    create=Call(op="CreateMountTarget"),
    id="MountTargetId",
    read=(
        Call(op="DescribeMountTargets", params=_TARGET, at="MountTargets[0]"),
        Call(op="DescribeMountTargetSecurityGroups", params=_TARGET),
    ),
    update=(Call(op="ModifyMountTargetSecurityGroups", params=_TARGET),),
    delete=(Call(op="DeleteMountTarget", params=_TARGET),),
    outputs={
        "dnsName": "{fileSystemId}.efs.{region}.amazonaws.com",
        "mountTargetDnsName": "{availabilityZoneName}.{fileSystemId}.efs.{region}.amazonaws.com",
        "fileSystemArn": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{fileSystemId}",
    },
    wait_created=(Wait(op="DescribeMountTargets", params=_TARGET, until=f"MountTargets[0].{_READY}"),),
    wait_deleted=(Wait(op="DescribeMountTargets", params=_TARGET, until="Error || MountTargets == `[]`"),),
)

ACCESS_POINT = Resource(
    token="aws:efs/accessPoint:AccessPoint",
    service="efs",
    create=Call(op="CreateAccessPoint", params={"ClientToken": lambda _: uuid.uuid4().hex}),
    id="AccessPointId",
    read=(Call(op="DescribeAccessPoints", params={"AccessPointId": "$id"}, at="AccessPoints[0]"),),
    delete=(Call(op="DeleteAccessPoint", params={"AccessPointId": "$id"}),),
    rename={"arn": "AccessPointArn"},
    outputs={"fileSystemArn": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{fileSystemId}"},
    tags=TAGS,
    wait_created=(Wait(op="DescribeAccessPoints", params={"AccessPointId": "$id"}, until=f"AccessPoints[0].{_READY}"),),
)


def _same_policy(old: Any, new: Any) -> bool:
    """EFS gives a policy without an Id one of its own."""
    return same_json(*({**json.loads(text), "Id": ""} for text in (old, new)))


FILE_SYSTEM_POLICY = Resource(
    token="aws:efs/fileSystemPolicy:FileSystemPolicy",
    service="efs",
    create=Call(op="PutFileSystemPolicy"),
    id="{fileSystemId}",
    read=(Call(op="DescribeFileSystemPolicy", params=_OF),),
    update=(Call(op="PutFileSystemPolicy", uses=("policy",), params=_OF),),
    delete=(Call(op="DeleteFileSystemPolicy", params=_OF),),
    same={"policy": _same_policy},
    write_only=("bypassPolicyLockoutSafetyCheck",),
    gone_codes=("PolicyNotFound",),
)

_NO_BACKUP = {"Status": "DISABLED"}

BACKUP_POLICY = Resource(
    token="aws:efs/backupPolicy:BackupPolicy",
    service="efs",
    create=Call(op="PutBackupPolicy"),
    id="{fileSystemId}",
    read=(Call(op="DescribeBackupPolicy", params=_OF),),
    update=(Call(op="PutBackupPolicy", uses=("backupPolicy",), params=_OF),),
    delete=(Call(op="PutBackupPolicy", params={**_OF, "BackupPolicy": _NO_BACKUP}),),
    gone_codes=("PolicyNotFound",),
)

_SOURCE = {"SourceFileSystemId": "$id"}

REPLICATION_CONFIGURATION = Resource(
    token="aws:efs/replicationConfiguration:ReplicationConfiguration",
    service="efs",
    create=Call(op="CreateReplicationConfiguration"),
    id="{sourceFileSystemId}",
    read=(Call(op="DescribeReplicationConfigurations", params={"FileSystemId": "$id"}, at="Replications[0]"),),
    delete=(Call(op="DeleteReplicationConfiguration", params=_SOURCE),),
    rename={"destination": "Destinations"},
    outputs={"destination": "Destinations[0].{fileSystemId: FileSystemId, region: Region}"},
    gone_codes=("ReplicationNotFound",),
    wait_created=(
        Wait(
            op="DescribeReplicationConfigurations",
            params={"FileSystemId": "$id"},
            until="Replications[0].Destinations[0].Status == 'ENABLED'",
            fails="Replications[0].Destinations[0].Status == 'ERROR'",
            timeout=1200,
        ),
    ),
)

RESOURCES = (FILE_SYSTEM, MOUNT_TARGET, ACCESS_POINT, FILE_SYSTEM_POLICY, BACKUP_POLICY, REPLICATION_CONFIGURATION)
