"""Databases made of backups, with their data: MiniStack's snapshots are records, and what is restored of one is empty.

Here a snapshot of an instance that runs keeps a dump of its database, made inside its container, and an instance that
is restored is another container into which that dump is read. It is told as ``creating`` until then.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
"""

from __future__ import annotations

import io
import re
import tarfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import rds

OK = 200
DUMP, FOLDER = "snapshot.sql", "/tmp"  # noqa: S108 - of the container, which is the database's own
START_SECONDS, POLL_SECONDS = 120, 0.3
_RESTRICT = re.compile(rb"^\\(un)?restrict .*\n", re.MULTILINE)
"""A pair of lines with a key that pg_dump draws anew each time: without them equal data are equal dumps."""
_INHERITED = ("Engine", "EngineVersion", "MasterUsername", "DBName", "AllocatedStorage", "DBInstanceClass")


@dataclass(frozen=True)
class Kept:
    """A database as it was: its data, the password of its master, and what of the instance goes with the data."""

    dump: bytes | None
    """As SQL; None of an instance that no container backs."""
    password: str
    settings: Mapping[str, str]

    @classmethod
    def of(cls, instance: Mapping[str, Any]) -> Kept:
        """A copy of an instance as it is now."""
        settings = {name: str(instance[name]) for name in _INHERITED if instance.get(name)}
        settings["StorageEncrypted"] = "true" if instance.get("StorageEncrypted") else "false"
        return cls(dumped(instance), instance.get("_MasterUserPassword", "password"), settings)


_kept: dict[str, Kept] = {}


def install() -> None:
    """Lays it over MiniStack's own snapshots. After managed_password, whose CreateDBInstance is called."""
    actions, told = rds._ACTION_MAP, rds._instance_xml
    create_snapshot, restore = actions["CreateDBSnapshot"], actions["RestoreDBInstanceFromDBSnapshot"]
    delete_snapshot, modify = actions["DeleteDBSnapshot"], actions["ModifyDBInstance"]

    def create_with_data(params: Any) -> Any:
        answer = create_snapshot(params)
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if answer[0] == OK and instance is not None:
            _kept[rds._snapshots[rds._p(params, "DBSnapshotIdentifier")]["DBSnapshotArn"]] = Kept.of(instance)
        return answer

    def delete_with_data(params: Any) -> Any:
        snapshot = rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier")) or {}
        answer = delete_snapshot(params)
        if answer[0] == OK:
            _kept.pop(snapshot.get("DBSnapshotArn", ""), None)
        return answer

    def restore_with_data(params: Any) -> Any:
        snapshot = rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier")) or {}
        kept = _kept.get(snapshot.get("DBSnapshotArn", ""))
        return restore(params) if kept is None else made_of(kept, params, "RestoreDBInstanceFromDBSnapshot")

    def modify_insights(params: Any) -> Any:
        """MiniStack leaves these out: an instance that is made of a backup gets them by a change."""
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if instance is not None and (enabled := rds._p(params, "EnablePerformanceInsights")):
            instance["PerformanceInsightsEnabled"] = enabled == "true"
            if days := rds._p(params, "PerformanceInsightsRetentionPeriod"):
                instance["PerformanceInsightsRetentionPeriod"] = int(days)
        return modify(params)

    def tell(instance: dict[str, Any]) -> str:
        reading = {"DBInstanceStatus": "creating"} if instance.get("_reading_snapshot") else {}
        return str(told({**instance, **reading}))

    actions |= {
        "CreateDBSnapshot": create_with_data,
        "DeleteDBSnapshot": delete_with_data,
        "ModifyDBInstance": modify_insights,
        "RestoreDBInstanceFromDBSnapshot": restore_with_data,
    }
    rds._instance_xml = tell


def made_of(kept: Kept, params: Mapping[str, Any], action: str) -> Any:
    """The answer to `action`: an instance with that data, and with the settings of `params` over those it had."""
    given: dict[str, Any] = {name: [value] for name, value in kept.settings.items()}
    if rds._p(params, "ManageMasterUserPassword") != "true":
        given["MasterUserPassword"] = [kept.password]
    create: Callable[[Any], Any] = rds._ACTION_MAP["CreateDBInstance"]
    answer = create({**given, **params})
    instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
    if answer[0] != OK or instance is None:
        return answer
    if (dump := kept.dump) is not None:
        instance["_reading_snapshot"] = True
        spawn_background(lambda: read(instance, dump))
    body = f"<DBInstance>{rds._instance_xml(instance)}</DBInstance>"
    return rds._xml(OK, f"{action}Response", f"<{action}Result>{body}</{action}Result>")


def dumped(instance: Mapping[str, Any]) -> bytes | None:
    """The data of an instance as SQL; None where it has no container."""
    container = _container(instance)
    if container is None:
        return None
    command = ["pg_dump", f"--username={instance['MasterUsername']}", "--no-owner", instance["DBName"] or "postgres"]
    code, (dump, problem) = container.exec_run(command, demux=True)
    if code != 0:
        raise RuntimeError(f"pg_dump ended with {code}: {problem!r}")
    return _RESTRICT.sub(b"", dump or b"")


def read(instance: dict[str, Any], dump: bytes) -> None:
    """Read a dump into an instance once that is available; one that cannot be read makes it failed."""
    try:
        _read(_started(instance), instance, dump)
    except Exception:
        instance["DBInstanceStatus"] = "failed"
        raise
    finally:
        instance.pop("_reading_snapshot", None)


def _read(container: Any, instance: Mapping[str, Any], dump: bytes) -> None:
    container.put_archive(FOLDER, _archive(dump))
    user, file = f"--username={instance['MasterUsername']}", f"--file={FOLDER}/{DUMP}"
    command = ["psql", user, "--quiet", "--set=ON_ERROR_STOP=1", file, instance["DBName"] or "postgres"]
    code, output = container.exec_run(command)
    if code != 0:
        raise RuntimeError(f"psql ended with {code}: {output!r}")


def _started(instance: Mapping[str, Any]) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if instance["DBInstanceStatus"] == "available" and (container := _container(instance)) is not None:
            return container
        time.sleep(POLL_SECONDS)
    raise RuntimeError("the database did not start")


def _container(instance: Mapping[str, Any]) -> Any:
    docker, container_id = rds._get_docker(), instance.get("_docker_container_id")
    return docker.containers.get(container_id) if docker is not None and container_id else None


def _archive(dump: bytes) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        entry = tarfile.TarInfo(DUMP)
        entry.size, entry.mode = len(dump), 0o644
        archive.addfile(entry, io.BytesIO(dump))
    return whole.getvalue()
