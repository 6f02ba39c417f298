"""Which call of a resource carries which property, and the parameters that come of it."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from local.aws_plugin.catalog import Catalog, Shape
from local.aws_plugin.convert import Problem, ToAws, find_member, put
from local.aws_plugin.spec import Call, Origin, Resource
from local.aws_plugin.values import UNKNOWN

GENERAL = frozenset({"region", "tags", "tagsAll", "__defaults"})
"""Inputs that every resource may have and that the machinery acts on."""

_PLACE = re.compile(r"\{(\w+)\}")


class Carried(NamedTuple):
    """A property that a call carries: its path, its top-level name, and the member that it becomes."""

    path: str
    top: str
    member: str


class Plan:
    """The calls of one resource, worked out from its table entry and the models."""

    def __init__(self, resource: Resource, catalog: Catalog) -> None:
        self.resource = resource
        self.catalog = catalog
        self.inputs: Mapping[str, Any] = catalog.inputs(resource)["props"]
        self.required: list[str] = catalog.inputs(resource)["required"]
        self.outputs: Mapping[str, Any] = catalog.outputs(resource)

    def request(self, call: Call) -> tuple[Shape, Mapping[str, Shape]]:
        """The request shape of a call, and the shapes it refers to."""
        return self.catalog.request(self.resource, call.op, call.service)

    @functools.cached_property
    def _carried(self) -> dict[int, tuple[Carried, ...]]:
        return {id(call): tuple(self._carry(call)) for call in self.resource.calls()}

    def carried(self, call: Call) -> tuple[Carried, ...]:
        """The properties that `call` carries."""
        return self._carried[id(call)]

    def _carry(self, call: Call) -> list[Carried]:
        rename = {**self.resource.rename, **call.rename}
        members = self.request(call)[0]["members"]
        fixed = {name[1:] for name in call.params.values() if isinstance(name, str) and name[:1] == "$"}
        found: list[Carried] = []
        names = [*self.inputs, *(["tagsAll"] if "tagsAll" in self.outputs else [])]
        for name in names:
            if name in GENERAL - {"tagsAll"} or name in self.resource.local or name in call.omit:
                continue
            if (call.props is not None and name not in call.props) or name in fixed:
                continue
            target = rename.get(name, "Tags" if name == "tagsAll" else name)
            member = _resolve(target, members) if target else None
            if member and member not in call.params:
                found.append(Carried(name, name, member))
                continue
            for path, nested in rename.items():
                if path.startswith(name + "."):
                    inner = _resolve(nested, members)
                    if inner:
                        found.append(Carried(path, name, inner))
        if call in self.resource.update and self.resource.tags:
            return [c for c in found if c.top != "tagsAll"]
        return found

    def origin(self, inputs: Mapping[str, Any]) -> Origin:
        """How a resource with these inputs is made."""
        found = (each for name, each in self.resource.origins.items() if inputs.get(name))
        return next(found, Origin(call=self.resource.create))

    def created_with(self, call: Call) -> frozenset[str]:
        """The inputs that a create call carries."""
        return self.tops(call) | self._referred(call)

    def tops(self, call: Call) -> frozenset[str]:
        """The top-level properties that make an update send `call`."""
        return frozenset(c.top for c in self.carried(call)) | frozenset(call.uses)

    @functools.cached_property
    def updatable(self) -> frozenset[str]:
        """The inputs that can change without a replacement."""
        names = {name for call in self.resource.update for name in self.tops(call)}
        other = {*self.resource.local, *self.resource.hooked, *GENERAL}
        return frozenset(names | other) - set(self.resource.replace)

    @functools.cached_property
    def replacing(self) -> frozenset[str]:
        """The inputs whose change replaces the resource."""
        return frozenset(self.inputs) - self.updatable

    @functools.cached_property
    def supported(self) -> frozenset[str]:
        """The inputs that the table makes something of."""
        referred = frozenset[str]().union(*(self._referred(call) for call in self.resource.calls()))
        carried = frozenset(name for call in self.resource.calls() for name in self.tops(call))
        return carried | referred | GENERAL | frozenset((*self.resource.local, *self.resource.hooked))

    def nested_paths(self, name: str) -> frozenset[str] | None:
        """The nested properties of `name` that are sent one by one, or None where it is sent whole."""
        paths = {c.path for call in self.resource.calls() for c in self.carried(call) if c.top == name}
        return None if name in paths or name in self.resource.hooked else frozenset(paths)

    def _referred(self, call: Call) -> frozenset[str]:
        return frozenset(references(call.params)) & frozenset(self.inputs)

    def build(
        self, call: Call, inputs: Mapping[str, Any], state: Mapping[str, Any], only: Collection[str] | None = None
    ) -> tuple[dict[str, Any], list[Problem]]:
        """The parameters of `call`, and what is wrong with them.

        only: carry these top-level properties, and besides them the ones that the request requires.
        """
        shape, shapes = self.request(call)
        required = shape.get("required", ())
        to_aws = ToAws(shapes, {**self.resource.rename, **call.rename})
        params: dict[str, Any] = {}
        # Properties that share a member go together: the member is replaced as a whole.
        roots = None if only is None else {_root(c.member) for c in self.carried(call) if c.top in only}
        for path, _, member in self.carried(call):
            value = lookup(inputs, path)
            if value is None or (roots is not None and _root(member) not in {*roots, *required}):
                continue
            if path == "tagsAll" and not value:
                continue
            encode = self.resource.encode.get(path)
            if encode and value is not UNKNOWN:
                try:
                    value = encode(value)
                except (ValueError, TypeError, KeyError) as error:
                    to_aws.problems.append(Problem(path, f"cannot be read: {error}"))
                    continue
            put(params, member, to_aws.convert(value, _shape_at(member, shape, shapes), path))
        for member, template in call.params.items():
            value = resolve(template, state)
            if value is not None:
                name = template[1:] if isinstance(template, str) and template[:1] == "$" else member
                put(params, member, to_aws.convert(value, _shape_at(member, shape, shapes), name))
        missing = [
            Problem(f"{name[0].lower()}{name[1:]}", f"is required by {call.op}")
            for name in required
            if name not in params and name not in call.params
        ]
        return params, [*to_aws.problems, *missing]


def _root(member: str) -> str:
    return re.split(r"[.\[]", member, maxsplit=1)[0]


def _resolve(target: str, members: Mapping[str, Any]) -> str | None:
    """The member that `target` names, spelled as in the model at its first part."""
    root = _root(target)
    member = find_member(root, members)
    return None if member is None else member + target[len(root) :]


def _shape_at(member: str, shape: Shape, shapes: Mapping[str, Shape]) -> Shape:
    if "[" in member:
        return {"type": "string"}
    for name in member.split("."):
        shape = shapes[shape["value"] if shape["type"] == "map" else shape["members"][name]]
    return shape


def lookup(inputs: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; an unknown on the way is the answer."""
    value: Any = inputs
    for name in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        if value is UNKNOWN:
            return UNKNOWN
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def references(template: Any) -> set[str]:
    """The properties that a template refers to."""
    if isinstance(template, TagSpecification):
        return {"tagsAll"}
    if isinstance(template, Mapping):
        return {name for value in template.values() for name in references(value)}
    if isinstance(template, list | tuple):
        return {name for value in template for name in references(value)}
    if isinstance(template, str):
        return {template[1:]} if template.startswith("$") else set(_PLACE.findall(template))
    return set()


def resolve(template: Any, state: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one return a form
    """A template with the properties put in; None where one that it is made of is not set."""
    if isinstance(template, TagSpecification):
        return template.resolve(state)
    if isinstance(template, Mapping):
        return {name: resolve(value, state) for name, value in template.items()}
    if isinstance(template, list | tuple):
        return [resolve(value, state) for value in template]
    if callable(template):
        return template(state)
    if not isinstance(template, str):
        return template
    if template.startswith("$"):
        return state.get(template[1:])
    names = _PLACE.findall(template)
    if any(state.get(name) is UNKNOWN for name in names):
        return UNKNOWN
    if any(state.get(name) is None for name in names):
        return None
    return _PLACE.sub(lambda match: str(state[match[1]]), template)


class TagSpecification(NamedTuple):
    """EC2's form of tags at creation: a list with the type of the resource and its tags."""

    kind: str

    def resolve(self, state: Mapping[str, Any]) -> Any:
        """The parameter, or None without tags: EC2 refuses an empty list of them."""
        tags = state.get("tagsAll")
        if not tags:
            return None
        if tags is UNKNOWN:
            return UNKNOWN
        return [{"ResourceType": self.kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
