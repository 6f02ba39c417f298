"""Daily backups of all data stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import ServiceRole

if TYPE_CHECKING:
    import pulumi

    from settings import Backup as BackupSettings

START_WITHIN_MINUTES = 60
COMPLETE_WITHIN_MINUTES = 480
# Restoring is in the same role: whoever restores in an emergency should not have to look for another.
POLICIES = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)


class Backup(Component):
    """AWS Backup of whatever bears the stack's tag: PostgreSQL, file systems, buckets (CHR-DR-02, AUT-DR-02).

    Creates a vault with its lock, by setting a second one in another region, the plan of a daily backup, the role by
    which AWS Backup works, and the selection by tag. Stores bear the tag by themselves (`Context.backup_tags`), so that
    none is forgotten.
    """

    def __init__(
        self, name: str, context: Context, settings: BackupSettings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("protection", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self.vault_name = context.name("backup")
        self.vault = self._create_vault(name, settings.retention_days)
        self._copies = None
        if settings.copy_to is not None:
            days = settings.copy_retention_days or settings.retention_days
            self._copies = self._create_vault(f"{name}-copy", days, region=settings.copy_to)
        plan = self._create_plan()
        role = ServiceRole(name, context, "backup.amazonaws.com", managed_policies=POLICIES, opts=self.child())
        self.role_arn, self.copy_region = role.arn, settings.copy_to
        aws.backup.Selection(
            name,
            name=self.vault_name,
            plan_id=plan.id,
            iam_role_arn=role.arn,
            selection_tags=[
                {"type": "STRINGEQUALS", "key": key, "value": value} for key, value in context.backup_tags.items()
            ],
            opts=self.child(depends_on=[role]),
        )
        self.register_outputs({"vault_arn": self.vault.arn})

    def _create_vault(self, name: str, days: int, region: str | None = None) -> aws.backup.Vault:
        context, settings = self._context, self._settings
        vault = aws.backup.Vault(
            name,
            name=self.vault_name,
            force_destroy=not context.production,
            region=region,
            tags=context.tags("backup"),
            opts=self.child(protect=context.production),
        )
        if settings.lock != "none":
            aws.backup.VaultLockConfiguration(
                name,
                backup_vault_name=vault.name,
                min_retention_days=days,
                # With these days the lock becomes irrevocable: settings demand that both are said.
                changeable_for_days=settings.irrevocable_after_days,
                region=region,
                opts=self.child(),
            )
        return vault

    def _create_plan(self) -> aws.backup.Plan:
        settings = self._settings
        hour, minute = settings.at.split(":")
        rule: aws.backup.PlanRuleArgsDict = {
            "rule_name": "daily",
            "target_vault_name": self.vault.name,
            "schedule": f"cron({int(minute)} {int(hour)} * * ? *)",
            "start_window": START_WITHIN_MINUTES,
            "completion_window": COMPLETE_WITHIN_MINUTES,
            "lifecycle": {"delete_after": settings.retention_days},
        }
        if self._copies is not None:
            days = settings.copy_retention_days or settings.retention_days
            rule["copy_actions"] = [{"destination_vault_arn": self._copies.arn, "lifecycle": {"delete_after": days}}]
        return aws.backup.Plan(
            self._name,
            name=self.vault_name,
            rules=[rule],
            tags=self._context.tags("backup"),
            opts=self.child(),
        )
