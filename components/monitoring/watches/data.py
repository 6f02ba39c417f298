"""What is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import BELOW, Alarm, Metric, Watch, Widget
from components.monitoring.watches.metrics import metric

if TYPE_CHECKING:
    from components.data.files import Files
    from components.data.postgres import Postgres
    from components.data.redis import Redis
    from settings import Monitoring


MIB, GIB = 2**20, 2**30
MOST_METRICS = 10  # of an alarm
CREDITS_LEFT = GIB  # of EFS's burst credits: minutes at full speed


def postgres(_key: str, watched: Postgres, settings: Monitoring) -> Watch:
    """What a database runs out of."""
    limits, where = settings.thresholds, {"DBInstanceIdentifier": watched.identifier}
    cpu, memory, storage, connections, reads, writes = (
        metric("AWS/RDS", name, where)
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
        return [metric("AWS/ElastiCache", name, {"CacheClusterId": node}, statistic) for node in watched.node_names]

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
    limit, credits_ = (
        metric("AWS/EFS", "PercentIOLimit", where, "Maximum"),
        metric("AWS/EFS", "BurstCreditBalance", where),
    )
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
