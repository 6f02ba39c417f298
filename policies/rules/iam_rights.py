"""What policies of IAM allow too much of: whole services, and ways to more rights."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import Verdict, rule
from policies.rules.iam import POLICIES, ROLE, judge_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

# Services none of whose actions takes a resource: "*" is all that one can say of them (2026-11).
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_WITHOUT_RESOURCES: Final = frozenset({"ec2messages", "pricing", "ssmmessages", "support", "tag"})
# Keys of conditions that say on what, beside tags.
_ON_WHAT: Final = frozenset(
    {"cloudwatch:namespace", "dynamodb:leadingkeys", "ecs:cluster", "kms:resourcealiases", "kms:viaservice"}
)
_TO_WHOM: Final = frozenset(
    {"iam:associatedresourcearn", "iam:passedtoservice", "iam:permissionsboundary", "iam:policyarn"}
)
# Whoever may do one of these on everything takes, or gives, rights that he was not given (2026-11):
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html, and IAM's other writing actions.
_WAYS_UP: Final = (
    "iam:PassRole",
    "sts:AssumeRole",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
_ALL_OF_IAM: Final = re.compile(r"arn:[^:]*:(iam|\*):[^:]*:[^:]*:(role|user|group|policy)/\*+")


@rule(
    "IAM-2",
    "No policy allows all of a service on all of its resources",
    types=(*POLICIES, ROLE),
    severity=Severity.HIGH,
    reason="a task that reads one bucket could delete every other one of the account.",
    remedy="Name the actions that are needed, or the ARNs of what they are needed on.",
)
def no_whole_service(resource: Resource) -> Iterator[Verdict]:
    """One that is held to resources with a tag is not on all; everything on everything is IAM-1's."""
    yield from judge_statements(resource, _whole_service)


def _whole_service(statement: dict[str, Any]) -> str:
    if statement.get("Effect") != "Allow" or documents.is_narrowed(statement, _says_on_what):
        return ""
    resources = documents.texts(statement, "Resource")
    everything = any(map(documents.is_everything, resources)) or "NotResource" in statement
    if not everything and not any(map(_is_all_of_a_service, resources)):
        return ""
    for action in documents.texts(statement, "Action"):
        service = _service(action)
        if service and service not in _WITHOUT_RESOURCES:
            return f"Allow {action} on {'*' if everything else resources[0]}"
        if documents.is_everything(action) and not everything:
            return f"Allow {action} on {resources[0]}"
    return ""


def _service(action: str) -> str:
    """The service all of whose actions this is, or nothing."""
    service, _, name = action.lower().partition(":")
    return service if name and not name.strip("*") and service.strip("*") else ""


def _is_all_of_a_service(arn: str) -> bool:
    """Such as arn:aws:s3:::* or arn:aws:sqs:us-east-1:*:*."""
    parts = arn.split(":", 5)
    return len(parts) == 6 and bool(parts[5]) and not parts[5].strip("*/:")  # noqa: PLR2004 what an ARN has


def _says_on_what(key: str) -> bool:
    return key in _ON_WHAT or key.startswith("aws:requesttag/") or ":resourcetag/" in key


@rule(
    "IAM-6",
    "No policy is a way to more rights",
    types=(*POLICIES, ROLE),
    severity=Severity.HIGH,
    reason="whoever may pass, take or change any role has the rights of the strongest one.",
    remedy="Name the roles, users or policies in Resource, and for iam:PassRole the service in a condition on "
    "iam:PassedToService.",
)
def no_way_up(resource: Resource) -> Iterator[Verdict]:
    """On everything, or on every role; all of IAM on everything is IAM-2's."""
    yield from judge_statements(resource, _way_up)


def _way_up(statement: dict[str, Any]) -> str:
    if (
        statement.get("Effect") != "Allow"
        or documents.is_narrowed(statement, lambda key: key in _TO_WHOM or _says_on_what(key))
        or _whole_service(statement)
    ):
        return ""
    resources = documents.texts(statement, "Resource")
    wide = [each for each in resources if _is_wide(each)] or (["NotResource"] if "NotResource" in statement else [])
    for action in documents.texts(statement, "Action"):
        if documents.is_everything(action) and wide and not _ALL_OF_IAM.fullmatch(wide[0]):
            continue
        for way in _WAYS_UP:
            if wide and fnmatchcase(way.lower(), action.lower()):
                return f"Allow {way if '*' in action else action} on {wide[0]}"
    return ""


def _is_wide(arn: str) -> bool:
    return bool(documents.is_everything(arn) or _is_all_of_a_service(arn) or _ALL_OF_IAM.fullmatch(arn))
