"""What would be remembered for a shorter time: logs, backups, old versions of objects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scripts.gate.change import CannotTell, Change
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk, is_true, number, turned_off
from scripts.gate.values import UNKNOWN, at, items, show

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
RECORDERS: Final[Mapping[str, str]] = {
    "aws:cfg/recorder:Recorder": "the record of what the account was like",
    "aws:cloudtrail/trail:Trail": "the record of who did what",
    "aws:ec2/flowLog:FlowLog": "the record of the network's traffic",
    "aws:guardduty/detector:Detector": "the detection of threats",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "the record of refused requests",
}
COPIES: Final[Mapping[str, str]] = {
    "aws:backup/plan:Plan": "the backup plan",
    "aws:backup/selection:Selection": "what the backup plan covers",
    "aws:backup/vault:Vault": "the backup vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "the lock of the backup vault",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": "the schedule of snapshots",
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": "the replication of images",
    "aws:efs/backupPolicy:BackupPolicy": "the file system's backups",
    "aws:efs/replicationConfiguration:ReplicationConfiguration": "the file system's replica",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "the database's copies",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "the bucket's replica",
}
DAYS_OF_BACKUPS: Final = ("automatedSnapshotRetentionPeriod", "backupRetentionPeriod", "snapshotRetentionLimit")
VERSIONING: Final = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
LIFECYCLES: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
EXPIRY: Final = (
    "expiration.days",
    "noncurrentVersionExpiration.days",
    "noncurrentVersionExpiration.noncurrentDays",
)


def logs_kept_shorter(change: Change, _: Preview) -> Iterator[Harm]:
    """A log group is deleted, or forgets earlier. Without a number of days, or with 0, it never does."""
    if change.type != LOG_GROUP:
        return
    if change.is_gone:
        if not is_true(change.before("skipDestroy")):
            yield Harm("deletes the log group with its records")
    elif change.stays:
        path = "retentionInDays"
        yield from _shortened(path, change.before(path) or None, change.after(path) or None, unset=math.inf)


def records_end(change: Change, _: Preview) -> Iterator[Harm]:
    """Something that records what happens is deleted; one that is replaced goes on."""
    if change.operation == "delete" and change.is_gone and change.type in RECORDERS:
        yield Harm(f"ends {RECORDERS[change.type]}")


def copies_end(change: Change, preview: Preview) -> Iterator[Harm]:
    """A backup plan, its selection, its vault, or a replication is deleted. A vault that is replaced starts empty."""
    if change.type not in COPIES or not change.is_gone:
        return
    if change.operation == "delete" and not preview.goes_with_its_owner(change):
        yield Harm(f"deletes {COPIES[change.type]}")
    elif change.operation == "replace" and change.type == "aws:backup/vault:Vault":
        yield Harm("replaces the backup vault by an empty one")


def backups_kept_shorter(change: Change, _: Preview) -> Iterator[Harm]:
    """A data store's own backups are kept for fewer days, or not made."""
    if not change.goes_on:
        return
    for path in DAYS_OF_BACKUPS:
        if change.before(path) is not None:
            yield from _shortened(path, change.before(path), change.after(path), unset=0)
    if turned_off(change, "pointInTimeRecovery.enabled"):
        yield Harm("ends backups to any point in time", "pointInTimeRecovery.enabled")
    if change.before("backupPolicy.status") == "ENABLED" != change.after("backupPolicy.status"):
        yield Harm("ends the file system's backups", "backupPolicy.status")


def backup_plan_is_thinned(change: Change, _: Preview) -> Iterator[Harm]:
    """A rule of a backup plan goes, keeps its backups for fewer days, or copies them nowhere any more."""
    if change.type != "aws:backup/plan:Plan" or not change.stays:
        return
    new = _by_key(change.after("rules"), "ruleName")
    for name, rule in _by_key(change.before("rules"), "ruleName").items():
        if name not in new:
            yield Harm(f"removes the rule {name}", "rules")
            continue
        path = "lifecycle.deleteAfter"
        yield from _shortened(f"rules.{name}.{path}", at(rule, path), at(new[name], path), unset=math.inf)
        if at(rule, "copyActions") and not at(new[name], "copyActions"):
            yield Harm("no longer copies backups elsewhere", f"rules.{name}.copyActions")


def backup_selection_shrinks(change: Change, _: Preview) -> Iterator[Harm]:
    """A backup plan covers less. Any change of a selection replaces it."""
    if change.type != "aws:backup/selection:Selection" or not change.goes_on:
        return
    old, new = items(change.before("resources")), change.new.inputs.get("resources")
    if missing := [each for each in old if each not in items(new)]:
        if UNKNOWN in (new, *items(new)):
            raise CannotTell("resources")
        yield Harm(f"no longer backs up {', '.join(map(show, missing))}", "resources")


def versions_end(change: Change, preview: Preview) -> Iterator[Harm]:
    """A bucket stops keeping old versions."""
    if change.type in VERSIONING:
        path = "versioningConfiguration.status"
        if change.before(path) != "Enabled":
            return
        if change.operation == "delete":
            if preview.loses(change):
                yield Harm("stops keeping old versions of objects")
        elif change.after(path) != "Enabled" and not preview.goes_with_its_owner(change):
            yield Harm("stops keeping old versions of objects", path)
    elif change.is_bucket and change.stays and turned_off(change, "versioning.enabled"):
        yield Harm("stops keeping old versions of objects", "versioning.enabled")


def objects_expire_earlier(change: Change, preview: Preview) -> Iterator[Harm]:
    """A bucket deletes objects, or their old versions, earlier than now, or for the first time."""
    if change.type in LIFECYCLES:
        path = "rules"
        if change.operation == "delete" or preview.goes_with_its_owner(change):
            return
        if change.is_new and preview.makes_bucket(change.new.inputs.get("bucket")):
            return
    elif change.is_bucket and change.stays:
        path = "lifecycleRules"
    else:
        return
    old = _by_key(change.before(path), "id")
    for name, rule in _by_key(change.after(path), "id").items():
        if _is_off(rule):
            continue
        before = {} if _is_off(old.get(name)) else old.get(name, {})
        for expiry in EXPIRY:
            yield from _shortened(f"{path}.{name}.{expiry}", at(before, expiry), at(rule, expiry), unset=math.inf)


def object_lock_is_loosened(change: Change, preview: Preview) -> Iterator[Harm]:
    """A bucket locks its objects for a shorter time, or no more."""
    if change.type != "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration" or change.is_new:
        return
    if change.operation == "delete":
        if preview.loses(change):
            yield Harm("ends the lock of objects")
        return
    for unit in ("days", "years"):
        path = f"rule.defaultRetention.{unit}"
        if change.before(path) is not None:
            yield from _shortened(path, change.before(path), change.after(path), unset=0)


def _is_off(rule: Any) -> bool:
    return at(rule, "status") == "Disabled" or at(rule, "enabled") is False


def _by_key(value: Any, key: str) -> dict[str, Any]:
    """A list of mappings by what each calls itself, or by place where it has no name."""
    return {str(at(each, key) or place): each for place, each in enumerate(items(value))}


def _shortened(path: str, old: Any, new: Any, *, unset: float) -> Iterator[Harm]:
    """A number of days that falls; `unset` is what AWS does without one."""
    if new is UNKNOWN:
        raise CannotTell(path)
    before, after = (unset if (days := number(each)) is None else days for each in (old, new))
    if after < before:
        yield Harm(f"shortens it from {_days(before)} to {_days(after)}", path)


def _days(count: float) -> str:
    return "for ever" if math.isinf(count) else f"{count:g} day{'s' * (count != 1)}"


LOGS: Final = Risk(
    id="logs-lost",
    title="A log group, or what records events, is deleted; logs are kept for a shorter time",
    why="What is not recorded any more is missing on the day that somebody asks.",
    judges=(logs_kept_shorter, records_end),
)
BACKUPS: Final = Risk(
    id="backups-lost",
    title="Backups, snapshots or replicas end, cover less, or are kept for a shorter time",
    why="The loss is noticed only when they are needed.",
    judges=(copies_end, backups_kept_shorter, backup_plan_is_thinned, backup_selection_shrinks),
)
VERSIONS: Final = Risk(
    id="versions-lost",
    title="A bucket stops keeping old versions, or deletes objects earlier",
    why="AWS deletes what has expired within a day, for good.",
    judges=(versions_end, objects_expire_earlier, object_lock_is_loosened),
)
