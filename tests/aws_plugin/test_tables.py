# ruff: noqa: E501 - a row a line, so that it reads as the table it is
"""The tables name nothing that is not there: each property in pulumi_aws, each call and member in botocore."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import jmespath
import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.waiter import WaiterModel

from local.aws_plugin import gaps, tables
from local.aws_plugin.catalog import Catalog, Shape, Type
from local.aws_plugin.convert import ToAws, compiled, find_member, pair_members
from local.aws_plugin.plan import Plan, references
from local.aws_plugin.spec import Call, Resource, Wait

KNOWN_ELSEWHERE = {"id", "region", "account", "tagsAll"}


@functools.cache
def model(service: str) -> dict[str, Any]:
    return Loader().load_service_model(service, "service-2")  # type: ignore[no-any-return]


def members(service: str, op: str) -> dict[str, Any]:
    assert op in model(service)["operations"], f"{service} has no operation {op}"
    shape = model(service)["operations"][op].get("input", {}).get("shape")
    return model(service)["shapes"][shape] if shape else {"members": {}}


@pytest.fixture(params=tables.RESOURCES.values(), ids=lambda resource: resource.token)
def resource(request: pytest.FixtureRequest) -> Resource:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def plan(resource: Resource, catalog: Catalog) -> Plan:
    return Plan(resource, catalog)


def calls(resource: Resource) -> tuple[Call, ...]:
    return (*resource.calls(), *resource.read, *resource.delete)


def test_every_property_is_one_of_pulumi_aws(resource: Resource, plan: Plan) -> None:
    known = {*plan.inputs, *plan.outputs, "tagsAll"}
    named = {
        *resource.rename, *resource.encode, *resource.outputs, *resource.defaults, *resource.replace, *resource.hooked,
        *resource.local, *resource.write_only, *resource.unechoed, *resource.json, *resource.same, *resource.limits,
        *(name for choice in resource.required_one for name in choice),
        *(name for call in calls(resource) for name in (*(call.props or ()), *call.omit, *call.uses, *call.needs, *call.rename)),
    }  # fmt: skip
    assert {name.split(".")[0] for name in named} <= known
    if resource.name:
        assert resource.name in plan.inputs


def test_nested_properties_are_ones_of_pulumi_aws(resource: Resource, plan: Plan) -> None:
    def found(kind: Type, path: list[str]) -> bool:
        while isinstance(kind, dict) and "list" in kind:
            kind = kind["list"]
        if not path:
            return True
        return isinstance(kind, dict) and path[0] in kind.get("props", {}) and found(kind["props"][path[0]], path[1:])

    for name in (*resource.rename, *resource.unechoed, *resource.limits):
        top, *rest = name.split(".")
        assert not rest or found(plan.outputs[top], rest), name


def test_every_call_and_its_members_exist(resource: Resource) -> None:
    for call in calls(resource):
        service = call.service or resource.service
        shape = members(service, call.op)
        assert {name.split(".")[0] for name in call.params} <= set(shape["members"]), call
        if call in (*resource.read, *resource.delete):
            assert set(shape.get("required", ())) <= set(call.params), call


def test_references_lead_to_properties(resource: Resource, plan: Plan) -> None:
    known = {*plan.outputs, *plan.inputs, *KNOWN_ELSEWHERE}
    templates: list[Any] = [call.params for call in calls(resource)]
    templates += [wait.params for wait in waits(resource)]
    templates += [text for text in (resource.id, *resource.outputs.values()) if isinstance(text, str)]
    assert references(templates) <= known


def waits(resource: Resource) -> Iterator[Wait]:
    yield from (*resource.wait_created, *resource.wait_updated, *resource.wait_deleted)


def test_waiters_exist_and_end(resource: Resource) -> None:
    for wait in waits(resource):
        op = wait.op
        if wait.name:
            config = WaiterModel(Loader().load_service_model(resource.service, "waiters-2"))
            named = {xform_name(name): config.get_waiter(name) for name in config.waiter_names}
            op = named[wait.name].operation
        else:
            jmespath.compile(wait.until)
        assert set(wait.params) <= set(members(resource.service, op)["members"])


def test_tag_calls_exist(resource: Resource, plan: Plan) -> None:
    if resource.tags is None:
        return
    assert "tagsAll" in plan.outputs
    for op, member in ((resource.tags.add, resource.tags.member), (resource.tags.remove, resource.tags.keys)):
        shape = members(resource.service, op)
        given = {*resource.tags.params, member.split(".")[0]}
        assert given <= set(shape["members"])
        assert set(shape.get("required", ())) <= given


def test_types_with_tags_can_change_them(resource: Resource, plan: Plan) -> None:
    if "tagsAll" in plan.outputs:
        assert resource.tags or any("tagsAll" in call.uses for call in resource.update)


def test_expressions_are_valid(resource: Resource) -> None:
    texts = [call.at for call in calls(resource) if isinstance(call.at, str)]
    texts += [text for text in resource.outputs.values() if isinstance(text, str) and not references(text)]
    texts += [resource.gone, resource.id if isinstance(resource.id, str) and not references(resource.id) else ""]
    for text in texts:
        if text:
            jmespath.compile(text)


def test_what_the_request_requires_is_carried(resource: Resource, plan: Plan) -> None:
    required = members(resource.create.service or resource.service, resource.create.op).get("required", ())
    carried = {carried.member.split(".")[0].split("[")[0] for carried in plan.carried(resource.create)}
    assert set(required) <= carried | set(resource.create.params)


def test_every_nested_property_can_be_sent(resource: Resource, plan: Plan) -> None:
    """A property that pulumi-aws has and AWS has under another name would be refused at preview: name it here."""
    lost = {path for call in resource.calls() for path in _lost(plan, call)}
    assert lost == UNSENT.get(resource.token, set())


UNSENT: dict[str, set[str]] = {
    "aws:ecs/taskDefinition:TaskDefinition": {"volumes.hostPath"},
    "aws:efs/replicationConfiguration:ReplicationConfiguration": {"destination.status"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"logDeliveryConfigurations.destination"},
    # What AWS says of them, beside what is set.
    "aws:lambda/function:Function": {"snapStart.optimizationStatus", "vpcConfig.vpcId"},
    "aws:synthetics/canary:Canary": {"vpcConfig.vpcId"},
    "aws:lb/loadBalancer:LoadBalancer": {"subnetMappings.outpostId"},
    "aws:wafv2/webAcl:WebAcl": {
        f"associationConfig.requestBodies.{service}"
        for service in ("apiGateway", "appRunnerService", "cloudfront", "cognitoUserPool", "verifiedAccessInstance")
    },
}


def _lost(plan: Plan, call: Call) -> Iterator[str]:
    shape, shapes = plan.request(call)
    to_aws = ToAws(shapes, {**plan.resource.rename, **call.rename})
    for path, top, member in plan.carried(call):
        if "." in path or "[" in member or top not in plan.inputs or path in plan.resource.encode:
            continue
        inner = shape
        for name in member.split("."):
            inner = shapes[inner["value"] if inner["type"] == "map" else inner["members"][name]]
        yield from _walk(to_aws, shapes, plan.inputs[top], inner, path, ())


def _walk(to_aws: ToAws, shapes: Any, kind: Type, shape: Shape, path: str, seen: tuple[int, ...]) -> Iterator[str]:
    if isinstance(kind, str) or id(kind) in seen:
        return
    if "list" in kind:
        if {"Quantity", "Items"} <= set(shape.get("members", ())):
            shape = shapes[shape["members"]["Items"]]
        yield from _walk(
            to_aws, shapes, kind["list"], shapes[shape["member"]] if shape["type"] == "list" else shape, path, seen
        )
    elif "props" in kind:
        if shape["type"] == "list":
            shape = shapes[shape["member"]]
        for name, inner in kind["props"].items():
            below = f"{path}.{name}"
            member = to_aws.member(below, name, shape) if shape["type"] == "structure" else None
            if member is None:
                yield below
            else:
                yield from _walk(to_aws, shapes, inner, shapes[shape["members"][member]], below, (*seen, id(kind)))
    elif shape["type"] == "list":
        assert pair_members(shape, shapes), path


def test_patterns_of_the_models_are_understood(catalog: Catalog) -> None:
    unknown = {
        shape["pattern"]
        for module in {resource.module for resource in tables.RESOURCES.values()}
        for service in catalog.module(module)["models"].values()
        for shape in service["shapes"].values()
        if "pattern" in shape and compiled(shape["pattern"]) is None
    }
    assert unknown == set()


def test_gaps_are_listed() -> None:
    named = {gap for resource in tables.RESOURCES.values() for gap in resource.unechoed.values()}
    assert named <= set(gaps.GAPS)


def test_members_are_found_by_their_spelling() -> None:
    assert find_member("dnsName", {"DNSName": 1}) == "DNSName"
    assert find_member("capacityProviderStrategies", {"capacityProviderStrategy": 1}) == "capacityProviderStrategy"
    assert find_member("rule", {"Rules": 1}) == "Rules"
    assert find_member("nothing", {"Rules": 1}) is None
