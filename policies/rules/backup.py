"""Backups: AWS Backup, and what it takes care of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.backups import SELECTION, is_selected
from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.rds import CLUSTER, INSTANCE
from policies.values import UNKNOWN, at, is_true, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

VAULT: Final = ("aws:backup/vault:Vault",)
_PLAN: Final = ("aws:backup/plan:Plan",)
_LOCK: Final = ("aws:backup/vaultLockConfiguration:VaultLockConfiguration",)
_TABLE: Final = "aws:dynamodb/table:Table"
_STORES: Final = (
    INSTANCE,
    CLUSTER,
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    _TABLE,
)


@rule(
    "BKP-1",
    "Vaults are under a key of one's own",
    types=VAULT,
    severity=Severity.LOW,
    reason="with AWS's own key backups cannot be copied to another account.",
    remedy="Set kmsKeyArn to a key of one's own.",
    strict=True,
)
def customer_key(vault: Resource) -> Iterator[Verdict]:
    """AWS Backup encrypts in any case."""
    if not vault.is_set("kmsKeyArn"):
        yield Finding(path="kmsKeyArn", found=show(None))


@rule(
    "BKP-1",
    "Vaults are locked",
    types=VAULT,
    severity=Severity.LOW,
    reason="who has taken over the account deletes the backups first.",
    remedy="Add aws.backup.VaultLockConfiguration with minRetentionDays.",
    view=View.STACK,
    strict=True,
)
def locked(vault: Resource, stack: Stack) -> Iterator[Verdict]:
    """Strict: a lock keeps what one would rather delete, and pays for it."""
    if not stack.referrers(vault, "backupVaultName", _LOCK):
        yield Finding(path="aws.backup.VaultLockConfiguration", found="missing")


@rule(
    "BKP-1",
    "Production vaults are not deleted with all they hold",
    types=VAULT,
    severity=Severity.LOW,
    reason="one destroy, or one replacement, takes every backup with it.",
    remedy="Leave forceDestroy out.",
)
def force_destroy(vault: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield from in_production(vault, expect(vault, "forceDestroy", lambda value: not is_true(value)))


@rule(
    "BKP-2",
    "Backups end",
    types=_PLAN,
    severity=Severity.LOW,
    reason="without an end every backup is kept, and paid for, for ever.",
    remedy="Set lifecycle.deleteAfter in each rule, and in each of its copyActions.",
)
def retention(plan: Resource) -> Iterator[Verdict]:
    """Of each rule, and of each copy that it makes."""
    for index, each in enumerate(plan.items("rules")):
        if each is UNKNOWN:
            yield CannotTell(path="rules")
            continue
        kept = {f"rules.{index}.lifecycle": at(each, "lifecycle")}
        for number, copy in enumerate(items(at(each, "copyActions"))):
            kept[f"rules.{index}.copyActions.{number}.lifecycle"] = at(copy, "lifecycle")
        for path, lifecycle in kept.items():
            days = at(lifecycle, "deleteAfter")
            if days is UNKNOWN:
                yield CannotTell(path=path)
            elif not days:
                yield Finding(path=f"{path}.deleteAfter", found=show(days))


@rule(
    "STK-8",
    "AWS Backup takes every production database",
    types=_STORES,
    severity=Severity.MEDIUM,
    reason="a database that the plan forgets is found missing on the day on which it is needed.",
    remedy="Give it the tag of the stack's aws.backup.Selection, or list its ARN there; "
    "or switch a table's pointInTimeRecovery on.",
    view=View.STACK,
)
def selected(store: Resource, stack: Stack) -> Iterator[Verdict]:
    """Where the stack uses AWS Backup; without it RDS-4 asks for RDS's own backups, and a table for recovery.

    Files are EFS-2's, and buckets S3-6's: versions keep what is overwritten there. Replicas are copies already.
    """
    uses = any(stack.of((*SELECTION, *_PLAN, *VAULT)))
    if store.is_set("replicateSourceDb") or store.is_set("replicationSourceIdentifier"):
        return
    recovery = store.get("pointInTimeRecovery.enabled") if store.type == _TABLE else None
    if not (uses or store.type == _TABLE) or is_true(recovery) or is_selected(store, stack):
        return
    flaw = CannotTell(path="pointInTimeRecovery") if recovery is UNKNOWN else Finding(path="tags", found=_NOWHERE)
    yield from in_production(store, flaw)


_NOWHERE: Final = "in no aws.backup.Selection"
