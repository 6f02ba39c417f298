"""RapidPhoto's backend: what it takes and refuses, the order of what it does, and its migrations."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Self

import pytest
from botocore.exceptions import ClientError
from fastapi.testclient import TestClient

BACKEND = Path(__file__).resolve().parents[2] / "systems" / "rapidphoto" / "backend"
sys.path.insert(0, str(BACKEND))  # in the image, its folder is where Python starts

from rapidphoto.migrate import Migration, migrations  # noqa: E402

from tests.apps.suites import answered_otherwise  # noqa: E402


class Recorded:
    """Stands in for S3, SQS and the database, and keeps the order in which they are asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def put_object(self, **request: Any) -> None:
        self.calls.append(("s3", request))

    def send_message(self, **request: Any) -> None:
        self.calls.append(("sqs", request))

    def get_object(self, **request: Any) -> None:
        raise ClientError({"Error": {"Code": "NoSuchKey", "Message": request["Key"]}}, "GetObject")

    def execute(self, _statement: str, values: tuple[Any, ...]) -> Self:
        self.calls.append(("database", values))
        return self

    def cursor(self, **_: Any) -> Self:
        return self

    def fetchall(self) -> list[Any]:
        return []


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, recorded: Recorded) -> TestClient:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("PHOTOS_BUCKET", "photos")
    monkeypatch.setenv("IMAGE_PROCESSOR_QUEUE_URL", "https://sqs.example/q")
    application = importlib.import_module("rapidphoto.application")
    monkeypatch.setattr(application, "s3", recorded)
    monkeypatch.setattr(application, "sqs", recorded)
    monkeypatch.setattr(application, "connect", lambda: recorded)
    return TestClient(application.app)


@pytest.mark.requirement("RPH-CMP-03")
def test_it_is_well_without_what_it_stands_on(client: TestClient, recorded: Recorded) -> None:
    assert client.get("/health").status_code == 200
    assert recorded.calls == []


@pytest.mark.requirement("RPH-DAT-02", "RPH-DAT-04")
def test_no_message_names_what_is_not_there_yet(client: TestClient, recorded: Recorded) -> None:
    answer = client.post("/api/photos", content=b"photo", headers={"Content-Type": "image/png"})
    assert answer.status_code == 202
    (_, kept), (_, row), (_, sent) = recorded.calls
    assert [name for name, _ in recorded.calls] == ["s3", "database", "sqs"]
    key = f"uploads/{answer.json()['id']}"
    assert (kept["Bucket"], kept["Key"], kept["Body"]) == ("photos", key, b"photo")
    assert row[1:] == (key, "image/png", 5)
    assert json.loads(sent["MessageBody"]) == {"bucket": "photos", "key": key}


@pytest.mark.parametrize(("kind", "size", "status"), [("text/html", 5, 415), ("image/png", 10 * 2**20 + 1, 413)])
def test_what_is_no_photo_is_kept_nowhere(
    client: TestClient, recorded: Recorded, kind: str, size: int, status: int
) -> None:
    answer = client.post("/api/photos", content=b"x" * size, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert recorded.calls == []


@pytest.mark.parametrize("name", ["rapidphoto-prod", "rapidphoto-dev"])
def test_what_validation_asks_for_is_answered_and_keeps_nothing(
    client: TestClient, recorded: Recorded, name: str
) -> None:
    assert answered_otherwise(name, client, elsewhere=["/"]) == []
    assert {asked for asked, _ in recorded.calls} == {"database"}


@pytest.mark.requirement("RPH-DAT-01")
def test_migrations_run_by_number_and_not_by_name(tmp_path: Path) -> None:
    for name in ("V10__last.sql", "V2__next_one.sql", "V1__first.sql", "notes.sql"):
        (tmp_path / name).write_text("SELECT 1;\n")
    assert [(each.version, each.description) for each in migrations(tmp_path)] == [
        (1, "first"),
        (2, "next one"),
        (10, "last"),
    ]
    assert [each.version for each in migrations()] == [1, 2]


@pytest.mark.requirement("RPH-DAT-01")
def test_checksums_are_flyways() -> None:
    """CRC-32 of the lines alone, signed: line ends of other systems change nothing."""
    unix, windows = (Migration(1, "x", "V1__x.sql", text) for text in ("12345\n6789\n", "12345\r\n6789\r\n"))
    assert unix.checksum == windows.checksum == 0xCBF43926 - 2**32
