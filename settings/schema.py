"""The JSON Schema of a whole stack file, by which editors complete and check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from settings.describe import descriptions
from settings.problems import NAMESPACE, REGION_KEY, one_of
from settings.section import TIER_DEFAULTS, TIERS, Section
from settings.stack import Stack

# What editors understand best; nothing in it needs a newer one.
DIALECT: Final = "http://json-schema.org/draft-07/schema#"
PULUMIS_OWN: Final = ("encryptedkey", "encryptionsalt", "environment", "secretsprovider")


def stack_file_schema() -> dict[str, Any]:
    """The schema of a ``Pulumi.<stack>.yaml``."""
    stack = stack_schema()
    return {
        "$schema": DIALECT,
        "title": "A stack of Plinth",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "description": stack["description"],
                "required": [key_in_file(name) for name in stack["required"]],
                "properties": {key_in_file(name): field for name, field in stack["properties"].items()},
                "patternProperties": {f"^(?!{NAMESPACE}:).+:": {}},
                "additionalProperties": False,
            },
            **{name: {"description": "Pulumi's own."} for name in PULUMIS_OWN},
        },
        "additionalProperties": False,
        "definitions": stack["$defs"],
    }


def variant_schema() -> dict[str, Any]:
    """The schema of a stack file that extends another: nothing else is required, and null takes a key away."""
    schema = stack_file_schema()
    schema["title"] = "A stack of Plinth that extends another"
    schema["definitions"] = _loosened(schema["definitions"])
    config = schema["properties"]["config"] = _loosened(schema["properties"]["config"])
    config["required"] = [key_in_file("extends")]
    for field in config["properties"].values():
        field["anyOf"].append({"const": ""})
    return schema


def _loosened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {key: _loosened(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}
    for kind in ("properties", "patternProperties"):
        if isinstance(fields := loose.get(kind), dict):
            loose[kind] = {name: {"anyOf": [field, {"type": "null"}]} for name, field in fields.items()}
    return loose


def key_in_file(name: str) -> str:
    """A field of the stack as the file writes it: ``plinth:network``, but ``aws:region``."""
    return REGION_KEY if name == "region" else f"{NAMESPACE}:{name}"


def stack_schema() -> dict[str, Any]:
    """The schema of the settings alone, with the meaning of each field and its default in each tier."""
    schema = Stack.model_json_schema(ref_template="#/definitions/{model}")
    definitions = {**schema["$defs"], Stack.__name__: schema}
    for model in dict.fromkeys(sections(Stack)):
        _describe(definitions[model.__name__], model)
    return schema


def sections(model: type[Section]) -> Iterator[type[Section]]:
    """A section and all those in it, from the top down; one may come more than once."""
    yield model
    for field in model.model_fields.values():
        yield from _sections_in(field.annotation)


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield from sections(annotation)
    for argument in get_args(annotation):
        yield from _sections_in(argument)


def _describe(definition: dict[str, Any], model: type[Section]) -> None:
    meanings = descriptions(model)
    definition.pop("title", None)
    for name, field in definition["properties"].items():
        field.pop("title", None)
        field["description"] = meanings[name]
        if "patternProperties" in field:
            field["additionalProperties"] = False
        if by_tier := field.get(TIER_DEFAULTS):
            del field["default"]
            field["description"] += f" Default: {default_by_tier(by_tier)}."


def default_by_tier(defaults: dict[str, Any]) -> str:
    """``30 in production, 14 in staging and 7 in development``; tiers with the same one together."""
    tiers: dict[str, list[str]] = {}
    for tier in TIERS:
        tiers.setdefault(as_yaml(defaults[tier]), []).append(tier)
    return one_of((f"{value} in {one_of(of, last='and')}" for value, of in tiers.items()), last="and")


def as_yaml(value: Any) -> str:
    """A default as the stack file would write it."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(as_yaml, value))}]"
        case str() if value.replace(".", "", 1).isdigit():
            return f'"{value}"'
        case _:
            return str(value)
