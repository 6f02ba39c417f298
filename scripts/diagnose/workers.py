"""Functions and the queues that feed them: whether they run, in time, and as many as it takes (RPH-OPS-06)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.aws_errors import if_there
from scripts.cloud import together
from scripts.diagnose.facts import Missing, WorkerFacts
from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.cloud import Cloud
    from scripts.diagnose.facts import Facts
    from scripts.health.metrics import Series
    from scripts.target import Target

_MINUTES: Final = 60
_NEAR: Final = 0.9  # of what there is
_READING: Final = ("Creating", "Enabling", "Enabled", "Updating")


def read_workers(target: Target) -> tuple[list[WorkerFacts], list[Missing]]:
    """Those that are there as a whole, and what of the others is not."""
    found = together(lambda key: _read(target, key), target.inventory.workers)
    return (
        [each for each in found if isinstance(each, WorkerFacts)],
        [part for each in found if isinstance(each, list) for part in each],
    )


def workers_that_cannot_run(facts: Facts) -> Iterator[Issue]:
    """Functions that Lambda could not prepare, or that are switched off."""
    for worker in facts.workers:
        settings = worker.settings
        failed = "Failed" in (settings.get("State"), settings.get("LastUpdateStatus"))
        if not failed and worker.reserved != 0:
            continue
        said = settings.get("StateReason") or settings.get("LastUpdateStatusReason") or "Lambda does not say why"
        off = f"aws lambda delete-function-concurrency --function-name {settings['FunctionName']}"
        yield Issue(
            id="worker-cannot-run",
            category="infrastructure",
            severity="critical",
            components=(worker.key,),
            description=f"{worker.key} cannot run" if failed else f"{worker.key} is switched off",
            impact=f"messages wait: {worker.waiting} at the moment",
            cause=said if failed else "its reserved concurrency is 0",
            steps=(f"plinth rollback {worker.key}", f"pulumi up --stack {facts.target.stack}") if failed else (off,),
            prevention="Deploy to staging first: the same code, the same role.",
        )


def queues_that_nobody_reads(facts: Facts) -> Iterator[Issue]:
    """Queues whose messages Lambda does not hand to the function."""
    for worker in facts.workers:
        if any(each.get("State") in _READING for each in worker.feeds):
            continue
        said = [f"{each.get('State')}: {each.get('StateTransitionReason', '')}" for each in worker.feeds]
        yield Issue(
            id="queue-is-not-read",
            category="infrastructure",
            severity="critical",
            components=(worker.key,),
            description=f"nothing hands the messages of its queue to {worker.key}",
            impact=f"messages wait: {worker.waiting} at the moment",
            cause=next(iter(said), "the event source mapping was deleted behind Pulumi's back"),
            steps=(f"pulumi up --refresh --stack {facts.target.stack}",),
            prevention="An alarm on the age of the oldest message tells within minutes.",
            evidence=tuple(each["UUID"] for each in worker.feeds),
        )


def workers_near_their_timeout(facts: Facts) -> Iterator[Issue]:
    """Functions that take nearly as long as they may; those that take longer are ended, and begin again."""
    for worker in facts.workers:
        took = max(_last(facts, worker, "duration"), default=0.0) / 1000
        may = worker.settings["Timeout"]
        if took >= _NEAR * may:
            yield Issue(
                id="worker-near-timeout",
                category="application",
                severity="critical" if took >= may else "warning",
                components=(worker.key,),
                description=f"{worker.key} took {took:.1f} s for a batch, and may take {may} s",
                impact="a batch that is not done in time begins anew, then lies with the dead letters",
                cause=f"what it asks is slow; or {worker.settings['MemorySize']} MiB bring too little of a processor",
                steps=(
                    f"plinth logs --errors {worker.key}",
                    f"set a larger workers.{worker.key}.timeout_seconds or memory, or a smaller batch_size; pulumi up",
                ),
                prevention="A timeout of its own on each call that the function makes, well below the function's.",
            )


def workers_at_their_limit(facts: Facts) -> Iterator[Issue]:
    """Functions that run as often at a time as they may, while messages wait."""
    for worker in facts.workers:
        most, ran = worker.most_at_once, max(_last(facts, worker, "at once"), default=0.0)
        if most and worker.waiting and ran >= _NEAR * most:
            reserved = worker.reserved is not None and worker.reserved == most
            yield Issue(
                id="worker-at-its-limit",
                category="application",
                severity="warning",
                components=(worker.key,),
                description=f"{worker.key} works on {ran:g} batches at a time, and may on {most}",
                impact=f"{worker.waiting} messages wait",
                cause="its reserved concurrency" if reserved else f"workers.{worker.key}.max_concurrency is {most}",
                steps=(
                    f"see that what it uses can bear more, then raise workers.{worker.key}.max_concurrency; pulumi up",
                    "plinth diagnose again: the messages that wait must become fewer",
                ),
                prevention="An alarm on the age of the oldest message tells before users do.",
            )


def _last(facts: Facts, worker: WorkerFacts, what: str) -> list[float]:
    series: Series | None = facts.series.get(f"{worker.key} {what}")
    return series.last(_MINUTES) if series else []


def _read(target: Target, key: str) -> WorkerFacts | list[Missing]:
    entry, cloud = target.inventory.workers[key], target.cloud
    client = cloud.client("lambda")
    function = if_there(lambda: client.get_function(FunctionName=entry.function, Qualifier=entry.alias))
    queue, dead_letters = (_queue(cloud, url) for url in (entry.queue_url, entry.dead_letter_queue_url))
    if not (function and queue and dead_letters):
        parts = (
            (function, Missing("worker", key, entry.function)),
            (queue, Missing("queue", key, entry.queue)),
            (dead_letters, Missing("queue", key, entry.dead_letter_queue)),
        )
        return [missing for found, missing in parts if not found]
    feeds = cloud.pages("lambda", "list_event_source_mappings", "EventSourceMappings", EventSourceArn=queue["QueueArn"])
    reserved = function.get("Concurrency", {}).get("ReservedConcurrentExecutions")
    return WorkerFacts(key, function["Configuration"], feeds, reserved, int(queue["ApproximateNumberOfMessages"]))


def _queue(cloud: Cloud, url: str) -> dict[str, str] | None:
    client, asked = cloud.client("sqs"), ["QueueArn", "ApproximateNumberOfMessages"]
    found = if_there(lambda: client.get_queue_attributes(QueueUrl=url, AttributeNames=asked))
    return None if found is None else dict(found["Attributes"])
