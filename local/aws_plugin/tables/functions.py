"""Lambda: functions with their versions, aliases, event sources, and who may invoke them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.assets import Archive
from local.aws_plugin.aws import AwsError
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

TAGS = TagCalls(
    add="TagResource", remove="UntagResource", params={"Resource": "$arn"}, member="Tags", keys="TagKeys", form="map"
)
_NAME = {"FunctionName": "$id"}
_CODE = ("code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri")
_INVOKED = "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _publish(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """A version of the function as it is now; AWS makes none when nothing has changed since the last one."""
    lifecycle.request("PublishVersion", {"FunctionName": state["id"]}, state)


def _created(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if inputs.get("publish"):
        _publish(lifecycle, state)


def _updated(lifecycle: Any, _olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if news.get("publish"):
        _publish(lifecycle, state)


def _latest(_state: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The latest version, as upstream says it: $LATEST while none is published."""
    numbers = [each["Version"] for each in found.get("versions") or () if each["Version"].isdigit()]
    return max(numbers, key=int, default="$LATEST")


def _where(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a function made of a zip file cannot do without, and how large it may be."""
    problems = [
        (name, "is needed unless packageType is Image")
        for name in ("handler", "runtime")
        if inputs.get("packageType", "Zip") == "Zip" and inputs.get(name) is None
    ]
    code = inputs.get("code")
    if isinstance(code, Archive) and len(code.zip()) > _MOST_ZIPPED:
        problems.append(("code", f"has more than {_MOST_ZIPPED} bytes when zipped; larger ones go by way of S3"))
    return problems


_MOST_ZIPPED = 50 * 2**20  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

FUNCTION = Resource(
    token="aws:lambda/function:Function",
    service="lambda",
    create=Call(op="CreateFunction", omit=("reservedConcurrentExecutions",)),
    id="{name}",
    read=(
        Call(op="GetFunctionConfiguration", params=_NAME),
        Call(op="ListTags", params={"Resource": "$arn"}, needs=("arn",), optional=True),
        Call(op="GetFunctionConcurrency", params=_NAME, optional=True),
        Call(op="ListVersionsByFunction", params=_NAME, into="versions", at="Versions"),
    ),
    update=(
        Call(
            op="UpdateFunctionCode", params=_NAME, props=(*_CODE, "architectures"),
            rename={"code": "ZipFile", "s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion",
                    "imageUri": "ImageUri"},
        ),
        Call(op="UpdateFunctionConfiguration", params=_NAME),
        Call(op="PutFunctionConcurrency", params=_NAME, needs=("reservedConcurrentExecutions",)),
    ),
    delete=(Call(op="DeleteFunction", params=_NAME),),
    name="name",
    rename={
        "name": "FunctionName", "arn": "FunctionArn", "code": "Code.ZipFile", "s3Bucket": "Code.S3Bucket",
        "s3Key": "Code.S3Key", "s3ObjectVersion": "Code.S3ObjectVersion", "imageUri": "Code.ImageUri",
        "durableConfig.retentionPeriod": "durableConfig.RetentionPeriodInDays",
    },
    encode={"code": lambda archive: archive.zip()},
    write_only=_CODE,
    local=("publish", "skipDestroy", "sourceCodeHash"),
    defaults={"memorySize": 128, "timeout": 3, "packageType": "Zip", "publish": False, "skipDestroy": False},
    replace=("packageType",),
    after_create=_created,
    after_update=_updated,
    outputs={
        "version": _latest, "invokeArn": _INVOKED,
        # AWS says these of every function; they are settings only where they say something.
        "snapStart": "SnapStart.ApplyOn != 'None' && SnapStart || null",
        "vpcConfig": "VpcConfig.SubnetIds && VpcConfig || null",
        "qualifiedArn": lambda state, found: f"{found['FunctionArn']}:{_latest(state, found)}",
    },
    limits={"name": Limit(pattern=r"[a-zA-Z0-9-_]{1,64}", why="a name has at most 64 letters, digits, - and _")},
    checks=(_where,),
    tags=TAGS,
    wait_created=(Wait(name="function_active_v2", params=_NAME, timeout=300),),
    wait_updated=(Wait(name="function_updated_v2", params=_NAME, timeout=300),),
    # The role takes a moment to be seen, and one change ends before the next begins.
    retry={"InvalidParameterValueException": 30, "ResourceConflictException": 60},
)  # fmt: skip

_ALIAS = {"FunctionName": "$functionName", "Name": "$name"}

ALIAS = Resource(
    token="aws:lambda/alias:Alias",
    service="lambda",
    create=Call(op="CreateAlias"),
    id=lambda _, found: found.get("AliasArn"),
    import_id="{functionName}/{name}",
    read=(Call(op="GetAlias", params=_ALIAS),),
    update=(Call(op="UpdateAlias", params=_ALIAS, whole=True),),
    delete=(Call(op="DeleteAlias", params=_ALIAS),),
    rename={"arn": "AliasArn"},
    replace=("functionName", "name"),
    outputs={"invokeArn": _INVOKED},
)

_UUID = {"UUID": "$id"}

EVENT_SOURCE_MAPPING = Resource(
    token="aws:lambda/eventSourceMapping:EventSourceMapping",
    service="lambda",
    create=Call(op="CreateEventSourceMapping"),
    id="UUID",
    read=(
        Call(op="GetEventSourceMapping", params=_UUID),
        Call(op="ListTags", params={"Resource": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(Call(op="UpdateEventSourceMapping", params=_UUID),),
    delete=(Call(op="DeleteEventSourceMapping", params=_UUID),),
    rename={
        "arn": "EventSourceMappingArn",
        "uuid": "UUID",
        "destinationConfig.onFailure.destinationArn": "destinationConfig.onFailure.Destination",
    },
    defaults={"enabled": True},
    replace=("eventSourceArn", "startingPosition", "startingPositionTimestamp"),
    outputs={"enabled": "contains(['Enabled', 'Enabling', 'Creating'], State)", "functionName": "FunctionArn"},
    gone="State == 'Deleting'",
    tags=TAGS,
    wait_created=(Wait(op="GetEventSourceMapping", params=_UUID, until="State == 'Enabled' || State == 'Disabled'"),),
    wait_updated=(Wait(op="GetEventSourceMapping", params=_UUID, until="State == 'Enabled' || State == 'Disabled'"),),
    # The role's policies take a moment to be seen.
    retry={"InvalidParameterValueException": 30, "ResourceInUseException": 60},
)


def _statement(state: Mapping[str, Any], response: Any) -> Any:
    """The statement that a permission is, from the policy of the function, in the words of AddPermission."""
    for each in json.loads(response.get("Policy") or "{}").get("Statement", ()):
        if each.get("Sid") == state["statementId"]:
            condition, principal = each.get("Condition", {}), each.get("Principal", {})
            found = {
                "StatementId": each["Sid"],
                "Action": each["Action"],
                "Principal": principal.get("Service") or principal.get("AWS") if principal != "*" else "*",
                "SourceArn": next(iter(condition.get("ArnLike", {}).values()), None),
                "SourceAccount": next(iter(condition.get("StringEquals", {}).values()), None),
            }
            return {name: value for name, value in found.items() if value is not None}
    return None


_OF = {"FunctionName": "$function", "Qualifier": "$qualifier"}

PERMISSION = Resource(
    token="aws:lambda/permission:Permission",
    service="lambda",
    create=Call(op="AddPermission"),
    id="{statementId}",
    import_id="(?P<function>[^/:]+)(:(?P<qualifier>[^/]+))?/(?P<statementId>.+)",
    read=(Call(op="GetPolicy", params=_OF, at=_statement),),
    delete=(Call(op="RemovePermission", params={**_OF, "StatementId": "$statementId"}),),
    name="statementId",
    rename={"function": "FunctionName"},
    local=("statementIdPrefix",),
    delete_before_replace=True,
)


def _succeeded(_: Mapping[str, Any], response: Any) -> dict[str, Any]:
    """What a function returned; what it raised is an error of the deployment too."""
    result = response["Payload"].read().decode()
    if "FunctionError" in response:
        msg = f"lambda Invoke: {response['FunctionError']}: {result}"
        raise AwsError(msg, "FunctionError")
    return {"Result": result}


INVOCATION = Resource(
    token="aws:lambda/invocation:Invocation",
    service="lambda",
    create=Call(op="Invoke", at=_succeeded),
    id="{functionName},{qualifier},{input}",
    read=(),
    rename={"input": "Payload"},
    local=("lifecycleScope", "triggers"),
    replace=("triggers",),
    # Nothing can be asked of it later: it stays as it was.
    outputs={name: f"{{{name}}}" for name in ("functionName", "input", "qualifier", "result")},
    defaults={"lifecycleScope": "CREATE_ONLY", "qualifier": "$LATEST"},
    # The role's policies, and the function itself, take a moment to be seen.
    retry={"ResourceConflictException": 60},
)

RESOURCES = (FUNCTION, ALIAS, EVENT_SOURCE_MAPPING, PERMISSION, INVOCATION)
