"""What guards a stack: copies elsewhere, backups, records of who did what, a budget, and who may deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.cost.budget import Budget
from components.identity.delivery import Delivery
from components.protection.audit import Audit
from components.protection.backup import Backup
from components.protection.operations import records_bucket
from components.protection.replication import BucketReplication, DatabaseReplication, ImageReplication
from settings.names import REPOSITORY, operations_bucket
from settings.rules.naming import derived_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.component import Context
    from components.data.bucket import Bucket
    from components.data.postgres import Postgres
    from components.network.network import Network
    from settings import Stack


class Protection:
    """Builds of these what the settings ask for; `outputs` are those of the stack that come of it."""

    def __init__(
        self,
        context: Context,
        settings: Stack,
        network: Network,
        *,
        buckets: Mapping[str, Bucket],
        postgres: Postgres | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._context, self._settings, self._network, self._opts = context, settings, network, opts
        self.outputs: dict[str, Any] = {}
        self.backup: Backup | None = None
        self.audit: Audit | None = None
        self._names = list(derived_names(settings, ""))
        self._replicate(buckets, postgres)
        if settings.backup is not None:
            self.backup = Backup("backup", context, settings.backup, opts)
            self.outputs["backup_vault_name"] = self.backup.vault.name
        own = settings.operations.bucket
        records = (
            buckets[own]
            if own is not None
            else records_bucket(
                "operations-records", context, settings.operations, bucket_name=operations_bucket(settings), opts=opts
            )
        )
        self.records_bucket_name = records.aws_name
        if settings.audit is not None:
            self.audit = Audit("audit", context, settings.audit, network.account_id, opts)
        if settings.budget is not None:
            Budget("budget", context, settings.budget, network.account_id, opts)
        if settings.delivery is not None:
            delivery = Delivery(
                "delivery", context, settings.delivery, network.account_id, chosen=self._names, opts=opts
            )
            self.outputs |= {
                "deploy_role_arn": delivery.deploy_role.arn,
                "preview_role_arn": delivery.preview_role.arn,
            }

    def _replicate(self, buckets: Mapping[str, Bucket], postgres: Postgres | None) -> None:
        context, settings, opts = self._context, self._settings, self._opts
        for key, bucket in settings.buckets.items():
            if bucket.replicate_to is not None:
                BucketReplication(
                    f"{key}-replica",
                    context,
                    source=buckets[key],
                    source_settings=bucket,
                    settings=bucket.replicate_to,
                    opts=opts,
                )
        if settings.images.replicate_to:
            repositories = {each.name for each in self._names if each.kind == REPOSITORY}
            ImageReplication(
                "images",
                self._network.account_id,
                repositories=sorted(repositories),
                regions=settings.images.replicate_to,
                opts=opts,
            )
        if postgres is not None and settings.postgres is not None and settings.postgres.backup_region is not None:
            DatabaseReplication(
                "postgres-copies",
                context,
                postgres,
                retention_days=settings.postgres.backup_retention_days,
                region=settings.postgres.backup_region,
                opts=opts,
            )
