"""The reference of the stack file, ``docs/settings.md``, written from the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from settings.describe import descriptions
from settings.problems import NAMESPACE
from settings.schema import as_yaml, default_by_tier, key_in_file, sections, stack_schema
from settings.section import TIER_DEFAULTS, TIERS, Section
from settings.stack import Stack

MINIMAL: Final = """\
config:
  aws:region: eu-central-1
  plinth:system: shop
  plinth:environment: staging
  plinth:tier: staging
  plinth:network:
    availability_zones: [eu-central-1a, eu-central-1b]
  plinth:load_balancer:
    default_service: web
  plinth:services:
    web:
      image: {context: web, repository: shop-web}
      port: 8000
      count: {min: 1, desired: 1, max: 3}
"""
"""The shortest stack file with a service."""

INTRODUCTION: Final = f"""\
# Settings

<!-- Written by `python -m settings docs` from the models in settings/. Do not edit. -->

Everything that Plinth makes follows from one stack file, `Pulumi.<stack>.yaml`. This is the shortest with a service:

```yaml
{MINIMAL}```

- Check a file without touching anything: `python -m settings check Pulumi.prod.yaml`. It prints everything that is
  wrong at once and ends with 0 or 2; with `--json` for programs.
- Editors complete and check stack files by `schema/stack.schema.json`, which the first lines of ours name.
- Some defaults follow `{NAMESPACE}:tier`, which is {", ".join(TIERS[:-1])} or {TIERS[-1]}. A key that is set always
  wins, and the policies judge the result.
- An encrypted value (`secure:`) belongs in `{NAMESPACE}:secrets.<name>.value` and nowhere else.
"""


def settings_reference() -> str:
    """The whole page."""
    schema = stack_schema()
    definitions = {**schema["$defs"], Stack.__name__: schema}
    pages = (_page(model, definitions[model.__name__]) for model in dict.fromkeys(sections(Stack)))
    return "\n".join([INTRODUCTION, *pages])


def _page(model: type[Section], definition: Mapping[str, Any]) -> str:
    required = definition.get("required", ())
    rows = [
        f"| `{key_in_file(name) if model is Stack else name}` | {_kind(field)} | {_default(name, field, required)} "
        f"| {_meaning(model, name)} |"
        for name, field in definition["properties"].items()
    ]
    return "\n".join(
        [
            f"## {'Stack' if model is Stack else _title(model.__name__)}",
            "",
            " ".join((model.__doc__ or "").split()),
            "",
            "| key | value | default | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _meaning(model: type[Section], name: str) -> str:
    return descriptions(model)[name].replace("|", "\\|").replace("<", "\\<")


def _title(name: str) -> str:
    """``LoadBalancer`` to ``Load balancer``."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return words[0].upper() + words[1:]


def _kind(field: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one for each kind
    """What kind of value a field takes, in words."""
    match field:
        case {"$ref": str(reference)}:
            title = _title(reference.rpartition("/")[2])
            return f"[{title}](#{title.lower().replace(' ', '-')})"
        case {"anyOf": list(kinds)}:
            return " or ".join(_kind(kind) for kind in kinds if kind.get("type") != "null")
        case {"enum": list(values)}:
            return ", ".join(f"`{value}`" for value in values)
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"{low} to {high}"
        case {"type": "number", "minimum": low, "maximum": high}:
            return f"fraction from {low} to {high}"
        case {"type": "array", "items": items}:
            return f"list of {_kind(items)}"
        case {"type": "object", "patternProperties": properties}:
            return f"names to {_kind(next(iter(properties.values())))}"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"names to {_kind(values)}"
        case {"type": "object", "properties": {"secure": _}}:
            return "encrypted text"
        case {"type": kind}:
            return {"boolean": "true or false", "integer": "number", "object": "mapping", "string": "text"}[kind]
        case _:
            return "anything"


def _default(name: str, field: Mapping[str, Any], required: tuple[str, ...]) -> str:
    if name in required:
        return "**required**"
    if by_tier := field.get(TIER_DEFAULTS):
        return default_by_tier(by_tier)
    default = field.get("default")
    return f"`{as_yaml(default)}`" if default not in (None, []) else ""
