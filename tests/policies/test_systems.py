"""Every stack file of every system, as its program registers it, in a first preview and in an update."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import analyzer_pb2

from settings.stack_files import stack_name
from tests.components.recording import ROOT, Recorder, build
from tests.components.stacks import FILES, stack
from tests.policies.conftest import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi
    from pulumi.runtime.proto import resource_pb2


class FirstPreview(Recorder):
    """Before anything exists AWS has answered nothing: outputs are what the program gave, and else unknown."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        super().new_resource(args)
        return "", dict(args.inputs)


class Monitor(MockMonitor):
    """Keeps what the engine is sent: properties with secrets and unknown values marked, and what each depends on."""

    def __init__(self, mocks: Recorder) -> None:
        super().__init__(mocks)
        self.requests: list[tuple[str, resource_pb2.RegisterResourceRequest]] = []

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802 the protocol's name
        response = super().RegisterResource(request)
        if request.custom:
            self.requests.append((response.urn, request))
        return response


@functools.cache
def judged(name: str, *, preview: bool) -> list[analyzer_pb2.AnalyzeDiagnostic]:
    """What the pack says of a stack file, with what the file tells the pack."""
    settings = stack(name)
    monitor = Monitor(FirstPreview() if preview else Recorder())
    build(settings, stack_name(FILES[name], ROOT), monitor=monitor, preview=preview)
    configured = Program()
    if settings.policies:
        configured.policies = settings.policies.model_dump(exclude_none=True)
    analyzer = configured.analyzer()
    providers = {
        urn: request.object for urn, request in monitor.requests if request.type.startswith("pulumi:providers:")
    }
    found: list[analyzer_pb2.AnalyzeDiagnostic] = []
    stacked = analyzer_pb2.AnalyzeStackRequest()
    for urn, request in monitor.requests:
        shared: dict[str, Any] = {
            "type": request.type,
            "name": request.name,
            "urn": urn,
            "properties": request.object,
            "options": analyzer_pb2.AnalyzerResourceOptions(
                protect=request.protect, ignoreChanges=list(request.ignoreChanges)
            ),
            "provider": _provider(request.provider, providers),
        }
        found += analyzer.Analyze(analyzer_pb2.AnalyzeRequest(**shared), None).diagnostics
        stacked.resources.add(
            **shared,
            propertyDependencies={
                name: analyzer_pb2.AnalyzerPropertyDependencies(urns=depends.urns)
                for name, depends in request.propertyDependencies.items()
            },
        )
    return [*found, *analyzer.AnalyzeStack(stacked, None).diagnostics]


def _provider(reference: str, providers: Mapping[str, struct_pb2.Struct]) -> analyzer_pb2.AnalyzerProviderResource:
    urn = next((urn for urn in providers if reference.startswith(urn)), "")
    return analyzer_pb2.AnalyzerProviderResource(urn=urn, properties=providers.get(urn, struct_pb2.Struct()))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_a_stack_of_ours_breaks_no_rule(name: str, preview: bool) -> None:  # noqa: FBT001 a row of a table
    told = [
        each.message.split("\n", 1)[1]
        for each in judged(name, preview=preview)
        if each.enforcementLevel == analyzer_pb2.MANDATORY
    ]
    assert told == []


@pytest.mark.parametrize("name", FILES)
def test_no_exemption_of_ours_is_needless(name: str) -> None:
    (said,) = [each.message for each in judged(name, preview=False) if each.policyName == "exemptions"] or [""]
    assert "Nothing was found that needs it" not in said
