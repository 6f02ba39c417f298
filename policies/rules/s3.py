"""Buckets: Amazon S3 (GRD-07)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, View, in_production, rule
from policies.values import UNKNOWN, is_true, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_ACCESS_BLOCK: Final = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)
_ACCOUNT_BLOCK: Final = ("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",)
ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
_POLICY: Final = ("aws:s3/bucketPolicy:BucketPolicy",)
_VERSIONING: Final = (
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
)
_FLAGS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
# Words in a bucket's name or tags which say that losing a version of an object loses something.
_WORDS: Final = frozenset(
    {"photo", "photos", "state", "states", "tfstate", "backup", "backups", "snapshot", "snapshots"}
)
_LOG_WORDS: Final = frozenset({"log", "logs", "logging", "accesslogs"})
LOGGING: Final = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
# Who sends logs to a bucket, by the property that names it.
_LOG_SENDERS: Final = {
    "targetBucket": LOGGING,
    "accessLogs": ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
    "loggingConfig": ("aws:cloudfront/distribution:Distribution",),
    "logDestination": ("aws:ec2/flowLog:FlowLog",),
    "s3BucketName": ("aws:cloudtrail/trail:Trail",),
}
_PARTS: Final = ("backup", "snapshot")  # unmistakable inside other words as well: dbbackups
# These tags say whose the bucket is: a bucket of the system "rapid-photo" need not hold photos.
_OWNERS: Final = frozenset(
    {"Project", "System", "Stack", "Environment", "Tier", "Owner", "Team", "ManagedBy", "CostCenter"}
)


@rule(
    "S3-1",
    "Buckets block public access",
    types=BUCKETS,
    severity=Severity.HIGH,
    reason="one ACL or policy written later makes every object public.",
    remedy="Add aws.s3.BucketPublicAccessBlock for the bucket with all four flags true.",
    view=View.STACK,
)
def public_access_block(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """A block of the bucket, or of the whole account."""
    blocks = [*stack.referrers(bucket, "bucket", _ACCESS_BLOCK), *stack.of(_ACCOUNT_BLOCK)]
    if not blocks:
        yield Finding(path="aws.s3.BucketPublicAccessBlock", found="missing")
    flags = {flag: [block.get(flag) for block in blocks] for flag in _FLAGS if blocks}
    for flag, values in flags.items():
        if any(map(is_true, values)):
            continue
        if UNKNOWN in values:
            yield CannotTell(path=flag)
        else:
            yield Finding(path=flag, found=f"{show(values[0])} in {blocks[0].name}", change=f"Set {flag} to true.")


@rule(
    "S3-2",
    "Buckets say how they encrypt",
    types=BUCKETS,
    severity=Severity.MEDIUM,
    reason="the key decides who can read a copy; that choice belongs in the program.",
    remedy="Add aws.s3.BucketServerSideEncryptionConfiguration for the bucket, with AES256 or aws:kms.",
    view=View.STACK,
)
def encryption(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """Separate, or inline in either spelling."""
    inline = ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")
    if not any(map(bucket.is_set, inline)) and not stack.referrers(bucket, "bucket", ENCRYPTION):
        yield Finding(path="aws.s3.BucketServerSideEncryptionConfiguration", found="missing")


@rule(
    "S3-3",
    "Buckets refuse requests without TLS",
    types=BUCKETS,
    severity=Severity.MEDIUM,
    reason="S3 answers plain HTTP as well, unless the bucket's policy denies it.",
    remedy="Add aws.s3.BucketPolicy with a statement that denies s3:* to everybody on the bucket and its objects "
    "where aws:SecureTransport is false.",
    view=View.STACK,
)
def tls_only(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """Any of the bucket's policies may hold the statement."""
    policies = [policy.get("policy") for policy in stack.referrers(bucket, "bucket", _POLICY)]
    policies += [bucket.get("policy")] if bucket.is_set("policy") else []
    if not policies:
        yield Finding(path="aws.s3.BucketPolicy", found="missing")
    elif any(_denies_plain_http(statement) for policy in policies for statement in documents.statements(policy)):
        return
    elif any(map(documents.is_unknown, policies)):
        yield CannotTell(path="policy")
    else:
        yield Finding(path="policy", found="without a statement that denies requests without TLS")


@rule(
    "S3-4",
    "No bucket's policy lets everybody in",
    types=(*_POLICY, *BUCKETS),
    severity=Severity.CRITICAL,
    reason="everybody on the internet reads, or writes, what is there.",
    remedy="Name who may come in Principal, or narrow it in Condition by aws:SourceArn, aws:SourceAccount, "
    "aws:PrincipalOrgID or aws:SourceVpce; what a web site shows is read by CloudFront.",
)
def policy_for_everybody(resource: Resource) -> Iterator[Verdict]:
    """A policy of its own, or the bucket's."""
    yield documents.expect_nobody_unnamed(resource, "policy")


def _denies_plain_http(statement: dict[str, Any]) -> bool:
    """Deny everybody everything over plain HTTP, on the bucket and all objects."""
    actions = documents.texts(statement, "Action")
    everything = any(action == "*" or action.lower() == "s3:*" for action in actions)
    return documents.denies_plain_http(statement) and everything and _covers_all(statement)


def _covers_all(statement: dict[str, Any]) -> bool:
    """Bucket and objects: arn:aws:s3:::name and arn:aws:s3:::name/*. What is not known yet is taken to be right."""
    resources = items(statement.get("Resource"))
    names = [resource.rpartition(":")[2] for resource in resources if isinstance(resource, str)]
    bucket = any("/" not in name for name in names)
    objects = any(re.fullmatch(r"[^/]*\*|[^/]+/\*", name) for name in names)
    return UNKNOWN in resources or (bucket and objects)


@rule(
    "S3-6",
    "Buckets keep versions",
    types=BUCKETS,
    severity=Severity.HIGH,
    reason="an object that is overwritten or deleted by mistake is gone without versions.",
    remedy="Add aws.s3.BucketVersioning for the bucket with the status Enabled.",
    view=View.STACK,
)
def versioning(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of photos, state, backups and snapshots, by their names and tags, in every tier; of the rest in production.

    Logs are written once.
    """
    values = [each.get("versioningConfiguration.status") for each in stack.referrers(bucket, "bucket", _VERSIONING)]
    inline = [bucket.get("versioning.enabled"), bucket.get("versionings.enabled")]
    if "Enabled" in values or any(map(is_true, inline)):
        return
    word = _precious(bucket)
    found = show(values[0] if values else None) + (
        f", and the bucket holds {word}, by its name or tags" if word else ""
    )
    unknown = UNKNOWN in (*values, *inline)
    flaw = CannotTell(path="versioning") if unknown else Finding(path="versioning", found=found)
    if word:
        yield flaw
    elif not is_log_bucket(bucket, stack):
        yield from in_production(bucket, flaw)


def is_log_bucket(bucket: Resource, stack: Stack) -> bool:
    """Whether logs go to a bucket: by whoever sends them, or by the word in its name."""
    senders = (stack.referrers(bucket, name, types) for name, types in _LOG_SENDERS.items())
    return any(senders) or bool(_LOG_WORDS & {word for text in _texts(bucket) for word in _words(text)})


def _precious(bucket: Resource) -> str:
    """The word that says what the bucket holds, or nothing."""
    for text in _texts(bucket):
        for word in _words(text):
            if word in _WORDS or any(part in word for part in _PARTS):
                return word
    return ""


def _texts(bucket: Resource) -> list[str]:
    """The bucket's names, and its tags but those that say whose it is."""
    tags = bucket.get("tags")
    values = [value for key, value in tags.items() if key not in _OWNERS] if isinstance(tags, dict) else []
    return [
        text
        for text in (bucket.name, bucket.get("bucket"), bucket.get("bucketPrefix"), *values)
        if isinstance(text, str)
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text).lower())
