"""Tags that say whose a resource is (GRD-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, rule
from policies.values import UNKNOWN, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

REQUIRED: Final = ("Environment", "Project")
# The types of Pulumi's AWS provider, of the services that these systems use, that take tags.
TAGGABLE: Final = (
    "aws:acm/certificate:Certificate",
    "aws:alb/listener:Listener",
    "aws:alb/listenerRule:ListenerRule",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:alb/targetGroup:TargetGroup",
    "aws:appautoscaling/target:Target",
    "aws:backup/plan:Plan",
    "aws:backup/vault:Vault",
    "aws:cloudfront/distribution:Distribution",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/instance:Instance",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:efs/accessPoint:AccessPoint",
    "aws:efs/fileSystem:FileSystem",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:elasticbeanstalk/application:Application",
    "aws:elasticbeanstalk/environment:Environment",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:lambda/function:Function",
    "aws:lb/listener:Listener",
    "aws:lb/listenerRule:ListenerRule",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:secretsmanager/secret:Secret",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
    "aws:ssm/parameter:Parameter",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:wafv2/webAcl:WebAcl",
)


@rule(
    "TAG-1",
    "Resources carry the tags Environment and Project",
    types=TAGGABLE,
    severity=Severity.LOW,
    reason="costs, permissions and clean-up are found by these tags; what has none belongs to nobody.",
    remedy="Give the AWS provider default tags, default_tags={'tags': {'Environment': ..., 'Project': ...}}, "
    "or tag the resource itself.",
)
def required_tags(resource: Resource) -> Iterator[Verdict]:
    """The resource's own tags and the provider's default ones count alike."""
    for key in REQUIRED:
        value = resource.tag(key)
        if value is UNKNOWN:
            yield CannotTell(path=f"tags.{key}")
        elif not value:
            yield Finding(path=f"tags.{key}", found=show(value))
