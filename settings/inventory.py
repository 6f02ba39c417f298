"""What a stack consists of, as operators read it: written by the program, found without Pulumi.

The documents are JSON in SSM parameters below ``/plinth/<stack>/inventory``: ``platform``, ``monitoring``,
``protection``, ``operations``, ``beanstalk``, ``edge``, and one per service below ``services/``, per worker below
``workers/``, per suite below ``suites/``, because a parameter holds 4 KiB.
Of what a stack does not have, there is no document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from settings.operations.contact import Contact
from settings.operations.operations import Health, Recovery, Rollback, Snapshots
from settings.operations.validation import SUITES, Suite

SCHEMA_VERSION: Final = 1


class InventoryError(Exception):
    """An inventory that is not there, or that another version of Plinth wrote."""

    exit_code = 2


class Entry(BaseModel):
    """A part of the inventory. What a later version adds is ignored."""

    model_config = ConfigDict(frozen=True)


D = TypeVar("D", bound=BaseModel)


class LoadBalancerEntry(Entry):
    """The load balancer."""

    name: str
    arn: str
    dns_name: str
    url: str


class PostgresEntry(Entry):
    """Where the database is, and which secret has its user and password."""

    identifier: str
    host: str
    port: int
    database: str
    secret_arn: str
    subnet_group: str = ""
    parameter_group: str = ""
    security_group_id: str = ""
    multi_az: bool = False
    """These four are what an instance restored from a backup is not given by itself."""


class RedisEntry(Entry):
    """Where the cache is, and which secret has its URL with the token."""

    replication_group_id: str
    host: str
    port: int
    url_secret_arn: str
    security_group_id: str = ""


class LogGroups(Entry):
    """Names of the log groups of tasks and of ECS Exec sessions."""

    tasks: str
    exec: str


class FilesEntry(Entry):
    """A file system, and the access point by which it is mounted."""

    file_system_id: str
    access_point_id: str
    security_group_id: str = ""


class PlatformEntry(Entry):
    """What the services share."""

    schema_version: Literal[1]
    system: str
    environment: str
    tier: str
    stack: str
    region: str
    url: str | None = None
    """Where users reach the stack: by its name, its CDN, its load balancer or its Beanstalk environment."""
    cluster: str | None
    """The ECS cluster; none without services."""
    private_subnet_ids: tuple[str, ...]
    load_balancer: LoadBalancerEntry | None
    postgres: PostgresEntry | None
    redis: RedisEntry | None
    buckets: Mapping[str, str]
    """Key in the settings to name in S3."""
    files: Mapping[str, FilesEntry]
    """Key in the settings to file system."""
    secrets: Mapping[str, str]
    """Key in the settings to ARN."""
    log_groups: LogGroups | None


class TracingEntry(Entry):
    """What X-Ray knows of the stack, and is asked for by."""

    group: str
    """Name of the group of its traces."""
    sampling_rules: Mapping[str, str]
    """Service in the settings to the name of its rule; Lambda asks none."""


class CanaryEntry(Entry):
    """The canary, and the bucket with what its runs leave."""

    name: str
    bucket: str


class AlarmsEntry(Entry):
    """The alarms of another region, for what AWS measures only there."""

    topic_arn: str
    alarms: Mapping[str, tuple[str, ...]]


class MonitoringEntry(Entry):
    """What watches the stack."""

    topic_arn: str
    """Whom alarms tell."""
    alarms: Mapping[str, tuple[str, ...]]
    """Severity to the alarms that tell; those that they are made of, CloudWatch lists as their children."""
    elsewhere: Mapping[str, AlarmsEntry] = {}
    """Region to the alarms there."""
    dashboards: tuple[str, ...]
    queries: tuple[str, ...]
    """Names of the saved queries of logs."""
    tracing: TracingEntry | None = None
    """None where X-Ray follows nothing."""
    canary: CanaryEntry | None = None


class ServiceEntry(Entry):
    """What it takes to look at, deploy, run a task of, and roll back one service."""

    name: str
    task_family: str
    task_definition_arn: str = ""
    """The revision that the program deployed; another one that runs is an operator's."""
    image: str = ""
    """What that revision runs: repository@digest."""
    container: str
    port: int
    paths: tuple[str, ...]
    health_path: str
    strategy: str
    target_group_arn: str
    alternate_target_group_arn: str | None
    """The second target group, of strategies that switch between two."""
    repository_url: str
    security_group_id: str
    uses: tuple[str, ...] = ()
    """Keys in the settings of the stores and queues that it reaches."""
    alarms: tuple[str, ...]
    """Names of the alarms that roll a deployment back."""
    min: int = 0
    max: int = 0
    """Between these autoscaling moves; 0 and 0 where an earlier version of Plinth deployed the stack."""
    exec: bool = False
    """Whether ECS Exec opens a shell in its tasks."""
    tasks: Mapping[str, str]
    """One-off tasks: key in the settings to task family."""


class BeanstalkEntry(Entry):
    """What it takes to look at, deploy and roll back an environment of Elastic Beanstalk, in the stack's region."""

    application: str
    environment: str
    url: str
    health_path: str
    log_group_prefix: str
    """What the names of the environment's log groups begin with."""
    versions_bucket: str
    """Where the source bundles of its versions are."""
    template: str
    """The saved configuration: the settings as last deployed."""
    autoscaling_group: str = ""
    """Whose instances EC2 measures."""
    security_group_id: str = ""
    """Of the instances."""
    uses: tuple[str, ...] = ()
    """Keys in the settings of the stores that its containers reach."""
    certificate_arn: str | None = None
    """What its load balancer shows; none without TLS."""


class WorkerEntry(Entry):
    """A function, the queue that feeds it, and where the messages go that nobody could process."""

    function: str
    alias: str
    """Names the version in use."""
    queue: str
    queue_url: str
    dead_letter_queue: str
    dead_letter_queue_url: str
    log_group: str


class CdnEntry(Entry):
    """The distribution."""

    distribution_id: str
    domain_name: str
    url: str


class EdgeEntry(Entry):
    """How the stack is reached from the internet."""

    cdn: CdnEntry | None
    sites: Mapping[str, str]
    """Key in the settings to the bucket that has the files."""
    zone_id: str | None
    """The hosted zone of the names."""
    names: Mapping[str, str]
    """Domain to what it leads to: cdn, load_balancer or beanstalk."""


class ProtectionEntry(Entry):
    """What guards the stack."""

    backup_vault: str
    backup_role_arn: str = ""
    """The role by which AWS Backup works, restores too."""
    copy_region: str | None = None
    """The region of a second vault of the same name; none without copies."""


class OperationsEntry(Entry):
    """How the stack is operated."""

    bucket: str
    """Where records of changes, and snapshots, are."""
    monitoring_minutes: int
    validation_minutes: int
    """Minutes after which a validation has failed."""
    snapshots: Snapshots
    health: Health
    rollback: Rollback
    recovery: Recovery
    contacts: Mapping[str, Contact]


class Inventory(Entry):
    """Everything that a stack consists of; what is missing, the stack does not have."""

    platform: PlatformEntry
    services: Mapping[str, ServiceEntry]
    workers: Mapping[str, WorkerEntry]
    monitoring: MonitoringEntry | None = None
    """None where an earlier version of Plinth deployed the stack."""
    beanstalk: BeanstalkEntry | None = None
    edge: EdgeEntry | None = None
    protection: ProtectionEntry | None = None
    operations: OperationsEntry | None = None
    """None where an earlier version of Plinth deployed the stack."""
    suites: Mapping[str, Suite] = {}
    """What is asked to see whether the stack is well, by suite, in the order in which they are run."""

    @staticmethod
    def path(stack: str) -> str:
        """Where the parameters of a stack are: ``/plinth/prod/inventory``."""
        return f"/plinth/{stack}/inventory"

    @classmethod
    def read(cls, stack: str, parameters: Mapping[str, str]) -> Self:
        """The inventory from all parameters, name to value, below `path`; raises InventoryError."""
        path = cls.path(stack)
        if f"{path}/platform" not in parameters:
            raise InventoryError(
                f"There is no inventory of stack {stack!r}: SSM has no parameter {path}/platform. Every deployment "
                "writes it. Check the stack's name, the AWS account and the region, or deploy the stack."
            )

        def one(kind: type[D], place: str) -> D | None:
            document = parameters.get(f"{path}/{place}")
            return None if document is None else kind.model_validate_json(document)

        def several(kind: type[D], place: str) -> dict[str, D]:
            below = f"{path}/{place}/"
            return {
                name.removeprefix(below): kind.model_validate_json(document)
                for name, document in parameters.items()
                if name.startswith(below)
            }

        try:
            return cls(
                platform=PlatformEntry.model_validate_json(parameters[f"{path}/platform"]),
                services=several(ServiceEntry, "services"),
                workers=several(WorkerEntry, "workers"),
                monitoring=one(MonitoringEntry, "monitoring"),
                beanstalk=one(BeanstalkEntry, "beanstalk"),
                edge=one(EdgeEntry, "edge"),
                protection=one(ProtectionEntry, "protection"),
                operations=one(OperationsEntry, "operations"),
                suites=_in_order(several(Suite, "suites")),
            )
        except ValidationError as error:
            places = ", ".join(sorted({".".join(map(str, found["loc"])) or "it" for found in error.errors()}))
            raise InventoryError(
                f"The inventory of stack {stack!r} cannot be read: {places} of {error.title} is not as version "
                f"{SCHEMA_VERSION} has it. Another version of Plinth wrote it. Deploy the stack with this version, or "
                "use the version that deployed it."
            ) from None


def _in_order(suites: Mapping[str, Suite]) -> dict[str, Suite]:
    """The suites in the order in which they are run."""
    return {name: suites[name] for name in SUITES if name in suites}
