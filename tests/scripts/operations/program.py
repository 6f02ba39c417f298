"""A change of three steps, run by itself so that it can be killed: ``program.py ENDPOINT STEP MOMENT``.

Each step adds a line to an object of S3, unless it finds its line there. With a STEP and a MOMENT the process kills
itself there: before the step's work, after it, or after the step was written down.
"""

from __future__ import annotations

import os
import signal
import sys

from botocore.exceptions import ClientError

from scripts.operations.operation import operation
from tests.scripts.stacks import TestCloud, target

BUCKET, DONE = "shop-operations-prod", "done.txt"
STEPS = ("one", "two", "three")


def main() -> None:
    """Make the change."""
    endpoint, killed_in, moment = sys.argv[1:]
    cloud = TestCloud({"AWS_ENDPOINT_URL": endpoint})
    s3 = cloud.client("s3")

    def die(step: str, now: str) -> None:
        if (step, now) == (killed_in, moment):
            os.kill(os.getpid(), signal.SIGKILL)

    def work(step: str) -> str:
        die(step, "before")
        try:
            lines = s3.get_object(Bucket=BUCKET, Key=DONE)["Body"].read().decode().split()
        except ClientError:
            lines = []
        if step not in lines:
            s3.put_object(Bucket=BUCKET, Key=DONE, Body="\n".join([*lines, step]).encode())
        die(step, "after")
        return f"result of {step}"

    with operation(target(cloud), "test", {"what": "steps"}) as op:
        for step in STEPS:
            result = op.step(step, lambda step=step: work(step))  # type: ignore[misc]
            assert result == f"result of {step}"
            die(step, "written")
    die("end", "written")


if __name__ == "__main__":
    main()
