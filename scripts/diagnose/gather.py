"""Gathering what the findings judge: side by side, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from scripts.aws_errors import explain, if_there, knows_nobody
from scripts.cloud import together
from scripts.deploy.monitoring import alarms
from scripts.diagnose.certificates import read_certificates
from scripts.diagnose.endpoints import read_endpoints
from scripts.diagnose.environment import read_environment
from scripts.diagnose.facts import Facts, Missing, ServiceFacts
from scripts.diagnose.missing import LOOKS
from scripts.diagnose.pulumi import read_state
from scripts.diagnose.reach import read_rules
from scripts.diagnose.tasks import is_wrong
from scripts.diagnose.workers import read_workers
from scripts.ecs.logs import TaskLog
from scripts.ecs.service import EcsService
from scripts.ecs.services import described, stopped_tasks, target_health
from scripts.errors import PlinthError
from scripts.health.metrics import Metric, metrics_of, read
from scripts.logs.search import ERRORS, search

if TYPE_CHECKING:
    from scripts.target import Target

_MOST_LINES: Final = 500
_LAST_LINES: Final = 5
_HOURS: Final = 24.0
_SHARED: Final = ("load balancer", "postgres", "redis", "beanstalk")


def gather(target: Target, since: dt.datetime, service: str | None = None, more: Iterable[Metric] = ()) -> Facts:
    """Ask for all of it; of one service alone, if it is named. `more` is measured besides what is judged.

    In what is half broken some questions fail: what they would have told is `unread`, and the rest is judged.
    """
    # A day at least: what is unlike before shows against a past.
    hours = max(_HOURS, (dt.datetime.now(dt.UTC) - since).total_seconds() / 3600)
    metrics = [each for each in (*metrics_of(target), *more) if service in (None, each.of) or each.of in _SHARED]
    parts: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: _services(target, service),
        lambda: {"series": read(target, metrics, hours)},
        lambda: {"endpoints": read_endpoints(target)},
        lambda: {"alarms": [each for each in alarms(target) if each["StateValue"] == "ALARM"]},
        lambda: {"lines": search(target, pattern=ERRORS, since=since, service=service, most=_MOST_LINES)},
        lambda: {"database": _database(target)},
        lambda: {"redis": _redis(target)},
        lambda: {"environment": read_environment(target, since)},
        lambda: {"rules": read_rules(target)},
        lambda: {"certificates": read_certificates(target)},
        lambda: {"state": read_state(target.stack)},
        *(partial(_missing, target, look) for look in LOOKS),
        lambda: dict(zip(("workers", "missing"), read_workers(target), strict=True)),
    )
    found: dict[str, Any] = {"missing": []}
    unread: list[str] = []
    with ThreadPoolExecutor(len(parts)) as pool:
        for part in [pool.submit(each) for each in parts]:
            try:
                answer = part.result()
            except PlinthError as error:
                unread.append(str(error))
            except ClientError as error:
                if knows_nobody(error):
                    raise
                unread.append(str(explain(error)))
            else:
                found |= {**answer, "missing": [*found["missing"], *answer.get("missing", ())]}
    return Facts(target=target, since=since, unread=tuple(unread), **found)


def _services(target: Target, only: str | None) -> dict[str, Any]:
    """Of all services together: a call for ten of them, one for a hundred stopped tasks, and one for a target group."""
    wanted = {key: entry for key, entry in target.inventory.services.items() if only in (None, key)}
    there = described(target, only)
    stopped = stopped_tasks(target) if there else {}

    def look(key: str) -> ServiceFacts:
        service = EcsService(target, key, wanted[key])
        ended = stopped.get(service.entry.name, [])
        wrong = next(filter(is_wrong, ended), None)
        said = TaskLog.of(service, wrong, service.entry.container).last_lines(_LAST_LINES) if wrong else []
        return ServiceFacts(key, there[key], ended, target_health(target, key), tuple(said))

    gone = [Missing("service", f"service {key}", entry.name) for key, entry in wanted.items() if key not in there]
    return {"services": together(look, there), "missing": gone}


def _missing(target: Target, look: Callable[[Target], Iterator[Missing]]) -> dict[str, Any]:
    return {"missing": list(look(target))}


def _database(target: Target) -> dict[str, Any] | None:
    entry = target.inventory.platform.postgres
    if entry is None:
        return None
    rds = target.cloud.client("rds")
    found = if_there(partial(rds.describe_db_instances, DBInstanceIdentifier=entry.identifier))
    return found["DBInstances"][0] if found else {"DBInstanceStatus": "not there"}


def _redis(target: Target) -> dict[str, Any] | None:
    entry = target.inventory.platform.redis
    if entry is None:
        return None
    client = target.cloud.client("elasticache")
    found = if_there(partial(client.describe_replication_groups, ReplicationGroupId=entry.replication_group_id))
    return found["ReplicationGroups"][0] if found else {"Status": "not there"}
