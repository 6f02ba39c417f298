from __future__ import annotations

import pytest

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
PROXY = "aws:rds/proxy:Proxy"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
POSTGRES = {"engine": "postgres"}
STAGING = {"Environment": "staging", "Project": "p", "Tier": "staging"}

# Of each rule that reads one resource: what is refused, and what is not.
TABLE = [
    (
        "RDS-7",
        "minor-upgrades",
        INSTANCE,
        [{"autoMinorVersionUpgrade": False}],
        [{}, {"autoMinorVersionUpgrade": True}],
    ),
    ("RDS-7", "minor-upgrades", MEMBER, [{"autoMinorVersionUpgrade": False}], [{"autoMinorVersionUpgrade": "true"}]),
    (
        "RDS-11",
        "logs-exported",
        INSTANCE,
        [
            POSTGRES,
            POSTGRES | {"enabledCloudwatchLogsExports": []},
            POSTGRES | {"enabledCloudwatchLogsExports": ["upgrade"]},
            {"engine": "mysql", "enabledCloudwatchLogsExports": ["slowquery"]},
        ],
        [
            POSTGRES | {"enabledCloudwatchLogsExports": ["postgresql", "upgrade"]},
            {"engine": "mariadb", "enabledCloudwatchLogsExports": ["error"]},
            {"engine": "db2-se", "enabledCloudwatchLogsExports": ["diag.log"]},
        ],
    ),
    ("RDS-12", "snapshot-tags", CLUSTER, [{}, {"copyTagsToSnapshot": False}], [{"copyTagsToSnapshot": True}]),
    (
        "RDS-13",
        "user-name",
        INSTANCE,
        [{"username": "postgres"}, {"username": "Admin"}],
        [{"username": "court"}, {}, {"username": "admin", "replicateSourceDb": "other"}],
    ),
    ("RDS-13", "user-name", CLUSTER, [{"masterUsername": "root"}], [{"masterUsername": "app"}]),
    (
        "RDS-14",
        "authority",
        INSTANCE,
        [{"caCertIdentifier": "rds-ca-2019"}],
        [{}, {"caCertIdentifier": "rds-ca-rsa2048-g1"}],
    ),
    ("RDS-15", "enhanced-monitoring", INSTANCE, [{}, {"monitoringInterval": 0.0}], [{"monitoringInterval": 60.0}]),
    (
        "RDS-18",
        "supported-version",
        INSTANCE,
        [
            POSTGRES | {"engineVersion": "11.22"},
            POSTGRES | {"engineVersion": "13"},
            POSTGRES | {"engineVersion": "1"},
            {"engine": "mysql", "engineVersion": "8.0.40"},
            {"engine": "mysql", "engineVersion": "5.7"},
        ],
        [
            POSTGRES | {"engineVersion": "15.4"},
            POSTGRES | {"engineVersion": "17"},
            POSTGRES,
            {"engine": "mysql", "engineVersion": "8.4.3"},
            {"engine": "oracle-ee", "engineVersion": "12"},
        ],
    ),
    (
        "RDS-18",
        "supported-version",
        CLUSTER,
        [{"engine": "aurora-mysql", "engineVersion": "5.7.mysql_aurora.2.11.1"}],
        [{"engine": "aurora-mysql", "engineVersion": "8.0.mysql_aurora.3.08.0"}],
    ),
    ("RDS-20", "proxy-tls", PROXY, [{}, {"requireTls": False}], [{"requireTls": True}]),
]
STRICT = [
    (
        "RDS-10",
        "iam-authentication",
        INSTANCE,
        [POSTGRES, POSTGRES | {"iamDatabaseAuthenticationEnabled": False}],
        [POSTGRES | {"iamDatabaseAuthenticationEnabled": True}, {"engine": "oracle-ee"}],
    ),
    (
        "RDS-15",
        "insights-key",
        INSTANCE,
        [{"performanceInsightsEnabled": True}],
        [{"performanceInsightsEnabled": True, "performanceInsightsKmsKeyId": "arn:aws:kms:k"}, {}],
    ),
    (
        "RDS-19",
        "own-key",
        INSTANCE,
        [{"storageEncrypted": True}],
        [{"storageEncrypted": True, "kmsKeyId": "arn:aws:kms:k"}, {"storageEncrypted": False}],
    ),
]


def rows(table):
    return [
        pytest.param(id_, name, token, properties, good, id=f"{name}-{token.rpartition(':')[2]}-{good}-{number}")
        for id_, name, token, bad_ones, good_ones in table
        for good, examples in ((False, bad_ones), (True, good_ones))
        for number, properties in enumerate(examples)
    ]


@pytest.mark.parametrize(("id_", "name", "token", "properties", "good"), rows(TABLE))
def test_what_each_rule_refuses_and_accepts(program, id_, name, token, properties, good):
    program.add(token, "it", properties)
    assert ((name, "it") in program.flaws(id_)) is not good


@pytest.mark.parametrize(("id_", "name", "token", "properties", "good"), rows(STRICT))
def test_strict_rules_refuse_where_they_are_asked_to(program, id_, name, token, properties, good):
    program.add(token, "it", properties)
    assert (name, "it") not in program.flaws(id_)
    program.pack = {"strict": True}
    assert ((name, "it") in program.flaws(id_)) is not good


@pytest.mark.parametrize(
    ("id_", "token", "path"),
    [
        ("RDS-7", INSTANCE, "autoMinorVersionUpgrade"),
        ("RDS-11", INSTANCE, "enabledCloudwatchLogsExports"),
        ("RDS-12", INSTANCE, "copyTagsToSnapshot"),
        ("RDS-14", INSTANCE, "caCertIdentifier"),
        ("RDS-18", INSTANCE, "engineVersion"),
        ("RDS-20", PROXY, "requireTls"),
    ],
)
def test_what_is_not_known_yet_cannot_be_told(program, id_, token, path):
    program.add(token, "it", POSTGRES | {path: program.unknown})
    assert program.flaws(id_, preview=True) == set()
    assert (id_, path) in program.unjudged("it")


@pytest.mark.parametrize("id_", ["RDS-7", "RDS-15"])
def test_what_is_asked_of_production_only(program, id_):
    program.tags = STAGING
    program.add(INSTANCE, "it", {"autoMinorVersionUpgrade": False})
    assert program.flaws(id_) == set()


@pytest.mark.parametrize(
    ("parameters", "good"),
    [
        ([{"name": "log_min_duration_statement", "value": "500"}], True),
        ([{"name": "rds.force_ssl", "value": "1"}], False),
    ],
)
def test_strictly_statements_are_logged(program, parameters, good):
    program.pack = {"strict": True}
    group = program.add(GROUP, "group", {"parameters": parameters})
    program.add(INSTANCE, "db", POSTGRES, parameterGroupName=group)
    program.add(INSTANCE, "bare", POSTGRES)
    assert program.flaws("RDS-21") == {("query-log", "bare")} | (set() if good else {("query-log", "db")})


@pytest.mark.parametrize(
    ("subscription", "good"),
    [
        ({}, True),
        ({"eventCategories": ["failure", "maintenance", "configuration change", "backup"]}, True),
        ({"eventCategories": ["failure"]}, False),
        ({"enabled": False}, False),
        (None, False),
    ],
)
def test_strictly_events_reach_somebody(program, subscription, good):
    program.pack = {"strict": True}
    program.add(INSTANCE, "db", POSTGRES)
    if subscription is not None:
        program.add("aws:rds/eventSubscription:EventSubscription", "events", subscription)
    assert program.flaws("RDS-22") == (set() if good else {("events", "db")})
