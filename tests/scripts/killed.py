"""`python -m tests.scripts.killed FILE N VERB…`: plinth, killed outright before its N-th call that changes something.

N 0 kills it never. The calls that change something are written into FILE as they are made.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from scripts.cli import main

READS = ("Describe", "Get", "List", "Head")


def kill_at(file: Path, number: int) -> None:
    """Lay it over every call of every client."""
    call, lock, made = BaseClient._make_api_call, threading.Lock(), list[str]()  # type: ignore[attr-defined]

    def counted(self: Any, operation: str, parameters: Any) -> Any:
        if not operation.startswith(READS):
            with lock:
                made.append(operation)
                if len(made) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                with file.open("a") as out:
                    out.write(f"{operation}\n")
        return call(self, operation, parameters)

    BaseClient._make_api_call = counted  # type: ignore[attr-defined]


if __name__ == "__main__":
    kill_at(Path(sys.argv[1]), int(sys.argv[2]))
    sys.argv = ["plinth", *sys.argv[3:]]
    sys.exit(main())
