"""What the tables rest on: property types from pulumi_aws, request rules from botocore's models.

Both are read once per version and kept in the cache directory as one JSON file per module of
pulumi_aws, because importing them costs seconds and a preview needs a fraction of them.

A type is `"str"`, `"int"`, `"float"`, `"bool"`, `"any"`, `{"list": T}`, `{"map": T}` or
`{"props": {name: T}, "required": [name]}`; an object type may hold itself.
"""

from __future__ import annotations

import collections.abc
import functools
import hashlib
import importlib
import inspect
import json
import os
import sys
import tempfile
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.aws_plugin import VERSION
from local.aws_plugin.spec import Resource

Type = Any
Shape = dict[str, Any]

_SHAPE_KEYS = ("type", "enum", "pattern", "min", "max", "required", "sensitive", "streaming", "document")


class Catalog:
    """Types and request rules of the resources in `resources`, loaded a module at a time."""

    def __init__(self, resources: Iterable[Resource], cache: Path | None = None) -> None:
        self._resources = tuple(resources)
        self._cache = cache or cache_dir(self._resources)

    @functools.cache  # noqa: B019 - one catalog lives as long as the process
    def module(self, name: str) -> dict[str, Any]:
        """The types and models for one module of pulumi_aws."""
        path = self._cache / f"{name}.json"
        try:
            return _link(json.loads(path.read_text()))
        except (FileNotFoundError, json.JSONDecodeError):
            built = _build(name, [r for r in self._resources if r.module == name])
            _write(path, built)
            return _link(json.loads(json.dumps(built)))

    def inputs(self, resource: Resource) -> Type:
        """The object type of the resource's inputs."""
        return self.module(resource.module)["types"][resource.token]["inputs"]

    def outputs(self, resource: Resource) -> dict[str, Type]:
        """The types of everything that the resource returns, inputs included."""
        return typing.cast("dict[str, Type]", self.module(resource.module)["types"][resource.token]["outputs"])

    def request(self, resource: Resource, op: str, service: str = "") -> tuple[Shape, dict[str, Shape]]:
        """The request shape of an operation, and the shapes that it refers to by name."""
        model = self.module(resource.module)["models"][service or resource.service]
        shapes: dict[str, Shape] = model["shapes"]
        name = model["operations"][op]
        return (shapes[name] if name else {"type": "structure", "members": {}}), shapes


def cache_dir(resources: Iterable[Resource]) -> Path:
    """Where the catalog is kept: a directory per version of everything that it is made from."""
    import botocore  # noqa: PLC0415 - a preview must not pay for what only this needs

    calls = sorted({(r.token, c.service or r.service, c.op) for r in resources for c in r.calls()})
    source = hashlib.sha256(Path(__file__).read_bytes() + repr(calls).encode()).hexdigest()[:12]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "plinth" / f"aws-plugin-{VERSION}-botocore-{botocore.__version__}-{source}"


def _write(path: Path, built: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(built, file, separators=(",", ":"))
    Path(file.name).replace(path)


def _build(module: str, resources: list[Resource]) -> dict[str, Any]:
    reader = _TypeReader(importlib.import_module(f"pulumi_aws.{module}"))
    types = {r.token: reader.resource(r) for r in resources}
    ops: dict[str, set[str]] = {}
    for resource in resources:
        for call in resource.calls():
            ops.setdefault(call.service or resource.service, set()).add(call.op)
    return {"types": types, "objects": reader.objects, "models": {s: prune(s, o) for s, o in ops.items()}}


def _link(raw: dict[str, Any]) -> dict[str, Any]:
    """Replace references (`{"ref": n}`) by the object types themselves."""
    objects: list[Type] = raw["objects"]

    def linked(kind: Type) -> Type:
        if isinstance(kind, str):
            return kind
        if "ref" in kind:
            return objects[kind["ref"]]
        return {word: linked(inner) for word, inner in kind.items()}

    for kind in objects:
        kind["props"] = {name: linked(inner) for name, inner in kind["props"].items()}
    for entry in raw["types"].values():
        entry["inputs"] = linked(entry["inputs"])
        entry["outputs"] = {name: linked(inner) for name, inner in entry["outputs"].items()}
    return raw


class _TypeReader:
    """Reads the property types of pulumi_aws's classes."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self.objects: list[Type] = []
        self._known: dict[Any, int] = {}

    def resource(self, resource: Resource) -> dict[str, Any]:
        from pulumi import _types  # noqa: PLC0415 - only when the cache is built

        cls = getattr(self._module, resource.cls)
        home = sys.modules[cls.__module__]
        # A nested type that is already called so pushes the resource's own out of the way: s3.BucketVersioning.
        args = getattr(home, f"{resource.cls}InitArgs", None) or getattr(home, f"{resource.cls}Args")
        inputs = self._object(args)
        outputs = {name: self._type(kind) for name, kind in _types.resource_types(cls).items()}
        known = self.objects[inputs["ref"]]["props"]
        return {"inputs": inputs, "outputs": {**outputs, **known}}

    def _type(self, kind: Any) -> Type:
        from pulumi import _types  # noqa: PLC0415

        try:
            kind = _types.unwrap_type(kind)
        except AssertionError:  # a union of more than one plain type, such as a policy: text or document
            return "any"
        origin = typing.get_origin(kind)
        if origin in {collections.abc.Sequence, list}:
            return {"list": self._type(typing.get_args(kind)[0])}
        if origin in {collections.abc.Mapping, dict}:
            return {"map": self._type(typing.get_args(kind)[1])}
        if isinstance(kind, type) and (_types.is_input_type(kind) or _types.is_output_type(kind)):
            return self._object(kind)
        name = getattr(kind, "__name__", "")
        return name if name in {"str", "int", "float", "bool"} else "any"

    def _object(self, cls: Any) -> Type:
        from pulumi import _types  # noqa: PLC0415

        if cls in self._known:
            return {"ref": self._known[cls]}
        # Known before its properties are read: a statement of a web ACL may hold statements.
        number = self._known[cls] = len(self.objects)
        self.objects.append({})
        if _types.is_input_type(cls):
            names = _types.input_type_py_to_pulumi_names(cls)
            kinds = _types.input_type_types(cls)
        else:
            names = {}
            kinds = _types.output_type_types(cls)
        required = [
            names[p.name]
            for p in inspect.signature(cls.__init__).parameters.values()
            if p.name in names and p.default is inspect.Parameter.empty
        ]
        props = {name: self._type(inner) for name, inner in kinds.items()}
        self.objects[number] = {"props": props, "required": required}
        return {"ref": number}


def prune(service: str, ops: Iterable[str]) -> dict[str, Any]:
    """The part of a botocore model that the requests of `ops` need."""
    from botocore.loaders import Loader  # noqa: PLC0415

    model = Loader().load_service_model(service, "service-2")
    operations = {op: model["operations"][op].get("input", {}).get("shape", "") for op in sorted(ops)}
    shapes: dict[str, Shape] = {}
    queue = [name for name in operations.values() if name]
    while queue:
        name = queue.pop()
        if name in shapes:
            continue
        raw = model["shapes"][name]
        shape = {key: raw[key] for key in _SHAPE_KEYS if key in raw}
        for part in ("member", "key", "value"):
            if part in raw:
                shape[part] = raw[part]["shape"]
        if "members" in raw:
            shape["members"] = {member: inner["shape"] for member, inner in raw["members"].items()}
        shapes[name] = shape
        queue += [shape[part] for part in ("member", "key", "value") if part in shape]
        queue += shape.get("members", {}).values()
    return {"operations": operations, "shapes": shapes}
