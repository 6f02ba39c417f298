from __future__ import annotations

import pytest

VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
INSTANCE = "aws:rds/instance:Instance"
TABLE = "aws:dynamodb/table:Table"


def test_strictly_vaults_are_locked_under_a_key_of_ones_own(program):
    good = program.add(VAULT, "good", {"kmsKeyArn": program.unknown})
    program.add("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "lock", {}, backupVaultName=good)
    program.add(VAULT, "bare", {})
    assert program.flaws("BKP-1") == set()
    program.pack = {"strict": True}
    assert program.flaws("BKP-1") == {("customer-key", "bare"), ("locked", "bare")}


@pytest.mark.parametrize(("tier", "bad"), [("production", {"forced"}), ("staging", set())])
def test_vaults_are_not_deleted_with_all_they_hold(program, tier, bad):
    program.tags = {"Tier": tier}
    program.add(VAULT, "forced", {"forceDestroy": True})
    program.add(VAULT, "good", {"forceDestroy": False})
    program.add(VAULT, "default", {})
    assert program.flaws("BKP-1") == {("force-destroy", name) for name in bad}


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ({"lifecycle": {"deleteAfter": 35}}, True),
        ({"lifecycle": {"deleteAfter": 35}, "copyActions": [{"lifecycle": {"deleteAfter": 7}}]}, True),
        ({}, False),
        ({"lifecycle": {"coldStorageAfter": 30}}, False),
        ({"lifecycle": {"deleteAfter": 35}, "copyActions": [{"destinationVaultArn": "x"}]}, False),
    ],
)
def test_backups_end(program, rule, good):
    program.add(PLAN, "plan", {"rules": [rule]})
    assert program.flaws("BKP-2") == (set() if good else {("retention", "plan")})


def test_backups_whose_end_is_not_known_cannot_be_told(program):
    program.add(PLAN, "rules", {"rules": program.unknown})
    program.add(PLAN, "days", {"rules": [{"lifecycle": {"deleteAfter": program.unknown}}]})
    assert program.unjudged("rules") == {("BKP-2", "rules")}
    assert program.unjudged("days") == {("BKP-2", "rules.0.lifecycle")}


@pytest.mark.parametrize(
    ("selection", "good"),
    [
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}]}, True),
        ({"resources": ["*"]}, True),
        ({"resources": ["arn:aws:rds:*:*:db:*"]}, True),
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "Backup", "value": "weekly"}]}, False),
        ({"resources": ["arn:aws:elasticfilesystem:*:*:file-system/*"]}, False),
    ],
)
@pytest.mark.parametrize("token", [INSTANCE, "aws:rds/cluster:Cluster"])
def test_a_database_is_in_a_selection(program, selection, good, token):
    program.add(token, "db", {"tags": {"Backup": "daily"}})
    program.add(INSTANCE, "replica", {}, replicateSourceDb=f"urn:pulumi:prod::test::{token}::db")
    program.add(SELECTION, "selection", selection)
    assert program.flaws("STK-8") == (set() if good else {("selected", "db")})


def test_a_database_is_in_a_selection_by_its_arn(program):
    db = program.add(INSTANCE, "db", {})
    program.add(INSTANCE, "forgotten", {})
    program.add(SELECTION, "selection", {}, resources=[db])
    assert program.flaws("STK-8") == {("selected", "forgotten")}


def test_a_plan_without_a_selection_takes_nothing(program):
    program.add(INSTANCE, "db", {})
    program.add(PLAN, "plan", {"rules": [{"lifecycle": {"deleteAfter": 35}}]})
    assert program.flaws("STK-8") == {("selected", "db")}


@pytest.mark.parametrize(("tier", "bad"), [("production", {"table"}), ("staging", set())])
def test_without_aws_backup_databases_have_backups_of_their_own(program, tier, bad):
    program.tags = {"Tier": tier}
    program.add(INSTANCE, "db", {"backupRetentionPeriod": 30})
    program.add(TABLE, "table", {})
    program.add(TABLE, "recoverable", {"pointInTimeRecovery": {"enabled": True}})
    program.add(TABLE, "later", {"pointInTimeRecovery": {"enabled": program.unknown}})
    assert program.flaws("STK-8", preview=True) == {("selected", name) for name in bad}
    assert program.unjudged("later") == ({("STK-8", "pointInTimeRecovery")} if bad else set())
