"""RDS's automated backups: of instances here, and of those in other regions whose backups are copied to this one.

RDS copies the transaction log every five minutes; here each database is dumped when it is made and then every twenty
seconds, and what differs from the dump before is kept. An instance that is restored to a moment is as it was in the
last dump before. Copies in another region are there at once. They are retained when nothing is copied any more, because
that was stopped or the instance is gone; here until they are deleted.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html
"""

from __future__ import annotations

import bisect
import datetime as dt
import logging
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import rds

from local.ministack.database_copies import Kept, made_of

EVERY = dt.timedelta(seconds=20)
POINTS = 100
"""Of an instance; the oldest goes first."""
_BAD, _GONE = 400, 404
_RETAINED = "retained"
_RESTORE = "RestoreDBInstanceToPointInTime"

_log = logging.getLogger(__name__)
_histories: dict[str, History] = {}  # DbiResourceId -> what is kept of the instance
_copies = AccountRegionScopedDict()  # ARN of copies -> what they are, in the region that they are in


@dataclass
class History:
    """A database over time: each state with the moment since when it is so, and the moment of the last look."""

    since: list[dt.datetime] = field(default_factory=list)
    states: list[Kept] = field(default_factory=list)
    until: dt.datetime | None = None

    def is_due(self, now: dt.datetime) -> bool:
        """Whether it is time to look."""
        return self.until is None or now - self.until >= EVERY

    def look(self, now: dt.datetime, kept: Kept) -> None:
        """Take note of how the database is at a moment."""
        if not self.states or self.states[-1] != kept:
            self.since, self.states = [*self.since, now][-POINTS:], [*self.states, kept][-POINTS:]
        self.until = now

    def at(self, moment: dt.datetime | None) -> Kept | None:
        """How it was then, or last; None for a moment that is not between the first look and the last."""
        if self.until is None or (moment is not None and not self.since[0] <= moment <= self.until):
            return None
        return self.states[-1 if moment is None else bisect.bisect_right(self.since, moment) - 1]


def install() -> None:
    """Lays it over MiniStack's own RDS. After database_copies, by which instances are made."""
    rds._ACTION_MAP |= {
        "StartDBInstanceAutomatedBackupsReplication": start,
        "StopDBInstanceAutomatedBackupsReplication": stop,
        "DescribeDBInstanceAutomatedBackups": describe,
        "DeleteDBInstanceAutomatedBackup": delete,
        _RESTORE: restore,
    }
    threading.Thread(target=_look_for_ever, name="automated backups", daemon=True).start()


def look() -> None:
    """Keep how each database with automated backups is now; forget what nothing is restored from any more."""
    instances = [each for each in rds._instances.all_values() if int(each.get("BackupRetentionPeriod") or 0)]
    for each in instances:
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)  # as moments are told
        history = _histories.setdefault(each["DbiResourceId"], History())
        if each["DBInstanceStatus"] != "available" or not history.is_due(now):
            continue
        try:
            history.look(now, Kept.of(each))
        except Exception as error:  # noqa: BLE001 - it starts, or is being stopped: a later look sees
            _log.warning("no backup of %s: %s", each["DBInstanceIdentifier"], error)
    known = {each["DbiResourceId"] for each in (*instances, *_copies.all_values())}
    for gone in set(_histories) - known:
        del _histories[gone]


def start(params: Any) -> Any:
    """RDS's StartDBInstanceAutomatedBackupsReplication, in the region of the copies.

    As on AWS it refuses the instance's own region, an instance that has no backups, and encrypted ones without a key.
    """
    arn = rds._p(params, "SourceDBInstanceArn")
    _, _, _, region, account, *_, name = arn.split(":")
    source = rds._instances.get_scoped(account, region, name)
    if source is None:
        return rds._error("DBInstanceNotFound", f"DBInstance {arn} not found.", _GONE)
    if region == get_region():
        return rds._error("InvalidParameterValue", "The source instance is in this region.", _BAD)
    if not int(source.get("BackupRetentionPeriod") or 0):
        return rds._error("InvalidDBInstanceState", "Automated backups are not enabled for the source.", _BAD)
    key = rds._p(params, "KmsKeyId")
    if source.get("StorageEncrypted") and not key:
        return rds._error("InvalidParameterCombination", "KmsKeyId is required for an encrypted instance.", _BAD)
    if _replicating(arn) is not None:
        return rds._error("DBInstanceAutomatedBackupQuotaExceeded", f"{arn} is replicated to here already.", _BAD)
    own = _new_arn()
    _copies[own] = {
        **_described(source),
        "Status": "replicating",
        "KmsKeyId": key,
        "BackupRetentionPeriod": rds._p(params, "BackupRetentionPeriod") or "7",
        "DBInstanceAutomatedBackupsArn": own,
    }
    return _answer("StartDBInstanceAutomatedBackupsReplication", _told(_copies[own]))


def stop(params: Any) -> Any:
    """RDS's StopDBInstanceAutomatedBackupsReplication."""
    arn = rds._p(params, "SourceDBInstanceArn")
    copies = _replicating(arn)
    if copies is None:
        return rds._error("DBInstanceAutomatedBackupNotFound", f"No copies of {arn} are made to here.", _GONE)
    copies["Status"] = _RETAINED
    return _answer("StopDBInstanceAutomatedBackupsReplication", _told(copies))


def delete(params: Any) -> Any:
    """RDS's DeleteDBInstanceAutomatedBackup: of what is retained."""
    arn = rds._p(params, "DBInstanceAutomatedBackupsArn")
    copies = _here().get(arn)
    if copies is None:
        return rds._error("DBInstanceAutomatedBackupNotFound", f"{arn} not found.", _GONE)
    if copies["Status"] != _RETAINED:
        return rds._error("InvalidDBInstanceAutomatedBackupState", f"{arn} is {copies['Status']}.", _BAD)
    del _copies[arn]
    return _answer("DeleteDBInstanceAutomatedBackup", _told({**copies, "Status": "deleting"}))


def describe(params: Any) -> Any:
    """RDS's DescribeDBInstanceAutomatedBackups: of this region's instances, and of what others copy to it."""
    wanted = {
        "DBInstanceAutomatedBackupsArn": rds._p(params, "DBInstanceAutomatedBackupsArn"),
        "DBInstanceIdentifier": rds._p(params, "DBInstanceIdentifier"),
        "DbiResourceId": rds._p(params, "DbiResourceId"),
    }
    names = {"db-instance-id": "DBInstanceIdentifier", "dbi-resource-id": "DbiResourceId", "status": "Status"}
    found = [
        each
        for each in _here().values()
        if all(each.get(name) == value for name, value in wanted.items() if value)
        and all(each.get(names[name]) in values for name, values in rds._parse_filters(params).items())
    ]
    if wanted["DBInstanceAutomatedBackupsArn"] and not found:
        arn = wanted["DBInstanceAutomatedBackupsArn"]
        return rds._error("DBInstanceAutomatedBackupNotFound", f"{arn} not found.", _GONE)
    told = "".join(map(_told, found))
    list_ = f"<DBInstanceAutomatedBackups>{told}</DBInstanceAutomatedBackups>"
    return _answer("DescribeDBInstanceAutomatedBackups", list_)


def restore(params: Any) -> Any:
    """RDS's RestoreDBInstanceToPointInTime."""
    source = {
        "DBInstanceAutomatedBackupsArn": rds._p(params, "SourceDBInstanceAutomatedBackupsArn"),
        "DBInstanceIdentifier": rds._p(params, "SourceDBInstanceIdentifier"),
        "DbiResourceId": rds._p(params, "SourceDbiResourceId"),
    }
    backups = next((b for b in _here().values() if any(v and b.get(name) == v for name, v in source.items())), None)
    if backups is None:
        return rds._error("DBInstanceNotFound", f"No automated backups of {source} are here.", _GONE)
    text = rds._p(params, "RestoreTime")
    if bool(text) == (rds._p(params, "UseLatestRestorableTime") == "true"):
        return rds._error("InvalidParameterCombination", "Give RestoreTime or UseLatestRestorableTime.", _BAD)
    history = _histories.get(backups["DbiResourceId"])
    kept = history.at(dt.datetime.fromisoformat(text) if text else None) if history else None
    if kept is None:
        message = f"The time is not within the restore window of {backups['DBInstanceIdentifier']}."
        return rds._error("InvalidRestoreFault", message, _BAD)
    name = rds._p(params, "TargetDBInstanceIdentifier")
    return made_of(kept, {**params, "DBInstanceIdentifier": [name]}, _RESTORE)


def _look_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(1):
        look()


def _here() -> dict[str, dict[str, str]]:
    """The automated backups in this region by their ARN: of its own instances, and copies."""
    own = [
        {
            **_described(each),
            "Status": "active",
            "BackupRetentionPeriod": str(each["BackupRetentionPeriod"]),
            "DBInstanceAutomatedBackupsArn": _new_arn(each["DbiResourceId"]),
        }
        for each in rds._instances.values()
        if int(each.get("BackupRetentionPeriod") or 0)
    ]
    running = {each["DbiResourceId"] for each in rds._instances.all_values()}
    for each in _copies.values():
        if each["DbiResourceId"] not in running:
            each["Status"] = _RETAINED
    return {each["DBInstanceAutomatedBackupsArn"]: each for each in (*own, *_copies.values())}


def _replicating(instance: str) -> dict[str, str] | None:
    """The copies that are made of an instance to this region now."""
    found = (each for each in _here().values() if each["DBInstanceArn"] == instance)
    return next((each for each in found if each["Status"] == "replicating"), None)


def _described(instance: Mapping[str, Any]) -> dict[str, str]:
    return {
        "DBInstanceArn": instance["DBInstanceArn"],
        "DbiResourceId": instance["DbiResourceId"],
        "Region": instance["DBInstanceArn"].split(":")[3],
        "DBInstanceIdentifier": instance["DBInstanceIdentifier"],
        "Engine": instance["Engine"],
        "EngineVersion": instance["EngineVersion"],
        "Encrypted": "true" if instance.get("StorageEncrypted") else "false",
    }


def _new_arn(seed: str | None = None) -> str:
    """An ARN in this region, the same for the same seed."""
    unique = uuid.uuid5(uuid.NAMESPACE_OID, seed) if seed else uuid.uuid4()
    return f"arn:aws:rds:{get_region()}:{get_account_id()}:auto-backup:ab-{unique.hex[:26]}"


def _told(backups: Mapping[str, str]) -> str:
    told = "".join(f"<{name}>{value}</{name}>" for name, value in backups.items() if value)
    history = _histories.get(backups["DbiResourceId"])
    if history is not None and history.until is not None:
        earliest, latest = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (history.since[0], history.until))
        told += (
            f"<RestoreWindow><EarliestTime>{earliest}</EarliestTime><LatestTime>{latest}</LatestTime></RestoreWindow>"
        )
    return f"<DBInstanceAutomatedBackup>{told}</DBInstanceAutomatedBackup>"


def _answer(action: str, inner: str) -> Any:
    return rds._xml(200, f"{action}Response", f"<{action}Result>{inner}</{action}Result>")
