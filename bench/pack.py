"""What the policy pack costs by itself: to start, and for each rule and resource."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from policies.analyzer import Analyzer
from policies.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = Path(__file__).parents[1] / "policies"
START_AT_MOST, EACH_AT_MOST = 0.7, 0.2
"""Seconds until the engine may ask; milliseconds a rule and resource on average."""


@dataclass(frozen=True)
class Cost:
    """Seconds to start, and milliseconds for each rule that looks at a resource."""

    start: float
    each: float
    judged: int
    """Pairs of a rule and a resource of one of its types."""


def measure(resources: Sequence[Mapping[str, Any]], runs: int) -> Cost:
    """Start the pack, and judge a stack's recorded resources as the engine would have it, both several times."""
    requests, stack = _requests([each for each in resources if each.get("custom")])
    judged = sum(1 for request in requests for rule in RULES if request.type in rule.types)
    seconds = [_judge(requests, stack) for _ in range(runs)]
    starts = [_start() for _ in range(runs)]
    return Cost(statistics.median(starts), 1000 * statistics.median(seconds) / judged, judged)


def _start() -> float:
    """From the process to the port that it prints: what the engine waits for."""
    began = time.perf_counter()
    code = f"import runpy; runpy.run_path({str(FOLDER)!r}, run_name='__main__')"
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True, cwd=FOLDER) as pack:
        assert pack.stdout is not None  # noqa: S101 it was asked for
        pack.stdout.readline()
        seconds = time.perf_counter() - began
        pack.kill()
    return seconds


def _judge(requests: Sequence[analyzer_pb2.AnalyzeRequest], stack: analyzer_pb2.AnalyzeStackRequest) -> float:
    analyzer = Analyzer()
    began = time.perf_counter()
    for request in requests:
        analyzer.Analyze(request, None)
    analyzer.AnalyzeStack(stack, None)
    return time.perf_counter() - began


def _requests(
    resources: Sequence[Mapping[str, Any]],
) -> tuple[list[analyzer_pb2.AnalyzeRequest], analyzer_pb2.AnalyzeStackRequest]:
    requests: list[analyzer_pb2.AnalyzeRequest] = []
    stack = analyzer_pb2.AnalyzeStackRequest()
    for resource in resources:
        properties = struct_pb2.Struct()
        properties.update(resource.get("inputs") or {})
        urn = resource["urn"]
        shared: dict[str, Any] = {"type": resource["type"], "urn": urn, "name": urn.rpartition("::")[2]}
        requests.append(analyzer_pb2.AnalyzeRequest(**shared, properties=properties))
        stack.resources.add(
            **shared,
            properties=properties,
            propertyDependencies={
                name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                for name, urns in (resource.get("propertyDependencies") or {}).items()
            },
        )
    return requests, stack
