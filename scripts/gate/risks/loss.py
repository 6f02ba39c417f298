"""What would be deleted, or replaced by an empty one: data stores, and the names and doors by which users come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scripts.gate.change import Change
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk

DATA: Final[Mapping[str, str]] = {
    "aws:cognito/userPool:UserPool": "users",
    "aws:docdb/cluster:Cluster": "database",
    "aws:docdb/clusterInstance:ClusterInstance": "member of a database",
    "aws:dynamodb/globalTable:GlobalTable": "table",
    "aws:dynamodb/table:Table": "table",
    "aws:ebs/volume:Volume": "volume",
    "aws:ecr/repository:Repository": "repository with its images",
    "aws:efs/fileSystem:FileSystem": "file system",
    "aws:elasticache/cluster:Cluster": "cache",
    "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
    "aws:elasticache/serverlessCache:ServerlessCache": "cache",
    "aws:kinesis/stream:Stream": "stream",
    "aws:kms/key:Key": "key, and with it what it encrypts",
    "aws:kms/replicaKey:ReplicaKey": "key, and with it what it encrypts",
    "aws:memorydb/cluster:Cluster": "cache",
    "aws:msk/cluster:Cluster": "stream",
    "aws:neptune/cluster:Cluster": "database",
    "aws:neptune/clusterInstance:ClusterInstance": "member of a database",
    "aws:opensearch/domain:Domain": "search index",
    "aws:rds/cluster:Cluster": "database",
    "aws:rds/clusterInstance:ClusterInstance": "member of a database",
    "aws:rds/globalCluster:GlobalCluster": "database",
    "aws:rds/instance:Instance": "database",
    "aws:redshift/cluster:Cluster": "database",
    "aws:s3/bucket:Bucket": "bucket with its objects",
    "aws:s3/bucketV2:BucketV2": "bucket with its objects",
    "aws:secretsmanager/secret:Secret": "secret",
    "aws:sqs/queue:Queue": "queue with its messages",
}
"""Data stores, and what is lost with each."""

DOORS: Final[Mapping[str, str]] = {
    "aws:acm/certificate:Certificate": "certificate",
    "aws:alb/loadBalancer:LoadBalancer": "load balancer, and with it its address",
    "aws:apigateway/domainName:DomainName": "domain name",
    "aws:apigateway/restApi:RestApi": "API, and with it its address",
    "aws:apigatewayv2/api:Api": "API, and with it its address",
    "aws:apigatewayv2/domainName:DomainName": "domain name",
    "aws:cloudfront/distribution:Distribution": "distribution, and with it its address",
    "aws:ec2/eip:Eip": "public address",
    "aws:elb/loadBalancer:LoadBalancer": "load balancer, and with it its address",
    "aws:globalaccelerator/accelerator:Accelerator": "accelerator, and with it its addresses",
    "aws:lb/loadBalancer:LoadBalancer": "load balancer, and with it its address",
    "aws:route53/record:Record": "DNS record",
    "aws:route53/zone:Zone": "DNS zone, and with it its name servers",
}
"""How users come in, and what is lost with each."""


def data_stores(change: Change, _: Preview) -> Iterator[Harm]:
    """A data store is deleted or replaced."""
    yield from _lost(change, DATA)


def doors(change: Change, _: Preview) -> Iterator[Harm]:
    """A load balancer, distribution, DNS name or certificate is deleted or replaced."""
    yield from _lost(change, DOORS)


def protected(change: Change, _: Preview) -> Iterator[Harm]:
    """Something is deleted or replaced that Pulumi protects, whatever it is."""
    if change.is_gone and change.old.protect:
        yield Harm(f"{change.operation}s what is protected: Pulumi refuses it", "protect")


def _lost(change: Change, kinds: Mapping[str, str]) -> Iterator[Harm]:
    what = kinds.get(change.type)
    if what is None or not change.is_gone:
        return
    if change.operation == "delete":
        yield Harm(f"deletes the {what}")
    else:
        because = f", because of {', '.join(change.reasons)}" if change.reasons else ""
        yield Harm(f"replaces the {what}{because}", change.reasons[0] if change.reasons else "")


DATA_STORES: Final = Risk(
    id="data-store-lost",
    title="A data store is deleted or replaced",
    why="What is in it goes with it; the one in its place is empty.",
    judges=(data_stores,),
)
ENTRANCES: Final = Risk(
    id="entrance-lost",
    title="A load balancer, distribution, DNS zone or record, or certificate is deleted or replaced",
    why="Users are cut off, and whoever knows the old address waits until DNS forgets it.",
    judges=(doors,),
)
PROTECTED: Final = Risk(
    id="protected-lost",
    title="A protected resource is deleted or replaced",
    why="It is protected because it is not to be lost; Pulumi refuses until `protect` is off, which is a change first.",
    judges=(protected,),
)
