from __future__ import annotations

import pytest

KEY = "aws:kms/key:Key"
BUCKET = "aws:s3/bucket:Bucket"
INSTANCE = "aws:rds/instance:Instance"
VPC = "aws:ec2/vpc:Vpc"


@pytest.mark.parametrize(
    "token",
    [
        INSTANCE,
        "aws:rds/cluster:Cluster",
        "aws:efs/fileSystem:FileSystem",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:dynamodb/table:Table",
        BUCKET,
        "aws:s3/bucketV2:BucketV2",
    ],
)
@pytest.mark.parametrize(("tier", "bad"), [("production", {"open"}), ("staging", set()), ("development", set())])
def test_strictly_productions_data_is_protected(program, token, tier, bad):
    program.pack = {"strict": True}
    program.tags = {"Tier": tier}
    program.add(token, "open", {})
    program.add(token, "closed", {})
    program.protected = {"closed"}
    assert program.flaws("STK-2") == {("protected", name) for name in bad}


def test_copies_logs_and_keys_of_messages_may_go(program):
    program.pack = {"strict": True}
    source = program.add(INSTANCE, "source", {})
    program.add(INSTANCE, "replica", {}, replicateSourceDb=source)
    program.protected = {"source", "data", "table"}
    program.add(BUCKET, "access-logs", {"bucket": "app-logs"})
    records = program.add(BUCKET, "records", {})
    program.add("aws:cloudtrail/trail:Trail", "trail", {}, s3BucketName=records)
    messages, of_data, of_objects = (program.add(KEY, name) for name in ("messages", "of-data", "of-objects"))
    alias = program.add("aws:kms/alias:Alias", "alias", {}, targetKeyId=of_data)
    program.add("aws:sns/topic:Topic", "topic", {}, kmsMasterKeyId=messages)
    program.add(INSTANCE, "data", {}, kmsKeyId=alias)
    encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    program.add(encryption, "encryption", {}, rules=of_objects)
    assert program.flaws("STK-2") == {("protected", "of-data"), ("protected", "of-objects")}


def test_while_the_tier_is_not_known_protection_cannot_be_told(program):
    program.pack = {"strict": True}
    program.tags = program.unknown
    program.add(BUCKET, "bucket", {})
    assert program.flaws("STK-2", preview=True) == set()
    assert ("STK-2", "tags.Tier") in program.unjudged("bucket")


@pytest.mark.parametrize("default", [{"Environment": "production"}, None])
def test_a_stack_is_of_one_environment(program, default):
    program.tags = default
    production = {"tags": {"Environment": "production"}}
    program.add(VPC, "one", production if default is None else {})
    program.add("aws:sqs/queue:Queue", "two", production)
    program.add("aws:sns/topic:Topic", "other", {"tags": {"Environment": "staging"}})
    program.add("aws:s3/bucket:Bucket", "shared", {"tags": {"Environment": "shared"}})
    program.add("aws:kms/key:Key", "later", {"tags": {"Environment": program.unknown}})
    assert program.flaws("STK-3") == {("one-environment", "other")}


def test_of_equally_many_the_providers_environment_counts(program):
    program.add("aws:sns/topic:Topic", "other", {"tags": {"Environment": "staging"}})
    assert program.flaws("STK-3") == {("one-environment", "other")}


def test_a_stack_without_environments_has_none_to_differ_from(program):
    program.tags = None
    program.add(VPC, "vpc")
    assert program.flaws("STK-3") == set()


def test_strictly_resources_lie_where_somebody_chose(program):
    program.region = "eu-west-1"
    program.config = {"test:copies": "eu-central-1"}
    program.add(VPC, "vpc")
    program.add(BUCKET, "bucket", {})
    program.add(BUCKET, "copies", {"region": "eu-central-1"})
    program.add("aws:acm/certificate:Certificate", "of-the-edge", {"region": "us-east-1"})
    program.add("aws:iam/role:Role", "role", {"region": "ap-south-1"})  # IAM is everywhere
    program.add("aws:sqs/queue:Queue", "lost", {"region": "ap-south-1"})
    program.add("aws:sqs/queue:Queue", "later", {"region": program.unknown})
    assert program.flaws("STK-1") == set()
    program.pack = {"strict": True}
    assert program.flaws("STK-1", preview=True) == {("region-chosen", "lost")}
    assert ("STK-1", "region") in program.unjudged("later")


def test_where_the_environment_decides_the_region_nothing_is_said(program):
    program.pack = {"strict": True}
    program.add(VPC, "vpc")
    assert program.flaws("STK-1") == set()
    assert program.unjudged("vpc") == set()
