"""An Elastic Beanstalk environment and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.compute.beanstalk.bundle import WEB, bundle_files, label
from components.compute.beanstalk.mounting import variables as mounted
from components.compute.beanstalk.options import Surroundings, options
from components.compute.image import Image
from components.data.bucket import Bucket
from components.identity.iam import ServiceRole, statement
from components.network.network import ANYWHERE
from components.network.security import allow, open_to, security_group
from components.packing import packed
from components.use import merged
from settings import Bucket as BucketSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from components.network.endpoints import Endpoints
    from components.network.network import Network
    from components.use import Use
    from settings import Beanstalk as BeanstalkSettings

HTTP, HTTPS = 80, 443
SAVED_CONFIGURATION = "production-config"


@dataclass(frozen=True, kw_only=True)
class BeanstalkArgs:
    """What an environment is built from and stands on."""

    settings: BeanstalkSettings
    application_name: str
    environment_name: str
    network: Network
    endpoints: Endpoints
    uses: Mapping[str, Use]
    """The data stores and secrets that it uses, by their keys in the settings."""
    root: Path
    """Folder of the project, which images' contexts are relative to."""


class Beanstalk(Component):
    """Containers on Beanstalk instances in private subnets, behind an application load balancer in public ones.

    Creates (UTJ-CMP-01 to UTJ-CMP-09, CHR-CMP-01 to CHR-CMP-06) the images and their repositories, two roles and the
    instance profile, security groups for load balancer and instances, the application, a bucket with its source
    bundles, a version labelled by its content, the environment, and a saved configuration of the same settings.
    Beanstalk itself makes the load balancer, the auto scaling group and the log groups.
    """

    cname: pulumi.Output[str]
    """Host name at which the environment answers."""

    def __init__(
        self, name: str, context: Context, args: BeanstalkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("compute", name, opts)
        self._name, self._context, self.args = name, context, args
        self._use = merged(args.uses, environment=args.settings.environment)
        self.environment_name, self.application_name = args.environment_name, args.application_name
        self.log_group_prefix = f"/aws/elasticbeanstalk/{args.environment_name}"
        self.template_name = SAVED_CONFIGURATION if context.production else f"{context.environment}-config"
        self.images = {
            key: Image(f"{name}-{key}", context, container.image, args.root, self.child())
            for key, container in args.settings.containers.items()
        }
        self._create_security_groups()
        self._create_roles()
        self._create_application()
        self._create_version()
        self._create_environment()
        self.register_outputs({"cname": self.cname})

    @property
    def protocol(self) -> str:
        """How the environment is reached from outside: https with a certificate, http without."""
        return "https" if self.args.settings.certificate_arn else "http"

    def _create_security_groups(self) -> None:
        args, settings, name = self.args, self.args.settings, self._name
        self.load_balancer_group, self.security_group = (
            security_group(
                self,
                f"{name}-{what}",
                self._context,
                what=f"{name}-{what}",
                vpc_id=args.network.vpc_id,
                description=description,
            )
            for what, description in (
                ("alb", "Load balancer of the environment"),
                ("instances", "Instances of the environment"),
            )
        )
        for port in (HTTP, HTTPS) if settings.certificate_arn else (HTTP,):
            open_to(self, name, self.load_balancer_group, port, settings.allowed_cidrs)
        self._allow("from-alb", self.load_balancer_group, self.security_group, WEB, "Load balancer to instances")
        for port in settings.egress_ports:
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-{port}-out",
                security_group_id=self.security_group.id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ipv4=ANYWHERE,
                description=f"Port {port} anywhere",
                opts=self.child(),
            )
        reachable = {key: (use.security_group, use.port) for key, use in args.uses.items()}
        reachable["endpoints"] = (args.endpoints.security_group, HTTPS)
        for key, (group, port) in reachable.items():
            if group is not None:
                self._allow(f"to-{key}", self.security_group, group, port, f"Instances to {key}")

    def _allow(
        self, what: str, source: aws.ec2.SecurityGroup, target: aws.ec2.SecurityGroup, port: int, description: str
    ) -> None:
        allow(self, f"{self._name}-{what}", source=source, target=target, port=port, description=description)

    def _create_roles(self) -> None:
        """Beanstalk's own role, and that of the instances, which may do what they need and no more (UTJ-SEC-05)."""
        args, name, context = self.args, self._name, self._context
        self.service_role = ServiceRole(
            f"{name}-service",
            context,
            "elasticbeanstalk.amazonaws.com",
            managed_policies=[
                "service-role/AWSElasticBeanstalkEnhancedHealth",
                "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
            ],
            opts=self.child(),
        )
        several = ["AWSElasticBeanstalkMulticontainerDocker"] if args.settings.several else []
        self.instance_role = ServiceRole(
            f"{name}-instances", context, "ec2.amazonaws.com", managed_policies=several, opts=self.child()
        )
        repositories = [image.repository.arn for image in self.images.values()]
        logs = f"arn:aws:logs:{context.region}:*:log-group:{self.log_group_prefix}*"
        self.instance_role.allow(
            f"{name}-run",
            statement("ecr:GetAuthorizationToken", "elasticbeanstalk:PutInstanceStatistics", on=["*"]),
            statement(
                "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", on=repositories
            ),
            statement(
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "logs:PutRetentionPolicy",
                on=[logs],
            ),
            # Beanstalk keeps what it deploys, and the logs that operators ask for, in a bucket of its own.
            statement(
                "s3:GetObject",
                "s3:PutObject",
                on=[f"arn:aws:s3:::elasticbeanstalk-{context.region}-*/resources/environments/*"],
            ),
        )
        if arns := self._use.secret_arns:
            self.instance_role.allow(f"{name}-read-secrets", statement("secretsmanager:GetSecretValue", on=arns))
        if self._use.statements:
            self.instance_role.allow(f"{name}-use", *self._use.statements)
        self.instance_profile = aws.iam.InstanceProfile(
            f"{name}-instances",
            name=context.name(f"{name}-instances"),
            role=context.name(f"{name}-instances"),
            tags=context.tags(f"{name}-instances"),
            opts=self.child(depends_on=[self.instance_role]),
        )

    def _create_application(self) -> None:
        self.application = aws.elasticbeanstalk.Application(
            self._name,
            name=self.application_name,
            description=f"{self._context.system}, {self._context.environment}",
            appversion_lifecycle={
                "service_role": self.service_role.arn,
                "max_count": self.args.settings.versions_kept,
                "delete_source_from_s3": True,
            },
            tags={"Name": self.application_name},
            opts=self.child(depends_on=[self.service_role]),
        )

    def _create_version(self) -> None:
        """The bundle and its version; both outlive their replacement, since a rollback needs them (UTJ-DEP-01)."""
        settings, name = self.args.settings, self._name
        versions = {key: image.version for key, image in self.images.items()}
        self.version_label = label(settings, versions, self._use.mounts)
        self.versions = Bucket(
            f"{name}-versions",
            self._context,
            BucketSettings(backup=False, expire_days={}),
            self.child(),
        )
        references = pulumi.Output.all(**{key: image.reference for key, image in self.images.items()})
        bundle = aws.s3.BucketObjectv2(
            f"{name}-bundle",
            bucket=self.versions.bucket.bucket,
            key=f"{self.version_label}.zip",
            content_base64=references.apply(lambda images: packed(bundle_files(settings, images, self._use.mounts))),
            content_type="application/zip",
            tags={"Name": f"{self.version_label}.zip"},
            opts=self.child(retain_on_delete=True),
        )
        self.version = aws.elasticbeanstalk.ApplicationVersion(
            name,
            application=self.application.name,
            name=self.version_label,
            description=", ".join(f"{key} {version}" for key, version in sorted(versions.items())),
            bucket=bundle.bucket,
            key=bundle.key,
            tags={"Name": self.version_label},
            opts=self.child(retain_on_delete=True),
        )

    def _create_environment(self) -> None:
        args, settings, name = self.args, self.args.settings, self._name
        chosen: list[Any] = [
            {"namespace": each.namespace, "name": each.name, "value": each.value}
            | ({"resource": each.resource} if each.resource else {})
            for each in options(
                settings,
                self._surroundings(),
                variables={**self._use.environment, **mounted(self._use.mounts), "VERSION": self.version_label},
                secrets=self._use.secrets,
                retention_days=self._context.log_retention_days,
            )
        ]
        self.environment = aws.elasticbeanstalk.Environment(
            name,
            application=self.application.name,
            name=self.environment_name,
            tier="WebServer",
            solution_stack_name=settings.solution_stack,
            version=self.version.name,
            settings=chosen,
            tags={"Name": self.environment_name},
            opts=self.child(
                # Where Beanstalk updates the platform by itself, its version is no longer ours to set.
                ignore_changes=["solution_stack_name"] if settings.managed_updates else None,
                # Instances need the way out and the roles' policies at once.
                depends_on=[self.service_role, self.instance_role, self.instance_profile, args.network],
            ),
        )
        self.cname = self.environment.cname
        aws.elasticbeanstalk.ConfigurationTemplate(
            f"{name}-saved",
            application=self.application.name,
            name=self.template_name,
            description="The settings of the environment as last deployed",
            solution_stack_name=settings.solution_stack,
            settings=chosen,
            opts=self.child(ignore_changes=["solution_stack_name"] if settings.managed_updates else None),
        )

    def _surroundings(self) -> Surroundings:
        network = self.args.network
        return Surroundings(
            vpc_id=network.vpc_id,
            public_subnets=pulumi.Output.all(*network.public_subnet_ids).apply(lambda ids: ",".join(sorted(ids))),
            private_subnets=pulumi.Output.all(*network.private_subnet_ids).apply(lambda ids: ",".join(sorted(ids))),
            load_balancer_group=self.load_balancer_group.id,
            instance_group=self.security_group.id,
            service_role=self.service_role.arn,
            instance_profile=self.instance_profile.name,
        )
