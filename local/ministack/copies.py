"""What AWS is told to copy to other regions: ECR's replication of images, RDS's of automated backups.

Both are kept and told as they were set; nothing is copied. RDS keeps the copies' description in the region that they
go to, refuses the instance's own region and an instance that has no backups, and demands a key for encrypted ones:
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, json_response
from ministack.services import ecr, rds

_OK, _BAD = 200, 400
_PUT = "PutReplicationConfiguration"
_rules = AccountRegionScopedDict()  # "rules" -> what was put
_copies = AccountRegionScopedDict()  # ARN of the source instance -> the copies, in the region that they are in


def install() -> None:
    """Lays both over MiniStack's own."""
    handle = ecr.handle_request

    async def handle_replication(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(f".{_PUT}"):
            return put_rules(json.loads(body))
        return await handle(method, path, headers, body, query)

    ecr.handle_request = handle_replication
    ecr._describe_registry = describe_registry
    rds._ACTION_MAP |= {
        "StartDBInstanceAutomatedBackupsReplication": start,
        "StopDBInstanceAutomatedBackupsReplication": stop,
        "DescribeDBInstanceAutomatedBackups": describe,
    }


def put_rules(request: dict[str, Any]) -> Any:
    """ECR's PutReplicationConfiguration: the one setting of a registry in a region."""
    configuration = request["replicationConfiguration"]
    targets = [each for rule in configuration["rules"] for each in rule["destinations"]]
    if any((each["region"], each["registryId"]) == (get_region(), get_account_id()) for each in targets):
        message = "The destination is the registry itself"
        return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(
            {"__type": "InvalidParameterException", "message": message}
        ).encode()  # fmt: skip
    _rules["rules"] = configuration["rules"]
    return json_response(request)


def describe_registry(_request: Any) -> Any:
    """ECR's DescribeRegistry."""
    rules = _rules.get("rules", [])
    return json_response({"registryId": get_account_id(), "replicationConfiguration": {"rules": rules}})


def start(params: Any) -> Any:
    """RDS's StartDBInstanceAutomatedBackupsReplication, in the region of the copies."""
    arn = rds._p(params, "SourceDBInstanceArn")
    source = _instance(arn)
    if source is None:
        return rds._error("DBInstanceNotFound", f"DBInstance {arn} not found.", 404)
    region = arn.split(":")[3]
    if region == get_region():
        return rds._error("InvalidParameterValue", "The source instance is in this region.", _BAD)
    if not int(source.get("BackupRetentionPeriod") or 0):
        return rds._error("InvalidDBInstanceState", "Automated backups are not enabled for the source.", _BAD)
    key = rds._p(params, "KmsKeyId")
    if source.get("StorageEncrypted") and not key:
        return rds._error("InvalidParameterCombination", "KmsKeyId is required for an encrypted instance.", _BAD)
    if arn in _copies:
        return rds._error("DBInstanceAutomatedBackupQuotaExceeded", f"{arn} is replicated to here already.", _BAD)
    _copies[arn] = {
        "DBInstanceArn": arn,
        "DbiResourceId": source["DbiResourceId"],
        "Region": region,
        "DBInstanceIdentifier": source["DBInstanceIdentifier"],
        "Status": "replicating",
        "Engine": source["Engine"],
        "EngineVersion": source["EngineVersion"],
        "Encrypted": "true" if source.get("StorageEncrypted") else "false",
        "KmsKeyId": key,
        "BackupRetentionPeriod": rds._p(params, "BackupRetentionPeriod") or "7",
        "DBInstanceAutomatedBackupsArn": (
            f"arn:aws:rds:{get_region()}:{get_account_id()}:auto-backup:ab-{uuid.uuid4().hex[:26]}"
        ),
    }
    return _answer("StartDBInstanceAutomatedBackupsReplication", _told(_copies[arn], "DBInstanceAutomatedBackup"))


def stop(params: Any) -> Any:
    """RDS's StopDBInstanceAutomatedBackupsReplication."""
    arn = rds._p(params, "SourceDBInstanceArn")
    copies = _copies.get(arn)
    if copies is None:
        return rds._error("DBInstanceAutomatedBackupNotFound", f"No copies of {arn} are made to here.", 404)
    del _copies[arn]
    return _answer("StopDBInstanceAutomatedBackupsReplication", _told(copies, "DBInstanceAutomatedBackup"))


def describe(params: Any) -> Any:
    """RDS's DescribeDBInstanceAutomatedBackups, of what other regions copy to this one."""
    arn = rds._p(params, "DBInstanceAutomatedBackupsArn")
    found = [each for each in _copies.values() if arn in ("", each["DBInstanceAutomatedBackupsArn"])]
    if arn and not found:
        return rds._error("DBInstanceAutomatedBackupNotFound", f"{arn} not found.", 404)
    told = "".join(_told(each, "DBInstanceAutomatedBackup") for each in found)
    list_ = f"<DBInstanceAutomatedBackups>{told}</DBInstanceAutomatedBackups>"
    return _answer("DescribeDBInstanceAutomatedBackups", list_)


def _instance(arn: str) -> dict[str, Any] | None:
    """An instance of this account, in whatever region."""
    _, _, _, region, account, *_, name = arn.split(":")
    found: dict[str, Any] | None = rds._instances.get_scoped(account, region, name)
    return found


def _told(copies: dict[str, str], tag: str) -> str:
    return f"<{tag}>{''.join(f'<{name}>{value}</{name}>' for name, value in copies.items() if value)}</{tag}>"


def _answer(action: str, inner: str) -> Any:
    return rds._xml(_OK, f"{action}Response", f"<{action}Result>{inner}</{action}Result>")
