from __future__ import annotations

import pytest

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
SOUND = {
    "engine": "postgres",
    "publiclyAccessible": False,
    "storageEncrypted": True,
    "backupRetentionPeriod": 30.0,
    "multiAz": True,
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "manageMasterUserPassword": True,
}


def parameter(name, value):
    return [{"name": "log_statement", "value": "ddl"}, {"name": name, "value": value}]


@pytest.mark.requirement("GRD-01", "CRT-SEC-01", "RPH-SEC-08")
@pytest.mark.parametrize(
    ("engine", "name", "value"),
    [
        ("postgres", "rds.force_ssl", "1"),
        ("postgres", "rds.force_ssl", 1.0),
        ("sqlserver-se", "rds.force_ssl", "1"),
        ("mysql", "require_secure_transport", "1"),
        ("mysql", "require_secure_transport", "ON"),
        ("mariadb", "require_secure_transport", "1"),
    ],
)
def test_a_group_that_forces_ssl_passes(program, engine, name, value):
    group = program.add(GROUP, "group", {"parameters": parameter(name, value)})
    program.add(INSTANCE, "db", {"engine": engine}, parameterGroupName=group)
    assert program.flaws("GRD-01") == set()
    assert "RDS-3" not in {rule for rule, _ in program.unjudged("db")}


@pytest.mark.requirement("GRD-01", "CRT-SEC-01", "RPH-SEC-08")
@pytest.mark.parametrize(
    ("engine", "parameters"),
    [
        ("postgres", []),
        ("postgres", None),
        ("postgres", parameter("rds.force_ssl", "0")),
        ("postgres", parameter("rds.force_ssl", "on")),  # no value of that parameter
        ("postgres", parameter("require_secure_transport", "1")),  # another engine's
        ("mysql", parameter("rds.force_ssl", "1")),
        ("mysql", parameter("require_secure_transport", "OFF")),
        ("mariadb", parameter("require_secure_transport", 0.0)),
        ("sqlserver-ex", parameter("rds.force_ssl", 0.0)),
    ],
)
def test_a_group_that_does_not_force_ssl_is_refused(program, engine, parameters):
    group = program.add(GROUP, "group", {"parameters": parameters} if parameters is not None else {})
    program.add(INSTANCE, "db", {"engine": engine}, parameterGroupName=group)
    assert program.flaws("GRD-01") == {("ssl-forced", "db")}


@pytest.mark.requirement("GRD-01", "CRT-SEC-01", "RPH-SEC-08")
@pytest.mark.parametrize(
    "properties", [{}, {"parameterGroupName": "default.postgres15"}, {"parameterGroupName": "ours"}]
)
def test_no_group_a_default_one_and_one_of_elsewhere_are_refused(program, properties):
    program.add(GROUP, "unused", {"name": "another", "parameters": parameter("rds.force_ssl", "1")})
    program.add(INSTANCE, "db", {"engine": "postgres", **properties})
    assert program.flaws("GRD-01") == {("ssl-forced", "db")}


@pytest.mark.requirement("GRD-01")
def test_a_group_named_by_a_literal_is_found_in_the_program(program):
    program.add(GROUP, "group", {"name": "ours", "parameters": parameter("rds.force_ssl", "1")})
    program.add(INSTANCE, "db", {"engine": "postgres", "parameterGroupName": "ours"})
    assert program.flaws("GRD-01") == set()


@pytest.mark.requirement("GRD-01")
@pytest.mark.parametrize("engine", ["oracle-ee", "db2-se"])
def test_engines_without_the_parameter_are_left_alone(program, engine):
    program.add(INSTANCE, "db", {"engine": engine})
    assert program.flaws("GRD-01") == set()


@pytest.mark.requirement("GRD-01")
def test_a_restore_names_no_engine_so_the_family_of_its_group_decides(program):
    bad = program.add(GROUP, "bad", {"family": "mysql8.0", "parameters": parameter("rds.force_ssl", "1")})
    good = program.add(GROUP, "good", {"family": "postgres15", "parameters": parameter("rds.force_ssl", "1")})
    program.add(INSTANCE, "restored", {"snapshotIdentifier": "s"}, parameterGroupName=bad)
    program.add(INSTANCE, "sound", {"snapshotIdentifier": "s"}, parameterGroupName=good)
    assert program.flaws("GRD-01") == {("ssl-forced", "restored")}


@pytest.mark.requirement("GRD-01")
def test_aurora_is_judged_by_the_cluster_group(program):
    on = program.add(CLUSTER_GROUP, "on", {"parameters": parameter("require_secure_transport", "ON")})
    off = program.add(CLUSTER_GROUP, "off", {"parameters": parameter("require_secure_transport", "OFF")})
    program.add(CLUSTER, "good", {"engine": "aurora-mysql"}, dbClusterParameterGroupName=on)
    program.add(CLUSTER, "bad", {"engine": "aurora-mysql"}, dbClusterParameterGroupName=off)
    program.add(CLUSTER, "none", {"engine": "aurora-postgresql"})
    assert program.flaws("GRD-01") == {("ssl-forced", "bad"), ("ssl-forced", "none")}


@pytest.mark.requirement("GRD-01")
def test_parameters_that_are_not_known_yet_cannot_be_told_and_the_rest_is_judged(program):
    group = program.add(GROUP, "group", {"parameters": program.unknown})
    program.add(INSTANCE, "db", {"engine": "postgres"}, parameterGroupName=group)
    program.add(INSTANCE, "other", {"engine": "postgres"})
    assert program.flaws("GRD-01", preview=True) == {("ssl-forced", "other")}
    assert ("RDS-3", "group.parameters") in program.unjudged("db")


@pytest.mark.requirement("GRD-02", "AUT-SEC-01", "AUT-SEC-02", "CRT-SEC-03", "RPH-SEC-02")
def test_public_and_unencrypted_databases_are_refused(program):
    program.add(INSTANCE, "sound", SOUND)
    program.add(INSTANCE, "public", SOUND | {"publiclyAccessible": True})
    program.add("aws:rds/clusterInstance:ClusterInstance", "member", {"publiclyAccessible": True})
    program.add(INSTANCE, "plain", {**SOUND, "storageEncrypted": None})
    program.add(CLUSTER, "cluster", {"engine": "aurora-postgresql"})
    program.add(INSTANCE, "replica", {"replicateSourceDb": "sound"})  # takes encryption from its source
    assert {flaw for flaw in program.flaws("GRD-02") if flaw[0] != "private-subnets"} == {
        ("not-public", "public"),
        ("not-public", "member"),
        ("storage-encrypted", "plain"),
        ("storage-encrypted", "cluster"),
    }


@pytest.mark.requirement("GRD-02", "AUT-SEC-09")
def test_a_database_whose_subnets_cannot_be_seen_is_said_so_once(program):
    program.add(INSTANCE, "db", SOUND | {"dbSubnetGroupName": "shared"})
    assert program.flaws("GRD-02") == set()
    assert ("RDS-16", "dbSubnetGroupName") in program.unjudged("db")
    assert "dbSubnetGroupName is a group that is not in this program" in program.untold()["db"]


@pytest.mark.requirement("GRD-03", "AUT-SEC-03", "AUT-SEC-04")
@pytest.mark.parametrize(
    ("tier", "properties", "rules"),
    [
        ("production", {}, set()),
        ("production", {"backupRetentionPeriod": 35.0}, set()),
        ("production", {"backupRetentionPeriod": 29.0}, {"backup-retention"}),
        ("production", {"backupRetentionPeriod": None}, {"backup-retention"}),
        ("production", {"multiAz": False}, {"multi-az"}),
        ("production", {"deletionProtection": None}, {"deletion-protection"}),
        ("production", {"skipFinalSnapshot": True}, {"final-snapshot"}),
        ("staging", {"multiAz": False, "deletionProtection": False, "skipFinalSnapshot": True}, set()),
        ("staging", {"backupRetentionPeriod": 7.0}, set()),
        ("staging", {"backupRetentionPeriod": 6.0}, {"backup-retention"}),
        ("Development", {"backupRetentionPeriod": 0.0}, {"backup-retention"}),
        ("prod", {"multiAz": False}, {"multi-az"}),  # no tier of ours: the strict rules hold
        ("stagin", {"multiAz": False}, {"multi-az"}),
        (None, {"multiAz": False}, {"multi-az"}),
    ],
)
def test_what_a_tier_asks_of_a_database(program, tier, properties, rules):
    program.tags = {"Tier": tier} if tier else None
    program.add(INSTANCE, "db", SOUND | properties)
    assert program.flaws("GRD-03") == {(rule, "db") for rule in rules}


@pytest.mark.requirement("GRD-03")
def test_the_resources_own_tier_goes_before_the_providers(program):
    program.add(INSTANCE, "db", SOUND | {"multiAz": False, "tags": {"Tier": "staging"}})
    assert program.flaws("GRD-03") == set()


@pytest.mark.requirement("GRD-03")
def test_a_tier_that_is_not_known_yet_makes_a_flaw_one_that_cannot_be_told(program):
    program.tags = program.unknown
    program.add(INSTANCE, "db", SOUND | {"multiAz": False})
    program.add(INSTANCE, "short", SOUND | {"backupRetentionPeriod": 1.0})
    assert program.flaws("GRD-03") == {("backup-retention", "short")}
    assert program.unjudged("db") >= {("RDS-6", "tags.Tier"), ("TAG-1", "tags.Project")}


@pytest.mark.requirement("GRD-03")
def test_replicas_have_no_backups_of_their_own(program):
    program.add(INSTANCE, "replica", {"replicateSourceDb": program.unknown, "skipFinalSnapshot": True})
    assert program.flaws("GRD-03") == set()


@pytest.mark.requirement("GRD-03", "AUT-SEC-03")
def test_an_aurora_cluster_of_one_instance_is_refused_in_production(program):
    sound = {**SOUND, "engine": "aurora-postgresql"}
    one = program.add(CLUSTER, "one", sound)
    two = program.add(CLUSTER, "two", sound)
    program.add("aws:rds/clusterInstance:ClusterInstance", "a", {}, clusterIdentifier=one)
    program.add("aws:rds/clusterInstance:ClusterInstance", "b", {}, clusterIdentifier=two)
    program.add("aws:rds/clusterInstance:ClusterInstance", "c", {}, clusterIdentifier=two)
    assert program.flaws("GRD-03") == {("cluster-two-instances", "one")}


@pytest.mark.requirement("GRD-04", "AUT-SEC-13", "CHR-SEC-01")
def test_passwords_from_the_program_are_refused_even_if_marked_secret(program):
    program.config = {"app:password": "from-config", "app:database": '{"master": {"password": "nested"}}'}
    generated = program.add("random:index/randomPassword:RandomPassword", "generated")
    program.add(INSTANCE, "plain", {"password": "hunter2"})
    program.add(INSTANCE, "marked", {"password": program.secret("hunter2")})
    program.add(INSTANCE, "changed", {"password": program.secret("from-config-1")})
    program.add(INSTANCE, "unsaid", {"password": "from-config"})  # the mark got lost: it will stand in the state
    program.add(CLUSTER, "cluster", {"masterPassword": program.secret("hunter2")})
    program.add(INSTANCE, "config", {"password": program.secret("from-config")})
    program.add(INSTANCE, "structured", {"password": program.secret("nested")})
    program.add(INSTANCE, "generated-db", {"password": program.secret("x")}, password=generated)
    program.add(INSTANCE, "managed", {"manageMasterUserPassword": True})
    program.add(INSTANCE, "later", {"password": program.unknown})
    assert {name for _, name in program.flaws("GRD-04")} == {"plain", "marked", "changed", "unsaid", "cluster"}
    assert not [each for each in program.diagnostics() if "hunter2" in each.message]
