"""Secrets, parameters, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_SECRET = {"SecretId": "$id"}


def _window(state: Mapping[str, Any]) -> int | None:
    """AWS keeps a deleted secret 30 days unless told otherwise; 0 means to delete it at once."""
    return int(state.get("recoveryWindowInDays") or 30) if state.get("recoveryWindowInDays") != 0 else None


def _recovery(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    days = inputs.get("recoveryWindowInDays")
    if isinstance(days, int) and days and not 7 <= days <= 30:  # noqa: PLR2004 - AWS's window
        return [("recoveryWindowInDays", f"is 0 (at once) or 7 to 30 days, not {days}")]
    return []


SECRET = Resource(
    token="aws:secretsmanager/secret:Secret",
    service="secretsmanager",
    create=Call(op="CreateSecret"),
    id="{arn}",
    read=(Call(op="DescribeSecret", params=_SECRET),),
    update=(
        Call(op="UpdateSecret", params=_SECRET),
        Call(op="PutResourcePolicy", params=_SECRET, rename={"policy": "ResourcePolicy"}, props=("policy",)),
    ),
    delete=(
        Call(
            op="DeleteSecret",
            params={
                **_SECRET,
                "RecoveryWindowInDays": _window,
                "ForceDeleteWithoutRecovery": lambda state: True if _window(state) is None else None,
            },
        ),
    ),
    name="name",
    local=("recoveryWindowInDays", "forceOverwriteReplicaSecret", "namePrefix"),
    write_only=("policy",),
    defaults={"recoveryWindowInDays": 30, "forceOverwriteReplicaSecret": False},
    json=("policy",),
    gone="DeletedDate",
    gone_codes=("InvalidRequestException",),
    limits={
        "name": Limit(
            pattern=r"[A-Za-z0-9/_+=.@-]+", max=512, why="a name has letters, digits and /_+=.@-, at most 512"
        )
    },
    checks=(_recovery,),
    tags=TagCalls(add="TagResource", remove="UntagResource", params=_SECRET),
)

SECRET_VERSION = Resource(
    token="aws:secretsmanager/secretVersion:SecretVersion",
    service="secretsmanager",
    create=Call(op="PutSecretValue"),
    id=lambda state, found: f"{state['secretId']}|{found.get('VersionId') or state.get('versionId')}",
    import_id="{secretId}|{versionId}",
    read=(
        Call(op="GetSecretValue", params={"SecretId": "$secretId", "VersionId": lambda s: s["id"].rpartition("|")[2]}),
    ),
    # AWS has no call to delete a version: it goes with its secret.
    outputs={"arn": "ARN", "secretArn": "ARN"},
    gone_codes=("InvalidRequestException",),
    required_one=(("secretString", "secretBinary"),),
)

PARAMETER = Resource(
    token="aws:ssm/parameter:Parameter",
    service="ssm",
    create=Call(op="PutParameter", omit=("overwrite",)),
    id="{name}",
    read=(
        Call(op="GetParameter", params={"Name": "$id", "WithDecryption": True}, at="Parameter"),
        Call(
            op="DescribeParameters",
            params={"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": ["$id"]}]},
            at="Parameters[0]",
            optional=True,
        ),
        Call(op="ListTagsForResource", params={"ResourceType": "Parameter", "ResourceId": "$id"}, at="{Tags: TagList}", optional=True),
    ),
    update=(Call(op="PutParameter", params={"Name": "$id", "Overwrite": True}, whole=True),),
    delete=(Call(op="DeleteParameter", params={"Name": "$id"}),),
    name="name",
    rename={"insecureValue": "Value"},
    local=("overwrite",),
    outputs={
        "insecureValue": lambda _, found: found["Value"] if found.get("Type") == "String" else None,
        "keyId": lambda _, found: found.get("KeyId") if found.get("Type") == "SecureString" else None,
    },
    limits={"name": Limit(pattern=r"(?!/?(aws|ssm)\b)[a-zA-Z0-9_.\-/]+", max=1011, why="a name has letters, digits and _.-/, does not begin with aws or ssm, at most 1011")},
    required_one=(("value", "insecureValue"),),
    tags=TagCalls(
        add="AddTagsToResource", remove="RemoveTagsFromResource", params={"ResourceType": "Parameter", "ResourceId": "$id"}
    ),
)  # fmt: skip


def _switch_created(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _switch(lifecycle, {"isEnabled": True}, inputs, state)


def _switch(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """What is turned on or off by a call of its own."""
    key = {"KeyId": state["id"]}
    rotation = ("enableKeyRotation", "rotationPeriodInDays")
    if any(olds.get(name) != news.get(name) for name in rotation):
        if news.get("enableKeyRotation"):
            period = {"RotationPeriodInDays": news[rotation[1]]} if rotation[1] in news else {}
            lifecycle.request("EnableKeyRotation", {**key, **period}, state)
        elif olds.get("enableKeyRotation"):
            lifecycle.request("DisableKeyRotation", key, state)
    if olds.get("isEnabled", True) != news.get("isEnabled", True):
        lifecycle.request("EnableKey" if news.get("isEnabled", True) else "DisableKey", key, state)


KEY = Resource(
    token="aws:kms/key:Key",
    service="kms",
    create=Call(op="CreateKey", at="KeyMetadata"),
    id="{keyId}",
    read=(
        Call(op="DescribeKey", params={"KeyId": "$id"}, at="KeyMetadata"),
        Call(op="GetKeyPolicy", params={"KeyId": "$id", "PolicyName": "default"}, at="{Policy: Policy}", optional=True),
        Call(op="GetKeyRotationStatus", params={"KeyId": "$id"}, at="{Rotation: @}", optional=True),
        Call(op="ListResourceTags", params={"KeyId": "$id"}, at="{Tags: Tags}", optional=True),
    ),
    update=(
        Call(op="UpdateKeyDescription", params={"KeyId": "$id"}),
        Call(op="PutKeyPolicy", params={"KeyId": "$id", "PolicyName": "default"}, props=("policy",)),
    ),
    delete=(Call(op="ScheduleKeyDeletion", params={"KeyId": "$id", "PendingWindowInDays": "$deletionWindowInDays"}),),
    local=("deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"),
    hooked=("enableKeyRotation", "rotationPeriodInDays", "isEnabled"),
    after_create=_switch_created,
    after_update=_switch,
    defaults={
        "isEnabled": True, "enableKeyRotation": False, "keyUsage": "ENCRYPT_DECRYPT",
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "bypassPolicyLockoutSafetyCheck": False,
    },
    json=("policy",),
    outputs={"isEnabled": "Enabled", "enableKeyRotation": "Rotation.KeyRotationEnabled",
             "rotationPeriodInDays": "Rotation.RotationPeriodInDays"},
    gone="KeyState == 'PendingDeletion'",
    limits={
        "deletionWindowInDays": Limit(min=7, max=30, why="a deletion window is 7 to 30 days"),
        "rotationPeriodInDays": Limit(min=90, max=2560, why="a rotation period is 90 to 2560 days"),
    },
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"KeyId": "$id"}, form="kms"),
)  # fmt: skip

ALIAS = Resource(
    token="aws:kms/alias:Alias",
    service="kms",
    create=Call(op="CreateAlias"),
    id="{name}",
    read=(Call(op="ListAliases", at="Aliases[?AliasName=='{id}']|[0]"),),
    update=(Call(op="UpdateAlias", params={"AliasName": "$id"}),),
    delete=(Call(op="DeleteAlias", params={"AliasName": "$id"}),),
    rename={"name": "AliasName", "arn": "AliasArn"},
    outputs={
        "targetKeyArn": lambda state, found: (
            f"arn:aws:kms:{state['region']}:{state['account']}:key/{found['TargetKeyId']}"
        )
    },
    limits={
        "name": Limit(
            pattern=r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
            max=256,
            why="a name is alias/ and letters, digits, / _ -, but not alias/aws/",
        )
    },
    delete_before_replace=True,
)

RESOURCES = (SECRET, SECRET_VERSION, PARAMETER, KEY, ALIAS)
