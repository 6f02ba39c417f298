"""Identities and what they may do: AWS IAM (GRD-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, rule
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

ROLE: Final = "aws:iam/role:Role"
ACCESS_KEY: Final = "aws:iam/accessKey:AccessKey"
_POLICIES: Final = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
# Where each type names managed policies.
_ATTACHMENTS: Final = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    ROLE: "managedPolicyArns",
}


@rule(
    "IAM-1",
    "No policy allows everything on everything",
    types=(*_POLICIES, ROLE),
    severity=Severity.CRITICAL,
    reason="whoever takes over one task or key of such a role owns the whole account.",
    remedy="Name the actions that are needed, and the ARNs of what they are needed on.",
)
def no_star_on_star(resource: Resource) -> Iterator[Verdict]:
    """Judge a policy's document, or those that a role holds inline."""
    if resource.type == ROLE:
        for index, inline in enumerate(resource.items("inlinePolicies")):
            yield _star_on_star(at(inline, "policy"), f"inlinePolicies.{index}.policy")
    else:
        yield _star_on_star(resource.get("policy"), "policy")


def _star_on_star(document: Any, path: str) -> Verdict:
    if documents.is_unknown(document):
        return CannotTell(path=path)
    for statement in documents.statements(document):
        actions = documents.texts(statement, "Action")
        every_action = any(map(documents.is_everything, actions)) or "NotAction" in statement
        every_resource = any(map(documents.is_everything, documents.texts(statement, "Resource")))
        if statement.get("Effect") == "Allow" and every_action and every_resource:
            action = "Action *" if actions else "NotAction"
            return Finding(path=path, found=f"Allow {action} on Resource *")
    return None


@rule(
    "IAM-3",
    "No administrator's policy is attached",
    types=tuple(_ATTACHMENTS),
    severity=Severity.CRITICAL,
    reason="AdministratorAccess allows everything on everything.",
    remedy="Attach a policy that names the actions and resources that are needed.",
)
def no_administrator(resource: Resource) -> Iterator[Verdict]:
    """The ARN ends alike in every partition."""
    path = _ATTACHMENTS[resource.type]
    for arn in resource.items(path):
        if isinstance(arn, str) and arn.endswith(":policy/AdministratorAccess"):
            yield Finding(path=path, found=show(arn))


@rule(
    "IAM-7",
    "No static access keys",
    types=(ACCESS_KEY,),
    severity=Severity.CRITICAL,
    reason="a key does not expire, travels in files and logs, and lies in Pulumi's state.",
    remedy="Remove it: give tasks and functions a role, and people and pipelines short-lived credentials "
    "(IAM Identity Center, OpenID Connect).",
)
def no_access_key(key: Resource) -> Iterator[Verdict]:
    """That there is one is the flaw."""
    user = key.get("user")
    yield Finding(
        path="user", found=f"{'a user of this program' if user is UNKNOWN else show(user)}, with a static key"
    )
