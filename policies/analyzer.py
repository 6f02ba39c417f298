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

_NOT_JUDGED: Final = "not-judged-yet"
_NOT_JUDGED_MEANS: Final = "What could not be judged. It is judged again in the update."
_NAMED: Final = 10  # resources that one line names


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
        self._untold: dict[str, _Untold] = {}

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
        # In the order of their names: the engine sends them in whichever order they were made.
        messages = sorted(request.resources, key=lambda message: message.urn)
        resources = [Resource(message, self._inputs.get(message.urn)) for message in messages]
        response = analyzer_pb2.AnalyzeResponse()
        self._judge(response, View.STACK, resources, Stack(resources, self._secrets))
        self._tell(response)
        return response

    def _judge(
        self,
        response: analyzer_pb2.AnalyzeResponse,
        view: View,
        resources: list[Resource],
        *stack: Stack,
    ) -> None:
        for resource in resources:
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
                            self._untold.setdefault(resource.urn, _Untold(resource)).add(rule, verdict)

    def _tell(self, response: analyzer_pb2.AnalyzeResponse) -> None:
        """Say in one diagnostic, each resource once, what could not be judged."""
        lines: dict[str, list[str]] = {}
        for _, untold in sorted(self._untold.items()):
            lines.setdefault(untold.reason, []).append(untold.resource)
        self._untold.clear()
        if lines:
            report = self._create_report_violation(response, _NOT_JUDGED, _NOT_JUDGED_MEANS, EnforcementLevel.ADVISORY)
            report("\n".join(f"{_some(names)}: {reason}" for reason, names in lines.items()), None)


def _some(names: list[str]) -> str:
    """Names enough to know which are meant: one unknown tag of the provider concerns every resource."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


class _Untold:
    """What cannot be told of one resource."""

    def __init__(self, resource: Resource) -> None:
        self.resource = f"{resource.type.rpartition(':')[2]} {resource.name}"
        self._ids: dict[str, None] = {}
        self._paths: dict[str, dict[str, None]] = {}

    def add(self, rule: Rule, verdict: CannotTell) -> None:
        self._ids[rule.id] = None
        self._paths.setdefault(verdict.why, {})[verdict.path] = None

    @property
    def reason(self) -> str:
        paths = "; ".join(f"{', '.join(names)} is {why}" for why, names in self._paths.items())
        return f"{', '.join(self._ids)} cannot tell, because {paths}"


def install() -> None:
    """Make `PolicyPack` start this servicer in place of the SDK's."""
    sdk._PolicyAnalyzerServicer = Analyzer  # type: ignore[assignment, misc]  # noqa: SLF001
