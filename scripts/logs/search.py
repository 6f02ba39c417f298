"""Lines of a stack's logs (UTJ-OPS-02, UTJ-OPS-06, CRT-MAN-04).

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from scripts.cloud import together
from scripts.errors import Exit, PlinthError, unknown

if TYPE_CHECKING:
    from scripts.target import Target

_MOST_READ: Final = 10_000  # lines of a group, the oldest first: who wants more asks for less time
_AGO: Final = re.compile(r"(?P<number>\d+)(?P<unit>[smhd])")
ERRORS: Final = "?ERROR ?Error ?error ?CRITICAL ?FATAL ?Traceback ?Exception"
"""What lines of logs that tell of errors have in them, as CloudWatch Logs filters."""
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Line(BaseModel):
    """A line: when, from which stream of which group."""

    model_config = ConfigDict(frozen=True)

    at: dt.datetime
    group: str
    stream: str
    message: str


def ago(text: str) -> dt.datetime:
    """The moment so long ago: ``15m``; PlinthError when it is none."""
    found = _AGO.fullmatch(text)
    if found is None:
        raise PlinthError(f"{text!r} is no span of time", "Write 90s, 15m, 1h or 2d", Exit.USAGE)
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=int(found["number"]) * _SECONDS[found["unit"]])


def named(target: Target, name: str | None) -> str | None:
    """A service or a worker by its name; PlinthError with the nearest names when there is neither."""
    inventory = target.inventory
    if name is None or name in inventory.services or name in inventory.workers:
        return name
    raise unknown("service or worker", name, [*inventory.services, *inventory.workers])


def groups(target: Target, name: str | None = None) -> list[str]:
    """The log groups of what a stack runs; that of one worker, or of the tasks, if one of them is named."""
    inventory = target.inventory
    if name is not None and name in inventory.workers:
        return [inventory.workers[name].log_group]
    found = [inventory.platform.log_groups.tasks] if inventory.platform.log_groups else []
    if name is not None:
        return found
    found += [worker.log_group for worker in inventory.workers.values()]
    if inventory.beanstalk is not None:
        prefix = inventory.beanstalk.log_group_prefix
        pages = target.cloud.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
        found += [each["logGroupName"] for each in pages]
    return found


def search(
    target: Target, *, pattern: str = "", since: dt.datetime, service: str | None = None, most: int = 1000
) -> list[Line]:
    """The newest lines that fit a pattern of CloudWatch Logs, the oldest first; of a service or worker, if named."""
    logs = target.cloud.client("logs")

    def one(group: str) -> list[Line]:
        request: dict[str, Any] = {"logGroupName": group, "startTime": int(since.timestamp() * 1000)}
        if pattern:
            request["filterPattern"] = pattern
        if service in target.inventory.services:
            request["logStreamNamePrefix"] = f"{service}/"
        lines: list[Line] = []
        try:
            pages = logs.get_paginator("filter_log_events").paginate(
                **request, PaginationConfig={"MaxItems": _MOST_READ}
            )
            for page in pages:
                lines += [_line(group, event) for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []  # nothing was ever written there
        return lines

    found = [line for lines in together(one, groups(target, service)) for line in lines]
    return sorted(found, key=lambda line: line.at)[-most:]


def everything(target: Target, since: dt.datetime) -> Iterator[Line]:
    """Every line since then, group by group, as it is read: for what is kept, not looked at."""
    logs = target.cloud.client("logs")
    for group in groups(target):
        request = {"logGroupName": group, "startTime": int(since.timestamp() * 1000)}
        try:
            for page in logs.get_paginator("filter_log_events").paginate(**request):
                yield from (_line(group, event) for event in page["events"])
        except logs.exceptions.ResourceNotFoundException:
            continue  # nothing was ever written there


def follow(
    target: Target,
    *,
    pattern: str,
    since: dt.datetime,
    service: str | None,
    every: float = 3,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Line]:
    """Lines as they come, for ever. What comes late, by up to ten seconds, is shown all the same, and once."""
    shown: dict[Line, None] = {}
    while True:
        fresh = [line for line in search(target, pattern=pattern, since=since, service=service) if line not in shown]
        shown |= dict.fromkeys(fresh)
        yield from fresh
        if fresh:
            since = max(since, fresh[-1].at - dt.timedelta(seconds=10))
            shown = {line: None for line in shown if line.at >= since}
        pause(every)


def _line(group: str, event: dict[str, Any]) -> Line:
    return Line(
        at=dt.datetime.fromtimestamp(event["timestamp"] / 1000, dt.UTC),
        group=group,
        stream=event.get("logStreamName", ""),
        message=event["message"].rstrip(),
    )
