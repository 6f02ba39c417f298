"""Snapshots of databases with their data: MiniStack's are records, and what is restored of one is empty.

Here a snapshot of an instance that runs keeps a dump of its database, made inside its container, and an instance that
is restored of it is another container into which that dump is read. It is told as ``creating`` until then.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
"""

from __future__ import annotations

import io
import tarfile
import time
from dataclasses import dataclass
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import rds

OK = 200
DUMP, FOLDER = "snapshot.sql", "/tmp"  # noqa: S108 - of the container, which is the database's own
START_SECONDS, POLL_SECONDS = 120, 0.3


@dataclass(frozen=True)
class Kept:
    """What a snapshot has of its instance: the data, and the password that is in it."""

    dump: bytes
    password: str


_kept: dict[str, Kept] = {}


def install() -> None:
    """Lays it over MiniStack's own snapshots. After managed_password, whose CreateDBInstance it calls."""
    actions, told = rds._ACTION_MAP, rds._instance_xml
    create, create_snapshot = actions["CreateDBInstance"], actions["CreateDBSnapshot"]
    restore, delete_snapshot = actions["RestoreDBInstanceFromDBSnapshot"], actions["DeleteDBSnapshot"]

    def create_with_data(params: Any) -> Any:
        answer = create_snapshot(params)
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if answer[0] == OK and instance is not None and (dump := dumped(instance)) is not None:
            arn = rds._snapshots[rds._p(params, "DBSnapshotIdentifier")]["DBSnapshotArn"]
            _kept[arn] = Kept(dump, instance.get("_MasterUserPassword", "password"))
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
        if kept is None:
            return restore(params)
        same = ("Engine", "EngineVersion", "MasterUsername", "DBName", "AllocatedStorage", "DBInstanceClass")
        given = {name: [str(snapshot[name])] for name in same if snapshot.get(name)}
        answer = create({**given, "MasterUserPassword": [kept.password], **params})
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if answer[0] != OK or instance is None:
            return answer
        instance["_reading_snapshot"] = True
        spawn_background(lambda: read(instance, kept.dump))
        body = f"<DBInstance>{rds._instance_xml(instance)}</DBInstance>"
        action = "RestoreDBInstanceFromDBSnapshot"
        return rds._xml(OK, f"{action}Response", f"<{action}Result>{body}</{action}Result>")

    def tell(instance: dict[str, Any]) -> str:
        reading = {"DBInstanceStatus": "creating"} if instance.get("_reading_snapshot") else {}
        return str(told({**instance, **reading}))

    actions |= {
        "CreateDBSnapshot": create_with_data,
        "DeleteDBSnapshot": delete_with_data,
        "RestoreDBInstanceFromDBSnapshot": restore_with_data,
    }
    rds._instance_xml = tell


def dumped(instance: dict[str, Any]) -> bytes | None:
    """The data of an instance as SQL; None where it has no container."""
    container = _container(instance)
    if container is None:
        return None
    command = ["pg_dump", f"--username={instance['MasterUsername']}", "--no-owner", instance["DBName"] or "postgres"]
    code, (dump, problem) = container.exec_run(command, demux=True)
    if code != 0:
        raise RuntimeError(f"pg_dump ended with {code}: {problem!r}")
    return bytes(dump or b"")


def read(instance: dict[str, Any], dump: bytes) -> None:
    """Read a dump into an instance once that is available; one that cannot be read makes it failed."""
    try:
        _read(_started(instance), instance, dump)
    except Exception:
        instance["DBInstanceStatus"] = "failed"
        raise
    finally:
        instance.pop("_reading_snapshot", None)


def _read(container: Any, instance: dict[str, Any], dump: bytes) -> None:
    container.put_archive(FOLDER, _archive(dump))
    user, file = f"--username={instance['MasterUsername']}", f"--file={FOLDER}/{DUMP}"
    command = ["psql", user, "--quiet", "--set=ON_ERROR_STOP=1", file, instance["DBName"] or "postgres"]
    code, output = container.exec_run(command)
    if code != 0:
        raise RuntimeError(f"psql ended with {code}: {output!r}")


def _started(instance: dict[str, Any]) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if instance["DBInstanceStatus"] == "available" and (container := _container(instance)) is not None:
            return container
        time.sleep(POLL_SECONDS)
    raise RuntimeError("the database did not start")


def _container(instance: dict[str, Any]) -> Any:
    docker, container_id = rds._get_docker(), instance.get("_docker_container_id")
    return docker.containers.get(container_id) if docker is not None and container_id else None


def _archive(dump: bytes) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        entry = tarfile.TarInfo(DUMP)
        entry.size, entry.mode = len(dump), 0o644
        archive.addfile(entry, io.BytesIO(dump))
    return whole.getvalue()
