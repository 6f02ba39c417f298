"""The pack's side of Pulumi's analyzer protocol.

The SDK's own servicer converts every property of a resource again for every policy, hands out proxies that raise at the
first unknown value and thereby end a policy, and drops which values are secret. This one converts a resource once, and
only if a rule asks for its type. All else (names, levels and settings of policies) stays the SDK's.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, NoReturn

import grpc
import pulumi_policy.policy as sdk
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from policies.configuration import Configuration, ConfigurationError, read
from policies.exemptions import Exemptions
from policies.model import Resource, Stack
from policies.rule import CannotTell, Finding, Rule, View, not_by_the_sdk
from policies.rules import RULES
from policies.untold import Untold
from policies.values import from_json, leaves

PACK: Final = "plinth"
_VERSION: Final = "0.0.1"  # PulumiPolicy.yaml's counts
_NOT_JUDGED: Final = "not-judged-yet"
_NOT_JUDGED_MEANS: Final = "What could not be judged. It is judged again in the update."
_EXEMPTIONS: Final = "exemptions"
_EXEMPTIONS_MEANS: Final = "Exemptions in force, by the stack's own configuration."
_EXPIRED: Final = "stk-4-exemption-expired"
_EXPIRED_MEANS: Final = "STK-4 Exemptions end: what was let off for a time is judged again after it."
_OWN_MEANS: Final = "Settings of the pack: levels of tiers, strict rules, exemptions."
_STRICTNESS: Final = ("disabled", "advisory", "mandatory")


class Analyzer(sdk._PolicyAnalyzerServicer):  # noqa: SLF001 the SDK offers no other way in
    """Answers the engine for all rules of the pack."""

    def __init__(self) -> None:
        """Offer every rule, mandatory unless it is strict or its level is set."""
        policies = _policies()
        super().__init__(PACK, _VERSION, policies, EnforcementLevel.MANDATORY)
        self._policies = {policy.name: policy for policy in policies}
        self._rules: dict[tuple[View, str], list[Rule]] = {}
        for rule in RULES:
            for token in rule.types:
                self._rules.setdefault((rule.view, token), []).append(rule)
        self._of_pack = self._of_stack = self._configuration = Configuration()
        self._asked_for: frozenset[str] = frozenset()
        self._inputs: dict[str, Resource] = {}
        self._secrets: frozenset[str] = frozenset()
        self._settings: frozenset[str] = frozenset()
        self._untold = Untold()
        self._exemptions = Exemptions((), self.today())
        self.mends = False
        """Whether a rule mends anything, by the levels that the engine has sent."""

    @staticmethod
    def today() -> dt.date:
        """The day by which exemptions end, UTC."""
        return dt.datetime.now(tz=dt.UTC).date()

    def Configure(self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: Any) -> empty_pb2.Empty:  # noqa: N802
        """Take the file of --policy-pack-config: levels of policies, and the pack's own settings under its name."""
        for name in request.policyConfig:
            if name not in self._policies:
                _refuse(context, "--policy-pack-config", f"{name} is no policy of this pack (docs/policies.md).")
        if settings := json_format.MessageToDict(request.policyConfig[PACK].properties):
            self._of_pack = self._read(settings, f"--policy-pack-config, {PACK}", context)
        # The engine sends a level for every policy: those that differ from its own were asked for.
        own = {policy.name: self._map_enforcement_level(self._own_level(policy)) for policy in self._policies.values()}
        self._asked_for = frozenset(
            name for name, config in request.policyConfig.items() if config.enforcementLevel != own.get(name)
        )
        self._begin()
        configured: empty_pb2.Empty = super().Configure(request, context)  # type: ignore[no-untyped-call]
        self.mends = any(self._mending(rule) for rule in RULES)
        return configured

    def ConfigureStack(  # noqa: N802 the protocol's name
        self,
        request: analyzer_pb2.AnalyzerStackConfigureRequest,
        context: Any,
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Take what the stack's configuration says about the pack, and remember which of its values are secret."""
        values = [
            from_json(value) or value for key, value in request.config.items() if key in request.config_secret_keys
        ]
        self._secrets = frozenset(str(leaf) for leaf in leaves(values)) | frozenset(
            request.config[key] for key in request.config_secret_keys
        )
        self._settings = frozenset(
            str(leaf) for text in request.config.values() for leaf in leaves(from_json(text) or text)
        )
        key = f"{request.project}:policies"
        if request.config.get(key):
            self._of_stack = self._read(request.config[key], key, context)
        self._begin()
        configured: analyzer_pb2.AnalyzerStackConfigureResponse = super().ConfigureStack(request, context)
        return configured

    def Remediate(self, request: analyzer_pb2.AnalyzeRequest, _context: Any) -> analyzer_pb2.RemediateResponse:  # noqa: N802
        """Mend what rules with the level `remediate` can mend; the engine then works with the new properties."""
        response = analyzer_pb2.RemediateResponse()
        properties = request.properties
        for rule in self._rules.get((View.RESOURCE, request.type), ()):
            mended = self._mending(rule) and rule.mend and rule.mend(Resource(request))
            if not mended or self._exemptions.covers(rule, request.urn):
                continue
            properties.update(mended)
            response.remediations.add(
                policyName=rule.name,
                policyPackName=PACK,
                description=rule.description,
                properties=properties,
            )
        return response

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
        self._judge(response, View.STACK, resources, Stack(resources, self._secrets, self._settings))
        self._tell(response)
        return response

    def _begin(self) -> None:
        """Take both configurations together: the engine sends that of the stack first, that of the pack after it."""
        self._configuration = self._of_pack | self._of_stack
        self._exemptions = Exemptions(self._configuration.exemptions, self.today())

    def _read(self, value: Any, where: str, context: Any) -> Configuration:
        names = {rule.id for rule in RULES} | {rule.name for rule in RULES}
        try:
            return read(value, names)
        except ConfigurationError as error:
            _refuse(context, where, str(error))

    def _own_level(self, policy: sdk.Policy) -> EnforcementLevel:
        return policy.enforcement_level or EnforcementLevel.MANDATORY

    def _mending(self, rule: Rule) -> bool:
        level = self._get_enforcement_level(self._policies[rule.name])
        return rule.mend is not None and level is EnforcementLevel.REMEDIATE

    def _level(self, rule: Rule, resource: Resource) -> EnforcementLevel:
        """How much a flaw of this resource matters: by the policy's level, and at most by that of its tier."""
        level = self._get_enforcement_level(self._policies[rule.name])
        if rule.strict and self._configuration.strict and rule.name not in self._asked_for:
            level = EnforcementLevel.MANDATORY
        if level is EnforcementLevel.REMEDIATE:
            level = EnforcementLevel.MANDATORY  # what is left after mending
        if tiers := self._configuration.tiers:
            at_most = tiers.get(str(resource.tier), "mandatory")
            level = EnforcementLevel(min(level.value, at_most, key=_STRICTNESS.index))
        return level

    def _judge(
        self,
        response: analyzer_pb2.AnalyzeResponse,
        view: View,
        resources: list[Resource],
        *stack: Stack,
    ) -> None:
        for resource in resources:
            for rule in self._rules.get((view, resource.type), ()):
                level = self._level(rule, resource)
                if level is EnforcementLevel.DISABLED:
                    continue
                for verdict in rule.check(resource, *stack):
                    if verdict is None or self._exemptions.covers(rule, resource.urn):
                        continue
                    match verdict:
                        case Finding():
                            change = verdict.change or rule.remedy
                            line = f"{resource.name}: {verdict.path} is {verdict.found}. {change}"
                            felt = EnforcementLevel.ADVISORY if verdict.advisory else level
                            self._create_report_violation(response, rule.name, rule.description, felt, rule.severity)(
                                line, resource.urn
                            )
                        case CannotTell():
                            self._untold.add(resource, rule.id, verdict)

    def _tell(self, response: analyzer_pb2.AnalyzeResponse) -> None:
        """Say what concerns the whole run: once, and nothing where there is nothing."""
        advisory = EnforcementLevel.ADVISORY
        for name, means, level, lines in (
            (_EXPIRED, _EXPIRED_MEANS, EnforcementLevel.MANDATORY, self._exemptions.expired()),
            (_EXEMPTIONS, _EXEMPTIONS_MEANS, advisory, self._exemptions.in_force()),
            (_NOT_JUDGED, _NOT_JUDGED_MEANS, advisory, self._untold.lines()),
        ):
            if lines:
                self._create_report_violation(response, name, means, level)("\n".join(lines), None)
        self._untold = Untold()


def _refuse(context: Any, where: str, message: str) -> NoReturn:
    """End the run: the engine prints this as its error and ends, and the pack with it (engine.py)."""
    lines = "\n".join(f"  {line}" for line in message.splitlines())
    context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"the policy pack's configuration ({where}) is wrong:\n{lines}")
    raise AssertionError("abort does not return")


def _policies() -> list[sdk.Policy]:
    """Every rule as the SDK's policy, and one that is none: the engine takes settings for policies that it knows."""
    own = sdk.StackValidationPolicy(name=PACK, description=_OWN_MEANS, validate=not_by_the_sdk)
    return [own, *(rule.policy() for rule in RULES)]
