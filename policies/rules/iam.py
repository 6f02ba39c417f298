"""Identities and what they may do: AWS IAM (GRD-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policies.model import Resource, Stack

ROLE: Final = "aws:iam/role:Role"
ACCESS_KEY: Final = "aws:iam/accessKey:AccessKey"
_CREDENTIAL: Final = "aws:iam/serviceSpecificCredential:ServiceSpecificCredential"
_USERS: Final = ("aws:iam/user:User", "aws:iam/userLoginProfile:UserLoginProfile")
_ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_ROLE_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ATTACHMENT_OF_ALL: Final = "aws:iam/policyAttachment:PolicyAttachment"
POLICIES: Final = (
    "aws:iam/policy:Policy",
    _ROLE_POLICY,
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
# Where each type names managed policies.
_ATTACHMENTS: Final = {
    _ROLE_ATTACHMENT: "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    _ATTACHMENT_OF_ALL: "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    ROLE: "managedPolicyArns",
}
_ONE_BY_ONE: Final = tuple(token for token, path in _ATTACHMENTS.items() if path == "policyArn")
_ADMINISTRATORS: Final = (":policy/AdministratorAccess", ":policy/IAMFullAccess", ":policy/PowerUserAccess")


@rule(
    "IAM-1",
    "No policy allows everything on everything",
    types=(*POLICIES, ROLE),
    severity=Severity.CRITICAL,
    reason="whoever takes over one task or key of such a role owns the whole account.",
    remedy="Name the actions that are needed, and the ARNs of what they are needed on.",
)
def no_star_on_star(resource: Resource) -> Iterator[Verdict]:
    """Whatever its conditions: none of them makes everything little."""
    yield from judge_statements(resource, _star_on_star)


def documents_of(resource: Resource) -> Iterator[tuple[str, Any]]:
    """The policies that a resource is or, as a role, holds inline, each with its path."""
    if resource.type != ROLE:
        yield "policy", resource.get("policy")
        return
    for index, inline in enumerate(resource.items("inlinePolicies")):
        yield f"inlinePolicies.{index}.policy", at(inline, "policy")


def judge_statements(resource: Resource, flaw: Callable[[dict[str, Any]], str]) -> Iterator[Verdict]:
    """Judge each policy of a resource by the first of its statements in which `flaw` finds one."""
    for path, document in documents_of(resource):
        if documents.is_unknown(document):
            yield CannotTell(path=path)
        elif found := next(filter(None, map(flaw, documents.statements(document))), ""):
            yield Finding(path=path, found=show(found))


def _star_on_star(statement: dict[str, Any]) -> str:
    actions = documents.texts(statement, "Action")
    every_action = any(map(documents.is_everything, actions)) or "NotAction" in statement
    every_resource = any(map(documents.is_everything, documents.texts(statement, "Resource")))
    if statement.get("Effect") != "Allow" or not every_action or not (every_resource or "NotResource" in statement):
        return ""
    return f"Allow {'Action *' if actions else 'NotAction'} on {'Resource *' if every_resource else 'NotResource'}"


@rule(
    "IAM-3",
    "No administrator's policy is attached",
    types=tuple(_ATTACHMENTS),
    severity=Severity.CRITICAL,
    reason="AdministratorAccess and PowerUserAccess allow nearly everything on everything, and who has IAMFullAccess "
    "gives it to himself.",
    remedy="Attach a policy that names the actions and resources that are needed.",
)
def no_administrator(resource: Resource) -> Iterator[Verdict]:
    """The ARN ends alike in every partition."""
    path = _ATTACHMENTS[resource.type]
    for arn in resource.items(path):
        if isinstance(arn, str) and arn.endswith(_ADMINISTRATORS):
            yield Finding(path=path, found=show(arn))


@rule(
    "IAM-7",
    "No static access keys",
    types=(ACCESS_KEY, _CREDENTIAL),
    severity=Severity.CRITICAL,
    reason="a key does not expire, travels in files and logs, and lies in Pulumi's state.",
    remedy="Remove it: give tasks and functions a role, and people and pipelines short-lived credentials "
    "(IAM Identity Center, OpenID Connect).",
)
def no_access_key(key: Resource) -> Iterator[Verdict]:
    """That there is one is the flaw."""
    path = "user" if key.type == ACCESS_KEY else "userName"
    user = key.get(path)
    yield Finding(path=path, found=f"{'a user of this program' if user is UNKNOWN else show(user)}, with a static key")


@rule(
    "IAM-7",
    "No users",
    types=_USERS,
    severity=Severity.MEDIUM,
    reason="a user is made for credentials that do not expire; a program has no business with people's passwords.",
    remedy="Remove it: let people in through IAM Identity Center, programs through roles, pipelines through OpenID "
    "Connect.",
)
def no_user(user: Resource) -> Iterator[Verdict]:
    """That there is one is the flaw, with a password or without."""
    path = "name" if user.type == _USERS[0] else "user"
    yield Finding(path=path, found=f"a user of IAM{'' if path == 'name' else ' with a password'}")


@rule(
    "IAM-8",
    "Policies are attached in one way",
    types=(ROLE, _ATTACHMENT_OF_ALL),
    severity=Severity.MEDIUM,
    reason="lists that claim to be complete take away what other resources attach, and get it back in the next update.",
    remedy="Attach each policy by aws.iam.RolePolicyAttachment or aws.iam.RolePolicy alone, and leave out "
    "managedPolicyArns, inlinePolicies and aws.iam.PolicyAttachment.",
    view=View.STACK,
)
def one_way_of_attaching(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """A role's two lists, and the attachment that says who has a policy in all the account."""
    if resource.type == ROLE:
        beside = {
            "managedPolicyArns": [
                *stack.referrers(resource, "role", (_ROLE_ATTACHMENT,)),
                *stack.referrers(resource, "roles", (_ATTACHMENT_OF_ALL,)),
            ],
            "inlinePolicies": stack.referrers(resource, "role", (_ROLE_POLICY,)),
        }
        for path, others in beside.items():
            if resource.is_set(path) and others:
                yield Finding(path=path, found=f"set, beside {others[0].name}")
        return
    others = [each for each in _attachments_of_the_same(resource, stack) if each is not resource]
    if others:
        yield Finding(path="policyArn", found=f"attached by {others[0].name} too")


def _attachments_of_the_same(attachment: Resource, stack: Stack) -> Iterator[Resource]:
    """By the policy of the program that it names, or by the same ARN of another."""
    for policy in stack.links(attachment, "policyArn", POLICIES):
        yield from stack.referrers(policy, "policyArn", _ONE_BY_ONE)
    arn = attachment.get("policyArn")
    if isinstance(arn, str):
        yield from (each for each in stack.of(_ONE_BY_ONE) if each.get("policyArn") == arn)
