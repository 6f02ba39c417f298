"""S3 buckets, and their settings, each a resource of its own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource
from local.aws_plugin.values import UNKNOWN

_BUCKET = {"Bucket": "$bucket"}
_NAME = Limit(
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    pattern=r"(?!xn--)(?!sthree-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)(?!.*-s3alias$)[a-z0-9][a-z0-9.-]*[a-z0-9]",
    min=3,
    max=63,
    why="a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit",
)
_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF", "us-east-2": "Z2O1EMRO9K5GLX", "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M", "eu-west-1": "Z1BKCTXD74EZPE", "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-central-1": "Z21DNDUVLTQW6Q", "eu-north-1": "Z3BAZG2TWCNX0D", "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD", "ap-northeast-1": "Z2M4EHUR26P7ZW", "ap-south-1": "Z11RGJOFQNVJUP",
    "ca-central-1": "Z1QDHH18159H29", "sa-east-1": "Z7KQH4QJS55SO",
}  # fmt: skip


def _location(state: Mapping[str, Any]) -> Any:
    """us-east-1 is said by saying nothing."""
    region = state.get("region")
    return None if region == "us-east-1" else {"LocationConstraint": region}


def _tagging(state: Mapping[str, Any]) -> Any:
    tags = state.get("tagsAll") or {}
    return tags if tags is UNKNOWN else {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _empty(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS deletes only empty buckets; forceDestroy says to empty them first."""
    if not state.get("forceDestroy"):
        return
    while True:
        answer = lifecycle.request("ListObjectVersions", {"Bucket": state["id"], "MaxKeys": 1000}, state)
        found = itertools.chain(answer.get("Versions", ()), answer.get("DeleteMarkers", ()))
        objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if not objects:
            return
        lifecycle.request(
            "DeleteObjects", {"Bucket": state["id"], "Delete": {"Objects": objects, "Quiet": True}}, state
        )


_DOMAIN = "{id}.s3.{region}.amazonaws.com"

BUCKET = Resource(
    token="aws:s3/bucket:Bucket",
    service="s3",
    create=Call(op="CreateBucket", params={"CreateBucketConfiguration": _location}, omit=("tagsAll",)),
    id="{bucket}",
    read=(
        Call(op="HeadBucket", params={"Bucket": "$id"}),
        Call(op="GetBucketTagging", params={"Bucket": "$id"}, optional=True),
    ),
    update=(Call(op="PutBucketTagging", uses=("tagsAll",), props=(), params={"Bucket": "$id", "Tagging": _tagging}),),
    delete=(Call(op="DeleteBucket", params={"Bucket": "$id"}),),
    name="bucket",
    rename={"objectLockEnabled": "ObjectLockEnabledForBucket"},
    local=("forceDestroy", "bucketPrefix"),
    defaults={"forceDestroy": False},
    write_only=("objectLockEnabled",),
    outputs={
        "bucket": lambda state, _: state["id"], "arn": "arn:aws:s3:::{id}",
        "bucketDomainName": "{id}.s3.amazonaws.com", "bucketRegionalDomainName": _DOMAIN,
        "bucketRegion": lambda state, _: state["region"],
        "hostedZoneId": lambda state, _: _ZONES.get(state["region"]),
    },
    limits={"bucket": _NAME},
    before_delete=_empty,
)  # fmt: skip


def _setting(
    kind: str,
    suffix: str,
    *,
    read: Call,
    delete: tuple[Call, ...] = (),
    rename: Mapping[str, str] | None = None,
    **more: Any,
) -> Resource:
    """A setting of a bucket: put whole, and known by the bucket's name."""
    return Resource(
        token=f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}",
        service="s3",
        create=Call(op=f"PutBucket{suffix}"),
        update=(Call(op=f"PutBucket{suffix}", params=_BUCKET, whole=True),),
        id="{bucket}",
        read=(read,),
        delete=delete,
        rename=rename or {},
        limits={"bucket": _NAME},
        delete_before_replace=True,
        **more,
    )


VERSIONING = _setting(
    "BucketVersioning",
    "Versioning",
    read=Call(op="GetBucketVersioning", params=_BUCKET, at="{VersioningConfiguration: @}"),
    # AWS cannot go back to a bucket that never had versions: suspended is as far as it goes.
    delete=(Call(op="PutBucketVersioning", params={**_BUCKET, "VersioningConfiguration": {"Status": "Suspended"}}),),
    gone="!(VersioningConfiguration.Status)",
)
_BLOCK = "PublicAccessBlockConfiguration"
PUBLIC_ACCESS_BLOCK = Resource(
    token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    service="s3",
    create=Call(op="PutPublicAccessBlock"),
    update=(Call(op="PutPublicAccessBlock", params=_BUCKET, whole=True),),
    id="{bucket}",
    read=(Call(op="GetPublicAccessBlock", params=_BUCKET),),
    delete=(Call(op="DeletePublicAccessBlock", params=_BUCKET),),
    rename={
        name: f"{_BLOCK}.{name[0].upper()}{name[1:]}"
        for name in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    },
    local=("skipDestroy",),
    defaults=dict.fromkeys(
        ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), False
    ),
    limits={"bucket": _NAME},
    delete_before_replace=True,
)
ENCRYPTION = _setting(
    "BucketServerSideEncryptionConfiguration",
    "Encryption",
    read=Call(op="GetBucketEncryption", params=_BUCKET),
    delete=(Call(op="DeleteBucketEncryption", params=_BUCKET),),
    rename={"rules": "ServerSideEncryptionConfiguration.Rules"},
)
POLICY = _setting(
    "BucketPolicy",
    "Policy",
    read=Call(op="GetBucketPolicy", params=_BUCKET),
    delete=(Call(op="DeleteBucketPolicy", params=_BUCKET),),
    json=("policy",),
)
LIFECYCLE = _setting(
    "BucketLifecycleConfiguration",
    "LifecycleConfiguration",
    read=Call(op="GetBucketLifecycleConfiguration", params=_BUCKET, at="Rules && {LifecycleConfiguration: @}"),
    delete=(Call(op="DeleteBucketLifecycle", params=_BUCKET),),
    rename={"rules": "LifecycleConfiguration.Rules"},
)
OWNERSHIP = _setting(
    "BucketOwnershipControls",
    "OwnershipControls",
    read=Call(op="GetBucketOwnershipControls", params=_BUCKET),
    delete=(Call(op="DeleteBucketOwnershipControls", params=_BUCKET),),
    rename={"rule": "OwnershipControls.Rules"},
)
REPLICATION = _setting(
    "BucketReplicationConfig",
    "Replication",
    read=Call(op="GetBucketReplication", params=_BUCKET),
    delete=(Call(op="DeleteBucketReplication", params=_BUCKET),),
    rename={"role": "ReplicationConfiguration.Role", "rules": "ReplicationConfiguration.Rules"},
)
_LOCKED = {**_BUCKET, "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
OBJECT_LOCK = Resource(
    token="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    service="s3",
    create=Call(op="PutObjectLockConfiguration"),
    update=(Call(op="PutObjectLockConfiguration", params=_BUCKET, whole=True),),
    id="{bucket}",
    read=(Call(op="GetObjectLockConfiguration", params=_BUCKET),),
    # A bucket that can lock always can: what is taken away is the rule by which it does.
    delete=(Call(op="PutObjectLockConfiguration", params=_LOCKED, props=()),),
    rename={
        "objectLockEnabled": "ObjectLockConfiguration.ObjectLockEnabled", "rule": "ObjectLockConfiguration.Rule",
    },
    defaults={"objectLockEnabled": "Enabled"},
    gone="!(ObjectLockConfiguration.Rule)",
    limits={"bucket": _NAME},
    delete_before_replace=True,
)  # fmt: skip

RESOURCES = (
    BUCKET,
    VERSIONING,
    PUBLIC_ACCESS_BLOCK,
    ENCRYPTION,
    POLICY,
    LIFECYCLE,
    OWNERSHIP,
    REPLICATION,
    OBJECT_LOCK,
)
