"""Background processes with a pid file that cannot name a stranger.

The file holds the pid, when that process started, and a digest of how it was started. It is written by
the child itself before it becomes the daemon, so there is no moment at which a daemon runs unrecorded,
whenever `make up` is interrupted. A pid that was given to another process meanwhile has another start
time and is left alone.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from local import paths
from local.commands import clean_env
from local.errors import LocalCloudError

# Writes "pid digest start-time" to $0, digest in $1, then becomes the daemon. /proc first: slim images have no ps.
RECORD_AND_EXEC = """
digest=$1; shift
if [ -r /proc/$$/stat ]; then started=$(cut -d' ' -f22 /proc/$$/stat); else started=$(ps -o lstart= -p $$); fi
echo "$$ $digest $started" > "$0.new" && mv "$0.new" "$0" && exec "$@"
"""


def start_time(pid: int) -> str | None:
    """When process `pid` started, in the system's own notation; None when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return " ".join(shown.stdout.split()) or None
    except (OSError, ValueError):
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return None if fields[0] == "Z" else fields[19]


@dataclass(frozen=True)
class Record:
    """What a pid file says."""

    pid: int
    digest: str
    started: str

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """The record in the file at `path`, or None when it is missing or damaged."""
        try:
            pid, digest, started = path.read_text().split(None, 2)
            return cls(int(pid), digest, " ".join(started.split()))
        except (OSError, ValueError):
            return None

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return start_time(self.pid) == self.started


@dataclass(frozen=True, kw_only=True)
class Daemon:
    """A background process: how to start it, how to know that it answers, how to stop it."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0  # seconds until it must answer
    stop_timeout: float = 15.0  # seconds between SIGTERM and SIGKILL

    @property
    def log(self) -> Path:
        """Its output, appended across restarts."""
        return paths.LOGS / f"{self.name}.log"

    @property
    def digest(self) -> str:
        """Changes when the daemon would be started differently."""
        text = "\0".join((*self.command, *(f"{k}={v}" for k, v in sorted(self.env.items()))))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def running(self) -> bool:
        """Whether it runs, started the way it would be started now, and answers."""
        record = Record.read(pid_file(self.name))
        return record is not None and record.alive and record.digest == self.digest and self.ready()

    def start(self) -> None:
        """Start it (again) and wait until it answers; LocalCloudError with its last words otherwise."""
        if stop(self.name, self.stop_timeout):
            _until(lambda: not self.ready(), 2.0)  # the kernel closes its sockets a moment after its end
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", RECORD_AND_EXEC, str(pid_file(self.name)), self.digest, *self.command],
                env=clean_env(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal ends the command, not the cloud
            )
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            if process.poll() is not None:
                self._fail(f"{self.name} stopped with exit code {process.returncode} as soon as it was started")
            if pid_file(self.name).exists() and self.ready():
                return
            time.sleep(0.1)
        stop(self.name, self.stop_timeout)
        self._fail(f"{self.name} did not answer within {self.timeout:.0f} s")

    def _fail(self, what: str) -> None:
        pid_file(self.name).unlink(missing_ok=True)
        tail = "\n    ".join(self.log.read_text(errors="replace").splitlines()[-6:])
        raise LocalCloudError(f"{what}. Its last words:\n    {tail}", f"The whole log: {self.log}. Then: make up")


def pid_file(name: str) -> Path:
    """Where the record of daemon `name` is kept."""
    return paths.RUN / f"{name}.pid"


def recorded() -> dict[str, Record]:
    """All daemons with a pid file, dead or alive, by name."""
    found = {file.stem: Record.read(file) for file in sorted(paths.RUN.glob("*.pid"))}
    return {name: record for name, record in found.items() if record is not None}


def boot_id(name: str) -> str | None:
    """Names one life of daemon `name`: another one after each restart; None when it does not run."""
    record = Record.read(pid_file(name))
    return f"{record.pid}-{record.started}" if record is not None and record.alive else None


def stop(name: str, timeout: float = 15.0) -> bool:
    """Stop daemon `name` by its pid: SIGTERM, and SIGKILL after `timeout` seconds; whether it ran."""
    record = Record.read(pid_file(name))
    ran = record is not None and record.alive
    if record is not None and ran:
        _signal(record.pid, signal.SIGTERM)
        if not _gone_within(record, timeout):
            _signal(record.pid, signal.SIGKILL)
            _gone_within(record, 5.0)
    pid_file(name).unlink(missing_ok=True)
    return ran


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone_within(record: Record, seconds: float) -> bool:
    def gone() -> bool:
        with suppress(ChildProcessError):
            os.waitpid(record.pid, os.WNOHANG)  # when it is our own child, so that it leaves no zombie
        return not record.alive

    return _until(gone, seconds)


def _until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until `true`, at most so many seconds; whether it came to be."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False
