from __future__ import annotations

import json

import pytest

REPOSITORY = "aws:ecr/repository:Repository"
SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
PULL = {"Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage"]}


@pytest.mark.requirement("GRD-14", "CHR-SEC-09")
@pytest.mark.parametrize(
    ("value", "good"),
    [("IMMUTABLE", True), ("IMMUTABLE_WITH_EXCLUSION", True), ("MUTABLE", False), (None, False)],
)
def test_a_tag_stays_with_its_image(program, value, good):
    program.add(REPOSITORY, "it", {"imageTagMutability": value} if value else {})
    assert program.flaws("ECR-1") == (set() if good else {("immutable-tags", "it")})


@pytest.mark.requirement("GRD-14", "CHR-SEC-09")
@pytest.mark.parametrize(
    ("repository", "registry", "good"),
    [
        ({"imageScanningConfiguration": {"scanOnPush": True}}, None, True),
        ({"imageScanningConfiguration": {"scanOnPush": False}}, None, False),
        ({}, None, False),
        ({}, [{"scanFrequency": "SCAN_ON_PUSH"}], True),
        ({}, [{"scanFrequency": "CONTINUOUS_SCAN"}], True),
        ({}, [{"scanFrequency": "MANUAL"}], False),
        ({}, [], False),
    ],
)
def test_images_are_scanned_when_they_are_pushed(program, repository, registry, good):
    program.add(REPOSITORY, "it", repository)
    if registry is not None:
        program.add(SCANNING, "registry", {"rules": registry})
    assert program.flaws("ECR-2") == (set() if good else {("scanned", "it")})


@pytest.mark.parametrize(
    ("statement", "good"),
    [
        (PULL, False),
        (PULL | {"Principal": {"AWS": "*"}}, False),
        (PULL | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, True),
        (PULL | {"Principal": {"AWS": "arn:aws:iam::1:root"}}, True),
    ],
)
def test_no_policy_lets_everybody_in(program, statement, good):
    policy = json.dumps({"Statement": [statement]})
    program.add("aws:ecr/repositoryPolicy:RepositoryPolicy", "it", {"policy": policy})
    assert program.flaws("ECR-3") == (set() if good else {("policy-for-everybody", "it")})


@pytest.mark.requirement("GRD-14", "CHR-SEC-09")
def test_old_images_go_away(program):
    kept = program.add(REPOSITORY, "kept")
    program.add("aws:ecr/lifecyclePolicy:LifecyclePolicy", "lifecycle", repository=kept)
    program.add(REPOSITORY, "named", {"name": "shop"})
    program.add("aws:ecr/lifecyclePolicy:LifecyclePolicy", "by-name", {"repository": "shop"})
    program.add(REPOSITORY, "bare")
    assert program.flaws("ECR-4") == {("lifecycle", "bare")}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"encryptionConfigurations": [{"encryptionType": "KMS"}]}, True),
        ({"encryptionConfigurations": [{"encryptionType": "AES256"}]}, False),
        ({}, False),
    ],
)
def test_strictly_images_have_a_key_of_ones_own(program, properties, good):
    program.add(REPOSITORY, "it", properties)
    assert program.flaws("ECR-5") == set()
    program.pack = {"strict": True}
    assert program.flaws("ECR-5") == (set() if good else {("own-key", "it")})


@pytest.mark.parametrize(
    ("id_", "properties", "path"),
    [
        ("ECR-1", {"imageTagMutability": "?"}, "imageTagMutability"),
        ("ECR-2", {"imageScanningConfiguration": {"scanOnPush": "?"}}, "imageScanningConfiguration.scanOnPush"),
    ],
)
def test_what_is_not_known_yet_cannot_be_told(program, id_, properties, path):
    unknown = json.loads(json.dumps(properties).replace("?", program.unknown))
    program.add(REPOSITORY, "it", unknown)
    assert program.flaws(id_, preview=True) == set()
    assert (id_, path) in program.unjudged("it")
