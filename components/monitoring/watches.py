"""What is watched of each kind of thing; KINDS says which kind is watched by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from components.monitoring.watch import BELOW, FROM, Alarm, LogCount, Metric, Watch, Widget

if TYPE_CHECKING:
    import pulumi

    from components.compute.beanstalk.environment import Beanstalk
    from components.compute.cluster import Cluster
    from components.compute.service import Service
    from components.compute.worker import Worker
    from components.data.files import Files
    from components.data.postgres import Postgres
    from components.data.redis import Redis
    from components.edge.cdn import Cdn
    from components.edge.load_balancer import LoadBalancer
    from settings import Monitoring

MIB, GIB = 2**20, 2**30
SECOND = 1_000  # milliseconds
MOST_METRICS: Final = 10  # of an alarm
DEGRADED = 20  # https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
CREDITS_LEFT = GIB  # of EFS's burst credits: minutes at full speed
CDN_REGION = "us-east-1"
# How libpq, asyncpg and node-postgres say it.
UNREACHABLE = '?"connection to server" ?"could not connect to server" ?"ConnectionRefusedError" ?"ECONNREFUSED"'
PERCENTILES = ("p50", "p95", "p99")


def load_balancer(_key: str, watched: LoadBalancer, settings: Monitoring) -> Watch:
    """Requests, errors and time: what its users see (RPH-MON-01, CRT-MON-03, CRT-MON-04)."""
    return _requests("load-balancer", "Load balancer", watched.load_balancer.arn_suffix, settings)


def service(key: str, watched: Service, settings: Monitoring) -> Watch:
    """Tasks that are well, and how much work they have."""
    own = settings.services.get(key)
    cpu = (own and own.cpu_percent) or settings.thresholds.cpu_percent
    memory = (own and own.memory_percent) or settings.thresholds.memory_percent
    where = {"ClusterName": watched.args.cluster.aws_name, "ServiceName": watched.service.name}
    used = [_of("AWS/ECS", name, where) for name in ("CPUUtilization", "MemoryUtilization")]
    groups = filter(None, (watched.routing.target_group, watched.routing.alternate))
    healthy = [
        _of(
            "AWS/ApplicationELB",
            "HealthyHostCount",
            {"LoadBalancer": watched.args.load_balancer.load_balancer.arn_suffix, "TargetGroup": group.arn_suffix},
            "Minimum",
        )
        for group in groups
    ]
    alarms = [
        Alarm(
            key=f"{key}-healthy",
            critical=True,
            says=f"No task of {key} is healthy",
            metrics=healthy,
            # Of two target groups only one is in use.
            expression="+".join(f"FILL(m{number}, 0)" for number in range(1, len(healthy) + 1)),
            comparison=BELOW,
            threshold=1,
            silence_is_bad=True,
        ),
        Alarm(key=f"{key}-cpu", says=f"CPU of {key} is above {cpu} %", metrics=used[:1], threshold=cpu),
        Alarm(key=f"{key}-memory", says=f"Memory of {key} is above {memory} %", metrics=used[1:], threshold=memory),
    ]
    widgets = [Widget(title=f"{key}: CPU and memory", metrics=used)]
    if not settings.free:
        tasks = [_of("ECS/ContainerInsights", name, where) for name in ("RunningTaskCount", "DesiredTaskCount")]
        widgets.append(Widget(title=f"{key}: tasks", metrics=[*tasks, *healthy]))
        alarms.append(
            Alarm(
                key=f"{key}-tasks",
                says=f"Fewer tasks of {key} run than should",
                metrics=tasks,
                expression="m2 - m1",
                threshold=0,
            )
        )
    return Watch(alarms=alarms, widgets=widgets)


def beanstalk(key: str, watched: Beanstalk, settings: Monitoring) -> Watch:
    """The environment's own health, the CPU of its instances, and what its load balancer's users see.

    CPU is EC2's, by auto scaling group: Beanstalk publishes none (UTJ-MON-02). Of memory there is no metric without
    CloudWatch's agent.
    """
    environment, limits = watched.environment, settings.thresholds
    suffix = environment.load_balancers.apply(lambda arns: arns[0].partition(":loadbalancer/")[2])
    group = {"AutoScalingGroupName": environment.autoscaling_groups.apply(lambda names: names[0])}
    health = _of("AWS/ElasticBeanstalk", "EnvironmentHealth", {"EnvironmentName": watched.environment_name}, "Maximum")
    cpu = _of("AWS/EC2", "CPUUtilization", group)
    requests = _requests(key, "Environment", suffix, settings)
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-health",
                critical=True,
                says=f"Environment {watched.environment_name} is degraded",
                metrics=[health],
                comparison=FROM,
                threshold=DEGRADED,
            ),
            *requests.alarms,
            Alarm(
                key=f"{key}-cpu",
                says=f"CPU of the instances is above {limits.cpu_percent} %",
                metrics=[cpu],
                threshold=limits.cpu_percent,
            ),
        ],
        widgets=[
            *requests.widgets,
            Widget(title="Instances: CPU", metrics=[cpu]),
            Widget(
                title="Instances: network",
                metrics=[_of("AWS/EC2", name, group, "Sum") for name in ("NetworkIn", "NetworkOut")],
            ),
            Widget(
                title="Instances: disk",
                metrics=[_of("AWS/EC2", name, group, "Sum") for name in ("EBSReadBytes", "EBSWriteBytes")],
            ),
            Widget(title="Environment: health", metrics=[health]),
        ],
    )


def worker(key: str, watched: Worker, settings: Monitoring) -> Watch:
    """The function that the queue invokes, how long messages wait, and those that nobody could process."""
    limits = settings.thresholds
    alias = f"{watched.function_name}:{watched.alias_name}"
    where = {"FunctionName": watched.function_name, "Resource": alias}
    errors, throttles, invocations = (
        _of("AWS/Lambda", name, where, "Sum") for name in ("Errors", "Throttles", "Invocations")
    )
    queue, dead = {"QueueName": watched.queue_name}, {"QueueName": watched.dead_letter_queue_name}
    visible, age, letters = (
        _of("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum"),
        _of("AWS/SQS", "ApproximateAgeOfOldestMessage", queue, "Maximum"),
        _of("AWS/SQS", "ApproximateNumberOfMessagesVisible", dead, "Maximum"),
    )
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-dead-letters",
                critical=True,
                says=f"{key} could not process messages: see {watched.dead_letter_queue_name}",
                metrics=[letters],
                threshold=0,
            ),
            # One failed minute of five would not be five: these count, so they are told at once.
            Alarm(
                key=f"{key}-errors",
                critical=True,
                says=f"Calls of {watched.function_name} fail",
                metrics=[errors],
                threshold=limits.function_errors,
            ),
            Alarm(
                key=f"{key}-throttles",
                says=f"Lambda puts off calls of {watched.function_name}",
                metrics=[throttles],
                threshold=limits.throttles,
            ),
            Alarm(
                key=f"{key}-oldest-message",
                says=f"A message of {key} waits for more than {limits.oldest_message_seconds} s",
                metrics=[age],
                threshold=limits.oldest_message_seconds,
            ),
        ],
        widgets=[
            Widget(title=f"{key}: invocations", metrics=[invocations, errors, throttles]),
            Widget(title=f"{key}: duration", metrics=[_of("AWS/Lambda", "Duration", where, "p95")]),
            Widget(title=f"{key}: messages", metrics=[visible, letters]),
            Widget(title=f"{key}: oldest message", metrics=[age]),
        ],
        log_groups=[watched.log_group.name],
    )


def postgres(_key: str, watched: Postgres, settings: Monitoring) -> Watch:
    """What a database runs out of."""
    limits, where = settings.thresholds, {"DBInstanceIdentifier": watched.identifier}
    cpu, memory, storage, connections, reads, writes = (
        _of("AWS/RDS", name, where)
        for name in (
            "CPUUtilization", "FreeableMemory", "FreeStorageSpace", "DatabaseConnections", "ReadIOPS", "WriteIOPS",
        )
    )  # fmt: skip
    return Watch(
        alarms=[
            Alarm(
                key="postgres-cpu",
                says=f"CPU of the database is above {limits.cpu_percent} %",
                metrics=[cpu],
                threshold=limits.cpu_percent,
            ),
            Alarm(
                key="postgres-memory",
                says=f"The database has less than {limits.free_memory_mib} MiB of memory left",
                metrics=[memory],
                comparison=BELOW,
                threshold=limits.free_memory_mib * MIB,
            ),
            Alarm(
                key="postgres-storage",
                says=f"The database has less than {limits.free_storage_gib} GiB of storage left",
                metrics=[storage],
                comparison=BELOW,
                threshold=limits.free_storage_gib * GIB,
            ),
            Alarm(
                key="postgres-connections",
                says=f"The database has more than {limits.connections} connections",
                metrics=[connections],
                threshold=limits.connections,
            ),
        ],
        widgets=[
            Widget(title="Database: CPU", metrics=[cpu]),
            Widget(title="Database: connections", metrics=[connections]),
            Widget(title="Database: reads and writes", metrics=[reads, writes]),
            Widget(title="Database: memory and storage left", metrics=[memory, storage]),
        ],
    )


def redis(_key: str, watched: Redis, settings: Monitoring) -> Watch:
    """What a cache runs out of, and whether it is of use; the metrics are of nodes, the alarms of all of them."""
    limits = settings.thresholds

    def of_nodes(name: str, statistic: str = "Average") -> list[Metric]:
        return [_of("AWS/ElastiCache", name, {"CacheClusterId": node}, statistic) for node in watched.node_names]

    cpu, memory = of_nodes("EngineCPUUtilization"), of_nodes("DatabaseMemoryUsagePercentage")
    # An alarm takes ten metrics, and reads go to the primary, which is one of the first.
    several = MOST_METRICS // 2
    found, missed = (of_nodes(name, "Sum")[:several] for name in ("CacheHits", "CacheMisses"))
    hits = "+".join(f"m{number}" for number in range(1, len(found) + 1))
    misses = "+".join(f"m{number}" for number in range(len(found) + 1, 2 * len(found) + 1))
    hit_rate = f"IF(({hits}+{misses}) > 0, 100*({hits})/({hits}+{misses}), 100)"
    return Watch(
        alarms=[
            Alarm(
                key="redis-cpu",
                says=f"CPU of a node of the cache is above {limits.cpu_percent} %",
                metrics=cpu,
                expression="MAX(METRICS())",
                threshold=limits.cpu_percent,
            ),
            Alarm(
                key="redis-memory",
                says=f"Memory of a node of the cache is above {limits.memory_percent} %",
                metrics=memory,
                expression="MAX(METRICS())",
                threshold=limits.memory_percent,
            ),
            Alarm(
                key="redis-hits",
                says=f"Less than {limits.hit_percent} % of the reads of the cache find something",
                metrics=[*found, *missed],
                expression=hit_rate,
                comparison=BELOW,
                threshold=limits.hit_percent,
            ),
        ],
        widgets=[
            Widget(title="Cache: CPU and memory", metrics=[*cpu, *memory]),
            Widget(title="Cache: reads that find something", metrics=[*found, *missed], expressions={"%": hit_rate}),
        ],
    )


def files(key: str, watched: Files, _settings: Monitoring) -> Watch:
    """How much work a file system can still take."""
    where = {"FileSystemId": watched.file_system.id}
    limit, credits_ = _of("AWS/EFS", "PercentIOLimit", where, "Maximum"), _of("AWS/EFS", "BurstCreditBalance", where)
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-credits",
                says=f"File system {key} has used up what it may do beyond its size",
                metrics=[credits_],
                comparison=BELOW,
                threshold=CREDITS_LEFT,
            )
        ],
        widgets=[
            Widget(title=f"{key}: share of the limit", metrics=[limit]),
            Widget(title=f"{key}: burst credits", metrics=[credits_]),
        ],
    )


def cluster(_key: str, watched: Cluster, _settings: Monitoring) -> Watch:
    """The logs of all services."""
    return Watch(log_groups=[watched.log_group.name])


def database_connections(_key: str, watched: Cluster, settings: Monitoring) -> Watch:
    """Services that cannot reach the database: of that AWS has no metric, and their logs have (CRT-MON-03)."""
    if settings.free or settings.namespace is None:
        return Watch()
    failures = Metric(namespace=settings.namespace, name="DatabaseConnectionFailures", dimensions={}, statistic="Sum")
    count = LogCount(
        key="database-unreachable",
        log_group=watched.log_group.name,
        pattern=UNREACHABLE,
        metric=failures,
    )
    alarm = Alarm(
        key="database-unreachable",
        critical=True,
        says="Services cannot connect to the database",
        metrics=[failures],
        threshold=0,
    )
    return Watch(counts=[count], alarms=[alarm])


def cdn(_key: str, watched: Cdn, _settings: Monitoring) -> Watch:
    """What viewers are answered. Its metrics are in us-east-1, where an alarm cannot tell this stack's topic."""
    where = {"DistributionId": watched.distribution.id, "Region": "Global"}
    return Watch(
        widgets=[
            Widget(title=f"CDN: {title}", metrics=[_of("AWS/CloudFront", name, where, how)], region=CDN_REGION)
            for title, name, how in (
                ("requests", "Requests", "Sum"),
                ("4xx of 100 requests", "4xxErrorRate", "Average"),
                ("5xx of 100 requests", "5xxErrorRate", "Average"),
            )
        ]
    )


KINDS: Final[Mapping[str, Callable[[str, Any, Monitoring], Watch]]] = {
    "load_balancer": load_balancer,
    "cluster": cluster,
    "cdn": cdn,
    "database_connections": database_connections,
    "services": service,
    "beanstalk": beanstalk,
    "workers": worker,
    "postgres": postgres,
    "redis": redis,
    "files": files,
}
"""By section of the stack file, or what follows from one."""


def _requests(key: str, what: str, suffix: pulumi.Input[str], settings: Monitoring) -> Watch:
    """How many requests, how many of them fail, and how long they take: of an application load balancer."""
    limits, where = settings.thresholds, {"LoadBalancer": suffix}
    requests, failed, refused, client = (
        _of("AWS/ApplicationELB", name, where, "Sum")
        for name in ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_4XX_Count")
    )
    rate: Sequence[Metric] = [requests, failed, refused]
    expression = "100*(FILL(m2, 0)+FILL(m3, 0))/m1"
    times = {
        percentile: _of("AWS/ApplicationELB", "TargetResponseTime", where, percentile) for percentile in PERCENTILES
    }
    unusual = Alarm(key=f"{key}-requests", says="The number of requests is unusual", metrics=[requests], usual=True)
    return Watch(
        alarms=[
            *([unusual] if settings.anomaly else []),
            *(
                alarm
                for critical, errors, milliseconds in (
                    (True, limits.critical_error_percent, limits.critical_response_ms),
                    (False, limits.error_percent, limits.response_ms),
                )
                for alarm in (
                    Alarm(
                        key=f"{key}-errors-{'critical' if critical else 'warning'}",
                        critical=critical,
                        says=f"More than {errors} % of the requests fail",
                        metrics=rate,
                        expression=expression,
                        threshold=errors,
                    ),
                    Alarm(
                        key=f"{key}-response-{'critical' if critical else 'warning'}",
                        critical=critical,
                        says=f"Of 100 requests, 5 take longer than {milliseconds} ms",
                        metrics=[times["p95"]],
                        threshold=milliseconds / SECOND,
                    ),
                )
            ),
        ],
        widgets=[
            Widget(title=f"{what}: requests and errors", metrics=[requests, client, failed, refused]),
            Widget(title=f"{what}: errors of 100 requests", metrics=rate, expressions={"%": expression}),
            Widget(title=f"{what}: response time", metrics=list(times.values())),
        ],
    )


def _of(namespace: str, name: str, dimensions: Mapping[str, Any], statistic: str = "Average") -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=dimensions, statistic=statistic)
