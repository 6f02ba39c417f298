"""IAM policy documents, wherever a property holds one: as JSON text, or as an object.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policies.rule import CannotTell, Finding, Verdict
from policies.values import UNKNOWN, from_json, items, show

if TYPE_CHECKING:
    from policies.model import Resource

_EVERYTHING: Final = re.compile(r"[*:]*\*|arn:\*|arn:[\w*-]*(:\*)+")


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a document; what is no statement is left out."""
    document = from_json(document)
    found = document.get("Statement") if isinstance(document, dict) else None
    return [statement for statement in items(found) if isinstance(statement, dict)]


def is_unknown(document: Any) -> bool:
    """Whether a document, or all its statements, are not known before the update."""
    return document is UNKNOWN or (isinstance(document, dict) and document.get("Statement") is UNKNOWN)


def texts(statement: dict[str, Any], key: str) -> list[str]:
    """The strings of an element that may be one string or a list of them."""
    return [item for item in items(statement.get(key)) if isinstance(item, str)]


def is_everything(text: str) -> bool:
    """Whether an action is every action, or a resource every resource, however it is written."""
    return _EVERYTHING.fullmatch(text) is not None


def is_everybody(principal: Any) -> bool:
    """Whether a principal is everybody: "*", or AWS: "*"."""
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return "*" in items(named)


# Keys of conditions that say who may come, whatever the principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/
# reference_policies_condition-keys.html, and access-control-block-public-access.html of S3 for what counts as fixed.
_NARROWING: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "kms:calleraccount",
        "kms:viaservice",
        "lambda:functionurlauthtype",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
    },
)
_WORLD: Final = ("0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")
_OPERATOR: Final = re.compile(
    r"(foranyvalue:)?(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress|bool)"
)


def lets_everybody_in(statement: dict[str, Any]) -> bool:
    """Whether a statement of a resource's policy allows everybody something, under no condition that narrows who.

    Conditions that say "not" or "if there is such a key", and values that stand for anything, narrow nothing. A value
    that is not known yet is taken to be one that does.
    """
    if statement.get("Effect") != "Allow":
        return False
    if "Principal" in statement:
        if not is_everybody(statement["Principal"]):
            return False
    elif "NotPrincipal" not in statement:
        return False
    condition = statement.get("Condition")
    if condition is UNKNOWN:
        return False
    pairs = condition.items() if isinstance(condition, dict) else ()
    return not any(_narrows(str(operator), terms) for operator, terms in pairs)


def expect_nobody_unnamed(resource: Resource, path: str) -> Verdict:
    """Judge the document at a path: that no statement of it lets everybody in."""
    document = resource.get(path)
    if is_unknown(document):
        return CannotTell(path=path)
    for statement in statements(document):
        if lets_everybody_in(statement):
            actions = ", ".join(texts(statement, "Action")) or "NotAction"
            return Finding(path=path, found=show(f"Allow {actions} to everybody"))
    return None


def _narrows(operator: str, terms: Any) -> bool:
    if terms is UNKNOWN:
        return True
    if not _OPERATOR.fullmatch(operator.lower()) or not isinstance(terms, dict):
        return False
    return any(key.lower() in _NARROWING and _are_fixed(items(values)) for key, values in terms.items())


def _are_fixed(values: list[Any]) -> bool:
    """Whether each value names something: one that stands for anything lets the rest in too."""
    return bool(values) and all(
        value is UNKNOWN or (str(value) not in _WORLD and not is_everything(str(value))) for value in values
    )


def denies_plain_http(statement: dict[str, Any]) -> bool:
    """Whether a statement denies everybody something on the one condition that TLS is missing."""
    condition = statement.get("Condition")
    terms = [
        (operator, key.lower(), show(value).lower())
        for operator, pairs in (condition.items() if isinstance(condition, dict) else ())
        for key, values in (pairs.items() if isinstance(pairs, dict) else ())
        for value in items(values)
    ]
    return (
        statement.get("Effect") == "Deny"
        and is_everybody(statement.get("Principal"))
        and len(terms) == 1
        and terms[0] in {(operator, "aws:securetransport", "false") for operator in ("Bool", "BoolIfExists")}
    )


def lets_service_in(document: Any, service: str) -> bool:
    """Whether a statement of a resource's policy allows an AWS service something, by name or with everybody."""
    return any(
        statement.get("Effect") == "Allow"
        and (
            is_everybody(statement.get("Principal"))
            or (isinstance(named := statement.get("Principal"), dict) and service in items(named.get("Service")))
        )
        for statement in statements(document)
    )
