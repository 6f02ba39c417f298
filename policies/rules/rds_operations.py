"""Databases in operation: Amazon RDS and Aurora, their versions, logs and users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.rds import CLUSTER, INSTANCE, MEMBER, is_copy
from policies.values import UNKNOWN, at, at_least, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_PROXY: Final = "aws:rds/proxy:Proxy"
_SUBSCRIPTION: Final = ("aws:rds/eventSubscription:EventSubscription",)
_PARAMETER_GROUPS: Final = (
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
)
_USERS: Final = {INSTANCE: "username", CLUSTER: "masterUsername"}
_KNOWN_USERS: Final = frozenset({"postgres", "admin", "administrator", "root", "sa", "master", "dbadmin"})
# The log that says what went wrong, by the beginning of engines' names.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
_LOGS: Final = {
    "aurora-postgresql": "postgresql",
    "postgres": "postgresql",
    "aurora-mysql": "error",
    "mysql": "error",
    "mariadb": "error",
    "sqlserver": "error",
    "oracle": "alert",
}
# Major versions in standard support in 2026-11, by engine; others are not judged.
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html and
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html, for Aurora its user guide.
_SUPPORTED: Final = {
    "postgres": ("14", "15", "16", "17", "18"),
    "aurora-postgresql": ("14", "15", "16", "17", "18"),
    "mysql": ("8.4",),
    "aurora-mysql": ("8.0",),
    "mariadb": ("10.11", "11.4", "11.8"),
}
_OLD_AUTHORITIES: Final = ("rds-ca-2010", "rds-ca-2015", "rds-ca-2019")
_EVENTS: Final = frozenset({"failure", "maintenance", "configuration change"})
_WITH_IAM: Final = ("postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql")


@rule(
    "RDS-7",
    "Minor versions of production databases upgrade by themselves",
    types=(INSTANCE, MEMBER),
    severity=Severity.LOW,
    reason="minor versions mend security holes, and nobody remembers to install them.",
    remedy="Set autoMinorVersionUpgrade to true, and name the major version alone in engineVersion.",
)
def minor_upgrades(database: Resource) -> Iterator[Verdict]:
    """On unless turned off."""
    off = expect(database, "autoMinorVersionUpgrade", lambda value: value is None or is_true(value))
    yield from in_production(database, off)


@rule(
    "RDS-10",
    "Databases know IAM identities",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="a token of a quarter of an hour cannot leak for long; a password can.",
    remedy="Set iamDatabaseAuthenticationEnabled to true, and grant rds_iam to the users that have it.",
    strict=True,
)
def iam_authentication(database: Resource) -> Iterator[Verdict]:
    """Oracle, SQL Server and Db2 do not have it."""
    engine = database.get("engine")
    if engine in _WITH_IAM and not is_copy(database):
        yield expect(database, "iamDatabaseAuthenticationEnabled", is_true)


@rule(
    "RDS-11",
    "Databases send their log to CloudWatch",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    reason="the log on the instance is gone after days, and with the instance.",
    remedy="List the engine's log in enabledCloudwatchLogsExports: postgresql, error (MySQL, MariaDB, SQL Server) "
    "or alert (Oracle).",
)
def logs_exported(database: Resource) -> Iterator[Verdict]:
    """The engine's own log; others beside it are a choice."""
    path, engine = "enabledCloudwatchLogsExports", database.get("engine")
    logs = database.items(path)
    wanted = next((log for name, log in _LOGS.items() if isinstance(engine, str) and engine.startswith(name)), None)
    if not logs and engine is not UNKNOWN:
        yield Finding(path=path, found=show(None))
    elif UNKNOWN in logs or engine is UNKNOWN:
        yield CannotTell(path=path)
    elif wanted and wanted not in logs:
        yield Finding(path=path, found=show(", ".join(map(show, logs))), change=f"Add {wanted} to {path}.")


@rule(
    "RDS-12",
    "Snapshots carry the database's tags",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="a snapshot without tags belongs to nobody: it is not found, not paid for and not deleted.",
    remedy="Set copyTagsToSnapshot to true.",
)
def snapshot_tags(database: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield expect(database, "copyTagsToSnapshot", is_true)


@rule(
    "RDS-13",
    "A database's first user has a name of its own",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="the names that everybody expects are the ones whose passwords are tried.",
    remedy="Set username (masterUsername of a cluster) to a name of the application's own; "
    "it can only be set when the database is made.",
)
def user_name(database: Resource) -> Iterator[Verdict]:
    """A copy has its source's; one made of a snapshot has the snapshot's."""
    if not is_copy(database):
        yield expect(database, _USERS[database.type], lambda name: str(name).lower() not in _KNOWN_USERS)


@rule(
    "RDS-14",
    "A database's certificate comes from a live authority",
    types=(INSTANCE, MEMBER),
    severity=Severity.MEDIUM,
    reason="clients that check certificates, as they should, no longer connect once the authority has expired.",
    remedy="Set caCertIdentifier to rds-ca-rsa2048-g1, or leave it out.",
)
def authority(database: Resource) -> Iterator[Verdict]:
    """AWS picks a live one."""
    yield expect(database, "caCertIdentifier", lambda name: name not in _OLD_AUTHORITIES)


@rule(
    "RDS-15",
    "Production databases are watched from inside",
    types=(INSTANCE, MEMBER),
    severity=Severity.LOW,
    reason="CloudWatch sees the machine from outside: not which process takes memory, nor which query waits.",
    remedy="Set monitoringInterval to 60 or less, with a monitoringRoleArn.",
)
def enhanced_monitoring(database: Resource) -> Iterator[Verdict]:
    """Seconds; 0, off, unless set."""
    yield from in_production(database, expect(database, "monitoringInterval", at_least(1)))


@rule(
    "RDS-15",
    "Performance Insights keeps queries under a key of one's own",
    types=(INSTANCE, MEMBER, CLUSTER),
    severity=Severity.LOW,
    reason="it stores the text of queries.",
    remedy="Set performanceInsightsKmsKeyId.",
    strict=True,
)
def insights_key(database: Resource) -> Iterator[Verdict]:
    """Where it is on."""
    if database.is_true("performanceInsightsEnabled"):
        yield expect(database, "performanceInsightsKmsKeyId", bool)


@rule(
    "RDS-18",
    "A database's version is in standard support",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    reason="after it AWS charges for extended support, and then upgrades on a day of its own choice.",
    remedy="Set engineVersion to a major version that is supported, and test the upgrade on a restored copy.",
)
def supported_version(database: Resource) -> Iterator[Verdict]:
    """Of the engines in the table; aurora-mysql writes 8.0.mysql_aurora.3.08.0, and MySQL's majors have two parts."""
    engine, path = database.get("engine"), "engineVersion"
    version = database.get(path)
    supported = _SUPPORTED.get(engine, ()) if isinstance(engine, str) else ()
    if not supported or not database.is_set(path):
        return
    yield expect(
        database,
        path,
        lambda _: any(str(version) == major or str(version).startswith(f"{major}.") for major in supported),
        f"Set engineVersion to {' or '.join(supported[-2:])}, and test the upgrade on a restored copy.",
    )


@rule(
    "RDS-19",
    "Databases are encrypted under a key of one's own",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="AWS's key for RDS cannot be shared: a snapshot under it can be copied to no other account.",
    remedy="Set kmsKeyId to a customer-managed key; it can only be set when the database is made.",
    strict=True,
)
def own_key(database: Resource) -> Iterator[Verdict]:
    """Where it is encrypted at all, which RDS-1 asks."""
    if database.is_true("storageEncrypted") and not is_copy(database):
        yield expect(database, "kmsKeyId", bool)


@rule(
    "RDS-20",
    "Database proxies take TLS connections only",
    types=(_PROXY,),
    severity=Severity.HIGH,
    reason="what the database behind it demands, the proxy does not ask of its own clients.",
    remedy="Set requireTls to true.",
)
def proxy_tls(proxy: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield expect(proxy, "requireTls", is_true)


@rule(
    "RDS-21",
    "PostgreSQL logs slow or changing statements",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="without it nobody can say afterwards which statement it was.",
    remedy="Set log_min_duration_statement or log_statement in the database's parameter group.",
    view=View.STACK,
    strict=True,
)
def query_log(database: Resource, stack: Stack) -> Iterator[Verdict]:
    """In the group that the database names; without one the engine's default logs none."""
    engine = database.get("engine")
    if engine not in ("postgres", "aurora-postgresql") or is_copy(database):
        return
    path = "parameterGroupName" if database.type == INSTANCE else "dbClusterParameterGroupName"
    names = [
        at(parameter, "name")
        for group in stack.links(database, path, _PARAMETER_GROUPS)
        for parameter in group.items("parameters")
    ]
    if UNKNOWN in names:
        yield CannotTell(path=path)
    elif not {"log_statement", "log_min_duration_statement"} & {name for name in names if isinstance(name, str)}:
        yield Finding(path=path, found="without log_statement and log_min_duration_statement")


@rule(
    "RDS-22",
    "Events of databases reach somebody",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    reason="a failover or a maintenance explains an outage, to whoever is told of it.",
    remedy="Add aws.rds.EventSubscription for failure, maintenance and configuration change, to a topic that is heard.",
    view=View.STACK,
    strict=True,
)
def events(_: Resource, stack: Stack) -> Iterator[Verdict]:
    """One subscription of the stack is enough; without categories it is told everything."""
    subscriptions = list(stack.of(_SUBSCRIPTION))
    told = [
        set(map(show, each.items("eventCategories"))) or _EVENTS
        for each in subscriptions
        if each.get("enabled") is not False
    ]
    if not set().union(*told) >= _EVENTS:
        yield Finding(
            path="aws.rds.EventSubscription", found="missing" if not told else "without failure and maintenance"
        )
