"""A stack: everything that one stack file says."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from settings.compute.beanstalk import Beanstalk
from settings.compute.cluster import Cluster
from settings.compute.service import Service
from settings.compute.worker import Worker
from settings.cost.budget import Budget
from settings.data.bucket import Bucket
from settings.data.files import Files
from settings.data.postgres import Postgres
from settings.data.redis import Redis
from settings.data.secret import Secret
from settings.edge.cdn import Cdn
from settings.edge.dns import Dns
from settings.edge.load_balancer import LoadBalancer
from settings.edge.site import Site
from settings.guardrails.approvals import Approval
from settings.guardrails.policies import Policies
from settings.identity.delivery import Delivery
from settings.monitoring.logs import Logs
from settings.monitoring.monitoring import Monitoring
from settings.network.network import Network
from settings.operations.operations import Operations
from settings.protection.audit import Audit
from settings.protection.backup import Backup
from settings.protection.replication import Images
from settings.section import Section, Tier, section
from settings.values import Many, Name, Region, ResourceName, TagKey, TagValue


class Stack(Section):
    """One system in one environment."""

    extends: str | None = None
    """Another stack file, by its path from the project's folder, of which this one is a variant and says only what
    differs: mappings are merged, null takes a key away (of a whole section "" does so without a warning
    of Pulumi), everything else replaces what is there."""
    system: Name
    """Name of the system, the first part of every name."""
    environment: Name
    """Name of the environment, the last part of every name, and the Environment tag."""
    tier: Tier
    """How strict defaults and policies are: production, staging or development."""
    region: Region
    """AWS region; written as aws:region."""
    project: TagValue | None = None
    """Value of the Project tag, by which costs and permissions tell systems apart; the system's name unless set."""
    tags: Annotated[dict[TagKey, TagValue], Field(default_factory=dict, max_length=44)]
    """Tags of every resource, beside those that Plinth sets: Environment, ManagedBy, Name, Project, Stack and Tier."""
    network: Network
    """The VPC, its subnets in each zone, and how traffic leaves it."""
    logs: Logs = section()
    """What all log groups have in common."""
    monitoring: Monitoring = section()
    """How closely the stack is watched."""
    load_balancer: LoadBalancer | None = None
    """The internet-facing application load balancer of the services; none without services."""
    cluster: Cluster = section()
    """The ECS cluster of the services."""
    services: Annotated[dict[Name, Service], Field(default_factory=dict)]
    """Services on ECS Fargate, by name."""
    beanstalk: Beanstalk | None = None
    """Containers on Elastic Beanstalk, with a load balancer of their own; none unless set."""
    workers: Annotated[dict[Name, Worker], Field(default_factory=dict)]
    """Lambda functions that process queues, by name."""
    postgres: Postgres | None = None
    """PostgreSQL on RDS; none unless set."""
    redis: Redis | None = None
    """Redis on ElastiCache; none unless set."""
    files: Annotated[dict[Name, Files], Field(default_factory=dict)]
    """File systems on EFS, by name."""
    buckets: Annotated[dict[Name, Bucket], Field(default_factory=dict)]
    """S3 buckets, by name."""
    secrets: Annotated[dict[Name, Secret], Field(default_factory=dict)]
    """Secrets in Secrets Manager, by name."""
    sites: Annotated[dict[Name, Site], Field(default_factory=dict)]
    """Web sites that plinth:cdn shows, by name."""
    cdn: Cdn | None = None
    """The CloudFront distribution in front of everything; none unless set."""
    dns: Dns | None = None
    """Names in Route 53, with certificates; none unless set."""
    images: Images = section()
    """What all container images have in common."""
    backup: Backup | None = None
    """Daily backups of all data stores by AWS Backup; none unless set."""
    audit: Audit | None = None
    """The record of who did what in the account; none unless set."""
    budget: Budget | None = None
    """What the stack may cost a month, and who hears of it; none unless set."""
    delivery: Delivery | None = None
    """Who may deploy the stack from GitHub; nobody unless set."""
    operations: Operations = section()
    """How the system is operated: what is asked to see that it is well, whom to call, what was promised."""
    policies: Policies | None = None
    """What the policy pack is told: levels of the looser tiers, and exemptions."""
    approvals: Annotated[Many[Approval], Field(default_factory=tuple)]
    """Risky changes that the gate lets through (plinth gate), each with a reason, a name and a last day."""
    customize: Annotated[dict[ResourceName, dict[str, Any]], Field(default_factory=dict)]
    """Properties set on single resources over what Plinth sets, as the last resort; policies still judge the result."""
