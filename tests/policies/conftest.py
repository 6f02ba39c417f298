from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies import rules
from policies.analyzer import Analyzer

TAGS = {"Environment": "production", "Project": "auterity", "Tier": "production"}


class Program:
    """A Pulumi program as the engine shows it to the pack: `Analyze` for each resource, then `AnalyzeStack`."""

    unknown = UNKNOWN_STRING_VALUE

    def __init__(self) -> None:
        self.tags: Any = TAGS
        self.config: dict[str, str] = {}  # all secret
        self.levels: dict[str, EnforcementLevel] = {}
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

    def diagnostics(self, *, preview: bool = True) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        policies = [rule.policy() for rule in rules.RULES]
        analyzer = Analyzer("plinth", "0.0.1", policies, EnforcementLevel.MANDATORY)
        config = {
            name: analyzer_pb2.PolicyConfig(enforcementLevel=analyzer._map_enforcement_level(level))
            for name, level in self.levels.items()
        }
        analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config), None)
        analyzer.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(config=self.config, config_secret_keys=list(self.config)),
            None,
        )
        found: list[analyzer_pb2.AnalyzeDiagnostic] = []
        for request in self.requests(preview=preview):
            found += analyzer.Analyze(request, None).diagnostics
        stack = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                self._resource(token, name, properties, links, preview)
                for token, name, properties, links in self._resources
            ],
        )
        return [*found, *analyzer.AnalyzeStack(stack, None).diagnostics]

    def requests(self, *, preview: bool = True) -> list[analyzer_pb2.AnalyzeRequest]:
        return [self._request(*resource, preview) for resource in self._resources]

    def flaws(self, guardrail: str, *, preview: bool | None = None) -> set[tuple[str, str]]:
        """The (rule, resource) pairs with a mandatory finding: the same in a first preview and in an update."""
        phases = [True, False] if preview is None else [preview]
        found = [
            {
                (each.policyName.removeprefix(f"{guardrail.lower()}-"), each.urn.rpartition("::")[2])
                for each in self.diagnostics(preview=phase)
                if each.enforcementLevel == analyzer_pb2.MANDATORY and each.policyName.startswith(guardrail.lower())
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

    def _request(self, token, name, properties, links, preview):
        return analyzer_pb2.AnalyzeRequest(
            type=token,
            name=name,
            urn=f"urn:pulumi:prod::test::{token}::{name}",
            properties=self._inputs(properties, links, preview),
            provider=self._provider(),
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
            propertyDependencies={
                key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for key, urns in links.items()
            },
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
        return analyzer_pb2.AnalyzerProviderResource(
            type="pulumi:providers:aws",
            name="aws",
            urn="urn:pulumi:prod::test::pulumi:providers:aws::aws",
            properties=properties,
        )


@pytest.fixture
def program() -> Program:
    return Program()
