"""The PostgreSQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import ServiceRole
from components.monitoring.logs import log_group
from components.network.security import security_group
from components.use import Use
from settings.data.restore import RESTORED_FROM

if TYPE_CHECKING:
    from components.network.network import Network
    from settings import Postgres as PostgresSettings

PORT = 5432
LOGS = ("postgresql", "upgrade")
FORCE_SSL = {"rds.force_ssl": "1"}
MONITORING_SECONDS = 60
INSIGHTS_DAYS = 7  # free of charge


class Postgres(Component):
    """An RDS PostgreSQL instance in the private subnets that refuses plain connections (AUT-DAT-01, CRT-SEC-01).

    Creates its security group, subnet group, parameter group with ``rds.force_ssl``, the log groups RDS writes to,
    and the instance: encrypted, with a master password that RDS makes, keeps in Secrets Manager and rotates, so that
    no program ever sees it (GRD-04). In production the instance is protected and leaves a final snapshot.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: PostgresSettings,
        network: Network,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("data", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self.identifier = settings.identifier or context.name("db")
        self.security_group = security_group(
            self, name, context, what="db", vpc_id=network.vpc_id, description="Who may reach the database"
        )
        self._create_groups(network)
        self._create_instance()
        # RDS answers a list, empty until the secret is there.
        self.secret_arn = self.instance.master_user_secrets.apply(lambda found: str(found[0].secret_arn))
        self.register_outputs({"endpoint": self.instance.endpoint})

    def _create_groups(self, network: Network) -> None:
        self.subnet_group = aws.rds.SubnetGroup(
            self._name,
            name=self._context.name("db"),
            description="Private subnets",
            subnet_ids=network.private_subnet_ids,
            tags=self._context.tags("db"),
            opts=self.child(),
        )
        parameters = {**FORCE_SSL, **self._settings.parameters}
        self.parameter_group = aws.rds.ParameterGroup(
            self._name,
            name=self._context.name("db", self._settings.family),
            family=self._settings.family,
            description="SSL forced, and what the stack file sets",
            parameters=[{"name": key, "value": parameters[key]} for key in sorted(parameters)],
            tags=self._context.tags("db"),
            opts=self.child(),
        )

    def _create_instance(self) -> None:
        settings, detailed = self._settings, self._context.detailed_monitoring
        logs = [
            log_group(self, f"{self._name}-{log}-logs", self._context, f"/aws/rds/instance/{self.identifier}/{log}")
            for log in LOGS
        ]
        role = (
            ServiceRole(
                f"{self._name}-monitoring",
                self._context,
                "monitoring.rds.amazonaws.com",
                managed_policies=["service-role/AmazonRDSEnhancedMonitoringRole"],
                opts=self.child(),
            )
            if detailed
            else None
        )
        self.instance = aws.rds.Instance(
            self._name,
            identifier=self.identifier,
            engine="postgres",
            engine_version=settings.engine_version,
            instance_class=settings.instance_class,
            allocated_storage=settings.storage_gib,
            max_allocated_storage=settings.max_storage_gib,
            storage_type=settings.storage_type,
            storage_encrypted=True,
            db_name=settings.database,
            username=settings.username,
            manage_master_user_password=True,
            port=PORT,
            db_subnet_group_name=self.subnet_group.name,
            vpc_security_group_ids=[self.security_group.id],
            parameter_group_name=self.parameter_group.name,
            publicly_accessible=False,
            multi_az=settings.multi_az,
            backup_retention_period=settings.backup_retention_days,
            backup_window=settings.backup_window,
            maintenance_window=settings.maintenance_window,
            copy_tags_to_snapshot=True,
            # Where the stack file names a minor version, an upgrade would be drift.
            auto_minor_version_upgrade="." not in settings.engine_version,
            deletion_protection=settings.deletion_protection,
            skip_final_snapshot=settings.skip_final_snapshot,
            final_snapshot_identifier=None if settings.skip_final_snapshot else f"{self.identifier}-final",
            enabled_cloudwatch_logs_exports=list(LOGS),
            performance_insights_enabled=detailed,
            performance_insights_retention_period=INSIGHTS_DAYS if detailed else None,
            monitoring_interval=MONITORING_SECONDS if detailed else 0,
            monitoring_role_arn=role.arn if role else None,
            apply_immediately=settings.apply_immediately,
            **self._restored(),
            tags=self._context.tags("db", **self._context.backup_tags, **self._origin()),
            # RDS would make the log groups itself, without a retention, if it came first, and refuses a role that
            # has no policy yet.
            opts=self.child(
                protect=self._context.production,
                depends_on=[*logs, *([role] if role else [])],
                # How the instance came to be cannot change, and taking it out of the stack file changes nothing.
                ignore_changes=["snapshotIdentifier", "restoreToPointInTime", f"tags.{RESTORED_FROM}"],
            ),
        )

    def _restored(self) -> dict[str, Any]:
        """The arguments of an instance that is made of a backup."""
        source = self._settings.restore_from
        if source is None:
            return {}
        if source.snapshot is not None:
            return {"snapshot_identifier": source.snapshot}
        moment = {"restore_time": source.time} if source.time else {"use_latest_restorable_time": True}
        return {
            "restore_to_point_in_time": {
                "source_db_instance_automated_backups_arn": source.automated_backup,
                **moment,
            }
        }

    def _origin(self) -> dict[str, str]:
        """The tag that tells what the instance was made of, which RDS itself does not: `plinth recover` asks."""
        source = self._settings.restore_from
        made_of = (source.automated_backup or source.snapshot) if source else None
        return {RESTORED_FROM: made_of} if made_of else {}

    def use(self) -> Use:
        """How a service finds the database; it puts the URL together itself, since RDS rotates the password."""
        return Use(
            environment={
                "DATABASE_HOST": self.instance.address,
                "DATABASE_PORT": str(PORT),
                "DATABASE_NAME": self._settings.database,
                "DATABASE_SSLMODE": "require",
            },
            secrets={
                f"DATABASE_{variable}": pulumi.Output.concat(self.secret_arn, f":{key}::")
                for variable, key in (("USER", "username"), ("PASSWORD", "password"))
            },
            secret_arns=[self.secret_arn],
            security_group=self.security_group,
            port=PORT,
        )
