"""Each risk: changes that it stops, changes that only look like it, and values that are not known yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest

from scripts.gate.risks import amount, loss, retention
from scripts.gate.risks.encryption import tls_rank
from tests.scripts.changes import UNKNOWN, change, kinds, said, unknown

DATABASE = "aws:rds/instance:Instance"
BUCKET = "aws:s3/bucket:Bucket"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
LISTENER = "aws:lb/listener:Listener"
CDN = "aws:cloudfront/distribution:Distribution"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
TLS_ONLY = json.dumps(
    {"Statement": [{"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
)
ANYBODY = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*"}})


def known_types() -> set[str]:
    """What pulumi-aws knows, by the tokens that it registers."""
    source = Path(pulumi_aws.__file__).read_text()
    registered = json.loads(source.partition('resource_modules="""')[2].partition('"""')[0])
    return {token for module in registered for token in module["classes"]}


def test_every_type_that_the_gate_names_is_one_of_the_providers():
    ours = {*loss.DATA, *loss.DOORS, *retention.COPIES, *retention.RECORDERS, *retention.LIFECYCLES, *amount.HARMLESS}
    ours |= {*retention.VERSIONING, BUCKET, GROUP, INGRESS, OLD_RULE, LISTENER, CDN, SSE, OBJECT_LOCK}
    assert {each for each in ours if each.startswith("aws:")} <= known_types()


# ---- loss


@pytest.mark.parametrize(
    ("kind", "risk"), [*[(k, "data-store-lost") for k in loss.DATA], *[(k, "entrance-lost") for k in loss.DOORS]]
)
def test_what_is_dear_is_neither_deleted_nor_replaced(kind: str, risk: str):
    assert kinds(change(kind, "delete")) == [risk]
    assert kinds(change(kind, "replace")) == [risk]
    assert kinds(change(kind, "update"), change(kind, "create"), change(kind, "same")) == []


def test_a_replacement_says_what_makes_it_one():
    ((_, path, message),) = said(change(DATABASE, "replace", reasons=("dbName", "username")))
    assert (path, message) == ("dbName", "replaces the database, because of dbName, username")


def test_what_pulumi_only_forgets_is_not_lost():
    assert kinds(change(DATABASE, "delete", retained=True), change(LOGS, "delete", retained=True)) == []


def test_what_is_protected_is_lost_whatever_it_is():
    assert kinds(change("aws:ssm/parameter:Parameter", "replace", protect=True)) == ["protected-lost"]
    assert kinds(change("aws:ssm/parameter:Parameter", "replace")) == []


# ---- what would be remembered for a shorter time


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (30, 7, "shortens it from 30 days to 7 days"),
        (None, 30, "shortens it from for ever to 30 days"),
        (0, 30, "shortens it from for ever to 30 days"),
    ],
)
def test_logs_are_not_kept_for_a_shorter_time(old: Any, new: Any, message: str):
    assert said(change(LOGS, old={"retentionInDays": old}, new={"retentionInDays": new})) == [
        ("logs-lost", "retentionInDays", message)
    ]


@pytest.mark.parametrize(("old", "new"), [(7, 30), (30, 30), (30, None), (30, 0), (None, None)])
def test_logs_may_be_kept_longer(old: Any, new: Any):
    assert kinds(change(LOGS, old={"retentionInDays": old}, new={"retentionInDays": new})) == []


def test_a_log_group_goes_only_if_it_outlives_that():
    assert kinds(change(LOGS, "delete")) == ["logs-lost"]
    assert kinds(change(LOGS, "replace")) == ["logs-lost"]
    assert kinds(change(LOGS, "delete", {"skipDestroy": True})) == []


def test_a_retention_that_is_not_known_yet_is_told():
    logs = change(LOGS, old={"retentionInDays": 30}, new={"retentionInDays": UNKNOWN})
    assert (kinds(logs), unknown(logs)) == ([], [("logs-lost", "retentionInDays")])


@pytest.mark.parametrize("kind", retention.RECORDERS)
def test_what_records_events_is_not_ended(kind: str):
    assert kinds(change(kind, "delete")) == ["logs-lost"]
    assert kinds(change(kind, "replace")) == []


@pytest.mark.parametrize("kind", retention.COPIES)
def test_backups_and_replicas_are_not_ended(kind: str):
    assert kinds(change(kind, "delete")) == ["backups-lost"]


def test_the_backups_of_what_is_deleted_go_with_it():
    policy = change("aws:efs/backupPolicy:BackupPolicy", "delete", {"fileSystemId": "fs-1"})
    files = change("aws:efs/fileSystem:FileSystem", "delete", id="fs-1")
    assert kinds(files, policy) == ["data-store-lost"]


@pytest.mark.parametrize("path", retention.DAYS_OF_BACKUPS)
def test_backups_are_not_kept_for_a_shorter_time(path: str):
    assert kinds(change(DATABASE, old={path: 35}, new={path: 7})) == ["backups-lost"]
    assert kinds(change(DATABASE, old={path: 35}, new={})) == ["backups-lost"]
    assert kinds(change(DATABASE, old={path: 7}, new={path: 35})) == []
    assert kinds(change(DATABASE, old={}, new={path: 1})) == []
    assert unknown(change(DATABASE, old={path: 7}, new={path: UNKNOWN})) == [("backups-lost", path)]


def test_other_backups_are_not_turned_off():
    table, files = "aws:dynamodb/table:Table", "aws:efs/backupPolicy:BackupPolicy"
    on, off = {"pointInTimeRecovery": {"enabled": True}}, {"pointInTimeRecovery": {"enabled": False}}
    assert kinds(change(table, old=on, new=off)) == ["backups-lost"]
    assert kinds(change(table, old=off, new=on)) == []
    enabled, disabled = {"backupPolicy": {"status": "ENABLED"}}, {"backupPolicy": {"status": "DISABLED"}}
    assert kinds(change(files, old=enabled, new=disabled)) == ["backups-lost"]
    assert kinds(change(files, old=disabled, new=enabled)) == []


def plan(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"rules": list(rules)}


DAILY = {"ruleName": "daily", "lifecycle": {"deleteAfter": 35}, "copyActions": [{"destinationVaultArn": "elsewhere"}]}
WEEKLY = {"ruleName": "weekly"}


@pytest.mark.parametrize(
    ("new", "path"),
    [
        (plan(WEEKLY), "rules"),
        (plan(WEEKLY, {**DAILY, "lifecycle": {"deleteAfter": 7}}), "rules.daily.lifecycle.deleteAfter"),
        (plan(DAILY, {**WEEKLY, "lifecycle": {"deleteAfter": 7}}), "rules.weekly.lifecycle.deleteAfter"),
        (plan(WEEKLY, {**DAILY, "copyActions": []}), "rules.daily.copyActions"),
    ],
)
def test_a_backup_plan_is_not_thinned(new: dict[str, Any], path: str):
    assert [(risk, at) for risk, at, _ in said(change(PLAN, old=plan(DAILY, WEEKLY), new=new))] == [
        ("backups-lost", path)
    ]


def test_a_backup_plan_may_grow():
    longer = {**DAILY, "lifecycle": {"deleteAfter": 365}}
    assert kinds(change(PLAN, old=plan(DAILY), new=plan(WEEKLY, longer))) == []
    assert unknown(change(PLAN, old=plan(DAILY), new={"rules": UNKNOWN})) == [("backups-lost", "rules")]


def test_a_backup_selection_does_not_shrink():
    old = {"resources": ["arn:db", "arn:files"]}
    assert kinds(change(SELECTION, "replace", old, {"resources": ["arn:db"]})) == ["backups-lost"]
    assert kinds(change(SELECTION, "replace", old, {"resources": ["arn:files", "arn:db", "arn:more"]})) == []
    assert unknown(change(SELECTION, "replace", old, {"resources": [UNKNOWN]})) == [("backups-lost", "resources")]
    assert unknown(change(SELECTION, "replace", old, {"resources": UNKNOWN})) == [("backups-lost", "resources")]


KEPT = {"bucket": "pictures", "versioningConfiguration": {"status": "Enabled"}}
SUSPENDED = {"bucket": "pictures", "versioningConfiguration": {"status": "Suspended"}}


def test_versioning_is_not_suspended():
    assert kinds(change(VERSIONING, old=KEPT, new=SUSPENDED)) == ["versions-lost"]
    assert kinds(change(VERSIONING, "delete", KEPT)) == ["versions-lost"]
    assert kinds(change(VERSIONING, old=SUSPENDED, new=KEPT)) == []
    assert kinds(change(VERSIONING, "delete", SUSPENDED)) == []
    assert kinds(change(BUCKET, old={"versioning": {"enabled": True}}, new={})) == ["versions-lost"]
    unsure = {"versioningConfiguration": {"status": UNKNOWN}}
    assert unknown(change(VERSIONING, old=KEPT, new=unsure)) == [("versions-lost", "versioningConfiguration.status")]


def test_the_versioning_of_a_bucket_that_is_deleted_goes_with_it():
    assert kinds(change(BUCKET, "delete", id="pictures"), change(VERSIONING, "delete", KEPT)) == ["data-store-lost"]


def expiring(days: Any, status: str = "Enabled") -> dict[str, Any]:
    return {"bucket": "pictures", "rules": [{"id": "old", "status": status, "expiration": {"days": days}}]}


@pytest.mark.parametrize(
    ("operation", "old", "new"),
    [
        ("update", expiring(90), expiring(30)),
        ("update", expiring(None), expiring(30)),
        ("update", expiring(90, "Disabled"), expiring(90)),
        ("create", None, expiring(30)),
        ("update", {"rules": []}, {"rules": [{"noncurrentVersionExpiration": {"noncurrentDays": 1}}]}),
    ],
)
def test_objects_do_not_expire_earlier(operation: Any, old: Any, new: Any):
    assert kinds(change(LIFECYCLE, operation, old, new)) == ["versions-lost"]


@pytest.mark.parametrize(
    ("operation", "old", "new"),
    [
        ("update", expiring(30), expiring(90)),
        ("update", expiring(30), expiring(None)),
        ("update", expiring(30), expiring(7, "Disabled")),
        ("delete", expiring(30), None),
        ("update", {"rules": []}, {"rules": [{"abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}]}),
    ],
)
def test_objects_may_expire_later(operation: Any, old: Any, new: Any):
    assert kinds(change(LIFECYCLE, operation, old, new)) == []


@pytest.mark.parametrize("name", ["pictures", UNKNOWN])
def test_a_new_bucket_may_have_what_lifecycle_it_likes(name: Any):
    lifecycle = change(LIFECYCLE, "create", new={**expiring(1), "bucket": name})
    assert kinds(change(BUCKET, "create", new={"bucket": "pictures"}), lifecycle) == []


def test_the_old_spelling_of_a_lifecycle_counts_too():
    old, new = ({"lifecycleRules": [{"id": "o", "enabled": True, "expiration": {"days": d}}]} for d in (90, 30))
    assert kinds(change(BUCKET, old=old, new=new)) == ["versions-lost"]
    assert kinds(change(BUCKET, old=new, new=old)) == []


def test_objects_stay_locked():
    old, new = ({"rule": {"defaultRetention": {"days": days}}} for days in (90, 30))
    assert kinds(change(OBJECT_LOCK, old=old, new=new)) == ["versions-lost"]
    assert kinds(change(OBJECT_LOCK, "delete", old)) == ["versions-lost"]
    assert kinds(change(OBJECT_LOCK, old=new, new=old)) == []


# ---- protection


@pytest.mark.parametrize(
    ("path", "on", "off"),
    [
        ("deletionProtection", True, False),
        ("deletionProtection", True, None),
        ("deletionProtection", "ACTIVE", "INACTIVE"),
        ("deletionProtectionEnabled", True, False),
        ("enableDeletionProtection", True, False),
        ("skipFinalSnapshot", False, True),
        ("skipFinalSnapshot", None, True),
        ("forceDestroy", False, True),
        ("forceDelete", False, True),
        ("finalSnapshotIdentifier", "last", None),
        ("recoveryWindowInDays", 30, 0),
        ("recoveryWindowInDays", None, 7),
        ("deletionWindowInDays", 30, 7),
    ],
)
def test_what_holds_a_deletion_back_stays(path: str, on: Any, off: Any):
    assert kinds(change(DATABASE, old={path: on}, new={path: off})) == ["protection-removed"]
    assert kinds(change(DATABASE, old={path: off}, new={path: on})) == []
    assert kinds(change(DATABASE, old={path: on}, new={path: on})) == []


def test_pulumis_own_protection_stays():
    assert said(change(DATABASE, "same", protect=True, unprotected=True)) == [
        ("protection-removed", "protect", "takes away Pulumi's protection against deletion")
    ]
    assert kinds(change(DATABASE, "same", protect=True)) == []


def test_protection_that_is_not_known_yet_is_told():
    database = change(DATABASE, old={"deletionProtection": True}, new={"deletionProtection": UNKNOWN})
    assert (kinds(database), unknown(database)) == ([], [("protection-removed", "deletionProtection")])


# ---- ways in from the internet


def ingress(cidr: Any, group: Any = "sg-1", first: int = 22, last: int = 22, protocol: str = "tcp") -> dict[str, Any]:
    key = "cidrIpv6" if isinstance(cidr, str) and ":" in cidr else "cidrIpv4"
    return {"securityGroupId": group, key: cidr, "ipProtocol": protocol, "fromPort": first, "toPort": last}


def inline(*cidrs: Any, first: int = 22, protocol: str = "tcp") -> dict[str, Any]:
    rule = {"cidrBlocks": list(cidrs), "fromPort": first, "toPort": first, "protocol": protocol}
    return {"ingress": [rule]}


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "2000::/3", "8.0.0.0/7"])
def test_a_group_is_not_opened_by_a_rule_of_its_own(cidr: str):
    assert kinds(change(INGRESS, "create", new=ingress(cidr))) == ["ingress-opened"]
    assert kinds(change(INGRESS, "update", ingress("10.0.0.0/8"), ingress(cidr))) == ["ingress-opened"]
    assert kinds(change(INGRESS, "replace", ingress("10.0.0.0/8"), ingress(cidr))) == ["ingress-opened"]


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "203.0.113.7/32", "fc00::/7", "no address", None])
def test_what_is_not_the_internet_may_come_in(cidr: Any):
    assert kinds(change(INGRESS, "create", new=ingress(cidr))) == []


def test_a_group_is_not_opened_by_the_older_spellings():
    rule = {"type": "ingress", "securityGroupId": "sg-1", "cidrBlocks": ["0.0.0.0/0"], "protocol": "-1"}
    assert said(change(OLD_RULE, "create", new=rule)) == [
        ("ingress-opened", "cidrBlocks", "opens all ports to 0.0.0.0/0")
    ]
    assert kinds(change(OLD_RULE, "create", new={**rule, "type": "egress"})) == []
    ((risk, path, _),) = said(change(GROUP, old=inline("10.0.0.0/8"), new=inline("10.0.0.0/8", "0.0.0.0/0")))
    assert (risk, path) == ("ingress-opened", "ingress.0.cidrBlocks")


@pytest.mark.parametrize(
    ("new", "opened"),
    [
        (ingress("0.0.0.0/0"), False),
        (ingress("0.0.0.0/1"), False),
        (ingress("0.0.0.0/0", first=23, last=23), True),
        (ingress("0.0.0.0/0", first=20, last=30), True),
        (ingress("0.0.0.0/0", protocol="udp"), True),
        (ingress("::/0"), True),
        (ingress("0.0.0.0/0", group="sg-2"), True),
    ],
)
def test_only_what_is_not_open_already_is_opened(new: dict[str, Any], opened: bool):  # noqa: FBT001
    old = change(INGRESS, "delete", ingress("0.0.0.0/0"), name="old")
    assert kinds(old, change(INGRESS, "create", new=new)) == ["ingress-opened"] * opened


def test_a_rule_may_move_from_one_spelling_to_the_other():
    group = change(GROUP, old=inline("0.0.0.0/0"), new={}, id="sg-1")
    assert kinds(group, change(INGRESS, "create", new=ingress("0.0.0.0/0"))) == []


def test_all_protocols_include_each():
    old = change(INGRESS, "same", ingress("0.0.0.0/0", protocol="-1"), ingress("0.0.0.0/0", protocol="-1"), name="all")
    assert kinds(old, change(INGRESS, "create", new=ingress("0.0.0.0/0", first=443, last=443))) == []


def test_a_group_that_is_new_is_for_the_pack_to_judge():
    group = change(GROUP, "create", new=inline("0.0.0.0/0"))
    assert kinds(group, change(INGRESS, "create", new=ingress("0.0.0.0/0", group=UNKNOWN))) == []


def test_a_group_that_is_replaced_lets_in_what_it_did():
    group = change(GROUP, "replace", id="sg-1")
    old, new = ingress("0.0.0.0/0"), ingress("0.0.0.0/0", group=UNKNOWN)
    assert kinds(group, change(INGRESS, "replace", old, new)) == []
    wider = ingress("0.0.0.0/0", group=UNKNOWN, first=0, last=65535)
    assert kinds(group, change(INGRESS, "replace", old, wider)) == ["ingress-opened"]


def test_an_address_that_is_not_known_yet_hides_no_other():
    group = change(
        GROUP,
        old=inline("10.0.0.0/8"),
        new={"ingress": [*inline(UNKNOWN)["ingress"], *inline("::/0", "0.0.0.0/0")["ingress"]]},
    )
    assert kinds(group) == ["ingress-opened", "ingress-opened"]
    assert unknown(group) == [("ingress-opened", "ingress.0.cidrBlocks")]


@pytest.mark.parametrize("new", [UNKNOWN, [UNKNOWN]])
def test_rules_that_are_not_known_yet_are_told(new: Any):
    assert unknown(change(GROUP, old=inline("10.0.0.0/8"), new={"ingress": new})) == [("ingress-opened", "ingress")]


# ---- encryption


@pytest.mark.parametrize(
    "path", ["storageEncrypted", "encrypted", "atRestEncryptionEnabled", "sqsManagedSseEnabled", "enableKeyRotation"]
)
def test_encryption_is_not_turned_off(path: str):
    assert kinds(change("aws:x/y:Y", old={path: True}, new={path: False})) == ["encryption-removed"]
    assert kinds(change("aws:x/y:Y", old={path: True}, new={})) == ["encryption-removed"]
    assert kinds(change("aws:x/y:Y", old={path: False}, new={path: True})) == []
    assert unknown(change("aws:x/y:Y", old={path: True}, new={path: UNKNOWN})) == [("encryption-removed", path)]


@pytest.mark.parametrize("path", ["kmsKeyId", "kmsKeyArn", "kmsMasterKeyId", "performanceInsightsKmsKeyId"])
def test_a_key_is_not_taken_away(path: str):
    assert kinds(change("aws:x/y:Y", old={path: "key"}, new={})) == ["encryption-removed"]
    assert kinds(change("aws:x/y:Y", old={path: "key"}, new={path: "other"})) == []
    # Which key it is to be is not known, but there is one.
    assert unknown(change("aws:x/y:Y", old={path: "key"}, new={path: UNKNOWN})) == []


def sse(algorithm: Any) -> dict[str, Any]:
    return {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]}


def test_a_bucket_keeps_its_key():
    assert kinds(change(SSE, old=sse("aws:kms"), new=sse("AES256"))) == ["encryption-removed"]
    assert kinds(change(SSE, "delete", sse("aws:kms"))) == ["encryption-removed"]
    assert kinds(change(SSE, old=sse("aws:kms"), new=sse("aws:kms:dsse"))) == []
    assert kinds(change(SSE, old=sse("AES256"), new=sse("aws:kms")), change(SSE, "delete", sse("AES256"))) == []


STRICTER = [
    ("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS-1-1-2017-01"),
    ("ELBSecurityPolicy-FS-2018-06", "ELBSecurityPolicy-FS-1-2-Res-2020-10"),
    ("ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
    ("SSLv3", "TLSv1"),
    ("TLSv1", "TLSv1_2016"),
    ("TLSv1_2016", "TLSv1.1_2016"),
    ("TLSv1.2_2018", "TLSv1.2_2021"),
    ("TLSv1.2_2021", "TLSv1.3_2025"),
    ("TLS_1_0", "TLS_1_2"),
    ("Policy-Min-TLS-1-0-2019-07", "Policy-Min-TLS-1-2-2019-07"),
]


@pytest.mark.parametrize(("older", "newer"), STRICTER)
def test_tls_policies_are_told_apart(older: str, newer: str):
    assert tls_rank(older) < tls_rank(newer)


def test_policies_of_the_same_version_are_alike():
    assert tls_rank("ELBSecurityPolicy-TLS13-1-2-2021-06") == tls_rank("ELBSecurityPolicy-TLS-1-2-Ext-2018-06")


@pytest.mark.parametrize("path", ["sslPolicy", "minimumProtocolVersion", "securityPolicy"])
def test_older_tls_is_not_accepted(path: str):
    old, new = {path: "TLSv1.2_2021"}, {path: "TLSv1"}
    assert kinds(change(LISTENER, old=old, new=new)) == ["tls-weakened"]
    assert kinds(change(LISTENER, old=new, new=old)) == []
    assert unknown(change(LISTENER, old=old, new={path: UNKNOWN})) == [("tls-weakened", path)]


def test_a_distribution_does_not_accept_older_tls():
    old, new = ({"viewerCertificate": {"minimumProtocolVersion": each}} for each in ("TLSv1.2_2021", "TLSv1.1_2016"))
    assert kinds(change(CDN, old=old, new=new)) == ["tls-weakened"]
    assert kinds(change(CDN, old=new, new=old)) == []


def test_a_cache_keeps_to_encrypted_connections():
    cache = "aws:elasticache/replicationGroup:ReplicationGroup"
    assert kinds(change(cache, old={"transitEncryptionEnabled": True}, new={})) == ["tls-weakened"]
    required, preferred = {"transitEncryptionMode": "required"}, {"transitEncryptionMode": "preferred"}
    assert kinds(change(cache, old=required, new=preferred)) == ["tls-weakened"]
    assert kinds(change(cache, old=preferred, new=required)) == []


REDIRECT = {"protocol": "HTTP", "defaultActions": [{"type": "redirect", "redirect": {"protocol": "HTTPS"}}]}
FORWARD = {"protocol": "HTTP", "defaultActions": [{"type": "forward", "targetGroupArn": "arn"}]}


def test_a_listener_does_not_begin_to_speak_plain_http():
    assert kinds(change(LISTENER, old={"protocol": "HTTPS"}, new={"protocol": "HTTP"})) == ["tls-weakened"]
    assert kinds(change(LISTENER, old=REDIRECT, new=FORWARD)) == ["tls-weakened"]
    assert kinds(change(LISTENER, old=FORWARD, new=REDIRECT), change(LISTENER, "create", new=FORWARD)) == []


def cdn(
    viewer: str = "redirect-to-https", path: str = "redirect-to-https", origin: str = "https-only"
) -> dict[str, Any]:
    return {
        "defaultCacheBehavior": {"viewerProtocolPolicy": viewer},
        "orderedCacheBehaviors": [{"pathPattern": "/api/*", "viewerProtocolPolicy": path}],
        "origins": [{"originId": "api", "customOriginConfig": {"originProtocolPolicy": origin}}],
    }


@pytest.mark.parametrize(
    ("new", "path"),
    [
        (cdn(viewer="allow-all"), "defaultCacheBehavior.viewerProtocolPolicy"),
        (cdn(path="allow-all"), "orderedCacheBehaviors./api/*.viewerProtocolPolicy"),
        (cdn(origin="http-only"), "origins.api.customOriginConfig.originProtocolPolicy"),
        (cdn(origin="match-viewer"), "origins.api.customOriginConfig.originProtocolPolicy"),
    ],
)
def test_a_distribution_does_not_begin_to_speak_plain_http(new: dict[str, Any], path: str):
    assert [(risk, at) for risk, at, _ in said(change(CDN, old=cdn(), new=new))] == [("tls-weakened", path)]
    assert kinds(change(CDN, old=new, new=cdn())) == []


def test_redirecting_is_as_good_as_refusing():
    assert kinds(change(CDN, old=cdn(viewer="https-only"), new=cdn())) == []


def parameters(**values: str) -> dict[str, Any]:
    return {"parameters": [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (parameters(rds__force_ssl="1"), parameters(rds__force_ssl="0")),
        (parameters(rds__force_ssl="1"), parameters(work_mem="64")),
        (parameters(require_secure_transport="ON"), parameters(require_secure_transport="OFF")),
    ],
)
def test_a_database_keeps_refusing_plain_connections(old: dict[str, Any], new: dict[str, Any]):
    assert kinds(change(PARAMETERS, old=old, new=new)) == ["tls-weakened"]
    assert kinds(change(PARAMETERS, old=new, new=old), change(PARAMETERS, old=old, new=old)) == []


def test_settings_that_are_not_known_yet_are_told():
    path = "defaultCacheBehavior.viewerProtocolPolicy"
    assert unknown(change(CDN, old=cdn(), new=cdn(viewer=UNKNOWN))) == [("tls-weakened", path)]  # type: ignore[arg-type]
    old = parameters(rds__force_ssl="1")
    for parameter in (UNKNOWN, {"name": "rds.force_ssl", "value": UNKNOWN}):
        assert unknown(change(PARAMETERS, old=old, new={"parameters": [parameter]})) == [("tls-weakened", "parameters")]
    assert unknown(change(PLAN, old=plan(DAILY), new={"rules": [UNKNOWN]})) == [("backups-lost", "rules")]


def test_a_bucket_keeps_refusing_plain_http():
    old = {"bucket": "pictures", "policy": TLS_ONLY}
    assert kinds(change(BUCKET_POLICY, old=old, new={**old, "policy": ANYBODY})) == ["tls-weakened"]
    assert kinds(change(BUCKET_POLICY, "delete", old)) == ["tls-weakened"]
    assert kinds(change(BUCKET_POLICY, old={**old, "policy": ANYBODY}, new=old)) == []
    assert kinds(change(BUCKET_POLICY, "delete", {**old, "policy": ANYBODY})) == []
    assert unknown(change(BUCKET_POLICY, old=old, new={**old, "policy": UNKNOWN})) == [("tls-weakened", "policy")]
    assert kinds(change(BUCKET_POLICY, "delete", old), change(BUCKET, "delete", id="pictures")) == ["data-store-lost"]


# ---- many deletions


def test_six_deletions_are_too_many():
    six = [change("aws:sns/topic:Topic", "delete", name=str(number)) for number in range(6)]
    assert said(*six) == [("many-deletions", "", "deletes 6 resources, more than 5")]
    assert kinds(*six[:5]) == []
    assert kinds(*six, most_deletions=6) == []


@pytest.mark.parametrize(
    ("operation", "kind", "counts"),
    [
        ("replace", "aws:sns/topic:Topic", True),
        ("replace", TASK, False),
        ("delete", TASK, True),
        ("delete", "pulumi:providers:aws", False),
        ("update", "aws:sns/topic:Topic", False),
    ],
)
def test_replacing_what_is_harmless_does_not_count(operation: Any, kind: str, counts: bool):  # noqa: FBT001
    assert kinds(change(kind, operation), most_deletions=0) == ["many-deletions"] * counts
