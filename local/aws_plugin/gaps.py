"""What the local emulators lack or do differently from AWS. Shown by `make status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One difference: the service, what differs, and what follows for someone who works locally."""

    service: str
    what: str
    effect: str


NAT_ADDRESSES = Gap(
    "EC2",
    "DescribeNatGateways does not return the addresses of a NAT gateway",
    "publicIp and privateIp are empty, and a changed elastic IP is not seen by refresh",
)
VPC_ENDPOINTS = Gap(
    "EC2",
    "DescribeVpcEndpoints does not return security groups, private DNS, policy, DNS options and address type",
    "changes of these behind Pulumi's back are not seen by refresh; there are no network interfaces",
)
FLOW_LOGS = Gap(
    "EC2",
    "DescribeFlowLogs does not return role, interval, format and destination options, and nothing is logged",
    "changes of these behind Pulumi's back are not seen by refresh",
)
ALB_FORWARD = Gap(
    "Elastic Load Balancing",
    "weighted forward actions are dropped: a rule forwards to one target group",
    "the plugin names the group of the greatest weight beside the weights; traffic is not split",
)
ALARM_QUERIES = Gap(
    "CloudWatch",
    "DescribeAlarms does not return the metric queries of an alarm, and does not evaluate them",
    "alarms over several metrics never fire, and their changes behind Pulumi's back are not seen",
)
ALARM_DIMENSIONS = Gap(
    "CloudWatch",
    "alarms are judged when a value comes, by all values of a metric's name whatever its dimensions",
    "an alarm of one thing goes off for another of its kind, and none does when values stop coming",
)
LOG_COUNTS = Gap(
    "CloudWatch Logs",
    "metric filters are kept, and count nothing",
    "alarms on what logs say go off only when somebody puts the metric: aws cloudwatch put-metric-data",
)
SUPPRESSED_ALARMS = Gap(
    "CloudWatch",
    "composite alarms have no suppressor",
    "a composite alarm notifies although the one that suppresses it does too",
)
ECR_EXCLUSIONS = Gap(
    "ECR",
    "repositories do not return which tags are excluded from immutability, and the local registry lets every tag move",
    "changes of the exclusions behind Pulumi's back are not seen by refresh, and a release can be pushed twice",
)
RDS_RESTORES = Gap(
    "RDS",
    "snapshots come back in their own region alone; automated backups are a dump every 20 s, and no log between them",
    "a database that is restored to a moment is as it was in the last dump before that",
)
RDS_LOG_EXPORTS = Gap(
    "RDS",
    "logs are not exported to CloudWatch, and DescribeDBInstances does not return which would be",
    "the log groups of a database stay empty",
)

ALB_PROTECTION = Gap(
    "Elastic Load Balancing",
    "a load balancer with deletion protection can be deleted",
    "the plugin refuses in its place; other clients are not refused",
)
ECS_STRATEGIES = Gap(
    "ECS",
    "BLUE_GREEN, LINEAR and CANARY deployments roll: no second target group, bake time, test listener or hook",
    "what is sent is checked and kept, and tasks are replaced one by one; the circuit breaker works",
)
AUTO_SCALING = Gap(
    "Application Auto Scaling",
    "the emulator lacks it; a fake (local/fakes) keeps targets and policies",
    "nothing scales: change desiredCount by hand; policies return no alarms",
)
WAF_TRAFFIC = Gap(
    "WAF",
    "web ACLs of load balancers and distributions are kept, and no request is filtered",
    "rate limits and managed rules show on AWS only",
)

BEANSTALK = Gap(
    "Elastic Beanstalk",
    "the emulator lacks it; a fake (local/fakes/beanstalk) runs one instance's containers, at /_eb/<environment>/",
    "no load balancer, auto scaling group or log group is made: nothing scales, is redirected, or streams its logs; "
    "every rollout is immutable, platform updates change nothing, .ebextensions and .platform are not read",
)
LAMBDA = Gap(
    "Lambda",
    "functions run as processes of this machine, with the emulator's own Python 3.11 whatever their runtime",
    "packages for another Python do not load; roles, memory, VPC, X-Ray and batch windows are kept and change nothing",
)
BACKUPS = Gap(
    "AWS Backup",
    "plans, selections, vaults and their locks are kept, and nothing is backed up",
    "vaults stay empty, and there is nothing to restore",
)
COPIES = Gap(
    "ECR and S3",
    "ECR's replication is kept as it is set, and no image is copied; S3 copies each object as it is written",
    "images are built again in another region; replication time and its metrics show on AWS only",
)
AUDIT = Gap(
    "CloudTrail",
    "trails are kept and told to record, and write nothing into their bucket and their log group",
    "the bucket of the audit stays empty, and no security event is ever told",
)
COSTS = Gap(
    "Budgets and Cost Explorer",
    "the emulator knows no costs, and lacks Cost Explorer; a fake (local/fakes) keeps what it is told",
    "no budget is ever reached, no anomaly found, and tags can be activated that AWS does not know yet",
)
TRACES = Gap(
    "X-Ray",
    "the emulator lacks it; a fake (local/fakes) keeps groups and sampling rules, and takes no traces",
    "there are no maps and summaries to ask for, and a program that sends segments is refused",
)
CANARIES = Gap(
    "CloudWatch Synthetics",
    "the emulator lacks it; a fake (local/fakes) keeps canaries, and one that is started never runs",
    "there are no runs, results and metrics, and the alarm of a canary stays without data",
)
DISTRIBUTIONS = Gap(
    "CloudFront",
    "distributions answer at http://<id>.cloudfront.localhost, without TLS, edges or a cache, as soon as they are made",
    "every request reaches the origin, and says Miss; versions of TLS, aliases, price class and compression show on "
    "AWS only, an invalidation is kept and changes nothing, and there is no propagation to wait for",
)
CERTIFICATES = Gap(
    "ACM",
    "certificates are issued at once, whatever the records that prove a domain say, and one that is given by its ARN "
    "need not be there",
    "a domain that is not yours, a missing delegation and a certificate of the wrong names show on AWS only",
)
ACCESS_LOGS = Gap(
    "CloudWatch Logs deliveries",
    "the delivery of a distribution's access logs is kept, and delivers nothing",
    "the bucket of access logs stays empty",
)
NAMES = Gap(
    "Route 53",
    "zones and records are kept, and no name server answers; only distributions find their origins by them",
    "names lead nowhere on this machine; health checks ask nobody, and nothing fails over",
)
GIVEN_ZONES = Gap(
    "Route 53",
    "a zone that a stack file names by its id is made before the stack, and is not that of another stack",
    "a primary and its secondary write to two zones here, which on AWS is one",
)
PROVIDER_TAGS = Gap(
    "IAM",
    "the tags and thumbprints of an identity provider cannot be changed",
    "replace the provider locally",
)

EFS_MOUNTS = Gap(
    "EFS",
    "directories of access points are Docker volumes: TLS, policies and the access point's user are not enforced",
    "a container that could not mount on AWS mounts here, and writes as its own user; replication copies nothing",
)

GAPS: tuple[Gap, ...] = (
    EFS_MOUNTS,
    NAT_ADDRESSES,
    VPC_ENDPOINTS,
    FLOW_LOGS,
    ALB_FORWARD,
    ALB_PROTECTION,
    ECS_STRATEGIES,
    AUTO_SCALING,
    WAF_TRAFFIC,
    BEANSTALK,
    ALARM_QUERIES,
    ALARM_DIMENSIONS,
    LOG_COUNTS,
    SUPPRESSED_ALARMS,
    RDS_LOG_EXPORTS,
    RDS_RESTORES,
    ECR_EXCLUSIONS,
    LAMBDA,
    BACKUPS,
    COPIES,
    AUDIT,
    COSTS,
    DISTRIBUTIONS,
    CERTIFICATES,
    ACCESS_LOGS,
    NAMES,
    GIVEN_ZONES,
    TRACES,
    CANARIES,
    PROVIDER_TAGS,
)
