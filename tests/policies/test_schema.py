"""Rules read properties that exist: of each type, what a rule asks for is in the SDK of Pulumi's AWS provider."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pulumi
import pytest

from policies import rules
from policies.model import Resource, Stack
from policies.rule import Rule, View
from policies.values import UNKNOWN
from tests.policies.conftest import Program

MODULES = {"lambda": "lambda_"}
COMPUTED = {"tagsAll"}
NOT_AWS = {"docker-build:index:Image", "docker:index/image:Image"}


class Asked(dict[str, Any]):
    """Properties that note which of them are asked for."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.answer = answer

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return default if self.answer is None else self.answer


def inputs(token: str) -> set[str]:
    """The names of a type's inputs."""
    service, name = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", token).groups()  # type: ignore[union-attr]
    module = importlib.import_module(f"pulumi_aws.{MODULES.get(service, service)}")
    arguments = getattr(module, f"{name}Args")
    return set(pulumi._types.input_type_py_to_pulumi_names(arguments).values()) | {"region"}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_every_property_that_a_rule_reads_is_one_of_its_types(rule: Rule, program: Program) -> None:
    asked_for: set[str] = set()
    for token in rule.types:
        program.add(token, "it", {})
        resource = Resource(program.requests()[-1])
        assert resource.names == set()  # it is kept, so that the stack's index asks for no names below
        answers: tuple[Any, ...] = (None, UNKNOWN, [], "a", {}, True)
        for answer in answers:
            resource.__dict__["properties"] = asked = Asked(answer)
            stack = [Stack([resource])] if rule.view is View.STACK else []
            list(rule.check(resource, *stack))
            asked_for |= asked.names
    of_aws = rule.types - NOT_AWS
    if of_aws:
        assert asked_for - COMPUTED <= set().union(*map(inputs, of_aws))
