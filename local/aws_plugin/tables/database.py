"""RDS: subnet groups, parameter groups, instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import RDS_LOG_EXPORTS
from local.aws_plugin.spec import Call, Limit, Origin, Resource, TagCalls, Wait

TAGS = TagCalls(add="AddTagsToResource", remove="RemoveTagsFromResource", params={"ResourceName": "$arn"})
_IDENTIFIER = r"[a-z](?!.*--)[a-z0-9-]*(?<!-)"
_GROUP = Limit(
    pattern=r"[a-z0-9 ._-]+", max=255, why="a name has lower-case letters, digits, spaces and . _ -, at most 255"
)

SUBNET_GROUP = Resource(
    token="aws:rds/subnetGroup:SubnetGroup",
    service="rds",
    create=Call(op="CreateDBSubnetGroup", at="DBSubnetGroup"),
    id="{name}",
    read=(
        Call(op="DescribeDBSubnetGroups", params={"DBSubnetGroupName": "$id"}, at="DBSubnetGroups[0]"),
        Call(
            op="ListTagsForResource",
            params={"ResourceName": "arn:aws:rds:{region}:{account}:subgrp:{id}"},
            optional=True,
        ),
    ),
    update=(Call(op="ModifyDBSubnetGroup", params={"DBSubnetGroupName": "$id"}),),
    delete=(Call(op="DeleteDBSubnetGroup", params={"DBSubnetGroupName": "$id"}),),
    name="name",
    rename={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription", "arn": "DBSubnetGroupArn"},
    local=("namePrefix",),
    defaults={"description": "Managed by Pulumi"},
    outputs={"subnetIds": "Subnets[].SubnetIdentifier"},
    limits={"name": _GROUP},
    tags=TAGS,
    retry={"InvalidDBSubnetGroupStateFault": 120},
)


def _reset_removed(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """A parameter that the program no longer sets goes back to its default."""
    kept = {p["name"] for p in news.get("parameters", ())}
    removed = [p for p in olds.get("parameters", ()) if p["name"] not in kept]
    if removed:
        parameters = [{"ParameterName": p["name"], "ApplyMethod": p.get("applyMethod", "immediate")} for p in removed]
        lifecycle.request(
            "ResetDBParameterGroup", {"DBParameterGroupName": state["id"], "Parameters": parameters}, state
        )


def _parameters(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"applyMethod": "immediate", **parameter} for parameter in value]


def _own(state: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of all parameters of the group, those that were set, in the order of the program."""
    known = {p["ParameterName"]: p for p in found.get("all") or () if p.get("ParameterValue") is not None}
    wanted = [p["name"] for p in state.get("parameters") or ()]
    names = [name for name in wanted if name in known]
    names += sorted(n for n, p in known.items() if n not in names and p.get("Source") == "user")
    values = [known[name] for name in names]
    return [
        {
            "ApplyMethod": "immediate",
            **{member: p[member] for member in ("ParameterName", "ParameterValue", "ApplyMethod") if member in p},
        }
        for p in values
    ]


PARAMETER_GROUP = Resource(
    token="aws:rds/parameterGroup:ParameterGroup",
    service="rds",
    create=Call(op="CreateDBParameterGroup", at="DBParameterGroup"),
    id="{name}",
    read=(
        Call(op="DescribeDBParameterGroups", params={"DBParameterGroupName": "$id"}, at="DBParameterGroups[0]"),
        Call(op="DescribeDBParameters", params={"DBParameterGroupName": "$id"}, at="Parameters", into="all", optional=True),
        Call(op="ListTagsForResource", params={"ResourceName": "arn:aws:rds:{region}:{account}:pg:{id}"}, optional=True),
    ),
    update=(Call(op="ModifyDBParameterGroup", params={"DBParameterGroupName": "$id"}),),
    delete=(Call(op="DeleteDBParameterGroup", params={"DBParameterGroupName": "$id"}),),
    name="name",
    rename={
        "name": "DBParameterGroupName", "family": "DBParameterGroupFamily", "arn": "DBParameterGroupArn",
        "parameters.name": "ParameterName", "parameters.value": "ParameterValue",
    },
    local=("namePrefix", "skipDestroy"),
    defaults={"description": "Managed by Pulumi"},
    encode={"parameters": _parameters},
    outputs={"parameters": _own},
    after_update=_reset_removed,
    limits={"name": Limit(pattern=_IDENTIFIER, max=255, why="a name has lower-case letters, digits and single hyphens, begins with a letter and does not end with a hyphen")},
    tags=TAGS,
    retry={"InvalidDBParameterGroupState": 120},
)  # fmt: skip

_WINDOW = r"([01]\d|2[0-3]):[0-5]\d"
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)"


def _instance_rules(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What belongs together in a new instance."""
    problems = []
    if not {"replicateSourceDb", *_ORIGINS} & set(inputs):
        problems += [
            (n, "is required for a new instance") for n in ("engine", "allocatedStorage", "username") if n not in inputs
        ]
        if not inputs.get("manageMasterUserPassword") and "password" not in inputs:
            problems.append(("password", "is required unless manageMasterUserPassword is true"))
    if inputs.get("manageMasterUserPassword") and "password" in inputs:
        problems.append(("password", "cannot be set together with manageMasterUserPassword"))
    if inputs.get("monitoringInterval") and "monitoringRoleArn" not in inputs:
        problems.append(("monitoringRoleArn", "is required when monitoringInterval is not 0"))
    low, high = inputs.get("allocatedStorage"), inputs.get("maxAllocatedStorage")
    if isinstance(low, int) and isinstance(high, int) and 0 < high < low:
        problems.append(("maxAllocatedStorage", f"{high} GiB is below allocatedStorage of {low} GiB"))
    if inputs.get("monitoringInterval", 0) not in {0, 1, 5, 10, 15, 30, 60} and isinstance(
        inputs["monitoringInterval"], int
    ):
        problems.append(("monitoringInterval", "is one of 0, 1, 5, 10, 15, 30, 60 seconds"))
    return problems


def _exports(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Logs that go to CloudWatch are changed by what to turn on and what to turn off."""
    before, after = (set(side.get("enabledCloudwatchLogsExports") or ()) for side in (olds, news))
    if before != after:
        change = {"EnableLogTypes": sorted(after - before), "DisableLogTypes": sorted(before - after)}
        lifecycle.request(
            "ModifyDBInstance",
            {"DBInstanceIdentifier": state["identifier"], "CloudwatchLogsExportConfiguration": change},
            state,
        )


def _need_snapshot_name(_lifecycle: Any, state: Mapping[str, Any]) -> None:
    from local.aws_plugin.aws import AwsError  # noqa: PLC0415 - the table stays data

    if not state.get("skipFinalSnapshot") and not state.get("finalSnapshotIdentifier"):
        msg = (
            f"rds DeleteDBInstance: {state['identifier']}: finalSnapshotIdentifier is required when skipFinalSnapshot "
            "is false: set one of the two and deploy that first"
        )
        raise AwsError(msg)


def _same_version(wanted: Any, found: Any) -> bool:
    """An engine version may leave out its minor part."""
    return str(found) == str(wanted) or str(found).startswith(f"{wanted}.")


_INSTANCE = {"DBInstanceIdentifier": "$identifier"}
# A database's name comes with its data: RDS takes another for Oracle and SQL Server alone.
_ORIGINS = {
    "snapshotIdentifier": Origin(
        call=Call(
            op="RestoreDBInstanceFromDBSnapshot",
            params={"DBSnapshotIdentifier": "$snapshotIdentifier"},
            omit=("dbName",),
            at="DBInstance",
        ),
        assume={"applyImmediately": True},  # nobody uses it yet
    ),
    "restoreToPointInTime": Origin(
        call=Call(
            op="RestoreDBInstanceToPointInTime",
            params={"TargetDBInstanceIdentifier": "$identifier"},
            rename={
                "restoreToPointInTime": "",
                "restoreToPointInTime.sourceDbInstanceAutomatedBackupsArn": "SourceDBInstanceAutomatedBackupsArn",
                "restoreToPointInTime.sourceDbInstanceIdentifier": "SourceDBInstanceIdentifier",
                "restoreToPointInTime.sourceDbiResourceId": "SourceDbiResourceId",
                "restoreToPointInTime.restoreTime": "RestoreTime",
                "restoreToPointInTime.useLatestRestorableTime": "UseLatestRestorableTime",
            },
            omit=("dbName",),
            at="DBInstance",
        ),
        assume={"applyImmediately": True},
    ),
}

INSTANCE = Resource(
    token="aws:rds/instance:Instance",
    service="rds",
    create=Call(op="CreateDBInstance", at="DBInstance"),
    origins=_ORIGINS,
    id="{resourceId}",
    import_id="{identifier}",
    read=(
        Call(op="DescribeDBInstances", params=_INSTANCE, at="DBInstances[0]"),
        Call(op="ListTagsForResource", params={"ResourceName": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(
        Call(
            op="ModifyDBInstance",
            params={**_INSTANCE, "ApplyImmediately": "$applyImmediately", "AllowMajorVersionUpgrade": "$allowMajorVersionUpgrade"},
            rename={"port": "DBPortNumber"},
            omit=("availabilityZone", "identifierPrefix"),
        ),
    ),
    delete=(
        Call(
            op="DeleteDBInstance",
            params={
                **_INSTANCE,
                "SkipFinalSnapshot": lambda state: bool(state.get("skipFinalSnapshot")),
                "FinalDBSnapshotIdentifier": lambda s: None if s.get("skipFinalSnapshot") else s.get("finalSnapshotIdentifier"),
                "DeleteAutomatedBackups": "$deleteAutomatedBackups",
            },
        ),
    ),
    name="identifier",
    rename={
        "identifier": "DBInstanceIdentifier", "instanceClass": "DBInstanceClass", "username": "MasterUsername",
        "password": "MasterUserPassword", "backupWindow": "PreferredBackupWindow",
        "maintenanceWindow": "PreferredMaintenanceWindow", "parameterGroupName": "DBParameterGroupName",
        "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
        "performanceInsightsEnabled": "EnablePerformanceInsights",
        "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports", "caCertIdentifier": "CACertificateIdentifier",
        "arn": "DBInstanceArn", "resourceId": "DbiResourceId", "status": "DBInstanceStatus",
    },
    local=("skipFinalSnapshot", "finalSnapshotIdentifier", "deleteAutomatedBackups", "applyImmediately",
           "allowMajorVersionUpgrade", "identifierPrefix"),
    write_only=("password", "manageMasterUserPassword", *_ORIGINS),
    hooked=("enabledCloudwatchLogsExports",),
    unechoed={"enabledCloudwatchLogsExports": RDS_LOG_EXPORTS},
    defaults={"applyImmediately": False, "skipFinalSnapshot": False, "deleteAutomatedBackups": True,
              "copyTagsToSnapshot": False, "monitoringInterval": 0, "publiclyAccessible": False,
              "autoMinorVersionUpgrade": True},
    same={"engineVersion": _same_version},
    outputs={
        "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
        "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
        "optionGroupName": "OptionGroupMemberships[0].OptionGroupName",
        "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
        "performanceInsightsEnabled": "PerformanceInsightsEnabled",
        "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
        "address": "Endpoint.Address", "port": "Endpoint.Port", "hostedZoneId": "Endpoint.HostedZoneId",
        "endpoint": lambda _, f: f"{f['Endpoint']['Address']}:{f['Endpoint']['Port']}" if f.get("Endpoint") else None,
        "engineVersionActual": "EngineVersion", "masterUserSecrets": "MasterUserSecret",
        "manageMasterUserPassword": lambda _, found: True if found.get("MasterUserSecret") else None,
        # It moves with time, and would show as drift.
        "latestRestorableTime": lambda *_: None,
        "replicas": "ReadReplicaDBInstanceIdentifiers",
    },
    limits={
        "identifier": Limit(pattern=_IDENTIFIER, max=63, why="an identifier has at most 63 lower-case letters, digits and single hyphens, begins with a letter and does not end with a hyphen"),
        "finalSnapshotIdentifier": Limit(pattern=r"[A-Za-z](?!.*--)[A-Za-z0-9-]*(?<!-)", max=255, why="letters, digits and single hyphens, a letter first, no hyphen last, at most 255"),
        "instanceClass": Limit(pattern=r"db\.[a-z0-9]+(-[a-z]+)?\.[a-z0-9.-]+", why="an instance class is db.FAMILY.SIZE, such as db.t3.large"),
        "username": Limit(pattern=r"[A-Za-z]\w{0,62}", max=63, why="a user name begins with a letter"),
        "dbName": Limit(pattern=r"[A-Za-z_]\w*", max=63, why="a database name has letters, digits and _, and no digit first"),
        "password": Limit(pattern=r"[^/@\" ]*", min=8, max=128, why='a password has 8 to 128 characters without / @ " and spaces'),
        "backupWindow": Limit(pattern=f"{_WINDOW}-{_WINDOW}", why="a backup window is HH:MM-HH:MM in UTC"),
        "maintenanceWindow": Limit(pattern=f"(?i:{_DAY}:{_WINDOW}-{_DAY}:{_WINDOW})", why="a maintenance window is ddd:HH:MM-ddd:HH:MM in UTC"),
        "backupRetentionPeriod": Limit(min=0, max=35, why="backups are kept 0 to 35 days"),
        "port": Limit(min=1150, max=65535, why="a port is between 1150 and 65535"),
    },
    checks=(_instance_rules,),
    tags=TAGS,
    after_update=_exports,
    before_delete=_need_snapshot_name,
    wait_created=(Wait(name="db_instance_available", params=_INSTANCE, timeout=2400),),
    wait_updated=(Wait(name="db_instance_available", params=_INSTANCE, timeout=4800),),
    wait_deleted=(Wait(name="db_instance_deleted", params=_INSTANCE, timeout=3600),),
    retry={"InvalidDBInstanceState": 300},
)  # fmt: skip

RESOURCES = (SUBNET_GROUP, PARAMETER_GROUP, INSTANCE)
