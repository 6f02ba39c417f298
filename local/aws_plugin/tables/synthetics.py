"""CloudWatch Synthetics: canaries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

_NAME = {"Name": "$id"}
_CODE = ("s3Bucket", "s3Key", "s3Version", "zipFile")
_SETTLED = Wait(
    op="GetCanary", params=_NAME, until="contains(['READY', 'RUNNING', 'STOPPED'], Canary.Status.State)",
    fails="Canary.Status.State == 'ERROR'",
)  # fmt: skip


def _zipped(path: Any) -> bytes:
    return Path(path).read_bytes()


def _running(lifecycle: Any, state: Mapping[str, Any]) -> bool:
    found = lifecycle.aws.read("synthetics", "GetCanary", {"Name": state["id"]}, state["region"])
    return bool(found["Canary"]["Status"]["State"] == "RUNNING")


def _turn(lifecycle: Any, state: Mapping[str, Any], *, on: bool) -> None:
    if _running(lifecycle, state) != on:
        lifecycle.request("StartCanary" if on else "StopCanary", {"Name": state["id"]}, state)


def _created(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if inputs.get("startCanary"):
        _turn(lifecycle, state, on=True)


def _updated(lifecycle: Any, _olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _turn(lifecycle, state, on=bool(news.get("startCanary")))


def _stopped(lifecycle: Any, state: Mapping[str, Any]) -> None:
    _turn(lifecycle, state, on=False)


CANARY = Resource(
    token="aws:synthetics/canary:Canary",
    service="synthetics",
    create=Call(op="CreateCanary", at="Canary"),
    id="{name}",
    read=(Call(op="GetCanary", params=_NAME, at="Canary"),),
    update=(Call(op="UpdateCanary", params=_NAME),),
    delete=(Call(op="DeleteCanary", params={**_NAME, "DeleteLambda": "$deleteLambda"}),),
    rename={
        "handler": "Code.Handler", "s3Bucket": "Code.S3Bucket", "s3Key": "Code.S3Key", "s3Version": "Code.S3Version",
        "zipFile": "Code.ZipFile", "successRetentionPeriod": "SuccessRetentionPeriodInDays",
        "failureRetentionPeriod": "FailureRetentionPeriodInDays", "status": "Status.State",
        "sourceLocationArn": "Code.SourceLocationArn",
    },
    encode={"zipFile": _zipped},
    # Of the program AWS tells where its own copy is.
    write_only=(*_CODE, "runConfig.environmentVariables"),
    local=("deleteLambda", "startCanary"),
    hooked=("startCanary",),
    defaults={
        "deleteLambda": False, "startCanary": False, "successRetentionPeriod": 31, "failureRetentionPeriod": 31,
    },
    replace=("name",),
    outputs={
        "arn": "arn:aws:synthetics:{region}:{account}:canary:{name}",
        "timelines": "[Timeline]",
        "vpcConfig": "VpcConfig.SubnetIds && VpcConfig || null",
    },
    same={"artifactS3Location": lambda one, other: one.removeprefix("s3://") == other.removeprefix("s3://")},
    required_one=(("s3Bucket", "zipFile"),),
    limits={"name": Limit(pattern=r"[0-9a-z_-]{1,255}", why="a name has lower-case letters, digits, - and _")},
    after_create=_created,
    after_update=_updated,
    before_delete=_stopped,
    wait_created=(_SETTLED,),
    wait_updated=(_SETTLED,),
    # The role takes a moment to be seen.
    retry={"ConflictException": 60},
    tags=TagCalls(
        add="TagResource", remove="UntagResource", params={"ResourceArn": "$arn"}, member="Tags", keys="TagKeys",
        form="map",
    ),
)  # fmt: skip

RESOURCES = (CANARY,)
