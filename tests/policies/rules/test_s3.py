from __future__ import annotations

import json

import pytest

BUCKET = "aws:s3/bucket:Bucket"
FLAGS = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}
RULES = {"public-access-block", "encryption", "tls-only", "versioning"}
STAGING = {"Environment": "staging", "Project": "p", "Tier": "staging"}


def deny(**changes):
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}, statement | changes]}


@pytest.fixture
def sound(program):
    """Maker of a bucket that has all its companions, in either spelling; what is given as None is left out."""

    def make(name="b", suffix="", *, flags=FLAGS, encryption=True, policy=None, versioned=True, **properties):
        token = "aws:s3/bucketV2:BucketV2" if suffix else BUCKET
        bucket = program.add(token, name, properties)
        if flags is not None:
            program.add("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", f"{name}-block", flags, bucket=bucket)
        if encryption:
            kind = f"ucketServerSideEncryptionConfiguration{suffix}"
            program.add(f"aws:s3/b{kind}:B{kind}", f"{name}-encryption", bucket=bucket)
        if versioned and not {"versioning", "versionings"} & set(properties):
            program.add(
                f"aws:s3/bucketVersioning{suffix}:BucketVersioning{suffix}",
                f"{name}-versions",
                {"versioningConfiguration": {"status": "Enabled"}},
                bucket=bucket,
            )
        document = policy or json.dumps(deny())
        if policy != "none":
            program.add("aws:s3/bucketPolicy:BucketPolicy", f"{name}-policy", {"policy": document}, bucket=bucket)
        return bucket

    return make


@pytest.mark.requirement("GRD-07", "UTJ-SEC-08", "CRT-SEC-07", "RPH-SEC-03")
@pytest.mark.parametrize("suffix", ["", "V2"])
def test_a_bucket_with_all_its_companions_passes_and_a_bare_one_does_not(program, sound, suffix):
    sound("documents", suffix)
    program.add(BUCKET, "bare")
    assert program.flaws("GRD-07") == {(rule, "bare") for rule in RULES}


@pytest.mark.requirement("GRD-07")
def test_inline_encryption_and_policy_count_in_both_spellings(program, sound):
    sound("one", flags=FLAGS, encryption=False, policy="none", serverSideEncryptionConfiguration={"rule": {}})
    program.add(
        "aws:s3/bucketV2:BucketV2",
        "two",
        {
            "policy": json.dumps(deny()),
            "serverSideEncryptionConfigurations": [{"rules": [{}]}],
            "versionings": [{"enabled": True}],
        },
    )
    assert program.flaws("GRD-07") == {("tls-only", "one"), ("public-access-block", "two")}


@pytest.mark.requirement("GRD-07")
def test_companions_named_by_the_buckets_literal_name_are_its_own(program):
    program.add(
        BUCKET,
        "b",
        {
            "bucket": "acme-documents",
            "policy": json.dumps(deny()),
            "serverSideEncryptionConfiguration": {"rule": {}},
            "versioning": {"enabled": True},
        },
    )
    block = {**FLAGS, "bucket": "acme-documents"}
    program.add("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", block)
    assert program.flaws("GRD-07") == set()


@pytest.mark.requirement("GRD-07")
def test_a_block_of_the_whole_account_counts(program, sound):
    sound("b", flags=None)
    program.add("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", FLAGS)
    assert program.flaws("GRD-07") == set()


@pytest.mark.requirement("GRD-07")
@pytest.mark.parametrize("flag", list(FLAGS))
@pytest.mark.parametrize("value", [False, None])
def test_each_of_the_four_flags_counts(program, sound, flag, value):
    sound("b", flags={**FLAGS, flag: value})
    assert program.flaws("GRD-07") == {("public-access-block", "b")}
    assert any(f"b: {flag} is " in each.message for each in program.diagnostics())


@pytest.mark.requirement("GRD-07")
@pytest.mark.parametrize(
    "document",
    [
        deny(),
        deny(Principal={"AWS": "*"}),
        deny(Principal={"AWS": ["*"]}, Action=["s3:*"]),
        deny(Condition={"Bool": {"AWS:securetransport": False}}),
        deny(Condition={"BoolIfExists": {"aws:SecureTransport": ["false"]}}),
        deny(Resource="*"),
        deny(Resource=["arn:aws:s3:::b*"]),
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_policy_that_denies_plain_http_passes(program, sound, document, as_text):
    sound("b", policy=json.dumps(document) if as_text else document)
    assert program.flaws("GRD-07") == set()


@pytest.mark.requirement("GRD-07")
@pytest.mark.parametrize(
    "document",
    [
        deny(Effect="Allow"),
        deny(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        deny(Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o"}}),
        deny(Condition={"Bool": {"aws:ViaAWSService": "false"}}),
        deny(Condition=None),
        deny(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
        deny(Action="s3:GetObject"),
        deny(Resource=["arn:aws:s3:::b"]),
        deny(Resource=["arn:aws:s3:::b/*"]),
        deny(Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/private/*"]),
        {"Statement": []},
        {"Statement": "none"},
        "no JSON",
    ],
)
def test_a_policy_that_lets_plain_http_through_is_refused(program, sound, document):
    sound("b", policy=document if isinstance(document, str) else json.dumps(document))
    assert program.flaws("GRD-07") == {("tls-only", "b")}


@pytest.mark.requirement("GRD-07")
def test_a_policy_that_is_not_known_yet_is_said_so_once_and_judged_in_the_update(program, sound):
    sound("b", policy=program.unknown)
    sound("open", policy=program.unknown, flags=None)
    assert program.flaws("GRD-07", preview=True) == {("public-access-block", "open")}
    assert ("S3-3", "policy") in program.unjudged("b")
    assert [each.policyName for each in program.diagnostics() if each.policyName == "not-judged-yet"] == [
        "not-judged-yet"
    ]


@pytest.mark.requirement("GRD-07", "UTJ-SEC-08", "CRT-SEC-07", "RPH-SEC-03")
@pytest.mark.parametrize(
    ("name", "properties", "precious"),
    [
        ("photos", {}, True),
        ("photoBucket", {}, True),
        ("b", {"bucket": "acme-photos-production"}, True),
        ("b", {"bucket": "acme-terraform-state"}, True),
        ("b", {"bucket": "acme.tfstate"}, True),
        ("b", {"bucketPrefix": "backups-"}, True),
        ("dbbackups", {}, True),
        ("b", {"tags": {"Purpose": "snapshots"}}, True),
        ("b", {"tags": {"Project": "photos", "Stack": "state"}}, False),  # whose it is, not what it holds
        ("statements", {}, False),
        ("real-estate", {}, False),
        ("static", {}, False),
        ("photonics", {}, False),
        ("uploads", {}, False),
    ],
)
def test_what_is_precious_keeps_versions_in_every_tier_and_the_rest_in_production(
    program, sound, name, properties, precious
):
    sound(name, versioned=False, **properties)
    assert program.flaws("S3-6") == {("versioning", name)}
    program.tags = STAGING
    assert program.flaws("S3-6") == ({("versioning", name)} if precious else set())


@pytest.mark.requirement("GRD-07")
@pytest.mark.parametrize(
    ("token", "properties", "link"),
    [
        ("aws:s3/bucketLogging:BucketLogging", {}, "targetBucket"),
        ("aws:alb/loadBalancer:LoadBalancer", {"accessLogs": {"enabled": True}}, "accessLogs"),
        ("aws:cloudfront/distribution:Distribution", {}, "loggingConfig"),
        ("aws:cloudtrail/trail:Trail", {}, "s3BucketName"),
    ],
)
def test_logs_are_written_once(program, sound, token, properties, link):
    bucket = sound("records", versioned=False)
    sound("access-logs", versioned=False)
    program.add(token, "sender", properties, **{link: bucket})
    assert program.flaws("S3-6") == set()


@pytest.mark.requirement("GRD-07")
@pytest.mark.parametrize(
    ("status", "good"), [("Enabled", True), ("Suspended", False), ("Disabled", False), (None, False)]
)
@pytest.mark.parametrize("suffix", ["", "V2"])
def test_versioning_is_enabled_by_its_status(program, sound, status, good, suffix):
    bucket = sound("backups", suffix, versioned=False)
    versioning = {"versioningConfiguration": {"status": status}}
    kind = f"ucketVersioning{suffix}"
    program.add(f"aws:s3/b{kind}:B{kind}", "versioning", versioning, bucket=bucket)
    assert program.flaws("GRD-07") == (set() if good else {("versioning", "backups")})


@pytest.mark.requirement("GRD-07")
def test_inline_versioning_counts_in_both_spellings(program, sound):
    sound("backups", versioning={"enabled": True})
    sound("snapshots", "V2", versionings=[{"enabled": True}])
    sound("photos", versioning={"enabled": False})
    sound("state", versioning=program.unknown)
    assert program.flaws("GRD-07", preview=True) == {("versioning", "photos")}
    assert "versioning is not known" in program.untold()["state"]


OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize(
    ("statement", "good"),
    [
        (OPEN, False),
        (OPEN | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        (OPEN | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, True),
        (OPEN | {"Principal": {"Service": "cloudfront.amazonaws.com"}}, True),
        (OPEN | {"Effect": "Deny"}, True),
    ],
)
def test_no_policy_lets_everybody_in(program, statement, good, as_text):
    document = {"Version": "2012-10-17", "Statement": [statement, deny()["Statement"][1]]}
    written = json.dumps(document) if as_text else document
    program.add("aws:s3/bucketPolicy:BucketPolicy", "separate", {"policy": written})
    program.add(BUCKET, "inline", {"policy": written})
    found = {("policy-for-everybody", "separate"), ("policy-for-everybody", "inline")}
    assert program.flaws("S3-4") == (set() if good else found)


def test_a_policy_that_is_not_known_yet_may_be_for_everybody(program):
    program.add("aws:s3/bucketPolicy:BucketPolicy", "policy", {"policy": program.unknown})
    assert program.flaws("S3-4", preview=True) == set()
    assert ("S3-4", "policy") in program.unjudged("policy")
