"""ChatRelay as one Fargate task: its containers meet on localhost, and what they keep outlives them."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud import get, wait_until

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud

STACK, REGION = "chatrelay-fargate", "us-east-1"
TLS = {"X-Forwarded-Proto": "https"}  # as behind the load balancer's listener on 443


@pytest.fixture(scope="module")
def chatrelay(cloud: Cloud) -> Cloud:
    cloud.ensure(STACK)
    return cloud


def chat(cloud: Cloud, message: str | None = None, cookie: str = "") -> tuple[dict[str, Any], str]:
    """The answer, and the cookie of the session."""
    headers = {**TLS, "Content-Type": "application/json", "Cookie": cookie}
    data = None if message is None else json.dumps({"message": message}).encode()
    request = urllib.request.Request(f"{cloud.url(STACK)}/chat", data, headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.load(response), response.headers.get("Set-Cookie") or ""


@pytest.mark.requirement("CHR-CMP-02", "CHR-DAT-01", "CHR-DAT-02", "CHR-CMP-05")
def test_sessions_and_history_outlive_the_task(chatrelay: Cloud) -> None:
    wait_until(lambda: get(f"{chatrelay.url(STACK)}/health")[0] == 200, "ChatRelay answers")
    first, cookie = chat(chatrelay, "one two three")
    assert first == {"reply": "You said 3 words.", "asked": 1}
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))
    session = cookie.partition(";")[0]
    assert chat(chatrelay, "one two", session)[0]["asked"] == 2

    ecs = chatrelay.client("ecs", REGION)
    cluster = chatrelay.state(STACK).outputs["cluster_name"]
    (task,) = ecs.list_tasks(cluster=cluster)["taskArns"]
    (described,) = ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"]
    assert {each["name"]: each["healthStatus"] for each in described["containers"]} == dict.fromkeys(
        ("agent-service", "mcp-gateway", "main-app"), "HEALTHY"
    )
    ecs.stop_task(cluster=cluster, task=task)
    wait_until(lambda: bool(set(ecs.list_tasks(cluster=cluster)["taskArns"]) - {task}), "another task takes over")
    wait_until(lambda: get(f"{chatrelay.url(STACK)}/health")[0] == 200, "ChatRelay answers again")

    kept, _ = chat(chatrelay, cookie=session)
    assert kept["asked"] == 2
    assert [message["text"] for message in kept["messages"]][-4::2] == ["one two three", "one two"]


@pytest.mark.requirement("CHR-DR-01")
def test_the_copy_of_its_files_is_in_the_other_region(chatrelay: Cloud) -> None:
    source = chatrelay.resource(STACK, "aws:efs/fileSystem:FileSystem", "data")["id"]
    (replica,) = chatrelay.client("efs", REGION).describe_replication_configurations(FileSystemId=source)[
        "Replications"
    ]
    (destination,) = replica["Destinations"]
    assert (destination["Region"], destination["Status"]) == ("us-west-2", "ENABLED")
