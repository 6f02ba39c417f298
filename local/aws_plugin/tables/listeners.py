"""Listeners of load balancers, and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import ALB_FORWARD
from local.aws_plugin.spec import Call, Limit, Resource
from local.aws_plugin.tables.loadbalancing import READ_TAGS, TAGS

_ACTION = {
    "redirect": "RedirectConfig",
    "fixedResponse": "FixedResponseConfig",
    "authenticateCognito": "AuthenticateCognitoConfig",
    "authenticateOidc": "AuthenticateOidcConfig",
    "jwtValidation": "JwtValidationConfig",
    "forward": "ForwardConfig",
    "forward.targetGroups.arn": "TargetGroupArn",
    "forward.stickiness": "TargetGroupStickinessConfig",
    "forward.stickiness.duration": "DurationSeconds",
}


def _actions(prop: str) -> dict[str, str]:
    return {f"{prop}.{path}": member for path, member in _ACTION.items()}


def _forwards(prop: str) -> Any:
    """A forward action names a target group or a set of them."""

    def rule(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
        problems = []
        for index, action in enumerate(inputs.get(prop) or ()):
            kind = action.get("type") if isinstance(action, Mapping) else None
            needs = {
                "forward": ("targetGroupArn", "forward"),
                "redirect": ("redirect",),
                "fixed-response": ("fixedResponse",),
            }
            if kind in needs and not any(name in action for name in needs[kind]):
                problems.append((f"{prop}[{index}]", f"an action of type {kind} needs {' or '.join(needs[kind])}"))
        return problems

    return rule


def _with_target(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name the target group of the greatest weight beside a weighted forward.

    AWS takes both where there is one group; the emulator routes by this name only (`gaps.ALB_FORWARD`).
    """
    return [
        {**action, "targetGroupArn": _heaviest(action["forward"]["targetGroups"])}
        if "forward" in action and "targetGroupArn" not in action
        else action
        for action in actions
    ]


def _heaviest(groups: list[dict[str, Any]]) -> Any:
    return max(groups, key=lambda group: group.get("weight", 1))["arn"]


_HEADERS = "routing.http.response"
_LISTENER_ATTRIBUTES = {
    "routingHttpResponseServerEnabled": f"{_HEADERS}.server.enabled",
    "routingHttpResponseStrictTransportSecurityHeaderValue": f"{_HEADERS}.strict_transport_security.header_value",
    "routingHttpResponseXFrameOptionsHeaderValue": f"{_HEADERS}.x_frame_options.header_value",
    "routingHttpResponseXContentTypeOptionsHeaderValue": f"{_HEADERS}.x_content_type_options.header_value",
    "routingHttpResponseContentSecurityPolicyHeaderValue": f"{_HEADERS}.content_security_policy.header_value",
}


def _https(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A certificate and HTTPS belong together."""
    secure = inputs.get("protocol") in {"HTTPS", "TLS"}
    if secure and "certificateArn" not in inputs:
        return [("certificateArn", f"is required for protocol {inputs['protocol']}")]
    if not secure and "certificateArn" in inputs and "protocol" in inputs:
        return [("certificateArn", f"cannot be set for protocol {inputs['protocol']}")]
    return []


LISTENER = Resource(
    token="aws:lb/listener:Listener",
    service="elbv2",
    create=Call(op="CreateListener", at="Listeners[0]"),
    id="{arn}",
    read=(
        Call(op="DescribeListeners", params={"ListenerArns": ["$id"]}, at="Listeners[0]"),
        Call(op="DescribeListenerAttributes", params={"ListenerArn": "$id"}, optional=True),
        READ_TAGS,
    ),
    update=(
        Call(op="ModifyListener", params={"ListenerArn": "$id"}),
        Call(op="ModifyListenerAttributes", params={"ListenerArn": "$id"}),
    ),
    delete=(Call(op="DeleteListener", params={"ListenerArn": "$id"}),),
    rename={"arn": "ListenerArn", "certificateArn": "Certificates"}
    | _actions("defaultActions")
    | {name: f"Attributes[{key}]" for name, key in _LISTENER_ATTRIBUTES.items()},
    encode={"certificateArn": lambda value: [{"CertificateArn": value}], "defaultActions": _with_target},
    unechoed={"defaultActions.forward": ALB_FORWARD},
    outputs={"certificateArn": "Certificates[0].CertificateArn"},
    limits={"port": Limit(min=1, max=65535, why="a port is between 1 and 65535")},
    checks=(_forwards("defaultActions"), _https),
    tags=TAGS,
    delete_before_replace=True,
)

_FIELDS = {
    "pathPattern": "path-pattern",
    "hostHeader": "host-header",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}


def _conditions(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say in each condition which field it is about, as AWS wants it."""
    conditions = []
    for condition in value:
        name = next(iter(condition))
        item = {"values": condition[name]} if name == "queryStrings" else condition[name]
        conditions.append({"field": _FIELDS[name], name: item})
    return conditions


LISTENER_RULE = Resource(
    token="aws:lb/listenerRule:ListenerRule",
    service="elbv2",
    create=Call(op="CreateRule", at="Rules[0]"),
    id="{arn}",
    read=(Call(op="DescribeRules", params={"RuleArns": ["$id"]}, at="Rules[0]"), READ_TAGS),
    update=(
        Call(op="ModifyRule", params={"RuleArn": "$id"}),
        Call(
            op="SetRulePriorities",
            uses=("priority",),
            props=(),
            params={"RulePriorities": [{"RuleArn": "$id", "Priority": "$priority"}]},
        ),
    ),
    delete=(Call(op="DeleteRule", params={"RuleArn": "$id"}),),
    rename={"arn": "RuleArn", "conditions.queryStrings": "QueryStringConfig"}
    | {f"conditions.{name}": f"{name[0].upper()}{name[1:]}Config" for name in _FIELDS if name != "queryStrings"}
    | _actions("actions"),
    encode={"conditions": _conditions, "actions": _with_target},
    unechoed={"actions.forward": ALB_FORWARD},
    outputs={"listenerArn": lambda state, found: (
        state.get("listenerArn") or found["RuleArn"].replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]
    )},
    limits={"priority": Limit(min=1, max=50000, why="a priority is between 1 and 50000")},
    checks=(_forwards("actions"),),
    tags=TAGS,
    delete_before_replace=True,
)  # fmt: skip

RESOURCES = (LISTENER, LISTENER_RULE)
