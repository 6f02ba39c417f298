"""An EFS file system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import document, statement, tls_only
from components.network.security import security_group
from components.use import Mount, Use

if TYPE_CHECKING:
    from components.network.network import Network
    from settings import Files as FilesSettings

PORT = 2049
MOUNT, WRITE, ROOT = (f"elasticfilesystem:Client{what}" for what in ("Mount", "Write", "RootAccess"))
ACCESS_POINT = "elasticfilesystem:AccessPointArn"
EVERYBODY = {"AWS": "*"}


class Files(Component):
    """A file system, encrypted at rest and on the way, in the private subnets (CHR-DAT-02, CHR-SEC-11).

    Creates the file system, its security group, a mount target in each zone, an access point that makes its directory
    for one user and lets everybody be that user (CHR-SEC-12), a policy that refuses what comes without TLS or by
    another way than the access point (GRD-06), the setting of EFS's own backups, and by setting a copy in another
    region that follows within 15 minutes (CHR-DR-01). EFS makes that copy, and leaves it when all of this is deleted.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: FilesSettings,
        network: Network,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("data", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self.security_group = security_group(
            self, f"{name}-files", context, what=f"{name}-files", vpc_id=network.vpc_id, description="Who may mount"
        )
        self._create_file_system()
        self._create_mount_targets(network)
        self._create_access_point()
        self._restrict()
        if settings.replicate_to is not None:
            aws.efs.ReplicationConfiguration(
                name,
                source_file_system_id=self.file_system.id,
                destination={"region": settings.replicate_to},
                opts=self.child(),
            )
        self.register_outputs({"id": self.file_system.id})

    def _create_file_system(self) -> None:
        settings, context = self._settings, self._context
        backup = context.backup_tags if settings.backup else {}
        self.file_system = aws.efs.FileSystem(
            self._name,
            creation_token=context.name(self._name),
            encrypted=True,
            performance_mode=settings.performance,
            throughput_mode=settings.throughput,
            lifecycle_policies=[
                {"transition_to_ia": _days(settings.infrequent_after_days)},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ]
            if settings.infrequent_after_days is not None
            else None,
            tags=context.tags(self._name, **backup),
            opts=self.child(protect=context.production),
        )

    def _create_mount_targets(self, network: Network) -> None:
        self._targets = [
            aws.efs.MountTarget(
                f"{self._name}-{zone}",
                file_system_id=self.file_system.id,
                subnet_id=subnet,
                security_groups=[self.security_group.id],
                opts=self.child(),
            )
            for zone, subnet in zip(network.zones, network.private_subnet_ids, strict=True)
        ]

    def _create_access_point(self) -> None:
        settings = self._settings
        self.access_point = aws.efs.AccessPoint(
            self._name,
            file_system_id=self.file_system.id,
            posix_user={"uid": settings.uid, "gid": settings.gid},
            root_directory={
                "path": settings.directory,
                "creation_info": {
                    "owner_uid": settings.uid,
                    "owner_gid": settings.gid,
                    "permissions": f"0{settings.mode}",
                },
            },
            tags=self._context.tags(self._name),
            opts=self.child(),
        )

    def _restrict(self) -> None:
        # A policy with refusals alone: what is allowed, the roles of those who use it say. Without any policy EFS
        # would let in everybody who reaches a mount target.
        aws.efs.FileSystemPolicy(
            self._name,
            file_system_id=self.file_system.id,
            policy=document(
                tls_only("*", on=[self.file_system.arn], principal=EVERYBODY),
                statement(
                    MOUNT,
                    WRITE,
                    ROOT,
                    on=[self.file_system.arn],
                    effect="Deny",
                    Sid="ByAccessPointOnly",
                    Principal=EVERYBODY,
                    Condition={"StringNotEquals": {ACCESS_POINT: self.access_point.arn}},
                ),
            ),
            opts=self.child(),
        )
        status = "ENABLED" if self._settings.automatic_backups else "DISABLED"
        aws.efs.BackupPolicy(
            self._name, file_system_id=self.file_system.id, backup_policy={"status": status}, opts=self.child()
        )

    def use(self) -> Use:
        """Where its directory is seen, and leave to read and write there through the access point, over TLS."""
        # Known only when every zone has its mount target, so that no task starts before it can mount.
        mountable = pulumi.Output.all(*(target.file_system_id for target in self._targets)).apply(lambda ids: ids[0])
        return Use(
            mounts=[
                Mount(
                    name=self._name,
                    file_system_id=mountable,
                    access_point_id=self.access_point.id,
                    path=self._settings.path,
                )
            ],
            statements=[
                statement(
                    MOUNT,
                    WRITE,
                    on=[self.file_system.arn],
                    Condition={"StringEquals": {ACCESS_POINT: self.access_point.arn}},
                )
            ],
            security_group=self.security_group,
            port=PORT,
        )


def _days(days: int) -> str:
    """As the API writes it: AFTER_1_DAY, AFTER_30_DAYS."""
    return f"AFTER_{days}_DAY{'' if days == 1 else 'S'}"
