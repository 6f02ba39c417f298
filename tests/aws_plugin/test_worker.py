"""RapidPhoto's function, as the plugin makes it: fed by its queue through the alias, with poison among the messages."""

from __future__ import annotations

import base64
import json
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from components.compute.bundle import bundle
from local.aws_plugin.assets import Archive
from tests.aws_plugin.conftest import SETTINGS, World

pytestmark = [pytest.mark.emulator, pytest.mark.requirement("RPH-CMP-02", "RPH-DAT-04", "RPH-SEC-05", "RPH-SEC-06")]
CODE = Path(__file__).resolve().parents[2] / "systems" / "rapidphoto" / "image-processor"
RUNTIME = "python3.11"
VISIBILITY, RECEIVES = 2, 2
SECONDS = 60


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    pixels = zlib.compress(bytes([0, 255, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Deployed:
    """The function, its queues and its bucket."""

    s3: Any
    sqs: Any
    functions: Any
    bucket: str
    queue: str
    dead_letters: str
    function: str
    alias_arn: str

    def send(self, *keys: str) -> None:
        """Puts a message for each photo into the queue, all at once."""
        entries = [
            {"Id": str(number), "MessageBody": json.dumps({"bucket": self.bucket, "key": key})}
            for number, key in enumerate(keys)
        ]
        assert not self.sqs.send_message_batch(QueueUrl=self.queue, Entries=entries).get("Failed")

    def count(self, queue: str) -> int:
        """Messages in a queue, hidden ones too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def thumbnails(self) -> dict[str, str]:
        """ETags of the thumbnails by their keys."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="thumbnails/").get("Contents", [])
        return {each["Key"]: each["ETag"] for each in found}


def until(true: Any, what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, f"not within {SECONDS} s: {what}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def deployed(world: World, endpoints: dict[str, str]) -> Deployed:
    def client(service: Any) -> Any:
        return boto3.client(service, region_name=SETTINGS.region)

    def make(token: str, **inputs: Any) -> dict[str, Any]:
        made_id, outputs = world.lifecycle(token).create(world.checked(token, inputs))
        return {**outputs, "id": made_id}

    assert endpoints
    packed, version = bundle(CODE, RUNTIME)
    role = world.outputs("role")
    bucket = make("aws:s3/bucket:Bucket", bucket="worker-test-photos")["id"]
    dead = make("aws:sqs/queue:Queue", name="worker-test-dead-letters")
    redrive = json.dumps({"deadLetterTargetArn": dead["arn"], "maxReceiveCount": RECEIVES})
    queue = make("aws:sqs/queue:Queue", name="worker-test", visibilityTimeoutSeconds=VISIBILITY, redrivePolicy=redrive)
    function = make(
        "aws:lambda/function:Function", name="worker-test", role=role["arn"], runtime=RUNTIME,
        handler="processor.handler", code=Archive(version, path=str(packed)), timeout=VISIBILITY, publish=True,
    )  # fmt: skip
    alias = make("aws:lambda/alias:Alias", name="prod", functionName="worker-test", functionVersion=function["version"])
    make(
        "aws:lambda/eventSourceMapping:EventSourceMapping", eventSourceArn=queue["arn"], functionName=alias["arn"],
        batchSize=10, functionResponseTypes=["ReportBatchItemFailures"], scalingConfig={"maximumConcurrency": 2},
    )  # fmt: skip
    return Deployed(
        client("s3"), client("sqs"), client("lambda"), bucket, queue["id"], dead["id"], "worker-test", alias["arn"]
    )  # fmt: skip


def put(deployed: Deployed, name: str, body: bytes) -> str:
    key = f"uploads/{name}"
    deployed.s3.put_object(Bucket=deployed.bucket, Key=key, Body=body)
    return key


def test_a_photo_gets_its_thumbnail_and_the_queue_empties(deployed: Deployed) -> None:
    deployed.send(put(deployed, "one", png()))
    until(lambda: "thumbnails/one.jpg" in deployed.thumbnails(), "a thumbnail")
    until(lambda: deployed.count(deployed.queue) == 0, "an empty queue")
    made = deployed.s3.get_object(Bucket=deployed.bucket, Key="thumbnails/one.jpg")
    assert made["Body"].read(3) == b"\xff\xd8\xff"


def test_poison_goes_to_the_dead_letters_and_its_companions_are_processed(deployed: Deployed) -> None:
    poison = put(deployed, "poison", b"no picture")
    deployed.send(put(deployed, "two", png()), poison, put(deployed, "three", png()))
    until(lambda: deployed.count(deployed.dead_letters) == 1, "a dead letter")
    (letter,) = deployed.sqs.receive_message(
        QueueUrl=deployed.dead_letters, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )["Messages"]
    assert json.loads(letter["Body"])["key"] == poison
    assert int(letter["Attributes"]["ApproximateReceiveCount"]) > RECEIVES
    assert deployed.count(deployed.queue) == 0
    assert {"thumbnails/two.jpg", "thumbnails/three.jpg"} <= set(deployed.thumbnails())
    assert "thumbnails/poison.jpg" not in deployed.thumbnails()


def test_a_message_that_comes_twice_changes_nothing(deployed: Deployed) -> None:
    key = put(deployed, "twice", png())
    deployed.send(key)
    until(lambda: "thumbnails/twice.jpg" in deployed.thumbnails(), "a thumbnail")
    head = deployed.s3.head_object(Bucket=deployed.bucket, Key="thumbnails/twice.jpg")
    time.sleep(1.1)  # S3 tells the time of a change in seconds
    deployed.send(key, key)
    until(lambda: deployed.count(deployed.queue) == 0, "an empty queue")
    again = deployed.s3.head_object(Bucket=deployed.bucket, Key="thumbnails/twice.jpg")
    assert again["LastModified"] == head["LastModified"]


def test_it_is_the_alias_that_is_invoked(deployed: Deployed) -> None:
    """The version that the alias names runs, whatever the newest code is."""
    broken = base64.b64decode("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==")  # a zip file with nothing in it
    deployed.functions.update_function_code(FunctionName=deployed.function, ZipFile=broken)
    deployed.functions.get_waiter("function_updated_v2").wait(FunctionName=deployed.function)
    deployed.send(put(deployed, "after", png()))
    until(lambda: "thumbnails/after.jpg" in deployed.thumbnails(), "a thumbnail")
    assert deployed.alias_arn.endswith(":worker-test:prod")
