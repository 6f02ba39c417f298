"""Target health checks, and what depends on them: routing, and the end of an ECS deployment.

MiniStack sends requests to a task as soon as its container runs, listening or not, and calls every target healthy.
Here each registered target is asked for its target group's health check path, over real HTTP, and as on AWS:

- a new target takes requests after its first success, one that failed after `HealthyThresholdCount` in a row;
- when no target is healthy, all of them get requests;
- a deployment is complete when its tasks are healthy, and a task that fails its checks after the service's grace
  period is stopped and counts for the circuit breaker.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html. Checks come at
most a second apart, whatever the interval: nobody waits half a minute for a container on the same machine.
"""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import alb, ecs

from local.ministack.service_events import say

INITIAL, HEALTHY, UNHEALTHY = "initial", "healthy", "unhealthy"
FIRST_CHECKS_SECONDS, LONGEST_INTERVAL_SECONDS = 0.2, 1.0
RETRY_SECONDS = 0.5

DESCRIPTION = re.compile(rb"<Id>(?P<id>[^<]+)</Id><Port>(?P<port>\d+)</Port>.*?</TargetHealth>")
Key = tuple[str, str, int]  # ARN of the target group, address, port


@dataclass
class Target:
    """What the checks of one target have found; `successes` and `failures` are those in a row."""

    state: str = INITIAL
    successes: int = 0
    failures: int = 0
    registered: float = field(default_factory=time.monotonic)

    def record(self, group: dict[str, Any], *, success: bool) -> None:
        """Counts one check, and changes the state when the thresholds say so."""
        self.successes = self.successes + 1 if success else 0
        self.failures = 0 if success else self.failures + 1
        if success and (self.state == INITIAL or self.successes >= int(group.get("HealthyThresholdCount", 5))):
            self.state = HEALTHY
        elif self.failures >= int(group.get("UnhealthyThresholdCount", 2)):
            self.state = UNHEALTHY


_known: dict[Key, Target] = {}
_waiting: set[tuple[str, str | None]] = set()  # deployments whose completion is being retried


def install() -> None:
    """Lays health over the load balancer's and the scheduler's own functions."""
    set_targets, actions = alb.set_targets_for_group, alb._ACTION_MAP
    register, describe = actions["RegisterTargets"], actions["DescribeTargetHealth"]
    forward, complete = alb._forward_to_tg, ecs._complete_service_deployment

    def set_and_watch(tg_arn: str, targets: Any, previous_ids: Any = ()) -> Any:
        published = set_targets(tg_arn, targets, previous_ids)
        watch(tg_arn)
        return published

    def register_and_watch(params: Any) -> Any:
        answer = register(params)
        watch(alb._p(params, "TargetGroupArn"))
        return answer

    def describe_as_checked(params: Any) -> Any:
        status, headers, body = describe(params)
        return status, headers, _with_states(body, alb._p(params, "TargetGroupArn"))

    async def forward_to_healthy(tg_arn: str, *args: Any, **kwargs: Any) -> Any:
        registered = alb._targets.get(tg_arn, [])
        healthy = [target for target in registered if state(tg_arn, target) == HEALTHY]
        if not healthy or len(healthy) == len(registered):
            return await forward(tg_arn, *args, **kwargs)
        group = alb._tgs[tg_arn]
        method, path, headers, body, query_params, raw_query_string, raw_path = args
        target = alb.random.choice(healthy)
        return await alb._proxy_http_target(
            target, group, method, raw_path or path, headers, body, query_params, raw_query_string
        )

    def complete_when_healthy(cluster_name: str, svc_key: str, expected_deployment_id: str | None = None) -> None:
        service = ecs._services.get(svc_key)
        if service and (waiting := unhealthy_tasks(service)):
            stop_failing(cluster_name, service, waiting)
            _retry(complete_when_healthy, cluster_name, svc_key, expected_deployment_id)
            return
        complete(cluster_name, svc_key, expected_deployment_id)

    alb.set_targets_for_group = set_and_watch
    actions |= {"RegisterTargets": register_and_watch, "DescribeTargetHealth": describe_as_checked}
    alb._forward_to_tg, ecs._complete_service_deployment = forward_to_healthy, complete_when_healthy


def state(tg_arn: str, target: dict[str, Any]) -> str:
    """The health of a target as `DescribeTargetHealth` would say."""
    known = _known.get(_key(tg_arn, target))
    return known.state if known else INITIAL


def _with_states(body: bytes, tg_arn: str) -> bytes:
    """MiniStack's answer to `DescribeTargetHealth`, which says healthy throughout, with the states as they are."""

    def with_state(found: re.Match[bytes]) -> bytes:
        target = {"Id": found["id"].decode(), "Port": int(found["port"])}
        return found[0].replace(b">healthy<", b">" + state(tg_arn, target).encode() + b"<")

    return DESCRIPTION.sub(with_state, body)


def watch(tg_arn: str) -> None:
    """Starts checking the targets of a group that are not being checked."""
    for target in alb._targets.get(tg_arn, []):
        key = _key(tg_arn, target)
        if key not in _known:
            _known[key] = Target()
            spawn_background(_check_until_gone, key, thread_name=f"target-health-{key[1]}")


def _key(tg_arn: str, target: dict[str, Any]) -> Key:
    port = target.get("Port") or alb._tgs.get(tg_arn, {}).get("Port") or 80
    return tg_arn, str(target["Id"]), int(port)


def _check_until_gone(key: Key) -> None:
    tg_arn, address, port = key
    while (group := alb._tgs.get(tg_arn)) and key in {_key(tg_arn, each) for each in alb._targets.get(tg_arn, [])}:
        target = _known[key]
        target.record(group, success=_answers(address, port, group))
        interval = min(float(group.get("HealthCheckIntervalSeconds", 30)), LONGEST_INTERVAL_SECONDS)
        time.sleep(FIRST_CHECKS_SECONDS if target.state == INITIAL else interval)
    _known.pop(key, None)


def _answers(address: str, port: int, group: dict[str, Any]) -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=float(group.get("HealthCheckTimeoutSeconds", 5)))
    try:
        connection.request("GET", group.get("HealthCheckPath", "/"), headers={"User-Agent": "ELB-HealthChecker/2.0"})
        return _matches(connection.getresponse().status, group)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _matches(status: int, group: dict[str, Any]) -> bool:
    """Whether a status is among those of the matcher: ``200``, ``200,204`` or ``200-299``."""
    matcher = group.get("Matcher") or {}
    codes = str(matcher.get("HttpCode", "200") if isinstance(matcher, dict) else matcher)
    ranges = (part.partition("-") for part in codes.split(","))
    return any(int(low) <= status <= int(high or low) for low, _, high in ranges)


def unhealthy_tasks(service: dict[str, Any]) -> list[tuple[dict[str, Any], Key]]:
    """Running tasks of a service's newest deployment that a load balancer does not call healthy yet."""
    primary = ecs._primary_deployment(service)
    groups = [(lb["targetGroupArn"], lb.get("containerPort", 80)) for lb in _load_balancers(service)]
    tasks = [
        task
        for task in list(ecs._tasks.values())
        if task.get("group") == f"service:{service['serviceName']}"
        and task.get("clusterArn") == service.get("clusterArn")
        and task.get("lastStatus") == "RUNNING"
        and ecs._deployment_for_task(service, task) is primary
    ]
    found = []
    for task in tasks:
        for tg_arn, port in groups:
            target = {"Id": ecs._task_ip(task), "Port": port}
            if state(tg_arn, target) != HEALTHY:
                found.append((task, _key(tg_arn, target)))
    return found


def stop_failing(cluster_name: str, service: dict[str, Any], waiting: list[tuple[dict[str, Any], Key]]) -> None:
    """Stops the tasks whose targets fail after the grace period, as the scheduler does, with its words."""
    grace = float(service.get("healthCheckGracePeriodSeconds") or 0)
    for task, key in waiting:
        target = _known.get(key)
        if target and target.state == UNHEALTHY and time.monotonic() - target.registered > grace:
            why = f"is unhealthy in (target-group {key[0]}) due to (reason Health checks failed)."
            say(service, f"(port {key[2]}) {why}")
            reason = f"Task failed ELB health checks in (target-group {key[0]})"
            ecs._stop_task({"task": task["taskArn"], "cluster": cluster_name, "reason": reason})
            ecs._record_service_task_failure(task)


def _load_balancers(service: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in service.get("loadBalancers") or [] if each.get("targetGroupArn")]


def _retry(complete: Any, cluster_name: str, svc_key: str, deployment_id: str | None) -> None:
    """Tries again in a moment to complete a deployment, once however often it is asked."""
    mark = (svc_key, deployment_id)
    if mark in _waiting:
        return
    _waiting.add(mark)

    def later() -> None:
        time.sleep(RETRY_SECONDS)
        _waiting.discard(mark)
        complete(cluster_name, svc_key, deployment_id)

    spawn_background(later, thread_name=f"deployment-health-{svc_key}")
