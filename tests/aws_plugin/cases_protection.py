"""Cases of what protects and watches: backups, copies, audit, costs, identity providers; some in another region."""

# ruff: noqa: E501 - a call a line, so that it reads as the table it is
from __future__ import annotations

import json

from tests.aws_plugin.case import TAGS, Case

ELSEWHERE = "us-east-1"
_ROLE = "arn:aws:iam::000000000000:role/backup"
_MAIL = {
    "comparisonOperator": "GREATER_THAN",
    "thresholdType": "PERCENTAGE",
    "subscriberEmailAddresses": ["a@example.org"],
}


def _publish(arn: str, service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": "sns:Publish",
        "Resource": arn,
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES: dict[str, Case] = {
    "vault": Case("aws:backup/vault:Vault", lambda _, n: {"name": n, "forceDestroy": True, "tags": {"Name": n}}, TAGS),
    "vault_elsewhere": Case("aws:backup/vault:Vault", lambda _, n: {"name": n, "region": ELSEWHERE, "tags": {"Name": n}}, TAGS, import_id=f"{{id}}@{ELSEWHERE}"),
    "vault_lock": Case(
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        lambda m, _: {"backupVaultName": m("vault")["name"], "minRetentionDays": 35},
        {"minRetentionDays": 30, "maxRetentionDays": 365},
    ),
    "compliance_lock": Case(
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        lambda m, _: {"backupVaultName": m("vault_elsewhere")["name"], "minRetentionDays": 7, "changeableForDays": 3, "region": ELSEWHERE},
        {"minRetentionDays": 14},
        import_id=f"{{id}}@{ELSEWHERE}",
    ),
    "backup_plan": Case(
        "aws:backup/plan:Plan",
        lambda m, n: {"name": n, "rules": [{
            "ruleName": "daily", "targetVaultName": m("vault")["name"], "schedule": "cron(0 6 * * ? *)",
            "startWindow": 60, "completionWindow": 480, "lifecycle": {"deleteAfter": 35},
            "copyActions": [{"destinationVaultArn": m("vault_elsewhere")["arn"], "lifecycle": {"deleteAfter": 35}}],
        }]},
        {"rules": [{"ruleName": "daily", "targetVaultName": "other", "schedule": "cron(0 7 * * ? *)", "lifecycle": {"deleteAfter": 30}}], **TAGS},
    ),
    "backup_selection": Case(
        "aws:backup/selection:Selection",
        lambda m, n: {"name": n, "planId": m("backup_plan")["id"], "iamRoleArn": _ROLE,
                      "selectionTags": [{"type": "STRINGEQUALS", "key": "Backup", "value": "auterity-production"}]},
        import_id="{planId}|{id}",
    ),
    "versions_here": Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda m, _: {"bucket": m("bucket")["id"], "versioningConfiguration": {"status": "Enabled"}},
        stays=True,
    ),
    "bucket_elsewhere": Case("aws:s3/bucket:Bucket", lambda _, n: {"bucket": n, "region": ELSEWHERE, "tags": {"Name": n}}, TAGS, import_id=f"{{id}}@{ELSEWHERE}"),
    "versions_elsewhere": Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda m, _: {"bucket": m("bucket_elsewhere")["id"], "versioningConfiguration": {"status": "Enabled"}, "region": ELSEWHERE},
        stays=True,
        import_id=f"{{id}}@{ELSEWHERE}",
    ),
    "bucket_replication": Case(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        lambda m, _: {
            "bucket": m("versions_here")["id"], "role": m("role")["arn"],
            "rules": [{"id": "everything", "status": "Enabled", "priority": 0, "filter": {"prefix": ""},
                       "deleteMarkerReplication": {"status": "Enabled"},
                       "destination": {"bucket": f"arn:aws:s3:::{m('versions_elsewhere')['id']}"}}],
        },
    ),
    "locking_bucket": Case(
        "aws:s3/bucket:Bucket", lambda _, n: {"bucket": n, "objectLockEnabled": True, "forceDestroy": True}, TAGS
    ),
    "object_lock": Case(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        lambda m, _: {"bucket": m("locking_bucket")["id"], "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 365}}},
        {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}},
    ),
    "registry_replication": Case(
        "aws:ecr/replicationConfiguration:ReplicationConfiguration",
        lambda _, n: {"replicationConfiguration": {"rules": [{
            "destinations": [{"region": ELSEWHERE, "registryId": "000000000000"}],
            "repositoryFilters": [{"filter": n, "filterType": "PREFIX_MATCH"}]}]}},
        {"replicationConfiguration": {"rules": [{"destinations": [{"region": "eu-west-1", "registryId": "000000000000"}]}]}},
    ),
    "key_elsewhere": Case("aws:kms/key:Key", lambda _, n: {"description": n, "region": ELSEWHERE}, {"description": "changed"}, import_id=f"{{id}}@{ELSEWHERE}"),
    "database_copies": Case(
        "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
        lambda m, _: {"sourceDbInstanceArn": m("db")["arn"], "kmsKeyId": m("key_elsewhere")["arn"], "retentionPeriod": 30, "region": ELSEWHERE},
        import_id=f"{{id}}@{ELSEWHERE}",
    ),
    "trail": Case(
        "aws:cloudtrail/trail:Trail",
        lambda m, n: {"name": n, "s3BucketName": m("locking_bucket")["id"], "isMultiRegionTrail": True,
                      "enableLogFileValidation": True, "includeGlobalServiceEvents": True, "tags": {"Name": n}},
        {"enableLogFileValidation": False, "enableLogging": False, **TAGS},
        import_id="{arn}",
    ),
    "trail_to_logs": Case(
        "aws:cloudtrail/trail:Trail",
        lambda m, n: {"name": n, "s3BucketName": m("locking_bucket")["id"], "cloudWatchLogsGroupArn": f"{m('log_group')['arn']}:*",
                      "cloudWatchLogsRoleArn": m("role")["arn"]},
        {"enableLogFileValidation": True, "cloudWatchLogsGroupArn": None, "cloudWatchLogsRoleArn": None},
        import_id="{arn}",
    ),
    "topic": Case(
        "aws:sns/topic:Topic", lambda _, n: {"name": n, "displayName": "of a test", "tags": {"Name": n}}, {"displayName": "changed", **TAGS}
    ),
    "topic_elsewhere": Case(
        "aws:sns/topic:Topic", lambda _, n: {"name": n, "region": ELSEWHERE}, TAGS, import_id=f"{{id}}@{ELSEWHERE}"
    ),
    "topic_policy": Case(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda m, _: {"arn": m("topic")["arn"], "policy": _publish(m("topic")["arn"], "cloudwatch")},
        {"policy": _publish("*", "budgets")},
        stays=True,
    ),
    "subscription": Case(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda m, _: {"topic": m("topic_elsewhere")["arn"], "protocol": "email", "endpoint": "a@example.org", "region": ELSEWHERE},
        import_id=f"{{id}}@{ELSEWHERE}",
    ),
    "identity_provider": Case(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        lambda _, n: {"url": f"https://{n}.example.org", "clientIdLists": ["sts.amazonaws.com"], "tags": {"Name": n}},
    ),
    "budget": Case(
        "aws:budgets/budget:Budget",
        lambda _, n: {
            "name": n, "budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "150", "limitUnit": "USD",
            "costFilters": [{"name": "TagKeyValue", "values": ["user:Stack$prod"]}],
            "notifications": [{**_MAIL, "notificationType": "ACTUAL", "threshold": 80}, {**_MAIL, "notificationType": "FORECASTED", "threshold": 100}],
        },
        {"limitAmount": "200", "notifications": [{**_MAIL, "notificationType": "ACTUAL", "threshold": 90}], **TAGS},
    ),
    "anomaly_monitor": Case(
        "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        lambda _, n: {"name": n, "monitorType": "CUSTOM", "monitorSpecification": json.dumps(
            {"Tags": {"Key": "Project", "MatchOptions": ["EQUALS"], "Values": ["auterity"]}})},
        {"name": "changed", **TAGS},
    ),
    "anomaly_subscription": Case(
        "aws:costexplorer/anomalySubscription:AnomalySubscription",
        lambda m, n: {
            "name": n, "frequency": "DAILY", "monitorArnLists": [m("anomaly_monitor")["arn"]],
            "subscribers": [{"type": "EMAIL", "address": "a@example.org"}],
            "thresholdExpression": {"dimension": {"key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "matchOptions": ["GREATER_THAN_OR_EQUAL"], "values": ["50"]}},
        },
        {"frequency": "WEEKLY", **TAGS},
    ),
    "cost_category": Case(
        "aws:costexplorer/costCategory:CostCategory",
        lambda _, n: {"name": n, "ruleVersion": "CostCategoryExpression.v1", "rules": [{
            "type": "REGULAR", "value": n, "rule": {"tags": {"key": "Project", "values": ["auterity"], "matchOptions": ["EQUALS"]}}}]},
        {"defaultValue": "others", **TAGS},
    ),
    "allocation_tag": Case(
        "aws:costexplorer/costAllocationTag:CostAllocationTag",
        lambda _, n: {"tagKey": n, "status": "Active"}, {"status": "Inactive"}, stays=True,
    ),
}  # fmt: skip
