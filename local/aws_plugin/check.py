"""Check: inputs completed with defaults, and refused where AWS or pulumi-aws would refuse them."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws_plugin.catalog import Type
from local.aws_plugin.convert import Problem, nearest
from local.aws_plugin.plan import GENERAL, Plan, lookup
from local.aws_plugin.spec import Limit
from local.aws_plugin.values import UNKNOWN, has_unknown

_DIGITS = "0123456789abcdef"
_SUFFIX = 7


@dataclass(frozen=True)
class Settings:
    """The provider's configuration: the region, and the tags that every resource gets."""

    region: str = ""
    default_tags: Mapping[str, str] = field(default_factory=dict)


def check(
    plan: Plan, news: Mapping[str, Any], olds: Mapping[str, Any], settings: Settings, *, urn_name: str, seed: bytes
) -> tuple[dict[str, Any], list[Problem]]:
    """The inputs as they will be applied, and everything that is wrong with them.

    urn_name and seed: the Pulumi name and the engine's random seed, from which a name is made where none is set.
    """
    resource = plan.resource
    problems = [*_unknown_properties(plan, news), *_types(plan, news)]
    if problems:
        return dict(news), problems
    inputs = dict(news)
    for name, value in resource.defaults.items():
        if name not in inputs:
            inputs[name] = value
    _name(plan, inputs, olds, urn_name, seed)
    if "tagsAll" in plan.outputs:
        own = lookup(inputs, "overrideProvider.defaultTags")
        inputs["tagsAll"] = _all_tags(inputs.get("tags", {}), settings.default_tags if own is None else own["tags"])
    problems += _limits(plan, inputs)
    problems += _choices(plan, inputs)
    for rule in resource.checks:
        with contextlib.suppress(_NotKnownError):
            problems += [Problem(*found) for found in rule(_Known(inputs))]
    problems += _requests(plan, inputs)
    return inputs, _distinct(problems)


def _unknown_properties(plan: Plan, news: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for name, value in news.items():
        if name in GENERAL and (name in plan.inputs or name != "region"):
            continue
        if name not in plan.inputs:
            problems.append(Problem(name, f"no such property of {plan.resource.token}; {nearest(name, plan.inputs)}"))
        elif name not in plan.supported:
            problems.append(
                Problem(
                    name, "pulumi-aws has this property, but the stand-in plugin cannot set it: add it to its table"
                )
            )
        else:
            nested = plan.nested_paths(name)
            if nested and isinstance(value, Mapping):
                problems += [
                    Problem(
                        f"{name}.{inner}", f"the stand-in plugin cannot set it; {nearest(f'{name}.{inner}', nested)}"
                    )
                    for inner in value
                    if f"{name}.{inner}" not in nested and inner in plan.inputs[name].get("props", {})
                ]
    return problems


def _types(plan: Plan, news: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem(name, f"is required by {plan.resource.token}, and is not set")
        for name in plan.required
        if name not in news and name not in plan.resource.defaults
    ]
    for name, value in news.items():
        if name in plan.inputs:
            _type(value, plan.inputs[name], name, problems)
    return problems


def _type(value: Any, kind: Type, path: str, problems: list[Problem]) -> None:
    """Compare a value with a type of pulumi-aws, as deep as it goes."""
    if value is UNKNOWN or kind == "any":
        return
    if isinstance(kind, str):
        reason = _scalar(value, kind)
        if reason:
            problems.append(Problem(path, reason, f", not {value!r}"))
        return
    form, wanted = (list, "a list") if "list" in kind else (dict, "a map" if "map" in kind else "an object")
    if not isinstance(value, form):
        problems.append(Problem(path, f"must be {wanted}", f", not {value!r}"))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _type(item, kind["list"], f"{path}[{index}]", problems)
    elif "map" in kind:
        for name, item in value.items():
            _type(item, kind["map"], f"{path}.{name}", problems)
    else:
        _object(value, kind, path, problems)


def _object(value: Mapping[str, Any], kind: Type, path: str, problems: list[Problem]) -> None:
    problems += [Problem(f"{path}.{name}", "is required") for name in kind["required"] if name not in value]
    for name, item in value.items():
        if name in kind["props"]:
            _type(item, kind["props"][name], f"{path}.{name}", problems)
        else:
            problems.append(Problem(f"{path}.{name}", f"no such property; {nearest(name, kind['props'])}"))


def _scalar(value: Any, kind: str) -> str:
    """Why `value` is not of the kind; pulumi-aws takes the text of a number and of a truth value as well."""
    if isinstance(value, Mapping | list):
        return f"must be one value of type {kind}"
    text = str(value)
    if kind == "bool" and text.lower() not in {"true", "false"}:
        return "must be true or false"
    if kind == "int" and (isinstance(value, bool) or not re.fullmatch(r"-?\d+", text)):
        return "must be a whole number"
    if kind == "float":
        try:
            float(value)
        except ValueError:
            return "must be a number"
    return ""


def _name(plan: Plan, inputs: dict[str, Any], olds: Mapping[str, Any], urn_name: str, seed: bytes) -> None:
    """Generate the name where none is set, once: later checks keep it."""
    name = plan.resource.name
    if not name or name in inputs:
        return
    prefix = f"{name}Prefix" if f"{name}Prefix" in plan.inputs else "namePrefix"
    given = inputs.get(prefix)
    inputs["__defaults"] = [name]
    if name in olds and name in olds.get("__defaults", ()) and olds.get(prefix) == given:
        inputs[name] = olds[name]
        return
    start = given if isinstance(given, str) else f"{urn_name}-"
    inputs[name] = start + "".join(random.Random(seed).choices(_DIGITS, k=_SUFFIX))  # noqa: S311 - the engine's seed
    if name in {"bucket", "identifier", "replicationGroupId"}:
        inputs[name] = inputs[name].lower()


def _all_tags(tags: Any, default_tags: Mapping[str, str]) -> Any:
    return UNKNOWN if has_unknown(tags) else {**default_tags, **tags}


def _limits(plan: Plan, inputs: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for path, limit in plan.resource.limits.items():
        value = lookup(inputs, path)
        values = value if isinstance(value, list) else [value]
        why = f"is refused by AWS: {limit.why}"
        problems += [Problem(path, why, _got(item)) for item in values if not _allowed(item, limit)]
    return problems


def _allowed(value: Any, limit: Limit) -> bool:
    if value is None or value is UNKNOWN:
        return True
    if isinstance(value, int | float) or not limit.pattern:
        size = value if isinstance(value, int | float) else len(value)
        return limit.min <= size <= (limit.max or size)
    return re.fullmatch(limit.pattern, value) is not None and limit.min <= len(value) <= (limit.max or len(value))


def _got(value: Any) -> str:
    return f"; it is {value!r}, {len(value)} characters" if isinstance(value, str) else f"; it is {value!r}"


def _choices(plan: Plan, inputs: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for names in plan.resource.required_one:
        given = [name for name in names if name in inputs]
        if len(given) != 1:
            said = "none is set" if not given else "set are " + ", ".join(given)
            problems.append(Problem(given[0] if given else names[0], f"exactly one of {', '.join(names)}: {said}"))
    return problems


def _requests(plan: Plan, inputs: Mapping[str, Any]) -> list[Problem]:
    """What botocore's models say about the requests that these inputs would become."""
    resource = plan.resource
    state = _Later(inputs)
    problems = plan.build(plan.origin(inputs).call, inputs, state)[1]
    for call in resource.update:
        names = plan.tops(call) & set(inputs)
        if names:
            found = plan.build(call, inputs, state, names)[1]
            problems += [p for p in found if " is required by " not in f" {p.reason}"]
    return problems


class _NotKnownError(Exception):
    """A rule asked for a value that is known only after apply: it is asked again then."""


class _Known(dict[str, Any]):
    """Inputs for rules: whether one is set can be asked of all, its value only where it is known."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if value is UNKNOWN:
            raise _NotKnownError
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default` where the input is not set."""
        return self[key] if key in self else default  # noqa: SIM401 - dict's own get would pass by __getitem__


class _Later(dict[str, Any]):
    """Properties at a time when what AWS computes is not known yet."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 - the signature of dict
        return super().get(key, UNKNOWN)


def _distinct(problems: list[Problem]) -> list[Problem]:
    """One problem a place: the create and the update call often complain of the same."""
    return list({p.path: p for p in reversed(problems)}.values())[::-1]
