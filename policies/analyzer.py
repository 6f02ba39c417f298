"""The pack's side of Pulumi's analyzer protocol.

The SDK's own servicer converts every property of a resource again for every policy, hands out proxies that raise at the
first unknown value and thereby end a policy, and drops which values are secret. This one converts a resource once, and
only if a rule asks for its type. All else (names, levels and settings of policies, the server) stays the SDK's.
"""

from __future__ import annotations

from typing import Any, Final

import pulumi_policy.policy as sdk
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from policies.model import Resource, Stack
from policies.rule import RULES, CannotTell, Finding, Rule, View
from policies.values import from_json, leaves

_UNTOLD: Final = "Not judged yet"


class Analyzer(sdk._PolicyAnalyzerServicer):  # noqa: SLF001 the SDK offers no other way in
    """Answers the engine for all rules of the pack."""

    def __init__(self, name: str, version: str, policies: list[sdk.Policy], *rest: Any) -> None:
        """Take what `PolicyPack` passes to the servicer it starts."""
        super().__init__(name, version, policies, *rest)
        by_name = {policy.name: policy for policy in policies}
        self._rules: dict[tuple[View, str], list[tuple[Rule, sdk.Policy]]] = {}
        for rule in RULES:
            for token in rule.types:
                self._rules.setdefault((rule.view, token), []).append((rule, by_name[rule.name]))
        self._inputs: dict[str, Resource] = {}
        self._secrets: frozenset[str] = frozenset()
        self._told: set[str] = set()

    def ConfigureStack(  # noqa: N802 the protocol's name
        self,
        request: analyzer_pb2.AnalyzerStackConfigureRequest,
        context: Any,
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Remember which values the stack's configuration keeps secret."""
        values = [
            from_json(value) or value for key, value in request.config.items() if key in request.config_secret_keys
        ]
        self._secrets = frozenset(str(leaf) for leaf in leaves(values)) | frozenset(
            request.config[key] for key in request.config_secret_keys
        )
        configured: analyzer_pb2.AnalyzerStackConfigureResponse = super().ConfigureStack(request, context)
        return configured

    def Analyze(self, request: analyzer_pb2.AnalyzeRequest, _context: Any) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802
        """Judge one resource by what the program asked for, before it is made."""
        resource = Resource(request)
        self._inputs[resource.urn] = resource
        response = analyzer_pb2.AnalyzeResponse()
        self._judge(response, View.RESOURCE, [resource])
        return response

    def AnalyzeStack(  # noqa: N802
        self,
        request: analyzer_pb2.AnalyzeStackRequest,
        _context: Any,
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge resources by each other, once all have been previewed or made."""
        resources = [Resource(message, self._inputs.get(message.urn)) for message in request.resources]
        response = analyzer_pb2.AnalyzeResponse()
        self._judge(response, View.STACK, resources, Stack(resources, self._secrets))
        return response

    def _judge(
        self,
        response: analyzer_pb2.AnalyzeResponse,
        view: View,
        resources: list[Resource],
        *stack: Stack,
    ) -> None:
        for resource in resources:
            untold: list[tuple[Rule, CannotTell]] = []
            for rule, policy in self._rules.get((view, resource.type), ()):
                level = self._get_enforcement_level(policy)
                if level is EnforcementLevel.DISABLED:
                    continue
                report = self._create_report_violation(
                    response,
                    rule.name,
                    rule.description,
                    level,
                    rule.severity,
                )
                for verdict in rule.check(resource, *stack):
                    match verdict:
                        case Finding():
                            change = verdict.change or rule.remedy
                            report(f"{resource.name}: {verdict.path} is {verdict.found}. {change}", resource.urn)
                        case CannotTell():
                            untold.append((rule, verdict))
            if untold and resource.urn not in self._told:
                self._told.add(resource.urn)
                self._tell(response, resource, untold)

    def _tell(
        self,
        response: analyzer_pb2.AnalyzeResponse,
        resource: Resource,
        untold: list[tuple[Rule, CannotTell]],
    ) -> None:
        """Say once for a resource what could not be judged."""
        paths: dict[str, dict[str, None]] = {}
        for _, verdict in untold:
            paths.setdefault(verdict.why, {})[verdict.path] = None
        reasons = "; ".join(f"{', '.join(names)} ({why})" for why, names in paths.items())
        ids = ", ".join(dict.fromkeys(rule.id for rule, _ in untold))
        report = self._create_report_violation(response, untold[0][0].name, _UNTOLD, EnforcementLevel.ADVISORY)
        report(f"{resource.name}: {ids} cannot tell yet from {reasons}.", resource.urn)


def install() -> None:
    """Make `PolicyPack` start this servicer in place of the SDK's."""
    sdk._PolicyAnalyzerServicer = Analyzer  # type: ignore[assignment, misc]  # noqa: SLF001
