"""Image repositories: Amazon ECR (GRD-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, View, expect, rule
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

REPOSITORY: Final = "aws:ecr/repository:Repository"
_POLICY: Final = "aws:ecr/repositoryPolicy:RepositoryPolicy"
_LIFECYCLE: Final = ("aws:ecr/lifecyclePolicy:LifecyclePolicy",)
_SCANNING: Final = ("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",)
_SCANS: Final = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


@rule(
    "ECR-1",
    "A tag stays with its image",
    types=(REPOSITORY,),
    severity=Severity.MEDIUM,
    reason="a tag that moves makes yesterday's version, and the way back to it, something else.",
    remedy="Set imageTagMutability to IMMUTABLE, or to IMMUTABLE_WITH_EXCLUSION for tags that are meant to move.",
)
def immutable_tags(repository: Resource) -> Iterator[Verdict]:
    """MUTABLE unless set."""
    yield expect(repository, "imageTagMutability", lambda value: value in ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"))


@rule(
    "ECR-2",
    "Images are scanned when they are pushed",
    types=(REPOSITORY,),
    severity=Severity.MEDIUM,
    reason="known holes in a base image or package are cheapest to mend before the image runs.",
    remedy="Set imageScanningConfiguration.scanOnPush to true, or add an aws.ecr.RegistryScanningConfiguration.",
    view=View.STACK,
)
def scanned(repository: Resource, stack: Stack) -> Iterator[Verdict]:
    """By the repository, or by the registry's rules, whose filters are taken to hold the repository."""
    registry = [at(each, "scanFrequency") for scanning in stack.of(_SCANNING) for each in scanning.items("rules")]
    if not any(value in _SCANS or value is UNKNOWN for value in registry):
        yield expect(repository, "imageScanningConfiguration.scanOnPush", is_true)


@rule(
    "ECR-3",
    "No repository's policy lets everybody in",
    types=(_POLICY,),
    severity=Severity.CRITICAL,
    reason="everybody with an AWS account pulls the images, or pushes some.",
    remedy="Name the accounts or roles in Principal, or narrow it by aws:PrincipalOrgID.",
)
def policy_for_everybody(policy: Resource) -> Iterator[Verdict]:
    """Repositories have no policy unless given one."""
    yield documents.expect_nobody_unnamed(policy, "policy")


@rule(
    "ECR-4",
    "Old images go away",
    types=(REPOSITORY,),
    severity=Severity.LOW,
    reason="every image ever pushed is stored and paid for, holes and all.",
    remedy="Add aws.ecr.LifecyclePolicy for the repository, which keeps as many as a rollback needs.",
    view=View.STACK,
)
def lifecycle(repository: Resource, stack: Stack) -> Iterator[Verdict]:
    """A policy of its own."""
    if not stack.referrers(repository, "repository", _LIFECYCLE):
        yield Finding(path="aws.ecr.LifecyclePolicy", found="missing")


@rule(
    "ECR-5",
    "Images are encrypted under a key of one's own",
    types=(REPOSITORY,),
    severity=Severity.LOW,
    reason="who may use the key decides then who can read an image, whatever the repository's policy says.",
    remedy='Set encryptionConfigurations to [{encryptionType: "KMS", kmsKey: ...}]; only when it is made.',
    strict=True,
)
def own_key(repository: Resource) -> Iterator[Verdict]:
    """AES256 unless set."""
    types = [at(each, "encryptionType") for each in repository.items("encryptionConfigurations")]
    if UNKNOWN in types:
        yield CannotTell(path="encryptionConfigurations")
    elif not set(map(show, types)) & {"KMS", "KMS_DSSE"}:
        yield Finding(path="encryptionConfigurations", found=show(types[0] if types else None))
