from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies import analyzer, rules

if TYPE_CHECKING:
    import grpc

TAGS = {"Environment": "production", "Project": "auterity", "Tier": "production"}


class RefusedError(Exception):
    """The pack ended the run."""


class Context:
    """Of a gRPC call, as far as the pack uses it."""

    def abort(self, _code: grpc.StatusCode, details: str) -> NoReturn:
        raise RefusedError(details)


class Program:
    """A Pulumi program as the engine shows it to the pack: `Analyze` for each resource, then `AnalyzeStack`."""

    unknown = UNKNOWN_STRING_VALUE

    def __init__(self) -> None:
        self.tags: Any = TAGS
        self.region: str | None = None
        self.config: dict[str, str] = {}  # all secret
        self.policies: dict[str, Any] = {}  # the stack file's test:policies
        self.pack: dict[str, Any] = {}  # the pack's own part of the file of --policy-pack-config
        self.levels: dict[str, EnforcementLevel] = {}
        self.today = dt.date(2026, 11, 23)
        self.protected: set[str] = set()  # names of resources with the option `protect`
        self.ignored: dict[str, list[str]] = {}  # what the option `ignore_changes` names, by the resource's name
        self.after: dict[str, list[str]] = {}  # by URN, what resources with the option `dependsOn` wait for
        self._resources: list[tuple[str, str, dict[str, Any], dict[str, list[str]]]] = []

    @staticmethod
    def secret(value: Any) -> dict[str, Any]:
        return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}

    def add(self, token: str, name: str, /, properties: dict[str, Any] | None = None, **links: str | list[str]) -> str:
        """Register a resource; `links` names the resources that a property takes its value from."""
        urns = {key: [value] if isinstance(value, str) else value for key, value in links.items()}
        urn = f"urn:pulumi:prod::test::{token}::{name}"
        self._resources.append((token, name, properties or {}, urns))
        return urn

    def remove(self, name: str) -> None:
        """Take out the resources of a name, as an edit of the program would."""
        self._resources = [each for each in self._resources if each[1] != name]

    def analyzer(self) -> analyzer.Analyzer:
        """The pack's servicer, configured as the engine does it."""
        servicer = analyzer.Analyzer()
        servicer.today = lambda: self.today  # type: ignore[method-assign]
        # As the engine: a level for every policy, and the pack's own settings as they stand.
        levels = {
            policy.name: policy.enforcement_level or EnforcementLevel.MANDATORY
            for policy in servicer._policies.values()
        }
        config = {
            name: analyzer_pb2.PolicyConfig(enforcementLevel=servicer._map_enforcement_level(level))
            for name, level in {**levels, **self.levels}.items()
        }
        if self.pack:
            config["plinth"].properties.update(self.pack)
        context = Context()
        stack = dict(self.config)
        if self.policies:
            stack["test:policies"] = json.dumps(self.policies)
        servicer.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                project="test", config=stack, config_secret_keys=list(self.config)
            ),
            context,
        )
        servicer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config), context)
        return servicer

    def diagnostics(self, *, preview: bool = True) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        servicer = self.analyzer()
        found: list[analyzer_pb2.AnalyzeDiagnostic] = []
        for request in self.requests(preview=preview):
            found += servicer.Analyze(request, None).diagnostics
        stack = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                self._resource(token, name, properties, links, preview)
                for token, name, properties, links in self._resources
            ],
        )
        return [*found, *servicer.AnalyzeStack(stack, None).diagnostics]

    def requests(self, *, preview: bool = True) -> list[analyzer_pb2.AnalyzeRequest]:
        return [self._request(*resource, preview) for resource in self._resources]

    def flaws(self, wanted: str, *, preview: bool | None = None) -> set[tuple[str, str]]:
        """The (rule, resource) pairs with a mandatory finding: the same in a first preview and in an update.

        `wanted` is a rule's id, or a guardrail that rules belong to; a rule is shown without its id.
        """
        by_name = {rule.name: rule for rule in rules.RULES if wanted in (rule.id, *rule.entry.guardrails)}
        assert by_name, wanted
        phases = [True, False] if preview is None else [preview]
        found = [
            {
                (each.policyName.removeprefix(f"{by_name[each.policyName].id.lower()}-"), each.urn.rpartition("::")[2])
                for each in self.diagnostics(preview=phase)
                if each.enforcementLevel == analyzer_pb2.MANDATORY and each.policyName in by_name
            }
            for phase in phases
        ]
        assert all(each == found[0] for each in found), found
        return found[0]

    def untold(self, *, preview: bool = True) -> dict[str, str]:
        """What is said about resources that cannot be judged yet."""
        told = [each.message for each in self.diagnostics(preview=preview) if each.policyName == "not-judged-yet"]
        assert len(told) <= 1
        lines = [line.partition(": ") for message in told for line in message.split("\n")[1:]]
        return {name.split(" ")[1]: reason for names, _, reason in lines for name in names.split(", ")}

    def unjudged(self, resource: str, *, preview: bool = True) -> set[tuple[str, str]]:
        """What cannot be told of a resource: each rule's id with each property that the line names."""
        found = re.fullmatch(r"(.*) cannot tell, because (.*)", self.untold(preview=preview).get(resource, ""))
        if not found:
            return set()
        paths = [path for clause in found[2].split("; ") for path in clause.partition(" is ")[0].split(", ")]
        return {(rule, path) for rule in found[1].split(", ") for path in paths}

    def _request(self, token, name, properties, links, preview):
        return analyzer_pb2.AnalyzeRequest(
            type=token,
            name=name,
            urn=f"urn:pulumi:prod::test::{token}::{name}",
            properties=self._inputs(properties, links, preview),
            provider=self._provider(),
            options=self._options(name),
        )

    def _resource(self, token, name, properties, links, preview):
        outputs = self._inputs(properties, links, preview)
        for computed in ("arn", "tagsAll", "ingress", "parameterGroupName", "policy", "publiclyAccessible"):
            if computed not in outputs:
                outputs[computed] = UNKNOWN_STRING_VALUE if preview else None
        return analyzer_pb2.AnalyzerResource(
            type=token,
            name=name,
            urn=f"urn:pulumi:prod::test::{token}::{name}",
            properties=outputs,
            provider=self._provider(),
            options=self._options(name),
            dependencies=self.after.get(f"urn:pulumi:prod::test::{token}::{name}", []),
            propertyDependencies={
                key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for key, urns in links.items()
            },
        )

    def _options(self, name: str) -> analyzer_pb2.AnalyzerResourceOptions:
        return analyzer_pb2.AnalyzerResourceOptions(
            protect=name in self.protected, ignoreChanges=self.ignored.get(name, [])
        )

    @staticmethod
    def _inputs(properties, links, preview) -> struct_pb2.Struct:
        """A value from another resource is unknown in a first preview, and an id of AWS's in an update."""
        struct = struct_pb2.Struct()
        linked: dict[str, Any] = {}
        for key, urns in links.items():
            if key not in properties:
                ids = [UNKNOWN_STRING_VALUE if preview else f"id-{urn.rpartition('::')[2]}" for urn in urns]
                linked[key] = ids if key.endswith("s") else ids[0]
        struct.update({**properties, **linked})
        return struct

    def _provider(self) -> analyzer_pb2.AnalyzerProviderResource:
        properties = struct_pb2.Struct()
        if self.tags == UNKNOWN_STRING_VALUE:
            properties["defaultTags"] = UNKNOWN_STRING_VALUE
        elif self.tags is not None:
            properties["defaultTags"] = json.dumps({"tags": self.tags})
        if self.region is not None:
            properties["region"] = self.region
        return analyzer_pb2.AnalyzerProviderResource(
            type="pulumi:providers:aws",
            name="aws",
            urn="urn:pulumi:prod::test::pulumi:providers:aws::aws",
            properties=properties,
        )


@pytest.fixture
def program() -> Program:
    return Program()
