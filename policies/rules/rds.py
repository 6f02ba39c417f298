"""Databases: Amazon RDS and Aurora (GRD-01 to GRD-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.subnets import expect_private_group
from policies.values import UNKNOWN, Secret, at, at_least, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
_SUBNET_GROUPS: Final = ("aws:rds/subnetGroup:SubnetGroup",)

# Where each kind of database names the group that holds the SSL parameter, and the type of that group.
_PARAMETERS: Final = {
    INSTANCE: ("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"),
    CLUSTER: ("dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
}
# The parameter that refuses connections without TLS, by the beginning of engine and family names, and its values.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html and the pages it names for each engine.
_SSL: Final = {
    "aurora-postgresql": ("rds.force_ssl", ("1",)),
    "postgres": ("rds.force_ssl", ("1",)),
    "sqlserver": ("rds.force_ssl", ("1",)),
    "aurora-mysql": ("require_secure_transport", ("on", "1")),
    "mysql": ("require_secure_transport", ("1", "on")),
    "mariadb": ("require_secure_transport", ("1", "on")),
}
_WITHOUT_SSL_PARAMETER: Final = ("oracle", "custom-oracle", "db2")  # oracle: an option group; db2: always on
_SOURCES: Final = {INSTANCE: "replicateSourceDb", CLUSTER: "replicationSourceIdentifier"}
_PRODUCTION_DAYS: Final = 30
_MINIMUM_DAYS: Final = 7
_PASSWORDS: Final = {INSTANCE: "password", CLUSTER: "masterPassword"}


def is_copy(database: Resource) -> bool:
    """A replica takes encryption, backups and protection from its source."""
    return database.is_set(_SOURCES[database.type])


@rule(
    "RDS-3",
    "Databases refuse connections without TLS",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    reason="a password and every row travel in plain text as soon as one client forgets to ask for TLS.",
    remedy="Make a parameter group of the engine's family here with rds.force_ssl=1 (PostgreSQL, SQL Server) "
    "or require_secure_transport=1 (MySQL, MariaDB; ON for Aurora), and give it to the database.",
    view=View.STACK,
)
def ssl_forced(database: Resource, stack: Stack) -> Iterator[Verdict]:
    """Judge the parameter group that the database points to."""
    path, group_type = _PARAMETERS[database.type]
    engine = database.get("engine")
    if isinstance(engine, str) and engine.startswith(_WITHOUT_SSL_PARAMETER):
        return
    value = database.get(path)
    groups = stack.links(database, path, (group_type,))
    if groups:
        yield _forces_ssl(groups[0], engine, path)
    elif not database.is_set(path):
        if not is_copy(database):
            yield Finding(path=path, found="not set: the engine's default group does not promise TLS")
    elif value is UNKNOWN:
        yield CannotTell(path=path)
    elif str(value).startswith("default."):
        yield Finding(path=path, found=f"{show(value)}, a default group, which cannot be changed")
    else:
        yield Finding(path=path, found=f"{show(value)}, which is not in this program and cannot be judged")


def _forces_ssl(group: Resource, engine: Any, path: str) -> Verdict:
    """Judge a parameter group. The engine decides; where it is not given, as in a restore, the group's family does."""
    family = engine if isinstance(engine, str) else group.get("family")
    if not isinstance(family, str):
        return CannotTell(path="engine")
    if family.startswith(_WITHOUT_SSL_PARAMETER):
        return None
    wanted = next((ssl for beginning, ssl in _SSL.items() if family.startswith(beginning)), None)
    if wanted is None:
        return CannotTell(path="engine", why=f"{show(family)}, which this rule does not know")
    name, accepted = wanted
    parameters = group.items("parameters")
    values = [at(parameter, "value") for parameter in parameters if at(parameter, "name") == name]
    if any(show(value).lower() in accepted for value in values):
        return None
    if UNKNOWN in values or any(at(parameter, "name") is UNKNOWN for parameter in parameters):
        return CannotTell(path=f"{group.name}.parameters")
    found = f"{name}={show(values[0])}" if values else f"no {name}"
    return Finding(
        path=path,
        found=f"{group.name}, which has {found}",
        change=f"Set {name}={accepted[0]} in {group.name}.",
    )


@rule(
    "RDS-2",
    "Databases have no public address",
    types=(INSTANCE, MEMBER),
    severity=Severity.CRITICAL,
    reason="a database with a public address is one security group rule away from the internet.",
    remedy="Set publiclyAccessible to false.",
)
def not_public(database: Resource) -> Iterator[Verdict]:
    """It has none unless set."""
    yield expect(database, "publiclyAccessible", lambda value: not is_true(value))


@rule(
    "RDS-1",
    "Database storage is encrypted",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    reason="disks, backups and snapshots of an unencrypted database stay readable, and it cannot be encrypted later.",
    remedy="Set storageEncrypted to true; an existing database is restored from an encrypted copy of a snapshot.",
)
def storage_encrypted(database: Resource) -> Iterator[Verdict]:
    """A replica takes it from its source; Aurora Serverless v1 is always encrypted."""
    if not is_copy(database) and database.get("engineMode") != "serverless":
        yield expect(database, "storageEncrypted", is_true)


@rule(
    "RDS-16",
    "Databases lie in private subnets",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    reason="a subnet that routes to an internet gateway puts a database within reach of the internet.",
    remedy="Set dbSubnetGroupName to a group of subnets without a route to an internet gateway.",
    view=View.STACK,
)
def private_subnets(database: Resource, stack: Stack) -> Iterator[Verdict]:
    """Follow subnet group, subnets, route tables and routes. A replica lies in its source's group."""
    if database.is_set("dbSubnetGroupName") or not is_copy(database):
        yield from expect_private_group(database, stack, "dbSubnetGroupName", _SUBNET_GROUPS)


@rule(
    "RDS-4",
    "Database backups are kept long enough",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    reason="what was lost or spoilt is often noticed weeks later; 30 days in production, 7 elsewhere.",
    remedy=f"Set backupRetentionPeriod to at least {_PRODUCTION_DAYS} in production, {_MINIMUM_DAYS} elsewhere.",
)
def backup_retention(database: Resource) -> Iterator[Verdict]:
    """Days; AWS's own default is 1, or 0 by the provider."""
    if is_copy(database):
        return
    path = "backupRetentionPeriod"
    least = expect(database, path, at_least(_MINIMUM_DAYS))
    if least:
        yield least
    else:
        yield from in_production(database, expect(database, path, at_least(_PRODUCTION_DAYS)))


@rule(
    "RDS-6",
    "Production databases survive the loss of a zone",
    types=(INSTANCE,),
    severity=Severity.MEDIUM,
    reason="with one zone, its loss or a maintenance takes the system down.",
    remedy="Set multiAz to true, or tag the stack with the Tier it is: staging or development.",
)
def multi_az(database: Resource) -> Iterator[Verdict]:
    """A replica is the second copy itself."""
    if not is_copy(database):
        yield from in_production(database, expect(database, "multiAz", is_true))


@rule(
    "RDS-6",
    "Production Aurora clusters survive the loss of a zone",
    types=(CLUSTER,),
    severity=Severity.MEDIUM,
    reason="a cluster of one instance is down until AWS has made another.",
    remedy="Add a second aws.rds.ClusterInstance, or tag the stack with the Tier it is: staging or development.",
    view=View.STACK,
)
def cluster_two_instances(cluster: Resource, stack: Stack) -> Iterator[Verdict]:
    """A Multi-AZ DB cluster, which names an instance class itself, has three; Serverless v1 none that show."""
    if cluster.is_set("dbClusterInstanceClass") or cluster.get("engineMode") == "serverless" or is_copy(cluster):
        return
    members = stack.referrers(cluster, "clusterIdentifier", (MEMBER,))
    if len(members) == 1:
        flaw = Finding(path="aws.rds.ClusterInstance", found=f"one: {members[0].name}")
        yield from in_production(cluster, flaw)


@rule(
    "RDS-5",
    "Production databases cannot be deleted by mistake",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    reason="deleting a database deletes its automated backups with it.",
    remedy="Set deletionProtection to true, or tag the stack with the Tier it is: staging or development.",
)
def deletion_protection(database: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    if not is_copy(database):
        yield from in_production(database, expect(database, "deletionProtection", is_true))


@rule(
    "RDS-8",
    "Production databases leave a last snapshot",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    reason="after a deletion the final snapshot is the only way back.",
    remedy="Set skipFinalSnapshot to false and give a finalSnapshotIdentifier.",
)
def final_snapshot(database: Resource) -> Iterator[Verdict]:
    """A replica can have none."""
    if not is_copy(database):
        verdict = expect(database, "skipFinalSnapshot", lambda value: not is_true(value))
        yield from in_production(database, verdict)


@rule(
    "RDS-9",
    "No database password is written in the program",
    types=(INSTANCE, CLUSTER),
    severity=Severity.CRITICAL,
    reason="a password in source code is known to all who ever saw the repository, and is never changed.",
    remedy="Set manageMasterUserPassword to true: AWS makes the password, keeps it in Secrets Manager and rotates it. "
    "Or take it from a secret of the stack's configuration (pulumi config set --secret) or from another resource.",
    view=View.STACK,
)
def password_not_literal(database: Resource, stack: Stack) -> Iterator[Verdict]:
    """Judge where the password comes from.

    That a value is marked secret proves nothing here: Pulumi's AWS SDKs mark whatever is given as password. So a
    password passes if another resource made it, or if the stack's configuration holds it as a secret.
    """
    for path in (_PASSWORDS[database.type], f"{_PASSWORDS[database.type]}Wo"):
        value = database.get(path)
        if not value or value is UNKNOWN or database.dependencies.get(path):
            continue
        if not (isinstance(value, Secret) and value in stack.secrets):
            yield Finding(path=path, found="a literal of the program, or made from one")
