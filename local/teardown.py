"""Lifting what protects a stack against deletion, and deleting what AWS keeps on purpose.

On AWS these protections are the point. Here they are lifted on purpose, one by one, and only through
clients that cannot reach anything but the local cloud (see health.client).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from local.checkpoint import Checkpoint
from local.health import client


def unprotect(stack: Checkpoint) -> None:
    """Lift deletion protection of databases and load balancers, and empty buckets and repositories."""
    for each in stack.of_type("aws:rds/instance:Instance"):
        rds = client("rds", stack.region)
        change = {"DeletionProtection": False, "ApplyImmediately": True}
        _tolerate(rds.modify_db_instance, DBInstanceIdentifier=each["identifier"], **change)
    for each in stack.of_type("aws:lb/loadBalancer:LoadBalancer"):
        off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
        elb = client("elbv2", stack.region)
        _tolerate(elb.modify_load_balancer_attributes, LoadBalancerArn=each["arn"], Attributes=off)
    for each in stack.of_type("aws:s3/bucket:Bucket"):
        _tolerate(_empty_bucket, client("s3", stack.region), each["bucket"])
    for each in stack.of_type("aws:ecr/repository:Repository"):
        _tolerate(_empty_repository, client("ecr", stack.region), each["name"])


def remove_leftovers(stack: Checkpoint) -> None:
    """Delete what AWS keeps after its owner is gone: final snapshots, copies in other regions, secrets
    within their recovery window.
    """
    for each in stack.of_type("aws:rds/instance:Instance"):
        _tolerate(_delete_snapshots, client("rds", stack.region), each["identifier"])
    for each in stack.of_type("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"):
        rds = client("rds", each["region"])
        _tolerate(rds.delete_db_instance_automated_backup, DBInstanceAutomatedBackupsArn=each["id"])
    for each in stack.of_type("aws:elasticache/replicationGroup:ReplicationGroup"):
        if name := each.get("finalSnapshotIdentifier"):
            _tolerate(client("elasticache", stack.region).delete_snapshot, SnapshotName=name)
    for each in stack.of_type("aws:efs/replicationConfiguration:ReplicationConfiguration"):
        copy = each["destination"]
        _tolerate(client("efs", copy["region"]).delete_file_system, FileSystemId=copy["fileSystemId"])
    for each in stack.of_type("aws:secretsmanager/secret:Secret"):
        secrets = client("secretsmanager", stack.region)
        _tolerate(secrets.delete_secret, SecretId=each["arn"], ForceDeleteWithoutRecovery=True)


def _tolerate(call: Callable[..., Any], *arguments: Any, **keywords: Any) -> None:
    """Make a call whose object may be gone already; what still stands in the way, destroy will name."""
    with suppress(ClientError):
        call(*arguments, **keywords)


def _empty_bucket(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def _empty_repository(ecr: Any, name: str) -> None:
    for page in ecr.get_paginator("list_images").paginate(repositoryName=name):
        if images := page["imageIds"]:
            ecr.batch_delete_image(repositoryName=name, imageIds=images)


def _delete_snapshots(rds: Any, instance: str) -> None:
    pages = rds.get_paginator("describe_db_snapshots").paginate(DBInstanceIdentifier=instance)
    for snapshot in [each for page in pages for each in page["DBSnapshots"]]:
        rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot["DBSnapshotIdentifier"])
