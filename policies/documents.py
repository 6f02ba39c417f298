"""IAM policy documents, wherever a property holds one: as JSON text, or as an object.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from policies.values import UNKNOWN, from_json, items

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
