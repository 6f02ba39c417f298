from __future__ import annotations

import pytest

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
ACL = "aws:s3/bucketAcl:BucketAcl"
ABORT = {"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7.0}}
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.mark.parametrize(
    ("token", "properties", "bad"),
    [
        (BUCKET, {"acl": "public-read"}, True),
        (BUCKET_V2, {"acl": "public-read-write"}, True),
        (ACL, {"acl": "authenticated-read"}, True),
        ("aws:s3/bucketAclV2:BucketAclV2", {"acl": "public-read"}, True),
        ("aws:s3/bucketObject:BucketObject", {"acl": "public-read"}, True),
        ("aws:s3/bucketObjectv2:BucketObjectv2", {"acl": "public-read"}, True),
        (BUCKET, {"grants": [{"type": "Group", "uri": ALL_USERS, "permissions": ["READ"]}]}, True),
        (ACL, {"accessControlPolicy": {"grants": [{"grantee": {"uri": ALL_USERS}}]}}, True),
        (BUCKET, {"acl": "private"}, False),
        (BUCKET, {}, False),
        (ACL, {"acl": "log-delivery-write"}, False),
        (BUCKET, {"grants": [{"uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}]}, False),
        (ACL, {"accessControlPolicy": {"grants": [{"grantee": {"id": "abc", "type": "CanonicalUser"}}]}}, False),
    ],
)
def test_no_acl_lets_everybody_in(program, token, properties, bad):
    program.add(token, "it", properties)
    assert program.flaws("S3-5") == ({("acl", "it")} if bad else set())


def test_an_acl_that_is_not_known_yet_cannot_be_told(program):
    program.add(BUCKET, "b", {"acl": program.unknown, "grants": [{"uri": program.unknown}]})
    assert program.flaws("S3-5", preview=True) == set()
    assert program.unjudged("b") >= {("S3-5", "acl"), ("S3-5", "grants.0")}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"rules": [ABORT]}, True),
        ({"rules": [{"status": "Enabled", "expiration": {"days": 9.0}}, ABORT]}, True),
        ({"rules": [ABORT | {"status": "Disabled"}]}, False),
        ({"rules": [{"status": "Enabled", "expiration": {"days": 9.0}}]}, False),
        ({"rules": []}, False),
    ],
)
@pytest.mark.parametrize("suffix", ["", "V2"])
def test_unfinished_uploads_are_cleaned_up(program, properties, good, suffix):
    bucket = program.add(BUCKET, "b")
    kind = f"ucketLifecycleConfiguration{suffix}"
    program.add(f"aws:s3/b{kind}:B{kind}", "lifecycle", properties, bucket=bucket)
    assert program.flaws("S3-8") == (set() if good else {("lifecycle", "b")})


def test_inline_lifecycle_rules_count(program):
    program.add(BUCKET, "good", {"lifecycleRules": [{"enabled": True, "abortIncompleteMultipartUploadDays": 7.0}]})
    program.add(BUCKET, "off", {"lifecycleRules": [{"enabled": False, "abortIncompleteMultipartUploadDays": 7.0}]})
    program.add(BUCKET, "none")
    assert program.flaws("S3-8") == {("lifecycle", "off"), ("lifecycle", "none")}


def test_lifecycle_rules_that_are_not_known_yet_cannot_be_told(program):
    bucket = program.add(BUCKET, "b")
    lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    program.add(lifecycle, "lifecycle", {"rules": program.unknown}, bucket=bucket)
    assert program.flaws("S3-8", preview=True) == set()
    assert ("S3-8", "rules") in program.unjudged("b")


@pytest.mark.parametrize(
    ("value", "good"), [("BucketOwnerEnforced", True), ("ObjectWriter", False), ("BucketOwnerPreferred", False)]
)
def test_access_is_not_given_by_acls(program, value, good):
    program.add(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "controls", {"rule": {"objectOwnership": value}}
    )
    assert program.flaws("S3-9") == (set() if good else {("ownership", "controls")})


@pytest.mark.parametrize(
    ("token", "name"), [(BUCKET, "forceDestroy"), ("aws:ecr/repository:Repository", "forceDelete")]
)
@pytest.mark.parametrize(
    ("tier", "value", "good"),
    [("production", True, False), ("production", False, True), ("production", None, True), ("staging", True, True)],
)
def test_production_is_not_deleted_with_all_it_holds(program, token, name, tier, value, good):
    program.tags = {"Environment": "e", "Project": "p", "Tier": tier}
    program.add(token, "it", {} if value is None else {name: value})
    assert program.flaws("S3-10") == (set() if good else {("force-destroy", "it")})


@pytest.mark.parametrize(
    ("token", "properties", "good"),
    [
        (BUCKET, {"website": {"indexDocument": "index.html"}}, False),
        (BUCKET_V2, {"websites": [{"indexDocument": "index.html"}]}, False),
        ("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", {"indexDocument": {"suffix": "i"}}, False),
        ("aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2", {"indexDocument": {"suffix": "i"}}, False),
        (BUCKET, {"website": {"redirectAllRequestsTo": "https://example.org"}}, True),
        (
            "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
            {"redirectAllRequestsTo": {"hostName": "example.org"}},
            True,
        ),
        (BUCKET, {}, True),
    ],
)
def test_buckets_are_no_web_servers(program, token, properties, good):
    program.add(token, "it", properties)
    assert program.flaws("S3-11") == (set() if good else {("website", "it")})


def test_strictly_buckets_log_who_reads_them_except_where_logs_go(program):
    program.pack = {"strict": True}
    logs = program.add(BUCKET, "records")
    photos = program.add(BUCKET, "photos")
    program.add(BUCKET, "bare")
    program.add("aws:s3/bucketLogging:BucketLogging", "logging", bucket=photos, targetBucket=logs)
    assert program.flaws("S3-7") == {("access-logs", "bare")}
