"""Cases of EFS: see cases.py."""

from __future__ import annotations

import json

from tests.aws_plugin.case import TAGS, Case

_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def _policy(arn: str, **condition: object) -> str:
    statement = {
        "Sid": "tls",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "*",
        "Resource": arn,
        "Condition": condition or _TLS,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES: dict[str, Case] = {
    "file_system": Case(
        "aws:efs/fileSystem:FileSystem",
        lambda _, n: {
            "creationToken": n, "encrypted": True, "performanceMode": "generalPurpose", "throughputMode": "bursting",
            "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}], "tags": {"Name": n},
        },
        {
            "throughputMode": "elastic", "tags": {"Name": "changed", "Added": "yes"},
            "lifecyclePolicies": [
                {"transitionToIa": "AFTER_60_DAYS"}, {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
            ],
        },
    ),
    "mount_target": Case(
        "aws:efs/mountTarget:MountTarget",
        lambda m, n: {
            # One for each zone of a file system.
            "fileSystemId": m("file_system")["id"],
            "subnetId": m("subnet" if n.startswith("need") else "subnet_b")["id"],
            "securityGroups": [m("group")["id"]],
        },
    ),
    "access_point": Case(
        "aws:efs/accessPoint:AccessPoint",
        lambda m, n: {
            "fileSystemId": m("file_system")["id"], "posixUser": {"uid": 1000, "gid": 1000}, "tags": {"Name": n},
            "rootDirectory": {
                "path": "/data", "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
            },
        },
        TAGS,
    ),
    "file_system_policy": Case(
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        lambda m, _: {"fileSystemId": m("file_system")["id"], "policy": _policy(m("file_system")["arn"])},
    ),
    "backup_policy": Case(
        "aws:efs/backupPolicy:BackupPolicy",
        lambda m, _: {"fileSystemId": m("file_system")["id"], "backupPolicy": {"status": "ENABLED"}},
        {"backupPolicy": {"status": "DISABLED"}},
        stays=True,
    ),
    "replication": Case(
        "aws:efs/replicationConfiguration:ReplicationConfiguration",
        lambda m, _: {"sourceFileSystemId": m("file_system")["id"], "destination": {"region": "us-east-2"}},
    ),
}  # fmt: skip
