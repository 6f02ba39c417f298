"""What holds for a stack as a whole."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, in_production, rule
from policies.rules.kms import KEY, keys_of
from policies.rules.rds import CLUSTER, INSTANCE
from policies.rules.s3 import BUCKETS, ENCRYPTION, is_log_bucket
from policies.rules.tags import TAGGABLE
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

# Data stores, with the property that names the key of their data.
_STORES: Final = {
    "aws:docdb/cluster:Cluster": "kmsKeyId",
    "aws:dynamodb/table:Table": "serverSideEncryption",
    "aws:efs/fileSystem:FileSystem": "kmsKeyId",
    "aws:elasticache/replicationGroup:ReplicationGroup": "kmsKeyId",
    "aws:neptune/cluster:Cluster": "kmsKeyArn",
    CLUSTER: "kmsKeyId",
    INSTANCE: "kmsKeyId",
}
_OTHERS_WITH_DATA: Final = {
    "aws:backup/vault:Vault": "kmsKeyArn",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "kmsKeyId",
    **dict.fromkeys(ENCRYPTION, "rules"),
    **dict.fromkeys(BUCKETS, "serverSideEncryptionConfiguration"),
}
_GLOBAL: Final = frozenset({"budgets", "cloudfront", "costexplorer", "iam", "route53"})  # have no region
_REGION_OF_GLOBAL: Final = "us-east-1"  # certificates and web ACLs of CloudFront, metrics of the bill
# What several environments share may say so.
_SHARED: Final = frozenset({"all", "common", "global", "shared"})


@rule(
    "STK-1",
    "Resources lie in regions that somebody chose",
    types=[token for token in TAGGABLE if token.split(":")[1].partition("/")[0] not in _GLOBAL],
    severity=Severity.MEDIUM,
    reason="in a forgotten region nobody looks, and data may not be allowed to lie there.",
    remedy="Leave region out, or take it from the stack's configuration.",
    view=View.STACK,
    strict=True,
)
def region_chosen(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """The region of most resources, those that the stack's configuration names, and the one of global services.

    Strict: a program may have its second region in its source, and be right.
    """
    region = resource.region
    if region is UNKNOWN:
        yield CannotTell(path="region")
    elif isinstance(region, str) and region not in (_REGION_OF_GLOBAL, _main_region(stack), *stack.settings):
        yield Finding(path="region", found=f"{show(region)}, in a stack of {_main_region(stack)}")


@lru_cache(maxsize=1)
def _main_region(stack: Stack) -> str:
    said = Counter(region for resource in stack.of(TAGGABLE) if isinstance(region := resource.region, str))
    return max(said, key=lambda each: (said[each], each), default="")


@rule(
    "STK-2",
    "Production's data is protected from Pulumi",
    types=(*_STORES, *BUCKETS, KEY),
    severity=Severity.MEDIUM,
    reason="a renamed resource is a deleted one, and with it goes what nobody can make again.",
    remedy="Set the resource option protect to true.",
    view=View.STACK,
    strict=True,
)
def protected(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Databases, files, caches, buckets, and the keys that one of these is under.

    Not buckets of logs, nor replicas: these are copies.
    """
    if resource.is_protected or resource.is_set("replicateSourceDb"):
        return
    if resource.type in BUCKETS and is_log_bucket(resource, stack):
        return
    if resource.type == KEY and not _guards_data(resource, stack):
        return
    yield from in_production(resource, Finding(path="protect", found="false"))


def _guards_data(key: Resource, stack: Stack) -> bool:
    return any(
        key in keys_of(store, name, stack)
        for token, name in {**_STORES, **_OTHERS_WITH_DATA}.items()
        for store in stack.of((token,))
    )


@rule(
    "STK-3",
    "All of a stack is of one environment",
    types=TAGGABLE,
    severity=Severity.LOW,
    reason="what says another environment is cleaned up, paid for and opened with that one.",
    remedy="Leave the tag Environment to the provider's default tags, or make it the stack's.",
    view=View.STACK,
)
def one_environment(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """What most say counts, the provider's default tags with them. What is shared may say so."""
    own, most = resource.tag("Environment"), _environment(stack)
    if isinstance(own, str) and most and own != most and own.lower() not in _SHARED:
        yield Finding(path="tags.Environment", found=f"{show(own)}, in a stack of {show(most)}")


@lru_cache(maxsize=1)
def _environment(stack: Stack) -> str:
    """The environment that most of the stack says; of equally many the provider's."""
    said: Counter[str] = Counter()
    defaults = set()
    for resource in stack.of(TAGGABLE):
        default = at(resource.default_tags, "Environment")
        said.update(each for each in (resource.tag("Environment"), default) if isinstance(each, str))
        if isinstance(default, str):
            defaults.add(default)
    return max(said, key=lambda each: (said[each], each in defaults, each), default="")
