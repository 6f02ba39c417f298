"""More deletions than anybody means to make at once."""

from __future__ import annotations

from typing import Final

from scripts.gate.change import Change
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk

HARMLESS: Final = frozenset(
    {
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ecs/taskDefinition:TaskDefinition",
        "aws:elasticbeanstalk/applicationVersion:ApplicationVersion",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:lambda/layerVersion:LayerVersion",
        "aws:lambda/permission:Permission",
        "aws:s3/bucketObject:BucketObject",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "docker-build:index:Image",
    }
)
"""Types for which being replaced is how they are changed."""


def is_deletion(change: Change) -> bool:
    """Whether something is deleted, be it to make room for another of its kind."""
    return change.is_gone and change.is_real and (change.operation == "delete" or change.type not in HARMLESS)


def too_many(preview: Preview, at_most: int) -> Harm | None:
    """More deletions than `at_most`."""
    count = sum(map(is_deletion, preview.changes))
    return Harm(f"deletes {count} resources, more than {at_most}") if count > at_most else None


DELETIONS: Final = Risk(
    id="many-deletions",
    title="More resources are deleted than the gate lets through at once",
    why="So many deletions are rarely meant: a key of the stack file is gone, or everything is named anew.",
    judges=(),  # of the preview as a whole
)
