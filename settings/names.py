"""Names in AWS, and how long they may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from settings.edge import domains
from settings.section import Unknown

if TYPE_CHECKING:
    from settings.compute.image import Image
    from settings.compute.service import Service
    from settings.cost.budget import Budget
    from settings.edge.cdn import Cdn
    from settings.edge.dns import Dns
    from settings.stack import Stack


Scope = Literal["region", "account", "world"]


class Kind(NamedTuple):
    """A kind of AWS name."""

    what: str
    longest: int
    scope: Scope = "region"
    """Within what such a name is there once: a region of an account, the account, or all accounts."""
    apart: str = "Set another system, environment or name in one of the two."
    """What two stacks do that have the same one."""


# Each from the kind's page in the AWS API reference.
TARGET_GROUP: Final = Kind("target group names", 32)
LOAD_BALANCER: Final = Kind("load balancer names", 32)
REPLICATION_GROUP: Final = Kind("replication group ids", 40)
DATABASE: Final = Kind("RDS identifiers", 63)
BUCKET: Final = Kind("bucket names", 63, "world")
ROLE: Final = Kind("IAM role names", 64, "account")
FILES: Final = Kind("creation tokens of file systems", 64)
ECS: Final = Kind("names in ECS", 255)
FUNCTION: Final = Kind("names of Lambda functions", 64)
QUEUE: Final = Kind("names of queues", 80)
ALIAS: Final = Kind("names of distributions", 253, "world")
EDGE: Final = Kind("names of CloudFront's policies and functions", 64, "account")
LOG_DELIVERY: Final = Kind("names of log deliveries", 60, "account")
RECORD: Final = Kind("names in DNS", 255, "world", apart="Set another name, or dns.failover in both.")
REPOSITORY: Final = Kind("names of ECR repositories", 256)
VAULT: Final = Kind("names of backup vaults", 50)
TRAIL: Final = Kind("names of trails", 128)
BUDGET: Final = Kind("names of budgets", 100, "account")
BILLING_ALARM: Final = Kind(
    "alarms on the account's charges", 255, "account", apart="Set budget.account_alarm_usd in one of the two."
)
DASHBOARD: Final = Kind("dashboards", 255, "account")
TOPIC: Final = Kind("names of topics", 256)
TRACES: Final = Kind("names of groups and sampling rules in X-Ray", 32)
# AWS takes longer ones, and calls the function that it makes cwsyn-<name>- and 36 characters more, of 64.
CANARY: Final = Kind("names of canaries", 21)
COST_CATEGORY: Final = Kind("names of cost categories", 50, "account")
# Not names that anybody chose, and yet what there is one of.
ECR_REPLICATION: Final = Kind("ECR replication settings", 256, apart="Keep images.replicate_to in one of the two.")
IDENTITY_PROVIDER: Final = Kind(
    "identity providers", 255, "account", apart="Set create_provider: false in one of the two, which then finds it."
)

ENVIRONMENT: Final = Kind("names of Beanstalk environments", 40)
APPLICATION: Final = Kind("names of Beanstalk applications", 100)

GREEN: Final = "-green"
"""What the name of a service's alternate target group ends in."""
GITHUB: Final = "token.actions.githubusercontent.com"
"""Who issues the tokens of GitHub Actions."""
LONGEST_ROLE: Final = "execution"
"""The longest of the suffixes that a service's roles have."""


class Derived(NamedTuple):
    """A name made from settings."""

    key: str
    """The setting that it comes from."""
    name: str
    kind: Kind
    remedy: str


def name(stack: Stack, *what: str) -> str:
    """``<system>-<what>-<environment>``."""
    return "-".join((stack.system, *what, stack.environment))


def cluster(stack: Stack) -> str:
    """The name of the ECS cluster."""
    return stack.cluster.name or name(stack, "cluster")


def task_log_group(stack: Stack) -> str:
    """The name of the log group of all tasks."""
    return stack.cluster.log_group or f"/aws/ecs/{stack.system}-{stack.environment}"


def service(stack: Stack, key: str) -> str:
    """The name of an ECS service and of the family of its task definitions."""
    return stack.services[key].name or name(stack, key)


def task(stack: Stack, service_key: str, key: str) -> str:
    """The name of the family of a one-off task's definitions."""
    own = stack.services[service_key].name
    return f"{own}-{key}" if own else name(stack, service_key, key)


def project(stack: Stack) -> str:
    """The value of the Project tag."""
    return stack.project or stack.system


def target_group(stack: Stack, service: str) -> str:
    """The name of a service's target group; the alternate one's ends in ``-green``."""
    return stack.services[service].target_group or name(stack, service)


def of_stack(stack: Stack, key: str) -> Iterator[Derived]:
    """The names that follow from system and environment alone."""
    shorter = "Shorten system or environment."
    yield Derived(f"{key}system", name(stack, "alb"), LOAD_BALANCER, shorter)
    if stack.load_balancer is not None and stack.load_balancer.access_logs:
        yield Derived(f"{key}load_balancer.access_logs", name(stack, "load-balancer-logs"), BUCKET, shorter)
    yield Derived(f"{key}system", name(stack, "postgres", "monitoring"), ROLE, shorter)


def dashboard(stack: Stack) -> str:
    """The name of the dashboard."""
    return stack.monitoring.dashboard or f"{stack.system}-{stack.environment}"


def topic(stack: Stack) -> str:
    """The name of the topic that alarms tell."""
    return stack.monitoring.topic or name(stack, "alerts")


def watcher(stack: Stack) -> str:
    """The name of what there is one of to watch the whole stack: the canary, and the group of its traces."""
    return f"{stack.system}-{stack.environment}"


def canary_bucket(stack: Stack) -> str | None:
    """The name in S3 of the bucket of the canary's results; None where there is none."""
    canary = stack.monitoring.canary
    return None if canary is None else canary.bucket or name(stack, "monitoring", "canary")


def traced_services(stack: Stack) -> dict[str, str]:
    """The services that X-Ray follows, by key, with their names, by which it samples them."""
    return {key: service(stack, key) for key, each in stack.services.items() if each.tracing}


def traced_functions(stack: Stack) -> list[str]:
    """The names of the functions that X-Ray follows."""
    return [function(stack, key) for key, each in stack.workers.items() if each.tracing]


def of_monitoring(stack: Stack, key: str) -> Iterator[Derived]:
    """The names of dashboard, topic, canary and traces; `key` is where monitoring is in the file."""
    yield Derived(f"{key}.dashboard", dashboard(stack), DASHBOARD, f"Set a shorter {key}.dashboard.")
    yield Derived(f"{key}.topic", topic(stack), TOPIC, f"Set a shorter {key}.topic.")
    shorter = "Shorten system or environment."
    bucket = canary_bucket(stack)
    if bucket is not None:
        yield Derived(f"{key}.canary", watcher(stack), CANARY, shorter)
        yield Derived(f"{key}.canary.bucket", bucket, BUCKET, f"Set a shorter {key}.canary.bucket.")
    if traced_services(stack) or traced_functions(stack):
        yield Derived(f"{key}.tracing", watcher(stack), TRACES, shorter)


def of_service(stack: Stack, key: str, service_key: str) -> Iterator[Derived]:
    """The names that follow from a service; `key` is where it is in the file."""
    alternate = GREEN if stack.services[service_key].deployment.switches else ""
    remedy = f"Set a {key}.target_group of at most {TARGET_GROUP.longest - len(alternate)} characters."
    yield Derived(f"{key}.name", service(stack, service_key), ECS, f"Set a shorter {key}.name.")
    if stack.services[service_key].tracing:
        yield Derived(f"{key}.name", service(stack, service_key), TRACES, f"Set a shorter {key}.name.")
    yield Derived(f"{key}.target_group", target_group(stack, service_key) + alternate, TARGET_GROUP, remedy)
    yield Derived(key, name(stack, service_key, LONGEST_ROLE), ROLE, "Give the service a shorter name.")


def beanstalk_environment(stack: Stack) -> str:
    """The name of the Beanstalk environment."""
    chosen = stack.beanstalk.name if stack.beanstalk else None
    return chosen or f"{stack.system}-{stack.environment}"


def beanstalk_application(stack: Stack) -> str:
    """The name of the Beanstalk application."""
    chosen = stack.beanstalk.application if stack.beanstalk else None
    return chosen or f"{stack.system}-{stack.environment}"


def of_beanstalk(stack: Stack, key: str) -> Iterator[Derived]:
    """The names of the Beanstalk environment; `key` is where it is in the file."""
    yield Derived(f"{key}.name", beanstalk_environment(stack), ENVIRONMENT, f"Set a shorter {key}.name.")
    yield Derived(f"{key}.application", beanstalk_application(stack), APPLICATION, f"Set a shorter {key}.application.")
    yield Derived(key, name(stack, "beanstalk", "instances"), ROLE, "Shorten system or environment.")


def repository(key: str, repository: str) -> Derived:
    """The name of a repository of images; `key` is where the image is in the file."""
    return Derived(f"{key}.image.repository", repository, REPOSITORY, f"Set a shorter {key}.image.repository.")


def sidecar_images(service: Service) -> Iterator[tuple[str, Image]]:
    """The images of the containers beside a service's own, by the containers' names."""
    for name, sidecar in service.sidecars.items():
        with suppress(Unknown):
            yield name, sidecar.image


def function(stack: Stack, worker: str) -> str:
    """The name of a worker's function."""
    return stack.workers[worker].name or name(stack, worker)


def of_worker(stack: Stack, key: str, worker: str) -> Iterator[Derived]:
    """The names of a worker's function and of its longer queue; `key` is where it is in the file."""
    yield Derived(f"{key}.name", function(stack, worker), FUNCTION, f"Set a shorter {key}.name.")
    yield Derived(key, name(stack, worker, "dead-letters"), QUEUE, "Give the worker a shorter name.")
    yield Derived(key, name(stack, worker), ROLE, "Give the worker a shorter name.")


def of_files(stack: Stack, key: str, files: str) -> Iterator[Derived]:
    """The token that tells a file system from others; `key` is where it is in the file."""
    yield Derived(key, name(stack, files), FILES, "Give it a shorter name.")


def redis(stack: Stack) -> str:
    """The id of the replication group."""
    own = stack.redis.identifier if stack.redis else None
    return own or name(stack, "redis")


def of_redis(stack: Stack, key: str) -> Iterator[Derived]:
    """The name of the replication group; `key` is where Redis is in the file."""
    yield Derived(f"{key}.identifier", redis(stack), REPLICATION_GROUP, f"Set a shorter {key}.identifier.")


def postgres(stack: Stack) -> str:
    """The name of the database instance."""
    return (stack.postgres.identifier if stack.postgres else None) or name(stack, "db")


def of_postgres(stack: Stack, key: str) -> Iterator[Derived]:
    """The name of the database instance; `key` is where it is in the file."""
    yield Derived(f"{key}.identifier", postgres(stack), DATABASE, f"Set a shorter {key}.identifier.")


def bucket(stack: Stack, key: str) -> str:
    """The name of a bucket in S3."""
    return stack.buckets[key].name or name(stack, key)


def replica(stack: Stack, key: str) -> str | None:
    """The name in S3 of a bucket's replica; None where it has none."""
    replica = stack.buckets[key].replicate_to
    return None if replica is None else replica.name or f"{bucket(stack, key)}-replica"


def audit_bucket(stack: Stack) -> str | None:
    """The name in S3 of the bucket of the audit; None where there is none."""
    return None if stack.audit is None else stack.audit.bucket or name(stack, "audit")


def of_bucket(stack: Stack, key: str, bucket_key: str) -> Iterator[Derived]:
    """The names of a bucket and its replica; `key` is where it is in the file."""
    yield Derived(f"{key}.name", bucket(stack, bucket_key), BUCKET, f"Set a shorter {key}.name.")
    copy = replica(stack, bucket_key)
    if copy is not None:
        at = f"{key}.replicate_to.name"
        yield Derived(at, copy, BUCKET, f"Set a shorter {at}.")


def site_bucket(stack: Stack, site: str) -> str:
    """The name in S3 of the bucket of a web site."""
    return stack.sites[site].bucket or name(stack, site)


def of_site(stack: Stack, key: str, site: str) -> Iterator[Derived]:
    """The name of the bucket of a web site; `key` is where the site is in the file."""
    at = f"{key}.bucket"
    yield Derived(at, site_bucket(stack, site), BUCKET, f"Set a shorter {at}.")


def edge_function(stack: Stack, *what: str) -> str:
    """The name of a CloudFront Function, which takes no dots."""
    return name(stack, *what).replace(".", "-")


def of_cdn(stack: Stack, key: str, cdn: Cdn) -> Iterator[Derived]:
    """The names that the distribution answers to, and those of what it is made of; `key` is where it is in the file."""
    for alias in domains.of_cdn(stack):
        yield Derived(key, alias, ALIAS, "Set another name.")
    shorter = "Shorten system or environment."
    yield Derived(key, name(stack, "cdn"), EDGE, shorter)
    single_pages = {site for site, each in stack.sites.items() if each.single_page}
    functions = {each.function(path, single_pages) for path, each in (("", cdn.default), *cdn.paths.items())}
    for what in sorted(filter(None, functions)):
        yield Derived(key, edge_function(stack, *what), EDGE, "Give the path or the site a shorter name.")
    if cdn.access_logs:
        yield Derived(f"{key}.access_logs", name(stack, "cdn-logs"), LOG_DELIVERY, shorter)
        yield Derived(f"{key}.access_logs", name(stack, "cdn-logs"), BUCKET, shorter)
    if stack.sites:
        yield Derived(f"{key}.default", name(stack, "publication"), FUNCTION, shorter)
        yield Derived(f"{key}.default", name(stack, "publication"), ROLE, shorter)


def of_dns(key: str, dns: Dns) -> Iterator[Derived]:
    """The names in DNS; `key` is where dns is in the file. A primary and a secondary may have the same."""
    for each in dns.names:
        yield Derived(f"{key}.names.{each}", f"{dns.failover} {each}" if dns.failover else each, RECORD, "Shorten it.")


def of_backup(stack: Stack, key: str) -> Iterator[Derived]:
    """The name of the vault, which is that of its copies' vault too; `key` is where the backup is in the file."""
    yield Derived(key, name(stack, "backup"), VAULT, "Shorten system or environment.")


def of_audit(stack: Stack, key: str) -> Iterator[Derived]:
    """The names of the trail and of its bucket; `key` is where the audit is in the file."""
    yield Derived(key, name(stack, "audit"), TRAIL, "Shorten system or environment.")
    yield Derived(f"{key}.bucket", audit_bucket(stack) or "", BUCKET, f"Set a shorter {key}.bucket.")


def operations_bucket(stack: Stack) -> str | None:
    """The name in S3 of the bucket of the operators' records; None where one of plinth:buckets has them."""
    return name(stack, "operations") if stack.operations.bucket is None else None


def of_operations(stack: Stack, key: str) -> Iterator[Derived]:
    """The name of the bucket of the operators' records; `key` is where operations are in the file."""
    bucket = operations_bucket(stack)
    if bucket is not None:
        yield Derived(f"{key}.bucket", bucket, BUCKET, "Shorten system or environment.")


def of_budget(stack: Stack, key: str, budget: Budget) -> Iterator[Derived]:
    """The names of the budget, the cost category and the alarm; `key` is where the budget is in the file."""
    yield Derived(key, name(stack, "budget"), BUDGET, "Shorten system or environment.")
    if budget.category is not None:
        yield Derived(f"{key}.category", budget.category, COST_CATEGORY, f"Set another {key}.category.")
    if budget.account_alarm_usd is not None:
        yield Derived(f"{key}.account_alarm_usd", billing_alarm(stack.system), BILLING_ALARM, "Shorten system.")


def billing_alarm(system: str) -> str:
    """The name of the alarm on the account's charges (CHR-CST-01)."""
    return f"{system}-billing-alert"


def of_delivery(stack: Stack, key: str, *, create_provider: bool) -> Iterator[Derived]:
    """The names of the roles, and the provider where the stack makes it; `key` is where the delivery is in the file."""
    for role in ("deploy", "preview"):
        yield Derived(key, name(stack, role), ROLE, "Shorten system or environment.")
    if create_provider:
        yield Derived(f"{key}.create_provider", GITHUB, IDENTITY_PROVIDER, "Set create_provider: false.")


def of_images(stack: Stack, key: str) -> Iterator[Derived]:
    """The one replication setting of ECR in a region; `key` is where the images are in the file."""
    if stack.images.replicate_to:
        yield Derived(f"{key}.replicate_to", f"ECR in {stack.region}", ECR_REPLICATION, "Remove it.")
