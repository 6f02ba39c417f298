"""ECR repositories and what they keep."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import ECR_EXCLUSIONS
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls


def _url(state: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Where to push: the local registry where one stands in for ECR."""
    registry = os.environ.get("PLINTH_LOCAL_REGISTRY")
    return f"{registry}/{state['name']}" if registry else str(found["repositoryUri"])


_REPOSITORY = Limit(
    pattern=r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*",
    min=2,
    max=256,
    why="a repository's name has 2 to 256 lower-case letters, digits and inner . _ - /",
)

REPOSITORY = Resource(
    token="aws:ecr/repository:Repository",
    service="ecr",
    create=Call(op="CreateRepository", at="repository"),
    id="{name}",
    read=(
        Call(op="DescribeRepositories", params={"repositoryNames": ["$id"]}, at="repositories[0]"),
        Call(op="ListTagsForResource", params={"resourceArn": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(
        # Whole: the filters that a request does not have, ECR takes away.
        Call(op="PutImageTagMutability", params={"repositoryName": "$id"}, whole=True),
        Call(op="PutImageScanningConfiguration", params={"repositoryName": "$id"}),
    ),
    delete=(Call(op="DeleteRepository", params={"repositoryName": "$id", "force": "$forceDelete"}),),
    name="name",
    rename={"name": "repositoryName", "arn": "repositoryArn"},
    local=("forceDelete",),
    defaults={"imageTagMutability": "MUTABLE"},
    unechoed={"imageTagMutabilityExclusionFilters": ECR_EXCLUSIONS},
    outputs={"repositoryUrl": _url},
    limits={"name": _REPOSITORY},
    tags=TagCalls(
        add="TagResource", remove="UntagResource", params={"resourceArn": "$arn"}, member="tags", keys="tagKeys"
    ),
)

_PUT_LIFECYCLE = Call(op="PutLifecyclePolicy", params={"repositoryName": "$repository"})

LIFECYCLE_POLICY = Resource(
    token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    service="ecr",
    create=Call(op="PutLifecyclePolicy"),
    id="{repository}",
    read=(Call(op="GetLifecyclePolicy", params={"repositoryName": "$repository"}),),
    update=(_PUT_LIFECYCLE,),
    delete=(Call(op="DeleteLifecyclePolicy", params={"repositoryName": "$repository"}),),
    rename={"policy": "lifecyclePolicyText", "repository": "repositoryName"},
    json=("policy",),
)

RESOURCES = (REPOSITORY, LIFECYCLE_POLICY)
