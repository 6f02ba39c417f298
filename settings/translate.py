"""Pydantic's findings in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from pydantic import BaseModel

from settings.describe import descriptions
from settings.problems import NAMESPACE, REGION_KEY, Problem, nearest, one_of, show, suggest
from settings.stack import Stack
from settings.values import REFUSED

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Location = Sequence[int | str]

WANTED: Final = {
    "int_type": ("a whole number", "Write it without quotes and without a fraction."),
    "int_parsing_size": ("a whole number", "Write a smaller one."),
    "float_type": ("a number", "Write it without quotes, e.g. 0.05."),
    "bool_type": ("true or false", "Write true or false, without quotes."),
    "string_type": ("text", "Write a word, or put it in quotes."),
    "string_unicode": ("text", "Write it in UTF-8."),
    "dict_type": ("a mapping", "Write 'key: value' lines below it, indented."),
    "mapping_type": ("a mapping", "Write 'key: value' lines below it, indented."),
    "model_type": ("a mapping", "Write 'key: value' lines below it, indented."),
    "tuple_type": ("a list", "Write it in brackets, e.g. [a, b], or as lines that begin with '-'."),
}
"""Pydantic's types of errors about the type of a value: what was wanted, and how to write that."""


def translate(error: ErrorDetails) -> Problem:
    """One of pydantic's errors as a problem of ours."""
    at, value, context = error["loc"], error["input"], error.get("ctx", {})
    where = key_of(at)
    shown = "" if _may_be_secret(at) else show(value)
    match error["type"]:
        case kind if kind == REFUSED:
            words = {name: context[name] for name in ("found", "rule", "why", "remedy")}
            return Problem(key=where, value=shown, **words)
        case "missing":
            return Problem(
                key=where,
                value="",
                found="This key is missing.",
                rule=_meaning(at),
                remedy="Add it; docs/settings.md describes it.",
            )
        case "extra_forbidden":
            return _unknown(at, where)
        case "literal_error":
            close = nearest(str(value), context["expected"].replace(" or ", ", ").replace("'", "").split(", "))
            return Problem(
                key=where,
                value=shown,
                found=f"{_sentence(at, value)} is not one of its values.",
                rule=f"It is {context['expected']}.",
                remedy=f"Did you mean {one_of(close)}?" if close else "Set one of them.",
            )
        case "too_long":
            return Problem(
                key=where,
                value=shown,
                found=f"{context['actual_length']} are too many.",
                rule=f"At most {context['max_length']} are possible.",
                remedy="Remove some.",
            )
        case "invalid_key":
            return Problem(
                key=where,
                value=shown,
                found=f"{show(at[-1])} is not text.",
                rule="Keys are text.",
                remedy="Put the key in quotes.",
            )
        case kind:
            wanted, how = WANTED.get(kind, ("a value of this kind", "See docs/settings.md."))
            if wanted == "text" and isinstance(value, int | float) and not isinstance(value, bool):
                how = f"Put it in quotes: '{show(value)}'."
            return Problem(
                key=where,
                value=shown,
                found=f"{_sentence(at, value)} is not {wanted}.",
                rule=_meaning(at),
                remedy=how,
            )


def _sentence(at: Location, value: Any) -> str:
    """How a sentence about the value begins."""
    if _may_be_secret(at):
        return "This"
    if value is None:
        return "An empty value"
    shown = show(value)
    return f"{shown[0].upper()}{shown[1:]}"


def key_of(at: Location) -> str:
    """Where in the stack file: ``plinth:services.backend.port``."""
    if at == ("region",):
        return REGION_KEY
    *parents, last = at
    # Of a mapping's wrong key pydantic says that it is one.
    parts = parents if parents and last == "[key]" else at
    return f"{NAMESPACE}:{'.'.join(map(str, parts))}"


def _unknown(at: Location, where: str) -> Problem:
    model = _annotation(at[:-1])
    known = list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
    if model is Stack:
        known.remove("region")
    return Problem(
        key=where,
        value="",
        found=f"There is no key {show(str(at[-1]))} here.",
        rule=suggest(str(at[-1]), known),
        remedy="Correct it or remove it; docs/settings.md lists all keys.",
    )


def _meaning(at: Location) -> str:
    """The field's own description."""
    parent = _annotation(at[:-1])
    if isinstance(parent, type) and issubclass(parent, BaseModel) and at[-1] in parent.model_fields:
        return f"Its meaning: {descriptions(parent)[str(at[-1])]}"
    return ""


def _annotation(at: Location) -> Any:
    """What the models say is at this place."""
    found: Any = Stack
    for part in at:
        found = _plain(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(str(part))
            found = field.annotation if field else None
        elif get_origin(found) in {dict, Mapping}:
            found = get_args(found)[1]
        elif get_origin(found) is tuple:
            found = get_args(found)[0]
        else:
            return None
    return _plain(found)


def _plain(annotation: Any) -> Any:
    """Without None and without metadata."""
    while get_args(annotation) and get_origin(annotation) not in {dict, tuple, Mapping}:
        annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation


def _may_be_secret(at: Location) -> bool:
    return "secrets" in at or "environment" in at[1:] or "build_args" in at
