"""ChatRelay's gateway and agent as processes that reach each other on localhost, and the main application's parts."""

from __future__ import annotations

import importlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

APPS = Path(__file__).resolve().parents[2] / "systems" / "chatrelay"
MAIN = APPS / "main-app"
NODE = shutil.which("node") or ""
GOOD = {"REDIS_URL": "rediss://:token@cache.example:6379/0", "SESSION_SECRET": "s" * 64}

pytestmark = [
    pytest.mark.skipif(not NODE, reason="no Node: ChatRelay's containers need version 20"),
    pytest.mark.requirement("CHR-CMP-02"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def request(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data, timeout=5) as response:  # noqa: S310 - loopback
        return json.load(response)


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """The gateway, running; its URL."""
    port = free_port()
    environment = {"PORT": str(port), "PATH": "/usr/bin"}
    process = subprocess.Popen([NODE, "server.js"], cwd=APPS / "mcp", env=environment)
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            request(f"{url}/health")
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    yield url
    process.terminate()
    assert process.wait(5) == 0  # it ends when it is asked to


@pytest.fixture
def agent(gateway: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.syspath_prepend(str(APPS / "agent-service"))
    monkeypatch.setenv("TOOL_BRIDGE_URL", gateway)
    yield TestClient(importlib.import_module("agent.application").app)
    for name in [name for name in sys.modules if name.partition(".")[0] == "agent"]:
        del sys.modules[name]


@pytest.mark.requirement("CHR-CMP-05")
def test_each_says_that_it_is_healthy(gateway: str, agent: TestClient) -> None:
    assert request(f"{gateway}/health") == {"status": "healthy"}
    assert agent.get("/health").json() == {"status": "healthy"}


def test_the_agent_answers_by_a_tool_of_the_gateway(agent: TestClient) -> None:
    assert agent.post("/reply", json={"message": "one two three"}).json() == {"reply": "You said 3 words."}


def test_the_agent_says_so_when_the_tools_do_not_answer(agent: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOL_BRIDGE_URL", f"http://127.0.0.1:{free_port()}")
    answer = agent.post("/reply", json={"message": "hello"})
    assert (answer.status_code, answer.json()["detail"]) == (502, "the tools do not answer")


@pytest.mark.parametrize("message", ["", "x" * 16_385, None, 7])
def test_the_agent_refuses_what_is_no_message(agent: TestClient, message: Any) -> None:
    assert agent.post("/reply", json={"message": message}).status_code == 422


@pytest.mark.requirement("CHR-CMP-03")
def test_the_gateway_lists_its_tools(gateway: str) -> None:
    answer = request(f"{gateway}/mcp", {"jsonrpc": "2.0", "id": 7, "method": "tools/list"})
    assert answer["id"] == 7
    assert {tool["name"] for tool in answer["result"]["tools"]} == {"count_words", "reverse"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rm", "arguments": {}}}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "constructor"}}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call"}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "toString"}, -32601),
        ([], -32601),
        (None, -32700),
    ],
)
def test_the_gateway_says_what_is_wrong(gateway: str, body: Any, code: int) -> None:
    data = b"{" if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{gateway}/mcp", data, timeout=5) as response:  # noqa: S310 - loopback
        assert json.load(response)["error"]["code"] == code


def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [NODE, "--input-type=module", "--eval", script]
    return subprocess.run(command, cwd=MAIN, env=environment, capture_output=True, text=True, timeout=60, check=False)


SHOW_SETTINGS = "import {settings} from './settings.js'; console.log(JSON.stringify(settings(process.env)))"


@pytest.mark.requirement("CHR-CFG-01")
def test_the_main_application_takes_its_settings_from_the_environment() -> None:
    found = json.loads(run(SHOW_SETTINGS, NODE_ENV="production", **GOOD).stdout)
    assert (found["port"], found["historyMaxMessages"], found["production"]) == (8081, 50, True)
    assert found["agentUrl"] == "http://localhost:8090"


@pytest.mark.requirement("CHR-CFG-01", "CHR-DAT-01")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"REDIS_URL": "redis://cache.example:6379"}, "TLS only"),
        ({"SESSION_SECRET": "short"}, "SESSION_SECRET must have at least 32 characters"),
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"HISTORY_MAX_MESSAGES": "0"}, "HISTORY_MAX_MESSAGES must be a whole number"),
    ],
)
def test_the_main_application_does_not_start_with_wrong_settings(wrong: dict[str, str], words: str) -> None:
    done = run(SHOW_SETTINGS, **{**GOOD, **wrong})
    assert done.returncode != 0
    assert words in done.stderr


@pytest.mark.requirement("CHR-DAT-02")
def test_instances_that_write_at_once_lose_nothing_of_the_history(tmp_path: Path) -> None:
    script = """
        import {History} from './history.js';
        const history = new History(process.env.FILE, 1000);
        await Promise.all([...Array(10).keys()].map((n) => history.add({from: process.env.WHO, n})));
    """
    file = tmp_path / "history.json"
    environment = {"FILE": str(file)}
    command = [NODE, "--input-type=module", "--eval", script]
    running = [subprocess.Popen(command, cwd=MAIN, env={**environment, "WHO": who}) for who in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    kept = {(message["from"], message["n"]) for message in json.loads(file.read_text())}
    assert kept == {(who, n) for who in "abc" for n in range(10)}
    assert [path.name for path in tmp_path.iterdir()] == ["history.json"]


@pytest.mark.requirement("CHR-CFG-01")
def test_the_history_keeps_the_last_messages_and_forgets_a_dead_instances_lock(tmp_path: Path) -> None:
    file, lock = tmp_path / "history.json", tmp_path / "history.json.lock"
    lock.touch()
    script = """
        import {utimes} from 'node:fs/promises';
        import {History} from './history.js';
        await utimes(process.env.FILE + '.lock', 0, 0);
        const history = new History(process.env.FILE, 2);
        for (const n of [1, 2, 3]) await history.add({n});
        console.log(JSON.stringify(await history.read()));
    """
    assert json.loads(run(script, FILE=str(file)).stdout) == [{"n": 2}, {"n": 3}]
    assert not lock.exists()
