"""From what read calls found to a resource's outputs, tags and inputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from local.aws_plugin.aws import Aws
from local.aws_plugin.convert import from_aws, take
from local.aws_plugin.diff import echoes
from local.aws_plugin.plan import Plan, references, resolve
from local.aws_plugin.spec import Call

_TAGS = ("Tags", "tags", "TagList", "TagSet")


class State(dict[str, Any]):
    """Properties that templates refer to; the account is looked up when one of them asks."""

    def __init__(self, aws: Aws, *parts: Mapping[str, Any]) -> None:
        super().__init__()
        self.aws = aws
        for part in parts:
            self.update(part)
        self.setdefault("region", aws.region)

    def __missing__(self, name: str) -> Any:
        if name != "account":
            raise KeyError(name)
        return self.aws.account

    def get(self, name: str, default: Any = None) -> Any:
        """As for any mapping, the account included."""
        return self.aws.account if name == "account" else super().get(name, default)


def read_outputs(plan: Plan, found: Mapping[str, Any], state: State, *, partial: bool = False) -> dict[str, Any]:
    """The properties that reads found; partial: those only that are found by their names."""
    now: dict[str, Any] = {}
    for name, kind in plan.outputs.items():
        if name in {"tags", "tagsAll", "region"}:
            continue
        source = plan.resource.outputs.get(name)
        if source is None:
            value = _by_name(plan, name, found)
        elif partial:
            continue
        elif callable(source):
            value = source(state, found)
        elif references(source):
            value = resolve(source, State(state.aws, state, now))
        else:
            value = search(source, found)
        # What was put together from single members has Pulumi's names already.
        rename = {} if plan.resource.rename.get(name) == "" else plan.resource.rename
        converted = from_aws(value, kind, rename, name)
        if converted is not None:
            now[name] = converted
    # A response need not repeat what the request asked for.
    for name in references([call.params for call in plan.resource.read]) & set(plan.outputs):
        if not partial and state.get(name) is not None:
            now.setdefault(name, state[name])
    return now


def _by_name(plan: Plan, name: str, found: Mapping[str, Any]) -> Any:
    target = plan.resource.rename.get(name, name)
    value = take(found, target) if target else None
    if value is None:
        nested = {p: m for p, m in plan.resource.rename.items() if p.startswith(name + ".")}
        values = {path[len(name) + 1 :]: take(found, member) for path, member in nested.items()}
        value = {inner: item for inner, item in values.items() if item is not None} or None
    return value


def read_tags(
    plan: Plan, found: Mapping[str, Any], now: dict[str, Any], own: Mapping[str, str], defaults: Mapping[str, str]
) -> None:
    """All tags as found; of these, `tags` are the ones that the resource itself sets."""
    if "tagsAll" not in plan.outputs:
        return
    member = next((name for name in _TAGS if name in found), None)
    raw = from_aws(found[member], {"map": "str"}, {}) if member else {}
    every = {key: value for key, value in raw.items() if not key.startswith("aws:")}
    now["tagsAll"] = every
    now["tags"] = {k: v for k, v in every.items() if k in own or defaults.get(k) != v}


def imported(plan: Plan, now: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs for a resource that Pulumi did not make: what is set and not AWS's default."""
    own = plan.supported & {*plan.inputs, "tagsAll"}
    found = {name: value for name, value in now.items() if name in own and value not in ("", [], {}, None)}
    inputs = {**plan.resource.defaults, **found}
    inputs.pop("namePrefix", None)
    for choice in plan.resource.required_one:
        for other in [name for name in choice if name in inputs][1:]:
            del inputs[other]
    return inputs


def refreshed(plan: Plan, known: Mapping[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The inputs as they are now: `known` where AWS says the same in its way, what AWS says where not.

    Puts into `now` what AWS and the emulator do not return, as it was last set.
    """
    resource = plan.resource
    kept = {*resource.local, *resource.write_only, *resource.unechoed, "__defaults"}
    silent = [path for path in (*resource.unechoed, *resource.write_only) if "." in path]
    fresh: dict[str, Any] = {}
    for name, wanted in known.items():
        found = now.get(name)
        if name in kept or name not in plan.outputs:
            fresh[name] = wanted
            if name != "__defaults":
                now[name] = wanted
        elif echoes(plan, name, without(wanted, name, silent), found):
            fresh[name] = wanted
            hidden = any(path.startswith(f"{name}.") for path in silent)
            if hidden or not isinstance(wanted, Mapping | list) or not found:
                now[name] = wanted
        elif found is not None:
            fresh[name] = found
    return fresh


def locate(call: Call, state: Mapping[str, Any], response: Any) -> Any:
    """What `call.at` says of a response."""
    if callable(call.at):
        return call.at(state, response)
    expression = resolve(call.at, state)
    return None if expression is None else search(expression, response)


def without(value: Any, path: str, hidden: Collection[str]) -> Any:
    """A value without the nested properties whose paths are in `hidden`."""
    if isinstance(value, list):
        return [without(item, path, hidden) for item in value]
    if isinstance(value, Mapping):
        paths = {name: f"{path}.{name}" for name in value}
        return {n: without(item, paths[n], hidden) for n, item in value.items() if paths[n] not in hidden}
    return value


def search(expression: str, found: Any) -> Any:
    """A JMESPath search; an empty expression is the whole."""
    import jmespath  # noqa: PLC0415 - a preview makes no calls

    return jmespath.search(expression, found) if expression else found
