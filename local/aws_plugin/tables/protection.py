"""AWS Backup, CloudTrail, and copies in other regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_VAULT = {"BackupVaultName": "$id"}
_BACKUP_TAGS = TagCalls(
    add="TagResource", remove="UntagResource", params={"ResourceArn": "$arn"}, keys="TagKeyList", form="map"
)
_VAULT_NAME = Limit(pattern=r"[a-zA-Z0-9\-_]{2,50}", why="a vault's name has 2 to 50 letters, digits, hyphens and _")

VAULT = Resource(
    token="aws:backup/vault:Vault",
    service="backup",
    create=Call(op="CreateBackupVault"),
    id="{name}",
    read=(
        Call(op="DescribeBackupVault", params=_VAULT),
        Call(op="ListTags", params={"ResourceArn": "$arn"}, needs=("arn",), optional=True),
    ),
    delete=(Call(op="DeleteBackupVault", params=_VAULT),),
    name="name",
    rename={
        "name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn", "arn": "BackupVaultArn",
        "recoveryPoints": "NumberOfRecoveryPoints", "tagsAll": "BackupVaultTags",
    },
    local=("forceDestroy",),
    defaults={"forceDestroy": False},
    limits={"name": _VAULT_NAME},
    tags=_BACKUP_TAGS,
)  # fmt: skip

_LOCK = {"BackupVaultName": "$backupVaultName"}

VAULT_LOCK = Resource(
    token="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    service="backup",
    create=Call(op="PutBackupVaultLockConfiguration"),
    id="{backupVaultName}",
    read=(Call(op="DescribeBackupVault", params={"BackupVaultName": "$id"}),),
    update=(Call(op="PutBackupVaultLockConfiguration", params=_LOCK, whole=True),),
    delete=(Call(op="DeleteBackupVaultLockConfiguration", params=_LOCK),),
    outputs={"backupVaultArn": "BackupVaultArn"},
    # AWS tells the date that comes of it, and not the days.
    write_only=("changeableForDays",),
    limits={
        "backupVaultName": _VAULT_NAME,
        "changeableForDays": Limit(min=3, max=36_500, why="a lock can be taken back for at least 3 days"),
    },
    gone="!Locked",
    delete_before_replace=True,
)


def _rules(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A rule as the vendor's plugin sends it: with the windows that AWS would set."""
    return [{"startWindow": 60, "completionWindow": 180, **rule} for rule in value]


PLAN = Resource(
    token="aws:backup/plan:Plan",
    service="backup",
    create=Call(op="CreateBackupPlan"),
    id="BackupPlanId",
    read=(
        Call(op="GetBackupPlan", params={"BackupPlanId": "$id"}),
        Call(op="ListTags", params={"ResourceArn": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(
        Call(
            op="UpdateBackupPlan",
            params={"BackupPlanId": "$id"},
            props=("name", "rules", "advancedBackupSettings"),
            whole=True,
        ),
    ),
    delete=(Call(op="DeleteBackupPlan", params={"BackupPlanId": "$id"}),),
    name="name",
    rename={
        "name": "BackupPlan.BackupPlanName", "rules": "BackupPlan.Rules", "arn": "BackupPlanArn",
        "advancedBackupSettings": "BackupPlan.AdvancedBackupSettings", "version": "VersionId",
        "rules.targetVaultName": "TargetBackupVaultName", "rules.schedule": "ScheduleExpression",
        "rules.scheduleExpressionTimezone": "ScheduleExpressionTimezone",
        "rules.startWindow": "StartWindowMinutes", "rules.completionWindow": "CompletionWindowMinutes",
        "rules.lifecycle.deleteAfter": "DeleteAfterDays",
        "rules.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
        "rules.copyActions.destinationVaultArn": "DestinationBackupVaultArn",
        "rules.copyActions.lifecycle.deleteAfter": "DeleteAfterDays",
        "rules.copyActions.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
        "tagsAll": "BackupPlanTags",
    },
    encode={"rules": _rules},
    tags=_BACKUP_TAGS,
    limits={"name": Limit(pattern=r"[a-zA-Z0-9\-_.]{1,50}", why="a plan's name has at most 50 letters, digits and -_.")},
)  # fmt: skip

_SELECTION = {"BackupPlanId": "$planId", "SelectionId": "$id"}

SELECTION = Resource(
    token="aws:backup/selection:Selection",
    service="backup",
    create=Call(op="CreateBackupSelection"),
    id="SelectionId",
    import_id=r"(?P<planId>[^|]+)\|(?P<id>.+)",
    read=(Call(op="GetBackupSelection", params=_SELECTION),),
    delete=(Call(op="DeleteBackupSelection", params=_SELECTION),),
    name="name",
    rename={
        "planId": "BackupPlanId", "name": "BackupSelection.SelectionName", "iamRoleArn": "BackupSelection.IamRoleArn",
        "selectionTags": "BackupSelection.ListOfTags", "resources": "BackupSelection.Resources",
        "notResources": "BackupSelection.NotResources", "conditions": "BackupSelection.Conditions",
        "selectionTags.type": "ConditionType", "selectionTags.key": "ConditionKey",
        "selectionTags.value": "ConditionValue",
        **{
            f"conditions.string{how}.{what}": f"Condition{what.capitalize()}"
            for how in ("Equals", "Likes", "NotEquals", "NotLikes")
            for what in ("key", "value")
        },
    },
    limits={"name": Limit(pattern=r"[a-zA-Z0-9\-_.]{1,50}", why="a selection's name has at most 50 letters, digits and -_.")},
)  # fmt: skip


def _logging(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """A trail records nothing until it is told to."""
    if olds.get("enableLogging", False) != news.get("enableLogging", True):
        verb = "StartLogging" if news.get("enableLogging", True) else "StopLogging"
        lifecycle.request(verb, {"Name": state["id"]}, state)


def _changed(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """What is no longer set of where records go, is said by setting it to nothing, as the real provider does."""
    _logging(lifecycle, olds, news, state)
    if olds.get("cloudWatchLogsGroupArn") and not news.get("cloudWatchLogsGroupArn"):
        nothing = {"CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""}
        lifecycle.request("UpdateTrail", {"Name": state["id"], **nothing}, state)


def _begin(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _logging(lifecycle, {}, inputs, state)


TRAIL = Resource(
    token="aws:cloudtrail/trail:Trail",
    service="cloudtrail",
    create=Call(op="CreateTrail"),
    id="TrailARN",
    read=(
        Call(op="GetTrail", params={"Name": "$id"}, at="Trail"),
        Call(op="GetTrailStatus", params={"Name": "$id"}, at="{IsLogging: IsLogging}"),
        Call(op="ListTags", params={"ResourceIdList": ["$id"]}, at="ResourceTagList[0].{Tags: TagsList}", optional=True),
    ),
    update=(Call(op="UpdateTrail", params={"Name": "$id"}, omit=("name",)),),
    delete=(Call(op="DeleteTrail", params={"Name": "$id"}),),
    name="name",
    rename={"arn": "TrailARN", "tagsAll": "TagsList", "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"},
    outputs={"enableLogFileValidation": "LogFileValidationEnabled", "enableLogging": "IsLogging"},
    hooked=("enableLogging",),
    defaults={
        "enableLogging": True, "enableLogFileValidation": False, "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False, "isOrganizationTrail": False,
    },
    limits={"name": Limit(pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]", why="a trail's name has 3 to 128 letters, digits and ._-")},
    tags=TagCalls(add="AddTags", remove="RemoveTags", params={"ResourceId": "$id"}, member="TagsList", keys="TagsList", keys_as_pairs=True),
    after_create=_begin,
    after_update=_changed,
)  # fmt: skip


DATABASE_COPIES = Resource(
    token="aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    service="rds",
    create=Call(op="StartDBInstanceAutomatedBackupsReplication", at="DBInstanceAutomatedBackup"),
    id="DBInstanceAutomatedBackup.DBInstanceAutomatedBackupsArn",
    read=(
        Call(
            op="DescribeDBInstanceAutomatedBackups",
            params={"DBInstanceAutomatedBackupsArn": "$id"},
            at="DBInstanceAutomatedBackups[0]",
        ),
    ),
    gone="Status == 'retained'",
    delete=(
        Call(
            op="StopDBInstanceAutomatedBackupsReplication",
            params={"SourceDBInstanceArn": "$sourceDbInstanceArn"},
        ),
    ),
    rename={"retentionPeriod": "BackupRetentionPeriod"},
    outputs={"sourceDbInstanceArn": "DBInstanceArn"},
    defaults={"retentionPeriod": 7},
    write_only=("preSignedUrl",),
)

REGISTRY_COPIES = Resource(
    token="aws:ecr/replicationConfiguration:ReplicationConfiguration",
    service="ecr",
    create=Call(op="PutReplicationConfiguration"),
    id="{account}",
    read=(Call(op="DescribeRegistry"),),
    update=(Call(op="PutReplicationConfiguration", whole=True),),
    # ECR has the setting always: what is taken away are its rules.
    delete=(Call(op="PutReplicationConfiguration", params={"replicationConfiguration": {"rules": []}}, props=()),),
    gone="!(replicationConfiguration.rules[0])",
    delete_before_replace=True,
)

RESOURCES = (VAULT, VAULT_LOCK, PLAN, SELECTION, TRAIL, DATABASE_COPIES, REGISTRY_COPIES)
