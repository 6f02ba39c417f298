"""Copies, backups, audit, budget, and who may deploy."""

from __future__ import annotations

import functools
import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from settings.stack_files import stack_name
from tests.components.recording import ACCOUNT, ROOT, build
from tests.components.stacks import FILES, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder, Registered

ALL: dict[str, Any] = {
    "audit": {},
    "budget": {
        "monthly_usd": 150,
        "mails": ["ops@example.org", "boss@example.org"],
        "activate_tags": ["Project"],
        "category": "Auterity",
        "anomaly_usd": 50,
        "account_alarm_usd": 150,
    },
    "delivery": {
        "repository": "example/auterity",
        "github_environment": "production",
        "state_bucket": "example-state",
        "state_key_arn": "arn:aws:kms:us-west-2:123456789012:key/1234abcd",
        "create_provider": True,
    },
    "images": {"replicate_to": ["us-east-1"]},
}
STORES = {
    "aws:rds/instance:Instance": lambda _: True,
    "aws:efs/fileSystem:FileSystem": lambda _: True,
    "aws:s3/bucket:Bucket": lambda each: not each.name.endswith("-replica"),
}

# Buckets of the program's own, which no data is lost with: records, logs and results, and bundles that are built again.
OUR_OWN = {
    "load-balancer-logs",
    "audit-records",
    "beanstalk-versions",
    "cdn-logs",
    "monitoring-canary",
    "operations-records",
}


@pytest.fixture(scope="module")
def full() -> Recorder:
    """Auterity's production with everything that guards a stack."""
    return build(stack("prod", **ALL))


@functools.cache
def built(name: str) -> Recorder:
    return build(stack(name), stack_name(FILES[name], ROOT))


def policies_of(made: Recorder, role: str) -> list[dict[str, Any]]:
    """The statements of a role's inline policies."""
    found = [each for each in made.all("iam/rolePolicy:RolePolicy") if each.inputs["role"] == role]
    return [statement for each in found for statement in json.loads(each.inputs["policy"])["Statement"]]


def trust_of(made: Recorder, name: str) -> dict[str, Any]:
    (statement,) = json.loads(made.one("iam/role:Role", name).inputs["assumeRolePolicy"])["Statement"]
    return dict(statement)


# --- backup


@pytest.mark.requirement("AUT-DR-02", "CHR-DR-02", "AUT-MAN-02", "AUT-OPS-02")
@pytest.mark.parametrize("name", FILES)
def test_the_backup_takes_every_data_store(name: str) -> None:
    settings, made = stack(name), built(name)
    if settings.backup is None:
        assert not made.all("backup/plan:Plan")
        return
    (tag,) = made.one("backup/selection:Selection").inputs["selectionTags"]
    left_out = {key for kind in (settings.buckets, settings.files) for key, each in kind.items() if not each.backup}
    left_out |= OUR_OWN | settings.sites.keys()
    stores = [each for each in made.resources if STORES.get(each.type, lambda _: False)(each)]
    assert stores
    forgotten = {each.name for each in stores if each.inputs["tags"].get(tag["key"]) != tag["value"]}
    assert forgotten == left_out & {each.name for each in stores}


def test_the_backups_of_another_stack_are_not_taken() -> None:
    tags = [
        built(name).one("backup/selection:Selection").inputs["selectionTags"] for name in ("prod", "auterity-recovery")
    ]
    assert tags[0] != tags[1]


@pytest.mark.requirement("CHR-DR-02")
def test_a_backup_is_daily_kept_and_copied_to_another_region(full: Recorder) -> None:
    (rule,) = full.one("backup/plan:Plan").inputs["rules"]
    assert rule["schedule"] == "cron(0 6 * * ? *)"
    assert rule["lifecycle"] == {"deleteAfter": 35}
    vault, copy = full.one("backup/vault:Vault", "backup").inputs, full.one("backup/vault:Vault", "backup-copy").inputs
    assert rule["targetVaultName"] == vault["name"] == copy["name"] == "auterity-backup-production"
    assert ("region" in vault, copy["region"]) == (False, "us-east-1")
    assert rule["copyActions"][0]["lifecycle"] == {"deleteAfter": 35}


def test_vaults_are_locked_as_the_settings_say(full: Recorder) -> None:
    locks = {each.name: each.inputs for each in full.all("backup/vaultLockConfiguration:VaultLockConfiguration")}
    assert {name: lock["minRetentionDays"] for name, lock in locks.items()} == {"backup": 35, "backup-copy": 35}
    assert locks["backup-copy"]["region"] == "us-east-1"
    assert not [name for name, lock in locks.items() if "changeableForDays" in lock], "governance"
    compliance = {"lock": "compliance", "irrevocable_after_days": 7}
    strict = build(stack("prod", backup=compliance)).one("backup/vaultLockConfiguration:VaultLockConfiguration")
    assert strict.inputs["changeableForDays"] == 7
    assert not build(stack("prod", backup={"lock": "none"})).all("backup/vaultLockConfiguration:VaultLockConfiguration")


def test_only_aws_backup_works_by_its_role(full: Recorder) -> None:
    assert trust_of(full, "backup")["Principal"] == {"Service": "backup.amazonaws.com"}
    attached = [each.inputs["policyArn"] for each in full.all("iam/rolePolicyAttachment:RolePolicyAttachment")
                if each.inputs["role"] == full.one("iam/role:Role", "backup").inputs["name"]]  # fmt: skip
    assert len(attached) == 4
    assert all("AWSBackupServiceRolePolicyFor" in arn for arn in attached)


# --- copies in another region


@pytest.mark.requirement("AUT-DAT-03", "UTJ-DAT-01", "UTJ-SEC-08", "AUT-DR-02")
def test_a_replica_follows_its_bucket_deletions_included(full: Recorder) -> None:
    replica = full.one("s3/bucket:Bucket", "uploads-replica").inputs
    assert (replica["bucket"], replica["region"]) == ("auterity-uploads-production-replica", "us-east-1")
    replication = full.one("s3/bucketReplicationConfig:BucketReplicationConfig", "uploads-replica").inputs
    (rule,) = replication["rules"]
    assert replication["bucket"] == "auterity-uploads-production"
    assert rule["destination"] == {"bucket": "arn:aws:s3:::auterity-uploads-production-replica"}
    assert rule["filter"] == {"prefix": ""}
    assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
    assert full.one("s3/bucketVersioning:BucketVersioning", "uploads-replica").inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }


@pytest.mark.requirement("GRD-07", "UTJ-SEC-08")
def test_every_bucket_is_as_closed_as_any_other_in_its_own_region(full: Recorder) -> None:
    """Replicas and the audit's bucket too: each has all the settings, in the bucket's region."""
    kinds = ("BucketOwnershipControls", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration",
             "BucketPolicy", "BucketVersioning", "BucketLifecycleConfiguration")  # fmt: skip
    buckets = {each.name: each.inputs.get("region") for each in full.all("s3/bucket:Bucket")}
    assert {"audit-records", "uploads-replica", "uploads"} <= set(buckets)
    for kind in kinds:
        token = f"s3/{kind[0].lower()}{kind[1:]}:{kind}"
        assert {each.name: each.inputs.get("region") for each in full.all(token)} == buckets, kind
    for policy in full.all("s3/bucketPolicy:BucketPolicy"):
        statements = json.loads(policy.inputs["policy"])["Statement"]
        assert any(each["Effect"] == "Deny" and "aws:SecureTransport" in str(each) for each in statements), policy.name


def test_the_role_that_replicates_reads_one_bucket_and_writes_the_other(full: Recorder) -> None:
    role = full.one("iam/role:Role", "uploads-replica-role").inputs["name"]
    statements = policies_of(full, role)
    source, target = "arn:aws:s3:::auterity-uploads-production", "arn:aws:s3:::auterity-uploads-production-replica"
    assert {resource for each in statements for resource in each["Resource"]} == {source, f"{source}/*", f"{target}/*"}
    writes = [each for each in statements if f"{target}/*" in each["Resource"]]
    assert [each["Action"] for each in writes] == [["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]]


@pytest.mark.requirement("UTJ-DAT-04")
def test_images_are_replicated_by_the_names_of_this_stacks_repositories(full: Recorder) -> None:
    (rule,) = full.one("ecr/replicationConfiguration:ReplicationConfiguration").inputs["replicationConfiguration"][
        "rules"
    ]
    assert rule["destinations"] == [{"region": "us-east-1", "registryId": ACCOUNT}]
    assert [each["filter"] for each in rule["repositoryFilters"]] == ["auterity-backend", "auterity-frontend"]


@pytest.mark.requirement("AUT-DR-02")
def test_the_databases_backups_are_copied_with_a_key_of_that_region(full: Recorder) -> None:
    copies = full.one("rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication").inputs
    key = full.one("kms/key:Key", "postgres-copies").inputs
    assert copies["region"] == key["region"] == "us-east-1"
    assert copies["retentionPeriod"] == 30
    assert copies["kmsKeyId"].endswith("postgres-copies")
    assert key["enableKeyRotation"] is True


@pytest.mark.requirement("AUT-DR-02")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"snapshot": "auterity-2026"}, {"snapshotIdentifier": "auterity-2026"}),
        (
            {"automated_backup": "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1"},
            {
                "restoreToPointInTime": {
                    "sourceDbInstanceAutomatedBackupsArn": "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1",
                    "useLatestRestorableTime": True,
                }
            },
        ),
    ],
)
def test_a_database_is_made_of_a_backup(source: dict[str, str], expected: dict[str, Any]) -> None:
    made = build(stack("prod", postgres__restore_from=source)).one("rds/instance:Instance").inputs
    names = ("snapshotIdentifier", "restoreToPointInTime")
    assert {name: made[name] for name in names if name in made} == expected
    assert made["tags"]["RestoredFrom"] == next(iter(source.values()))


def test_a_database_that_is_made_empty_says_so() -> None:
    assert "RestoredFrom" not in build(stack("prod")).one("rds/instance:Instance").inputs["tags"]


# --- audit


@pytest.mark.requirement("CHR-SEC-07")
def test_the_trail_records_all_regions_and_proves_its_files(full: Recorder) -> None:
    trail = full.one("cloudtrail/trail:Trail").inputs
    assert trail["isMultiRegionTrail"] is True
    assert trail["includeGlobalServiceEvents"] is True
    assert trail["enableLogFileValidation"] is True
    assert trail["s3BucketName"] == full.one("s3/bucket:Bucket", "audit-records").inputs["bucket"]


@pytest.mark.requirement("CHR-SEC-07", "GRD-07")
def test_records_cannot_be_deleted_before_their_time(full: Recorder) -> None:
    assert full.one("s3/bucket:Bucket", "audit-records").inputs["objectLockEnabled"] is True
    lock = full.one("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs
    assert lock["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 365}}
    rules = full.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "audit-records").inputs["rules"]
    assert [each["expiration"] for each in rules if "expiration" in each] == [{"days": 366}]


def test_only_this_trail_writes_records(full: Recorder) -> None:
    policy = json.loads(full.one("s3/bucketPolicy:BucketPolicy", "audit-records").inputs["policy"])
    allowed = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert [each["Action"] for each in allowed] == [["s3:GetBucketAcl"], ["s3:PutObject"]]
    arn = f"arn:aws:cloudtrail:us-west-2:{ACCOUNT}:trail/auterity-audit-production"
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceArn"] == arn


# --- budget


@pytest.mark.requirement("CHR-CST-02")
def test_the_budget_is_of_this_stack_and_told_in_time(full: Recorder) -> None:
    budget = full.one("budgets/budget:Budget").inputs
    assert (budget["limitAmount"], budget["limitUnit"], budget["timeUnit"]) == ("150", "USD", "MONTHLY")
    filters = [value for each in budget["costFilters"] for value in each["values"]]
    assert filters == ["user:Stack$prod"]
    told = [(each["notificationType"], each["threshold"]) for each in budget["notifications"]]
    assert told == [("ACTUAL", 80), ("FORECASTED", 100)]
    for each in budget["notifications"]:
        assert each["subscriberEmailAddresses"] == ["boss@example.org", "ops@example.org"]


@pytest.mark.requirement("CHR-CST-01")
def test_the_billing_alarm_is_where_the_metric_is_and_reaches_somebody(full: Recorder) -> None:
    alarm = full.one("cloudwatch/metricAlarm:MetricAlarm", "budget-billing").inputs
    topic = full.one("sns/topic:Topic", "budget-billing").inputs
    expected = {
        "name": "auterity-billing-alert",
        "namespace": "AWS/Billing",
        "metricName": "EstimatedCharges",
        "dimensions": {"Currency": "USD"},
        "statistic": "Maximum",
        "period": 86_400,
        "evaluationPeriods": 1,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 150,
        "region": "us-east-1",
    }
    assert {name: alarm[name] for name in expected} == expected
    assert [arn.rpartition(":")[2] for arn in alarm["alarmActions"]] == ["budget-billing"]
    assert topic["region"] == "us-east-1"
    subscribed = [
        each for each in full.all("sns/topicSubscription:TopicSubscription") if each.name.startswith("budget-billing-")
    ]
    assert sorted(each.inputs["endpoint"] for each in subscribed) == ["boss@example.org", "ops@example.org"]
    assert {each.inputs["region"] for each in subscribed} == {"us-east-1"}


@pytest.mark.requirement("CHR-CST-01")
def test_costs_are_sorted_by_tags_that_are_active(full: Recorder) -> None:
    tag = full.one("costexplorer/costAllocationTag:CostAllocationTag").inputs
    assert (tag["tagKey"], tag["status"]) == ("Project", "Active")
    category = full.one("costexplorer/costCategory:CostCategory").inputs
    assert category["name"] == "Auterity"
    assert category["rules"][0]["rule"]["tags"] == {
        "key": "Project",
        "values": ["auterity"],
        "matchOptions": ["EQUALS"],
    }


def test_anomalies_are_watched_and_told(full: Recorder) -> None:
    monitor = full.one("costexplorer/anomalyMonitor:AnomalyMonitor").inputs
    assert json.loads(monitor["monitorSpecification"])["Tags"]["Values"] == ["auterity"]
    subscription = full.one("costexplorer/anomalySubscription:AnomalySubscription").inputs
    assert subscription["thresholdExpression"]["dimension"]["values"] == ["50"]
    assert [each["type"] for each in subscription["subscribers"]] == ["EMAIL", "EMAIL"]


# --- records of operations


def rules_of(made: Recorder, bucket: str) -> dict[str, Any]:
    lifecycle = made.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket)
    return {rule["id"]: rule for rule in lifecycle.inputs["rules"]}


@pytest.mark.requirement("CRT-DR-01", "CRT-SEC-07")
def test_snapshots_and_reports_go_and_records_of_changes_stay(full: Recorder) -> None:
    bucket = full.one("s3/bucket:Bucket", "operations-records").inputs["bucket"]
    assert bucket == "auterity-operations-production"
    rules = rules_of(full, "operations-records")
    expiring = {rule["filter"]["prefix"]: rule["expiration"]["days"] for rule in rules.values() if "expiration" in rule}
    assert expiring == {"reports/": 365, "snapshots/": 30}
    assert rules["tidy"]["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
    versioning = full.one("s3/bucketVersioning:BucketVersioning", "operations-records")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}
    block = full.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "operations-records").inputs
    assert all(block[each] for each in ("blockPublicAcls", "blockPublicPolicy", "restrictPublicBuckets"))


@pytest.mark.requirement("CRT-DR-01", "CRT-DAT-03")
def test_court_cases_records_need_no_second_bucket() -> None:
    made = built("court-case-prod")
    assert "operations-records" not in {each.name for each in made.all("s3/bucket:Bucket")}
    (document,) = [
        json.loads(each.inputs["insecureValue"])
        for each in made.all("ssm/parameter:Parameter")
        if each.inputs["name"].endswith("/inventory/operations")
    ]
    assert document["bucket"] == "court-case-disaster-recovery-backups"


# --- delivery

GITHUB = "token.actions.githubusercontent.com"
PREVIEW, DEPLOY = "auterity-preview-production", "auterity-deploy-production"


@pytest.mark.requirement("CHR-CI-01", "CHR-SEC-06", "RPH-SEC-04")
@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("delivery-preview", "repo:example/auterity:pull_request"),
        ("delivery-deploy", "repo:example/auterity:environment:production"),
    ],
)
def test_a_role_trusts_one_repository_in_one_situation(full: Recorder, role: str, subject: str) -> None:
    trust = trust_of(full, role)
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert set(trust["Principal"]) == {"Federated"}
    assert trust["Condition"] == {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}}


def test_one_stack_of_an_account_makes_the_provider_and_the_others_find_it(full: Recorder) -> None:
    provider = full.one("iam/openIdConnectProvider:OpenIdConnectProvider").inputs
    assert (provider["url"], provider["clientIdLists"]) == (f"https://{GITHUB}", ["sts.amazonaws.com"])
    other = build(stack("prod", delivery={**ALL["delivery"], "create_provider": False}))
    assert not other.all("iam/openIdConnectProvider:OpenIdConnectProvider")
    expected = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
    assert trust_of(other, "delivery-deploy")["Principal"] == {"Federated": expected}


@pytest.mark.requirement("GRD-13", "CRT-SEC-05", "CHR-SEC-06", "CHR-SEC-14")
@pytest.mark.parametrize("name", FILES)
def test_no_role_may_do_everything_and_there_are_no_keys(name: str, full: Recorder) -> None:
    """In every stack, and in one with all that there is here."""
    resources = [*built(name).resources, *full.resources]
    policies = [each for each in resources if each.type == "aws:iam/rolePolicy:RolePolicy"]
    assert policies
    for policy in policies:
        for each in json.loads(policy.inputs["policy"])["Statement"]:
            if each["Effect"] == "Allow":
                assert "NotAction" not in each
                assert "NotResource" not in each
                assert "*" not in each["Action"], policy.name
    assert not {each.type for each in resources} & {"aws:iam/accessKey:AccessKey", "aws:iam/user:User"}


@pytest.mark.requirement("CHR-CFG-02", "CHR-SEC-14")
def test_what_may_be_changed_is_the_systems_by_name_or_by_tag(full: Recorder) -> None:
    """A whole service only on what is named after the system or bears its tag."""
    wide = [
        each
        for each in policies_of(full, DEPLOY)
        if each["Effect"] == "Allow" and any(action.endswith(":*") for action in each["Action"])
    ]
    assert len(wide) > 10
    for each in wide:
        named = all("auterity" in resource or "/plinth/prod/" in resource for resource in each["Resource"])
        tagged = each.get("Condition") == {"StringEquals": {"aws:ResourceTag/Project": "auterity"}}
        assert named or tagged, each


@pytest.mark.requirement("CHR-CFG-02", "CHR-SEC-14")
def test_what_may_be_done_to_anything_is_listed_and_gives_nobody_leave(full: Recorder) -> None:
    (anything,) = [
        each
        for each in policies_of(full, DEPLOY)
        if each["Effect"] == "Allow" and each["Resource"] == ["*"] and "Condition" not in each
    ]
    services = {action.partition(":")[0] for action in anything["Action"]}
    assert not services & {"s3", "secretsmanager", "sts", "organizations"}
    assert [action for action in anything["Action"] if action.startswith("iam:")] == ["iam:CreateServiceLinkedRole"]
    assert "ec2:CreateTags" not in anything["Action"]


def test_what_is_there_already_cannot_be_taken_over_by_tagging_it(full: Recorder) -> None:
    (deny,) = [each for each in policies_of(full, DEPLOY) if each["Action"] == ["ec2:CreateTags"]]
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {
        "Null": {"ec2:CreateAction": "true"},
        "StringNotEquals": {"aws:ResourceTag/Project": "auterity"},
    }
    (creating,) = [each for each in policies_of(full, DEPLOY) if "aws:RequestTag" in str(each.get("Condition"))]
    assert not [action for action in creating["Action"] if "Tag" in action or action.endswith(":*")]


@pytest.mark.requirement("CHR-CFG-02")
def test_names_that_do_not_begin_as_the_systems_do_are_named_one_by_one() -> None:
    """ChatRelay's repositories and application are called chatrelay/main-app and ChatRelay."""
    statements = policies_of(built("chatrelay-prod"), "chatrelay-deploy-prod")
    resources = {resource for each in statements for resource in each.get("Resource", ())}
    assert {
        "arn:aws:ecr:*:*:repository/chatrelay/main-app",
        "arn:aws:elasticbeanstalk:*:*:*/ChatRelay",
        "arn:aws:elasticbeanstalk:*:*:*/ChatRelay/*",
    } <= resources


@pytest.mark.requirement("CHR-SEC-14")
def test_who_deploys_does_not_decide_who_deploys(full: Recorder) -> None:
    (deny,) = [each for each in policies_of(full, DEPLOY) if each["Action"] == ["iam:*"]]
    assert deny["Effect"] == "Deny"
    assert {"arn:aws:iam::*:role/auterity-deploy-*", "arn:aws:iam::*:role/auterity-preview-*"} <= set(deny["Resource"])
    assert "arn:aws:iam::*:oidc-provider/*" in deny["Resource"]


def allowed(statements: list[dict[str, Any]], action: str, arn: str) -> bool:
    """Whether IAM would allow it on something that has no tags (fnmatch has IAM's wildcards)."""

    def concerned(each: dict[str, Any]) -> bool:
        conditions = set(each.get("Condition", {}).get("StringEquals", {})) - {"iam:PassedToService"}
        named = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in each["Action"])
        return named and not conditions and any(fnmatchcase(arn, pattern) for pattern in each["Resource"])

    effects = {each["Effect"] for each in statements if concerned(each)}
    return effects == {"Allow"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:GetParametersByPath", "ssm:us-west-2:123456789012:parameter/plinth/prod/inventory"),
        ("s3:PutObject", "s3:::{system}-operations-production/operations/current.json"),
        ("s3:GetObject", "s3:::{system}-operations-production/snapshots/backend/20261123_031500.json"),
        ("s3:DeleteObject", "s3:::{system}-operations-production/operations/current.json"),
        ("s3:ListBucket", "s3:::{system}-operations-production"),
        ("ecs:RegisterTaskDefinition", "ecs:us-west-2:123456789012:task-definition/{system}-backend-production:*"),
        ("ecs:UpdateService", "ecs:us-west-2:123456789012:service/{system}-cluster-production/{system}-backend"),
        ("ecs:StopServiceDeployment", "ecs:us-west-2:123456789012:service-deployment/{system}-cluster/backend/1"),
        ("ecs:RunTask", "ecs:us-west-2:123456789012:task-definition/{system}-backend-migrate-production:3"),
        ("iam:PassRole", "iam::123456789012:role/{system}-backend-execution-production"),
        ("logs:GetLogEvents", "logs:us-west-2:123456789012:log-group:/aws/ecs/{system}-production:log-stream:x"),
        ("ecr:DescribeImages", "ecr:us-west-2:123456789012:repository/{system}-backend"),
        ("lambda:UpdateAlias", "lambda:us-west-2:123456789012:function:{system}-resize-production"),
        ("elasticbeanstalk:UpdateEnvironment", "elasticbeanstalk:us-west-2:123456789012:environment/x/{system}-prod"),
    ],
)
def test_who_deploys_may_operate_what_is_the_systems_and_nothing_else(
    full: Recorder, action: str, resource: str
) -> None:
    """What `plinth deploy` asks of AWS (scripts/deploy)."""
    statements, arn = policies_of(full, DEPLOY), f"arn:aws:{resource}"
    assert allowed(statements, action, arn.format(system="auterity"))
    others = arn.replace("/plinth/prod/", "/plinth/other/").format(system="other")
    assert not allowed(statements, action, others)


@pytest.mark.parametrize(
    "action",
    ["cloudwatch:GetMetricData", "ecs:ListServiceDeployments", "ecs:DescribeServiceDeployments", "ecs:DescribeTasks"],
)
def test_who_deploys_sees_how_it_goes(full: Recorder, action: str) -> None:
    assert allowed(policies_of(full, DEPLOY), action, "*")


def test_roles_are_passed_to_the_services_that_use_them_only(full: Recorder) -> None:
    (passed,) = [each for each in policies_of(full, DEPLOY) if each["Action"] == ["iam:PassRole"]]
    used = {trust_of(full, role.name)["Principal"].get("Service") for role in full.all("iam/role:Role")} - {None}
    assert used <= set(passed["Condition"]["StringEquals"]["iam:PassedToService"])
    assert all("/auterity-" in resource for resource in passed["Resource"])


@pytest.mark.requirement("RPH-SEC-03")
def test_a_pull_request_reads_state_and_changes_nothing_but_its_lock(full: Recorder) -> None:
    statements = policies_of(full, PREVIEW)
    writing = [each for each in statements if each["Effect"] == "Allow" and "s3:PutObject" in each["Action"]]
    assert [each["Resource"] for each in writing] == [["arn:aws:s3:::example-state/.pulumi/locks/*"]]
    denied = {action for each in statements if each["Effect"] == "Deny" for action in each["Action"]}
    assert {"secretsmanager:GetSecretValue", "ssm:GetParameter*", "logs:GetLogEvents", "s3:GetObject"} <= denied
    attached = [each.inputs["policyArn"] for each in full.all("iam/rolePolicyAttachment:RolePolicyAttachment")
                if each.inputs["role"] == PREVIEW]  # fmt: skip
    assert attached == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]


def test_a_roles_policies_fit_what_iam_takes(full: Recorder) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 10,240 characters in all."""
    sizes: dict[str, int] = {}
    policies: list[Registered] = full.all("iam/rolePolicy:RolePolicy")
    for each in policies:
        sizes[each.inputs["role"]] = sizes.get(each.inputs["role"], 0) + len(each.inputs["policy"].replace(" ", ""))
    assert max(sizes.values()) <= 10_240


# --- the systems as their files have them


@pytest.mark.requirement("UTJ-DAT-01", "UTJ-DAT-03", "UTJ-SEC-08")
def test_the_clubs_photos_are_versioned_and_have_a_replica_in_ireland() -> None:
    made = built("utjfc-prod")
    buckets = {each.inputs["bucket"]: each.inputs.get("region") for each in made.all("s3/bucket:Bucket")}
    assert buckets["utjfc-player-photos-replica"] == "eu-west-1"
    assert {"utjfc-player-photos", "utjfc-config-backup"} <= set(buckets)
    replication = made.one("s3/bucketReplicationConfig:BucketReplicationConfig").inputs
    assert replication["bucket"] == "utjfc-player-photos"
    versioned = {
        each.inputs["bucket"]: each.inputs["versioningConfiguration"]["status"]
        for each in made.all("s3/bucketVersioning:BucketVersioning")
    }
    assert versioned["utjfc-player-photos"] == versioned["utjfc-player-photos-replica"] == "Enabled"
    assert versioned["utjfc-config-backup"] == "Enabled"
    private = {each.inputs["bucket"] for each in made.all("s3/bucketPublicAccessBlock:BucketPublicAccessBlock")}
    assert private == set(buckets)


@pytest.mark.requirement("UTJ-DAT-04")
def test_the_clubs_images_keep_their_tags_and_are_replicated() -> None:
    made = built("utjfc-prod")
    assert made.one("ecr/repository:Repository").inputs["imageTagMutability"].startswith("IMMUTABLE")
    setting = made.one("ecr/replicationConfiguration:ReplicationConfiguration").inputs["replicationConfiguration"]
    (rule,) = setting["rules"]
    assert [each["region"] for each in rule["destinations"]] == ["eu-west-1"]
    assert [each["filter"] for each in rule["repositoryFilters"]] == ["utjfc-backend"]


@pytest.mark.requirement("CHR-CST-01", "CHR-CST-02")
def test_chatrelays_costs_are_watched() -> None:
    made = built("chatrelay-prod")
    alarm = made.one("cloudwatch/metricAlarm:MetricAlarm", "budget-billing").inputs
    assert (alarm["name"], alarm["threshold"]) == ("chatrelay-billing-alert", 150)
    assert made.one("costexplorer/costCategory:CostCategory").inputs["name"] == "ChatRelay"
    active = made.all("costexplorer/costAllocationTag:CostAllocationTag")
    assert {each.inputs["tagKey"] for each in active} == {"Project", "Stack"}
    assert made.one("budgets/budget:Budget").inputs["limitAmount"] == "150"


@pytest.mark.requirement("CHR-SEC-04", "CHR-SEC-07", "CHR-DR-02")
def test_chatrelay_is_recorded_and_backed_up() -> None:
    made = built("chatrelay-prod")
    assert made.one("cloudtrail/trail:Trail").inputs["isMultiRegionTrail"] is True
    assert made.one("ec2/flowLog:FlowLog").inputs["trafficType"] == "ALL"
    (rule,) = made.one("backup/plan:Plan").inputs["rules"]
    assert rule["lifecycle"] == {"deleteAfter": 35}
    assert made.one("efs/fileSystem:FileSystem").inputs["tags"]["Backup"] == "chatrelay-prod"


@pytest.mark.requirement("CHR-CI-01")
@pytest.mark.parametrize("name", ["prod", "staging"])
def test_each_environment_of_chatrelay_is_deployed_by_a_role_of_its_own(name: str) -> None:
    """The source deploys both branches to production."""
    environment = {"prod": "production", "staging": "staging"}[name]
    trust = trust_of(built(f"chatrelay-{name}"), "delivery-deploy")
    subject = trust["Condition"]["StringEquals"][f"{GITHUB}:sub"]
    assert subject == f"repo:example/chatrelay:environment:{environment}"


@pytest.mark.requirement("RPH-SEC-03", "RPH-SEC-04")
def test_rapidphotos_production_is_deployed_from_an_approved_environment_only() -> None:
    made = built("rapidphoto-prod")
    subject = trust_of(made, "delivery-deploy")["Condition"]["StringEquals"][f"{GITHUB}:sub"]
    assert subject == "repo:example/rapid-photo:environment:production"
    state = [each for each in policies_of(made, "rapid-photo-deploy-prod") if "example-pulumi-state" in str(each)]
    written = [resource for each in state if "s3:PutObject" in each["Action"] for resource in each["Resource"]]
    assert written == ["arn:aws:s3:::example-pulumi-state/.pulumi/*"], "the state and its locks, and nothing beside it"
