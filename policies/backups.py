"""What AWS Backup takes care of.

A selection takes what it lists by ARN, patterns included, and what carries one of its tags; of these only what meets
all of its conditions, and nothing that it excludes
(https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policies.values import UNKNOWN, at, items

if TYPE_CHECKING:
    from policies.model import Resource, Stack

SELECTION: Final = ("aws:backup/selection:Selection",)
_TAG: Final = "aws:ResourceTag/"


def is_selected(resource: Resource, stack: Stack) -> bool:
    """Whether a selection of the stack takes a resource. A tag that is not known yet counts as the one asked for."""
    return any(_takes(selection, resource, stack) for selection in stack.of(SELECTION))


def _takes(selection: Resource, resource: Resource, stack: Stack) -> bool:
    if stack.links(selection, "notResources", (resource.type,)).count(resource):
        return False
    tags = selection.items("selectionTags")
    listed = resource in stack.links(selection, "resources", (resource.type,)) or any(
        isinstance(arn, str) and _holds(arn, resource) for arn in selection.items("resources")
    )
    tagged = any(_has(resource, at(tag, "key"), at(tag, "value")) for tag in tags)
    everything = not tags and not selection.is_set("resources")
    return (listed or tagged or everything) and all(
        _has(resource, str(at(term, "key")).removeprefix(_TAG), at(term, "value"))
        for condition in selection.items("conditions")
        for term in items(at(condition, "stringEquals"))
    )


def _has(resource: Resource, key: Any, value: Any) -> bool:
    return isinstance(key, str) and resource.tag(key) in (value, UNKNOWN)


def _holds(pattern: str, resource: Resource) -> bool:
    """Whether a pattern is all resources, or all of the resource's service: arn:aws:rds:*:*:db:*."""
    service = pattern.split(":")[2:3]
    return pattern == "*" or ("*" in pattern.split(":", 5)[-1] and service == [_SERVICES.get(_module(resource))])


def _module(resource: Resource) -> str:
    return resource.type.split(":")[1].partition("/")[0]


_SERVICES: Final = {"efs": "elasticfilesystem", "rds": "rds", "s3": "s3", "dynamodb": "dynamodb", "ec2": "ec2"}
