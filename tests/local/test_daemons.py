from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from local import daemons, ports
from local.daemons import Daemon, Record
from local.errors import LocalCloudError

SERVE = """
import http.server, sys
http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind="127.0.0.1")
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def web_server(port: int, **changes: object) -> Daemon:
    daemon = {"name": "web", "command": ("python3", "-c", SERVE, str(port)), "ready": lambda: listens(port)}
    return Daemon(**{**daemon, **changes})  # type: ignore[arg-type]


@pytest.mark.usefixtures("state")
def test_a_daemon_is_recorded_answers_and_is_stopped_by_its_pid():
    port = ports.any_free()
    daemon = web_server(port)

    daemon.start()
    record = daemons.recorded()["web"]
    assert record.alive
    assert daemon.running()
    assert listens(port)

    assert daemons.stop("web")
    assert daemons._until(lambda: not listens(port), 2.0)
    assert daemons.recorded() == {}


@pytest.mark.usefixtures("state")
def test_a_daemon_that_would_be_started_differently_counts_as_not_running():
    port = ports.any_free()
    web_server(port).start()
    try:
        assert web_server(port).running()
        assert not web_server(port, env={"LEVEL": "debug"}).running()
    finally:
        daemons.stop("web")


@pytest.mark.usefixtures("state")
def test_each_life_of_a_daemon_has_a_name_of_its_own():
    daemon = web_server(ports.any_free())
    daemon.start()
    first = daemons.boot_id("web")
    daemon.start()
    second = daemons.boot_id("web")
    daemons.stop("web")
    assert first is not None
    assert second is not None
    assert first != second
    assert daemons.boot_id("web") is None


@pytest.mark.usefixtures("state")
def test_a_stranger_that_was_given_the_recorded_pid_is_left_alone():
    with subprocess.Popen(["sleep", "60"]) as stranger:
        daemons.pid_file("web").write_text(f"{stranger.pid} digest 12345\n")
        assert daemons.boot_id("web") is None
        assert daemons.stop("web") is False
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.usefixtures("state")
def test_a_daemon_that_ends_at_once_is_told_with_its_last_words():
    broken = web_server(1, command=("/bin/sh", "-c", "echo no such option >&2; exit 3"), ready=lambda: False)
    with pytest.raises(LocalCloudError, match=r"web stopped with exit code 3(.|\n)*no such option"):
        broken.start()
    assert daemons.recorded() == {}


@pytest.mark.usefixtures("state")
def test_a_daemon_that_never_answers_is_stopped_again():
    mute = web_server(1, command=("sleep", "60"), ready=lambda: False, timeout=0.3)
    with pytest.raises(LocalCloudError, match="did not answer"):
        mute.start()
    assert daemons.recorded() == {}


@pytest.mark.usefixtures("state")
def test_a_daemon_deaf_to_sigterm_is_killed():
    deaf = web_server(1, command=("/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"), ready=lambda: True)
    deaf.start()
    record = daemons.recorded()["web"]
    time.sleep(0.2)  # let the shell set its trap
    assert daemons.stop("web", timeout=0.3)
    assert not record.alive


@pytest.mark.usefixtures("state")
def test_the_record_is_the_childs_own_work_so_that_none_runs_unrecorded(tmp_path: Path):
    file = tmp_path / "x.pid"
    command = ["/bin/sh", "-c", daemons.RECORD_AND_EXEC, str(file), "digest", "sleep", "60"]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + 5
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert Record.read(file) == Record(process.pid, "digest", str(daemons.start_time(process.pid)))
        process.kill()


@pytest.mark.parametrize("text", ["", "abc", "12", "x y z", "12 digest"])
def test_a_damaged_pid_file_is_no_record(text: str, tmp_path: Path):
    file = tmp_path / "damaged.pid"
    file.write_text(text)
    assert Record.read(file) is None


def test_start_time_tells_processes_apart():
    assert daemons.start_time(os.getpid()) == daemons.start_time(os.getpid())
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    assert daemons.start_time(ended.pid) is None
