"""A task that is stopped finishes its requests first.

As on AWS the load balancer sends no more requests to a target that is deregistered, and the task is told to stop when
those under way have ended, or at the end of the target group's deregistration delay:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html. MiniStack stops
the container at once.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.responses import StreamingResponse
from ministack.services import alb, ecs

LONGEST_DELAY_SECONDS = 30.0  # nobody waits five minutes for a client on the same machine
NOTICE_SECONDS, POLL_SECONDS = 0.1, 0.05
"""A request that was given its target just before the end has begun by then."""

_under_way: Counter[str] = Counter()  # address of a target -> requests that it has not answered in full


def install() -> None:
    """Lays it over requests to targets, and over the end of tasks."""
    proxy, cleanup = alb._proxy_http_target, ecs._cleanup_task_resources

    async def proxy_counted(target: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        address = str(target["Id"])
        _under_way[address] += 1
        try:
            status, headers, body = await proxy(target, *args, **kwargs)
        except BaseException:
            _under_way[address] -= 1
            raise
        if not isinstance(body, StreamingResponse):
            _under_way[address] -= 1
            return status, headers, body

        async def run(send: Any, receive: Any) -> None:
            try:
                await body.runner(send, receive)
            finally:
                _under_way[address] -= 1

        return status, headers, StreamingResponse(run)

    def drain_and_cleanup(task: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        service = _service(task)
        if service is None:
            cleanup(task, *args, **kwargs)
            return

        def drain() -> None:
            await_end(str(ecs._task_ip(task)), _delay(service))
            cleanup(task, *args, **kwargs)

        if service["status"] == "ACTIVE":  # the next task need not wait for this one, nor who asked
            spawn_background(drain, thread_name=f"draining-{task['taskArn'].rpartition('/')[2][:8]}")
        else:
            drain()

    alb._proxy_http_target, ecs._cleanup_task_resources = proxy_counted, drain_and_cleanup


def await_end(address: str, delay: float) -> None:
    """Returns when no request to a target is under way, and after `delay` seconds in any case."""
    end = time.monotonic() + delay
    time.sleep(min(NOTICE_SECONDS, delay))
    while _under_way[address] > 0 and time.monotonic() < end:
        time.sleep(POLL_SECONDS)


def _service(task: dict[str, Any]) -> dict[str, Any] | None:
    """The service of a task that a load balancer sends requests to."""
    name, is_service, service = task.get("group", "").partition("service:")
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    found: dict[str, Any] | None = ecs._services.get(f"{cluster}/{service}") if is_service and not name else None
    return found if found and found.get("loadBalancers") and ecs._task_ip(task) else None


def _delay(service: dict[str, Any]) -> float:
    """The longest deregistration delay of a service's target groups, in seconds."""
    attributes = [
        each["Value"]
        for balancer in service["loadBalancers"]
        for each in alb._tg_attrs.get(balancer.get("targetGroupArn"), [])
        if each["Key"] == "deregistration_delay.timeout_seconds"
    ]
    return min(max(map(float, attributes), default=300.0), LONGEST_DELAY_SECONDS)
