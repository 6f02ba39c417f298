"""Resources and the stack they form, as rules see them.

A resource's properties are the inputs that the program gave: the engine sends them with `Analyze`, and the analyzer
keeps them for `AnalyzeStack`, whose own properties are outputs, most of them unknown in a first preview.
Resources are linked by the engine's property dependencies, which name URNs and are known in every preview; only where a
program wrote a name as a literal are names compared.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from policies.values import UNKNOWN, Unknown, at, from_json, from_struct, is_true, items, leaves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pulumi.runtime.proto import analyzer_pb2

PRODUCTION: Final = "production"
_LOOSER_TIERS: Final = frozenset({"staging", "development"})
_NAMES: Final = ("name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId")


class Resource:
    """One resource of the program, converted from the engine's message when it is first read."""

    def __init__(
        self,
        message: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource,
        inputs: Resource | None = None,
    ) -> None:
        """Wrap a message; `inputs` is what `Analyze` saw of the same resource."""
        self._message = message
        self._inputs = inputs
        self.urn: str = message.urn
        self.type: str = message.type
        self.name: str = message.name

    @cached_property
    def properties(self) -> dict[str, Any]:
        """What the program asked for; outputs where the resource was only read or left alone by --target."""
        return self._inputs.properties if self._inputs else from_struct(self._message.properties)

    @cached_property
    def dependencies(self) -> Mapping[str, list[str]]:
        """URNs that each property depends on; empty when judged alone, because `Analyze` is not told them."""
        return {key: list(value.urns) for key, value in getattr(self._message, "propertyDependencies", {}).items()}

    def get(self, path: str) -> Any:
        """The value at a path: None if not set, `UNKNOWN` if only the update will know it. Never raises."""
        return at(self.properties, path)

    def items(self, path: str) -> list[Any]:
        """The blocks at a path. A list that is not known yet is one block that is not."""
        return items(self.get(path))

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What the engine knows of it once it is made, or what the stack tells others: unknown in a first preview."""
        return from_struct(self._message.properties)

    @cached_property
    def after(self) -> frozenset[str]:
        """URNs of what is made before it, by the option `dependsOn` or by any property."""
        return frozenset(getattr(self._message, "dependencies", ()))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names by which another resource may refer to this one as a literal."""
        return frozenset(name for key in _NAMES if isinstance(name := self.get(key), str))

    @cached_property
    def _provider(self) -> dict[str, Any]:
        return from_struct(self._message.provider.properties) if self._message.HasField("provider") else {}

    @cached_property
    def default_tags(self) -> Any:
        """The provider's default tags. Pulumi sends a provider's nested settings as JSON text."""
        value = self._provider.get("defaultTags")
        return at(value if value is UNKNOWN else from_json(value), "tags")

    @property
    def region(self) -> Any:
        """The region it is made in: its own, else the provider's; None where the environment decides."""
        own = self.get("region")
        return own if own is not None else self._provider.get("region")

    @property
    def is_protected(self) -> bool:
        """Whether Pulumi refuses to delete it: the resource option `protect`."""
        return self._message.HasField("options") and bool(self._message.options.protect)

    def tag(self, key: str) -> Any:
        """The tag that AWS will show: the resource's own, else the provider's default."""
        known = [tags for tags in (self.get("tags"), self.get("tagsAll"), self.default_tags) if tags is not None]
        for tags in known:
            if isinstance(tags, dict) and tags.get(key) is not None:
                return tags[key]
        return UNKNOWN if any(tags is UNKNOWN for tags in known) else None

    @cached_property
    def tier(self) -> str | Unknown:
        """production, staging or development, by the tag Tier. What says none of these is judged as production."""
        tier = self.tag("Tier")
        if isinstance(tier, Unknown):
            return tier
        return tier.lower() if isinstance(tier, str) and tier.lower() in _LOOSER_TIERS else PRODUCTION

    def is_set(self, path: str) -> bool:
        """Whether the program gave a value, known or not; an empty string or list is none."""
        return self.get(path) not in (None, "", [])

    def is_true(self, path: str) -> bool:
        return is_true(self.get(path))


class Stack:
    """Every resource of the stack, by URN and by type."""

    def __init__(
        self,
        resources: Iterable[Resource],
        secrets: Collection[str] = (),
        settings: Collection[str] = (),
    ) -> None:
        """Hold resources; `settings` are the values of the stack's configuration, `secrets` those kept encrypted."""
        self.secrets = frozenset(secrets)
        self.settings = frozenset(settings)
        self._by_urn: dict[str, Resource] = {}
        self._by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            self._by_urn[resource.urn] = resource
            self._by_type.setdefault(resource.type, []).append(resource)

    def of(self, types: Collection[str]) -> Iterator[Resource]:
        for token in types:
            yield from self._by_type.get(token, ())

    def links(self, resource: Resource, name: str, types: Collection[str]) -> list[Resource]:
        """The resources of these types that a property of the resource refers to, or names anywhere inside."""
        return [found for found in self._targets(resource, name).values() if found.type in types]

    def referrers(self, target: Resource, name: str, types: Collection[str]) -> list[Resource]:
        """The resources of these types whose property refers to the target."""
        return [found for token in types for found in self._referrers(token, name).get(target.urn, ())]

    def users(self, target: Resource) -> list[Resource]:
        """Every resource whose properties take a value from the target, whichever they are."""
        return self._users.get(target.urn, [])

    @cached_property
    def _users(self) -> dict[str, list[Resource]]:
        users: dict[str, list[Resource]] = {}
        for resource in self._by_urn.values():
            for urn in {urn for urns in resource.dependencies.values() for urn in urns}:
                users.setdefault(urn, []).append(resource)
        return users

    def _referrers(self, token: str, name: str) -> dict[str, list[Resource]]:
        """Who refers by this property, by the target's URN; made once for each type and property asked for."""
        index = self._indexes.get((token, name))
        if index is None:
            index = self._indexes[token, name] = {}
            for resource in self._by_type.get(token, ()):
                for urn in self._targets(resource, name):
                    index.setdefault(urn, []).append(resource)
        return index

    def _targets(self, resource: Resource, name: str) -> dict[str, Resource]:
        """What a property refers to, by URN: what it depends on, and what it names as a literal."""
        urns = resource.dependencies.get(name, ())
        targets = {urn: found for urn in urns if (found := self._by_urn.get(urn))}
        for leaf in leaves(resource.get(name)):
            if isinstance(leaf, str):
                targets.update((found.urn, found) for found in self._named.get(leaf, ()))
        return targets

    @cached_property
    def _indexes(self) -> dict[tuple[str, str], dict[str, list[Resource]]]:
        return {}

    @cached_property
    def _named(self) -> dict[str, list[Resource]]:
        named: dict[str, list[Resource]] = {}
        for resource in self._by_urn.values():
            for name in resource.names:
                named.setdefault(name, []).append(resource)
        return named
