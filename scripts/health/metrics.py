"""The metrics of a stack, all by one GetMetricData (CRT-MON-01, CRT-OPS-01).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import batches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scripts.target import Target

PERIOD_SECONDS: Final = 300
_AT_A_CALL: Final = 500  # queries that GetMetricData takes


@dataclass(frozen=True)
class Metric:
    """A metric of something in the stack: `of` is what people call that."""

    of: str
    what: str
    """cpu, memory, response, requests, errors, throttles, connections, hits, misses, evictions, age, free, …"""
    namespace: str
    name: str
    stat: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """``backend cpu``."""
        return f"{self.of} {self.what}"


@dataclass(frozen=True)
class Series:
    """The values of a metric, the oldest first; empty where there are none."""

    metric: Metric
    times: tuple[dt.datetime, ...]
    values: tuple[float, ...]

    def last(self, minutes: float) -> list[float]:
        """The values of the last so many minutes before the newest."""
        if not self.times:
            return []
        since = self.times[-1] - dt.timedelta(minutes=minutes)
        return [value for time, value in zip(self.times, self.values, strict=True) if time > since]


def metrics_of(target: Target) -> list[Metric]:
    """What is measured of everything that the stack has."""
    inventory, found = target.inventory, list[Metric]()
    platform = inventory.platform
    of: tuple[tuple[str, str], ...]
    for key, service in inventory.services.items():
        of = (("ClusterName", str(platform.cluster)), ("ServiceName", service.name))
        found += [
            Metric(key, "cpu", "AWS/ECS", "CPUUtilization", "Average", of),
            Metric(key, "memory", "AWS/ECS", "MemoryUtilization", "Average", of),
        ]
    if platform.load_balancer is not None:
        of = (("LoadBalancer", platform.load_balancer.arn.partition(":loadbalancer/")[2]),)
        namespace = "AWS/ApplicationELB"
        found += [
            Metric("load balancer", "response", namespace, "TargetResponseTime", "p95", of),
            Metric("load balancer", "requests", namespace, "RequestCount", "Sum", of),
            Metric("load balancer", "errors", namespace, "HTTPCode_Target_5XX_Count", "Sum", of),
        ]
    if inventory.beanstalk is not None:
        of = (("EnvironmentName", inventory.beanstalk.environment),)
        namespace = "AWS/ElasticBeanstalk"
        found += [
            Metric("beanstalk", "response", namespace, "ApplicationLatencyP95", "Average", of),
            Metric("beanstalk", "requests", namespace, "ApplicationRequestsTotal", "Sum", of),
            Metric("beanstalk", "errors", namespace, "ApplicationRequests5xx", "Sum", of),
        ]
        if group := inventory.beanstalk.autoscaling_group:  # Beanstalk itself publishes none (UTJ-MON-02)
            instances = (("AutoScalingGroupName", group),)
            found.append(Metric("beanstalk", "cpu", "AWS/EC2", "CPUUtilization", "Average", instances))
    if platform.postgres is not None:
        of = (("DBInstanceIdentifier", platform.postgres.identifier),)
        found += [
            Metric("postgres", "cpu", "AWS/RDS", "CPUUtilization", "Average", of),
            Metric("postgres", "connections", "AWS/RDS", "DatabaseConnections", "Maximum", of),
            Metric("postgres", "free", "AWS/RDS", "FreeStorageSpace", "Minimum", of),
        ]
    if platform.redis is not None:
        of = (("CacheClusterId", f"{platform.redis.replication_group_id}-001"),)
        found += [
            Metric("redis", "cpu", "AWS/ElastiCache", "EngineCPUUtilization", "Average", of),
            Metric("redis", "memory", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Average", of),
            Metric("redis", "hits", "AWS/ElastiCache", "CacheHits", "Sum", of),
            Metric("redis", "misses", "AWS/ElastiCache", "CacheMisses", "Sum", of),
            Metric("redis", "evictions", "AWS/ElastiCache", "Evictions", "Sum", of),
            Metric("redis", "connections", "AWS/ElastiCache", "CurrConnections", "Maximum", of),
        ]
    for key, worker in inventory.workers.items():
        function, queue = (("FunctionName", worker.function),), (("QueueName", worker.queue),)
        dead = (("QueueName", worker.dead_letter_queue),)
        found += [
            Metric(key, "requests", "AWS/Lambda", "Invocations", "Sum", function),
            Metric(key, "errors", "AWS/Lambda", "Errors", "Sum", function),
            Metric(key, "throttles", "AWS/Lambda", "Throttles", "Sum", function),
            Metric(key, "duration", "AWS/Lambda", "Duration", "Maximum", function),
            Metric(key, "at once", "AWS/Lambda", "ConcurrentExecutions", "Maximum", function),
            Metric(key, "age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", queue),
            Metric(key, "dead letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", dead),
        ]
    return found


def read(target: Target, metrics: list[Metric], hours: float) -> dict[str, Series]:
    """The values of the last hours, by the metric's key."""
    # The minute that is not over counts too.
    end = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    cloudwatch = target.cloud.client("cloudwatch")
    found: dict[str, tuple[list[dt.datetime], list[float]]] = {each.key: ([], []) for each in metrics}
    by_id = {f"m{index}": each for index, each in enumerate(metrics)}
    for some in batches(by_id, _AT_A_CALL):
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_query(name, by_id[name]) for name in some],
            StartTime=end - dt.timedelta(hours=hours),
            EndTime=end,
            ScanBy="TimestampAscending",
        )
        for page in pages:
            for each in page["MetricDataResults"]:
                times, values = found[by_id[each["Id"]].key]
                times += each["Timestamps"]
                values += each["Values"]
    return {each.key: Series(each, tuple(found[each.key][0]), tuple(found[each.key][1])) for each in metrics}


def _query(name: str, metric: Metric) -> Mapping[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": PERIOD_SECONDS,
            "Stat": metric.stat,
        },
    }
