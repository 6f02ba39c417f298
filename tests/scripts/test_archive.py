"""Archives of buckets and logs: made, found by date, put back, in another stack too."""

from __future__ import annotations

import io
import tarfile
import time
from typing import TYPE_CHECKING

import pytest

from scripts.backup.archive import archive, archives, newest, sources, unpack
from scripts.errors import PlinthError
from tests.scripts.stacks import REGION, TestCloud, operations, platform, target

if TYPE_CHECKING:
    from scripts.target import Target

pytestmark = pytest.mark.emulator

CONTENT = {"config": {"app.yaml": b"a: 1\n"}, "uploads": {"letters/a.txt": b"a letter", "empty": b""}}


@pytest.fixture(scope="module")
def cloud(endpoints: dict[str, str]) -> TestCloud:
    return TestCloud(endpoints)


def stack(cloud: TestCloud, name: str) -> Target:
    """A stack with three buckets and a log group, all of them empty."""
    buckets = {key: f"{name}-{key}" for key in ("backups", "config", "uploads")}
    where = {"LocationConstraint": REGION}
    for each in (*buckets.values(), f"{name}-operations"):
        cloud.client("s3").create_bucket(Bucket=each, CreateBucketConfiguration=where)
    groups = {"tasks": f"/ecs/{name}", "exec": f"/ecs/{name}/exec"}
    shared = platform(buckets=buckets, log_groups=groups, system=name, environment="prod")
    return target(cloud, platform=shared, operations=operations(f"{name}-operations"))


@pytest.fixture(scope="module")
def shop(cloud: TestCloud) -> Target:
    """With objects, and two lines in the log."""
    shop = stack(cloud, "archived")
    for key, objects in CONTENT.items():
        for name, body in objects.items():
            cloud.client("s3").put_object(Bucket=f"archived-{key}", Key=name, Body=body, ContentType="text/plain")
    logs, group = cloud.client("logs"), {"logGroupName": "/ecs/archived"}
    logs.create_log_group(**group)
    logs.create_log_stream(**group, logStreamName="backend/app/1")
    moment = int(time.time() * 1000)
    events = [{"timestamp": moment + index, "message": text} for index, text in enumerate(("first", "second"))]
    logs.put_log_events(**group, logStreamName="backend/app/1", logEvents=events)
    return shop


@pytest.mark.requirement("AUT-OPS-02")
def test_an_archive_has_the_objects_of_buckets_and_a_week_of_logs(shop: Target) -> None:
    chosen = sources(shop, "backups", [])
    made = archive(shop, "backups", chosen)
    assert made.objects == {"config": 1, "uploads": 2}
    assert made.archive.startswith("application-data/archived-data-prod-20")
    body = shop.cloud.client("s3").get_object(Bucket="archived-backups", Key=made.archive)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        found = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    lines = found.pop("logs/application-logs.txt").decode().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["first", "second"]
    assert all(line.split()[1:3] == ["/ecs/archived", "backend/app/1"] for line in lines)
    assert found == {f"{key}/{name}": body for key, objects in CONTENT.items() for name, body in objects.items()}


@pytest.mark.requirement("AUT-DR-01")
def test_an_archive_is_put_into_another_stack_with_the_types_of_its_objects(cloud: TestCloud, shop: Target) -> None:
    made, s3 = archive(shop, "backups", ["config", "uploads"]), cloud.client("s3")
    recovery = stack(cloud, "unpacked")
    s3.copy_object(Bucket="unpacked-backups", Key=made.archive, CopySource={"Bucket": made.bucket, "Key": made.archive})
    done = unpack(recovery, "backups", newest(recovery, "backups", ""))
    assert done.objects == made.objects
    for key, objects in CONTENT.items():
        for name, body in objects.items():
            answer = s3.get_object(Bucket=f"unpacked-{key}", Key=name)
            assert (answer["Body"].read(), answer["ContentType"]) == (body, "text/plain")


@pytest.mark.requirement("AUT-DR-01", "AUT-DR-02")
def test_of_several_archives_of_a_date_the_newest_is_taken(cloud: TestCloud) -> None:
    other = stack(cloud, "several")
    # The environment's name comes before the moment, and says nothing about it.
    for name in ("z-20261120_010000", "a-20261122_010000", "b-20261122_230000"):
        cloud.client("s3").put_object(Bucket="several-backups", Key=f"application-data/several-data-{name}.tar.gz")
    assert newest(other, "backups", "20261122").endswith("b-20261122_230000.tar.gz")
    assert [name[-22:-7] for name in archives(other, "backups", "")] == [
        "20261122_230000", "20261122_010000", "20261120_010000",
    ]  # fmt: skip
    with pytest.raises(PlinthError, match="no archive with '20251231'"):
        newest(other, "backups", "20251231")


def test_an_archive_is_not_put_into_itself_and_names_are_buckets(shop: Target) -> None:
    with pytest.raises(PlinthError, match="is put into backups itself"):
        sources(shop, "backups", ["backups"])
    with pytest.raises(PlinthError, match="there is no bucket called 'uplods'") as told:
        sources(shop, "backups", ["uplods"])
    assert "uploads" in told.value.remedy
