"""Tags that say whose a resource is (GRD-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, rule
from policies.values import UNKNOWN, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

REQUIRED: Final = ("Environment", "Project")
# The types of Pulumi's AWS provider, of the services that these systems use, that take tags.
_TAGGABLE: Final = {
    "acm": "certificate",
    "alb": "listener listenerRule loadBalancer targetGroup",
    "appautoscaling": "target",
    "backup": "framework logicallyAirGappedVault plan reportPlan restoreTestingPlan vault",
    "budgets": "budget budgetAction",
    "cloudfront": (
        "anycastIpList connectionFunction connectionGroup distribution distributionTenant function keyValueStore "
        "multitenantDistribution trustStore vpcOrigin"
    ),
    "cloudtrail": "eventDataStore trail",
    "cloudwatch": (
        "alarmMuteRule compositeAlarm contributorInsightRule contributorManagedInsightRule eventBus eventRule "
        "internetMonitor logAnomalyDetector logDelivery logDeliveryDestination logDeliverySource logDestination "
        "logGroup metricAlarm metricStream"
    ),
    "costexplorer": "anomalyMonitor anomalySubscription costCategory",
    "docdb": "cluster clusterInstance clusterParameterGroup elasticCluster eventSubscription subnetGroup",
    "dynamodb": "table tableReplica",
    "ec2": (
        "ami amiCopy amiFromInstance capacityBlockReservation capacityReservation carrierGateway customerGateway "
        "dedicatedHost defaultNetworkAcl defaultRouteTable defaultSecurityGroup defaultSubnet defaultVpc "
        "defaultVpcDhcpOptions egressOnlyInternetGateway eip encryptionControl fleet flowLog instance "
        "internetGateway keyPair launchTemplate localGatewayRouteTable "
        "localGatewayRouteTableVirtualInterfaceGroupAssociation localGatewayRouteTableVpcAssociation "
        "managedPrefixList natGateway networkAcl networkInsightsAccessScope networkInsightsAnalysis "
        "networkInsightsPath networkInterface placementGroup routeTable secondaryNetwork secondarySubnet "
        "securityGroup spotFleetRequest spotInstanceRequest subnet trafficMirrorFilter trafficMirrorSession "
        "trafficMirrorTarget vpc vpcBlockPublicAccessExclusion vpcDhcpOptions vpcEncryptionControl vpcEndpoint "
        "vpcEndpointService vpcIpam vpcIpamPool vpcIpamPoolCidrAllocation vpcIpamResourceDiscovery "
        "vpcIpamResourceDiscoveryAssociation vpcIpamScope vpcPeeringConnection vpcPeeringConnectionAccepter "
        "vpnConcentrator vpnConnection vpnGateway"
    ),
    "ecr": "repository",
    "ecs": "capacityProvider cluster daemon daemonTaskDefinition expressGatewayService service taskDefinition taskSet",
    "efs": "accessPoint fileSystem",
    "elasticache": ("cluster parameterGroup replicationGroup serverlessCache subnetGroup user userGroup"),
    "elasticbeanstalk": "application applicationVersion environment",
    "iam": ("instanceProfile openIdConnectProvider policy role samlProvider serverCertificate serviceLinkedRole user"),
    "kms": "externalKey key replicaExternalKey replicaKey",
    "lambda": "capacityProvider codeSigningConfig eventSourceMapping function",
    "lb": "listener listenerRule loadBalancer targetGroup trustStore",
    "opensearch": "application domain serverlessCollection serverlessCollectionGroup",
    "rds": (
        "cluster clusterEndpoint clusterInstance clusterParameterGroup clusterSnapshot clusterSnapshotCopy "
        "customDbEngineVersion eventSubscription globalCluster instance integration optionGroup parameterGroup "
        "proxy proxyEndpoint shardGroup snapshot snapshotCopy subnetGroup"
    ),
    "route53": (
        "healthCheck profilesAssociation profilesProfile resolverEndpoint resolverFirewallDomainList "
        "resolverFirewallRuleGroup resolverFirewallRuleGroupAssociation resolverQueryLogConfig resolverRule zone"
    ),
    "s3": (
        "accessPoint bucket bucketV2 directoryBucket filesAccessPoint filesFileSystem vectorsIndex vectorsVectorBucket"
    ),
    "secretsmanager": "secret",
    "sns": "topic",
    "sqs": "queue",
    "ssm": (
        "activation association contactsRotation document maintenanceWindow parameter patchBaseline "
        "quicksetupConfigurationManager"
    ),
    "synthetics": "canary group",
    "vpc": "routeServer routeServerEndpoint routeServerPeer securityGroupEgressRule securityGroupIngressRule",
    "wafv2": "ipSet regexPatternSet ruleGroup webAcl",
    "xray": "group samplingRule",
}
TAGGABLE: Final = tuple(
    f"aws:{service}/{name}:{name[0].upper()}{name[1:]}"
    for service, names in _TAGGABLE.items()
    for name in names.split()
)


def _other_spelling(resource: Resource) -> dict[str, Any]:
    """The resource's own tags with those it lacks, where a tag of another spelling says what they should.

    What nothing says is not guessed. A tag of the resource's own is renamed, for IAM does not tell capitals apart.
    """
    tags, defaults = resource.get("tags"), resource.default_tags
    own = dict(tags) if isinstance(tags, dict) else {}
    if tags is UNKNOWN:
        return {}
    mended = False
    for key in REQUIRED:
        if resource.tag(key):
            continue
        for source in (own, defaults if isinstance(defaults, dict) and not _is_of_iam(resource) else {}):
            same = [each for each in source if each.lower() == key.lower() and source[each]]
            if same:
                own[key] = own.pop(same[0]) if source is own else source[same[0]]
                mended = True
                break
    return {"tags": own} if mended else {}


def _is_of_iam(resource: Resource) -> bool:
    return resource.type.startswith("aws:iam/")


@rule(
    "TAG-1",
    "Resources carry the tags Environment and Project",
    types=TAGGABLE,
    severity=Severity.LOW,
    reason="costs, permissions and clean-up are found by these tags; what has none belongs to nobody.",
    remedy="Give the AWS provider default tags, default_tags={'tags': {'Environment': ..., 'Project': ...}}, "
    "or tag the resource itself.",
    mend=_other_spelling,
)
def required_tags(resource: Resource) -> Iterator[Verdict]:
    """The resource's own tags and the provider's default ones count alike."""
    for key in REQUIRED:
        value = resource.tag(key)
        if value is UNKNOWN:
            yield CannotTell(path=f"tags.{key}")
        elif not value:
            yield Finding(path=f"tags.{key}", found=show(value))
