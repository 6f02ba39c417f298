"""Buckets in operation: Amazon S3, who may read them by ACL, and what becomes of their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.ecr import REPOSITORY
from policies.rules.s3 import BUCKETS, LOGGING, is_log_bucket
from policies.values import UNKNOWN, at, is_true, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_ACLS: Final = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
_OBJECTS: Final = (
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
)
_LIFECYCLE: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
_OWNERSHIP: Final = ("aws:s3/bucketOwnershipControls:BucketOwnershipControls",)
_WEBSITE: Final = (
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
)
_OPEN_ACLS: Final = ("public-read", "public-read-write", "authenticated-read")
_EVERYBODY: Final = ("/global/AllUsers", "/global/AuthenticatedUsers")


@rule(
    "S3-5",
    "No ACL lets everybody in",
    types=(*BUCKETS, *_ACLS, *_OBJECTS),
    severity=Severity.CRITICAL,
    reason="everybody, or everybody with any AWS account, reads or writes what is there.",
    remedy="Set acl to private, or leave it out; what a web site shows is read by CloudFront through origin access "
    "control.",
)
def acl(resource: Resource) -> Iterator[Verdict]:
    """Canned ACLs, and grants in either spelling: of a bucket, and of an ACL's own policy."""
    yield expect(resource, "acl", lambda value: value not in _OPEN_ACLS)
    path = "accessControlPolicy.grants" if resource.type in _ACLS else "grants"
    for index, grant in enumerate(resource.items(path)):
        uris = [at(grant, "uri"), at(grant, "grantee.uri")]
        if UNKNOWN in uris:
            yield CannotTell(path=f"{path}.{index}")
        yield from (
            Finding(path=f"{path}.{index}", found=show(uri))
            for uri in uris
            if isinstance(uri, str) and uri.endswith(_EVERYBODY)
        )


@rule(
    "S3-7",
    "Buckets log who reads them",
    types=BUCKETS,
    severity=Severity.LOW,
    reason="without it nobody can say what was taken.",
    remedy="Add aws.s3.BucketLogging to a bucket for logs.",
    view=View.STACK,
    strict=True,
)
def access_logs(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """Not of the buckets that logs go to: that would never end."""
    logged = bucket.is_set("logging") or bucket.is_set("loggings") or stack.referrers(bucket, "bucket", LOGGING)
    if not logged and not is_log_bucket(bucket, stack):
        yield Finding(path="aws.s3.BucketLogging", found="missing")


@rule(
    "S3-8",
    "Buckets clean up after themselves",
    types=BUCKETS,
    severity=Severity.LOW,
    reason="parts of uploads that were never finished are paid for, and shown nowhere.",
    remedy="Add aws.s3.BucketLifecycleConfiguration with a rule that has abortIncompleteMultipartUpload.",
    view=View.STACK,
)
def lifecycle(bucket: Resource, stack: Stack) -> Iterator[Verdict]:
    """Separate, or inline, where the rule is spelt otherwise. A rule that is turned off does nothing."""
    separate = [
        (at(each, "status"), at(each, "abortIncompleteMultipartUpload"))
        for configuration in stack.referrers(bucket, "bucket", _LIFECYCLE)
        for each in configuration.items("rules")
    ]
    inline = [
        ("Enabled" if at(each, "enabled") is not False else "Disabled", at(each, "abortIncompleteMultipartUploadDays"))
        for each in bucket.items("lifecycleRules")
    ]
    rules = [*separate, *inline]
    if any(status == "Enabled" and abort for status, abort in rules):
        return
    if any(UNKNOWN in each for each in rules):
        yield CannotTell(path="rules")
    else:
        found = "without abortIncompleteMultipartUpload" if rules else "missing"
        yield Finding(path="aws.s3.BucketLifecycleConfiguration", found=found)


@rule(
    "S3-9",
    "Access to buckets is not given by ACLs",
    types=_OWNERSHIP,
    severity=Severity.LOW,
    reason="with ACLs each object may have readers of its own, and no policy shows them.",
    remedy="Set rule.objectOwnership to BucketOwnerEnforced, as it is for a bucket without these controls.",
)
def ownership(controls: Resource) -> Iterator[Verdict]:
    """AWS turns ACLs off for new buckets since April 2023."""
    yield expect(controls, "rule.objectOwnership", lambda value: value == "BucketOwnerEnforced")


@rule(
    "S3-10",
    "Production buckets and repositories are not deleted with all they hold",
    types=(*BUCKETS, REPOSITORY),
    severity=Severity.MEDIUM,
    reason="one destroy, or one replacement, takes every object and every image with it.",
    remedy="Set forceDestroy (forceDelete of a repository) to false.",
)
def force_destroy(resource: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    path = "forceDelete" if resource.type == REPOSITORY else "forceDestroy"
    yield from in_production(resource, expect(resource, path, lambda value: not is_true(value)))


@rule(
    "S3-11",
    "Buckets are no web servers",
    types=(*BUCKETS, *_WEBSITE),
    severity=Severity.MEDIUM,
    reason="S3's web sites know no TLS, and everything in the bucket has to be public.",
    remedy="Let CloudFront read the bucket through origin access control, and remove the web site's configuration.",
)
def website(resource: Resource) -> Iterator[Verdict]:
    """Inline, or as a resource of its own. One that only redirects shows nothing of the bucket."""
    if resource.type in _WEBSITE:
        if not resource.is_set("redirectAllRequestsTo"):
            yield Finding(path="indexDocument", found=show(resource.get("indexDocument.suffix")))
        return
    for block in items(resource.get("website")) + items(resource.get("websites")):
        if not at(block, "redirectAllRequestsTo"):
            yield Finding(path="website", found=show(at(block, "indexDocument")))
