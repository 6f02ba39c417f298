"""What the inventory has and AWS has not: deleted behind Pulumi's back (CRT-OPS-05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from scripts.aws_errors import if_there
from scripts.diagnose.facts import Kind, Missing
from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target

_IMPACT: Final[dict[Kind, str]] = {
    "service": "what it answers fails",
    "target group": "the load balancer sends its requests nowhere",
    "load balancer": "nobody reaches the services",
    "cdn": "nobody reaches the system by its name",
    "file system": "tasks that mount it do not start, and its files are lost",
    "bucket": "what reads or writes it fails, and its files are lost",
    "worker": "messages wait, until they are too old",
    "queue": "what sends to it fails, and its messages are lost",
}
_DATA: Final[dict[Kind, str]] = {
    "file system": "its files come back by plinth backup restore",
    "bucket": "its files come back by plinth backup restore",
}


def things_not_there(facts: Facts) -> Iterator[Issue]:
    """Each of them, and how it is made again."""
    for each in facts.missing:
        again = f"pulumi up --refresh --stack {facts.target.stack} makes it again"
        yield Issue(
            id=f"{each.kind.replace(' ', '-')}-not-there",
            category="infrastructure",
            severity="critical",
            components=(each.component,),
            description=f"AWS has no {each.kind} {each.name}",
            impact=_IMPACT[each.kind],
            cause="it was deleted behind Pulumi's back: CloudTrail knows by whom",
            steps=(again, _DATA[each.kind]) if each.kind in _DATA else (again,),
            prevention="Give nobody leave to delete it but the role that deploys.",
        )


def _balancing_gone(target: Target) -> Iterator[Missing]:
    balancer = target.inventory.platform.load_balancer
    if balancer is None:
        return
    elb = target.cloud.client("elbv2")
    if if_there(lambda: elb.describe_load_balancers(LoadBalancerArns=[balancer.arn])) is None:
        yield Missing("load balancer", "load balancer", balancer.name)
    # One that is gone fails the question for it and others, without its name: so all that there are.
    there = {each["TargetGroupArn"] for each in target.cloud.pages("elbv2", "describe_target_groups", "TargetGroups")}
    for key, service in target.inventory.services.items():
        for arn in filter(None, (service.target_group_arn, service.alternate_target_group_arn)):
            if arn not in there:
                yield Missing("target group", f"service {key}", arn.split("/")[-2])


def _cdn_gone(target: Target) -> Iterator[Missing]:
    cdn = target.inventory.edge.cdn if target.inventory.edge else None
    if cdn is None:
        return
    cloudfront = target.cloud.client("cloudfront")
    if if_there(lambda: cloudfront.get_distribution(Id=cdn.distribution_id)) is None:
        yield Missing("cdn", "cdn", cdn.distribution_id)


def _files_gone(target: Target) -> Iterator[Missing]:
    files = target.inventory.platform.files
    if not files:
        return
    there = {each["FileSystemId"] for each in target.cloud.pages("efs", "describe_file_systems", "FileSystems")}
    for key, entry in files.items():
        if entry.file_system_id not in there:
            yield Missing("file system", key, entry.file_system_id)


def _buckets_gone(target: Target) -> Iterator[Missing]:
    edge, operations = target.inventory.edge, target.inventory.operations
    buckets = {**target.inventory.platform.buckets, **(edge.sites if edge else {})}
    if operations is not None:
        buckets["operations"] = operations.bucket
    if not buckets:
        return
    there = {each["Name"] for each in target.cloud.pages("s3", "list_buckets", "Buckets")}
    for key, name in buckets.items():
        if name not in there:
            yield Missing("bucket", f"bucket {key}", name)


LOOKS: Final[tuple[Callable[[Target], Iterator[Missing]], ...]] = (
    _balancing_gone,
    _cdn_gone,
    _files_gone,
    _buckets_gone,
)
"""For what no other part asks by itself: a call for each kind."""
