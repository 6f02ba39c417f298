"""Who may take on a role: its trust policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, rule
from policies.rules.iam import ROLE
from policies.values import items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

_BY_TOKEN: Final = ("sts:assumerolewithwebidentity", "sts:*", "sts:assumerole*")
_PATH: Final = "assumeRolePolicy"
# Claims that say whose token it is (2026-11):
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
_SUBJECTS: Final = (":sub", ":job_workflow_ref", ":repository", ":repository_id", ":repository_owner_id")
# Of services that give tokens to everybody's users, the application is the least, and what Cognito's roles name.
_APPLICATIONS: Final = (":aud", ":app_id", ":oaud")
_GITHUB: Final = re.compile(r"repo:[^*?/:]+/.*")
_ANYBODY: Final = re.compile(r"([\w-]+:){0,2}[*?].*")  # *, repo:*, system:serviceaccount:*:name


@rule(
    "IAM-4",
    "Trust names who may take on the role",
    types=(ROLE,),
    severity=Severity.CRITICAL,
    reason="everybody who has any AWS account takes on the role, and with it all that it may.",
    remedy="Name the service, account or role in Principal, or narrow it in Condition by aws:PrincipalOrgID.",
)
def trust_for_everybody(role: Resource) -> Iterator[Verdict]:
    """An external id narrows nothing: it is no secret.

    Other accounts that are named pass without one. Whether they are third parties, who should have one, or one's own,
    no program says.
    """
    yield documents.expect_nobody_unnamed(role, _PATH)


@rule(
    "IAM-5",
    "Trust in tokens names whose they are",
    types=(ROLE,),
    severity=Severity.HIGH,
    reason="one provider signs the tokens of everybody: any repository of GitHub could take on the role.",
    remedy="Add a condition on the provider's :sub, such as "
    '{"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:OWNER/NAME:ref:refs/heads/main"}}.',
)
def token_subject(role: Resource) -> Iterator[Verdict]:
    """A pattern may end in a wildcard, but not begin with one, nor leave the owner of a repository open."""
    document = role.get(_PATH)
    if documents.is_unknown(document):
        yield CannotTell(path=_PATH)
        return
    for statement in documents.statements(document):
        by_token = any(action.lower() in _BY_TOKEN for action in documents.texts(statement, "Action"))
        principal = statement.get("Principal")
        federated = items(principal.get("Federated")) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow" and by_token and federated:
            yield _subject(statement, [each for each in federated if isinstance(each, str)])


def _subject(statement: dict[str, Any], federated: list[str]) -> Verdict:
    if federated and all("/" not in each for each in federated):  # www.amazon.com, cognito-identity.amazonaws.com
        named = documents.is_narrowed(statement, lambda key: key.endswith((*_SUBJECTS, *_APPLICATIONS)))
        return None if named else Finding(path=_PATH, found=show(f"without :aud for {federated[0]}"))
    open_ = _open(statement)
    if not open_ and documents.is_narrowed(statement, lambda key: key.endswith(_SUBJECTS)):
        return None
    return Finding(path=_PATH, found=show(f":sub is {open_}" if open_ else "without a condition on :sub"))


def _open(statement: dict[str, Any]) -> str:
    """The first subject that anybody has."""
    condition = statement.get("Condition")
    for terms in condition.values() if isinstance(condition, dict) else ():
        for key, values in terms.items() if isinstance(terms, dict) else ():
            for value in items(values) if key.lower().endswith(":sub") else ():
                github = "githubusercontent" in key.lower()
                if isinstance(value, str) and (_ANYBODY.fullmatch(value) or (github and not _GITHUB.fullmatch(value))):
                    return value
    return ""
