"""Systems Manager: parameters and documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.environment import password_in_url, secret_in_name
from policies.rule import CannotTell, Finding, Verdict, rule
from policies.values import UNKNOWN, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

# Credentials that are told by how they look, whatever they are called.
_CREDENTIAL: Final = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{36}|\b[rs]k_live_\w{16}"
    r"|\bxox[abprs]-[\w-]{10}"
)


@rule(
    "SSM-1",
    "Secret parameters are SecureStrings",
    types=("aws:ssm/parameter:Parameter",),
    severity=Severity.MEDIUM,
    reason="a String lies there in plain text, and whoever may list parameters reads it.",
    remedy='Set type to "SecureString", or keep the value in Secrets Manager.',
)
def secure_string(parameter: Resource) -> Iterator[Verdict]:
    """Judge the last part of the name, and the value, which is never shown."""
    kind, name = parameter.get("type"), parameter.get("name")
    if kind == "SecureString":
        return
    last = name.rpartition("/")[2] if isinstance(name, str) else ""
    path = "insecureValue" if parameter.is_set("insecureValue") else "value"
    value = parameter.get(path)
    if value is UNKNOWN:
        if secret_in_name(last, "x"):
            yield CannotTell(path=path)
        return
    text = value if isinstance(value, str) else ""
    secret = secret_in_name(last, text) or password_in_url(text) or _CREDENTIAL.search(text)
    if secret and kind is UNKNOWN:
        yield CannotTell(path="type")
    elif secret:
        yield Finding(path="type", found=f"{show(kind)}, of what looks like a secret")


@rule(
    "SSM-2",
    "Documents are not shared with everybody",
    types=("aws:ssm/document:Document",),
    severity=Severity.HIGH,
    reason="everybody with any AWS account reads and runs it, and what it says about the account.",
    remedy="Name the accounts in permissions.accountIds, or leave permissions out.",
)
def document_for_everybody(document: Resource) -> Iterator[Verdict]:
    """Accounts are one text, in either spelling."""
    permissions = document.get("permissions")
    if permissions is UNKNOWN:
        yield CannotTell(path="permissions")
        return
    for key, accounts in permissions.items() if isinstance(permissions, dict) else ():
        if key.replace("_", "").lower() != "accountids":
            continue
        if accounts is UNKNOWN:
            yield CannotTell(path=f"permissions.{key}")
        elif any(part.strip().lower() == "all" for each in items(accounts) for part in str(each).split(",")):
            yield Finding(path=f"permissions.{key}", found=show(accounts))


@rule(
    "SSM-2",
    "No secret is written in a document",
    types=("aws:ssm/document:Document",),
    severity=Severity.HIGH,
    reason="whoever may look at documents reads it, in every version.",
    remedy="Let the document read it from Secrets Manager or a SecureString when it runs.",
)
def document_without_secrets(document: Resource) -> Iterator[Verdict]:
    """Only what is unmistakable."""
    content = document.get("content")
    if content is UNKNOWN:
        yield CannotTell(path="content")
    elif isinstance(content, str) and (_CREDENTIAL.search(content) or password_in_url(content)):
        yield Finding(path="content", found="text with a credential")
