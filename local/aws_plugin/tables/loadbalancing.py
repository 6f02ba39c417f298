"""Load balancers, target groups, listeners and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import ALB_FORWARD
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

TAGS = TagCalls(add="AddTags", remove="RemoveTags", params={"ResourceArns": ["$id"]})
_NAME = Limit(
    pattern=r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
    max=32,
    why="a name has letters, digits and inner hyphens, at most 32, and does not begin with internal-",
)
_READ_TAGS = Call(op="DescribeTags", params={"ResourceArns": ["$id"]}, at="TagDescriptions[0]", optional=True)


def _suffix(state: Mapping[str, Any], found: Mapping[str, Any]) -> str:  # noqa: ARG001 - the form of an output
    """What CloudWatch calls it in its dimensions: `app/NAME/ID` or `targetgroup/NAME/ID`."""
    own = str(found.get("LoadBalancerArn") or "")
    if "TargetGroupArn" in found:
        own = str(found["TargetGroupArn"])
    return own.split(":loadbalancer/")[-1].split(":")[-1]


def _refuse_protected(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS refuses to delete a protected load balancer; the emulator does not."""
    from local.aws_plugin.aws import AwsError  # noqa: PLC0415 - the table stays data

    answer = lifecycle.request("DescribeLoadBalancerAttributes", {"LoadBalancerArn": state["id"]}, state)
    if {"Key": "deletion_protection.enabled", "Value": "true"} in answer["Attributes"]:
        msg = (
            f"elbv2 DeleteLoadBalancer: OperationNotPermitted: load balancer {state.get('name')} cannot be deleted "
            "because deletion protection is enabled: set enableDeletionProtection to false and deploy that first"
        )
        raise AwsError(msg, "OperationNotPermitted")


_LB_ATTRIBUTES = {
    "accessLogs.enabled": "access_logs.s3.enabled",
    "accessLogs.bucket": "access_logs.s3.bucket",
    "accessLogs.prefix": "access_logs.s3.prefix",
    "connectionLogs.enabled": "connection_logs.s3.enabled",
    "connectionLogs.bucket": "connection_logs.s3.bucket",
    "connectionLogs.prefix": "connection_logs.s3.prefix",
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "enableZonalShift": "zonal_shift.config.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}

LOAD_BALANCER = Resource(
    token="aws:lb/loadBalancer:LoadBalancer",
    service="elbv2",
    create=Call(op="CreateLoadBalancer", at="LoadBalancers[0]", rename={"name": "Name"}),
    id="{arn}",
    read=(
        Call(op="DescribeLoadBalancers", params={"LoadBalancerArns": ["$id"]}, at="LoadBalancers[0]"),
        Call(op="DescribeLoadBalancerAttributes", params={"LoadBalancerArn": "$id"}),
        _READ_TAGS,
    ),
    update=(
        Call(op="ModifyLoadBalancerAttributes", params={"LoadBalancerArn": "$id"}),
        Call(op="SetSecurityGroups", params={"LoadBalancerArn": "$id"}, props=("securityGroups",)),
        Call(op="SetSubnets", params={"LoadBalancerArn": "$id"}, props=("subnets",)),
        Call(op="SetIpAddressType", params={"LoadBalancerArn": "$id"}, props=("ipAddressType",)),
    ),
    delete=(Call(op="DeleteLoadBalancer", params={"LoadBalancerArn": "$id"}),),
    name="name",
    rename={
        "arn": "LoadBalancerArn", "name": "LoadBalancerName", "internal": "Scheme", "loadBalancerType": "Type",
        "accessLogs": "", "connectionLogs": "", "zoneId": "CanonicalHostedZoneId",
    }
    | {name: f"Attributes[{key}]" for name, key in _LB_ATTRIBUTES.items()},
    encode={"internal": lambda value: "internal" if value else "internet-facing"},
    local=("namePrefix",),
    defaults={"loadBalancerType": "application"},
    outputs={
        "internal": lambda _, found: found.get("Scheme") == "internal",
        "subnets": "AvailabilityZones[].SubnetId",
        "arnSuffix": _suffix,
        "accessLogs": lambda *_: None, "connectionLogs": lambda *_: None,
        "subnetMappings": lambda *_: None,
    },
    required_one=(("subnets", "subnetMappings"),),
    limits={"name": _NAME, "idleTimeout": Limit(min=1, max=4000, why="an idle timeout is 1 to 4000 seconds")},
    tags=TAGS,
    before_delete=_refuse_protected,
    wait_created=(Wait(name="load_balancer_available", params={"LoadBalancerArns": ["$id"]}, timeout=600),),
    wait_deleted=(Wait(name="load_balancers_deleted", params={"LoadBalancerArns": ["$id"]}, timeout=600),),
)  # fmt: skip

_TG_ATTRIBUTES = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
    "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
    "proxyProtocolV2": "proxy_protocol_v2.enabled",
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "slowStart": "slow_start.duration_seconds",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.type": "stickiness.type",
    "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
    "stickiness.cookieName": "stickiness.app_cookie.cookie_name",
}


def _health_check(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html."""
    check = inputs.get("healthCheck") or {}
    interval, timeout = check.get("interval", 30), check.get("timeout", 5)
    if isinstance(interval, int) and isinstance(timeout, int) and timeout >= interval:
        return [("healthCheck.timeout", f"{timeout} s must be below the interval of {interval} s")]
    return []


TARGET_GROUP = Resource(
    token="aws:lb/targetGroup:TargetGroup",
    service="elbv2",
    create=Call(op="CreateTargetGroup", at="TargetGroups[0]", rename={"name": "Name"}),
    id="{arn}",
    read=(
        Call(op="DescribeTargetGroups", params={"TargetGroupArns": ["$id"]}, at="TargetGroups[0]"),
        Call(op="DescribeTargetGroupAttributes", params={"TargetGroupArn": "$id"}),
        _READ_TAGS,
    ),
    update=(
        Call(op="ModifyTargetGroup", params={"TargetGroupArn": "$id"}),
        Call(op="ModifyTargetGroupAttributes", params={"TargetGroupArn": "$id"}),
    ),
    delete=(Call(op="DeleteTargetGroup", params={"TargetGroupArn": "$id"}),),
    name="name",
    rename={
        "arn": "TargetGroupArn",
        "name": "TargetGroupName",
        "healthCheck": "",
        "healthCheck.enabled": "HealthCheckEnabled",
        "healthCheck.healthyThreshold": "HealthyThresholdCount",
        "healthCheck.interval": "HealthCheckIntervalSeconds",
        "healthCheck.matcher": "Matcher.HttpCode",
        "healthCheck.path": "HealthCheckPath",
        "healthCheck.port": "HealthCheckPort",
        "healthCheck.protocol": "HealthCheckProtocol",
        "healthCheck.timeout": "HealthCheckTimeoutSeconds",
        "healthCheck.unhealthyThreshold": "UnhealthyThresholdCount",
        "stickiness": "",
    }
    | {name: f"Attributes[{key}]" for name, key in _TG_ATTRIBUTES.items()},
    local=("namePrefix",),
    defaults={"targetType": "instance"},
    # Which load balancers use it is known only after the listener: it would show as drift.
    outputs={"arnSuffix": _suffix, "loadBalancerArns": lambda *_: None},
    limits={
        "name": _NAME,
        "port": Limit(min=1, max=65535, why="a port is between 1 and 65535"),
        "deregistrationDelay": Limit(min=0, max=3600, why="a deregistration delay is 0 to 3600 seconds"),
        "healthCheck.path": Limit(pattern=r"/.*", max=1024, why="a path begins with / and has at most 1024 characters"),
        "healthCheck.matcher": Limit(
            pattern=r"\d{3}([,-]\d{3})*", why="a matcher is a status code, a list (200,202) or a range (200-299)"
        ),
    },
    checks=(_health_check,),
    tags=TAGS,
    retry={"ResourceInUse": 60},
)

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
            needs = {"forward": ("targetGroupArn", "forward"), "redirect": ("redirect",), "fixed-response": ("fixedResponse",)}
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
        _READ_TAGS,
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
    read=(Call(op="DescribeRules", params={"RuleArns": ["$id"]}, at="Rules[0]"), _READ_TAGS),
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

RESOURCES = (LOAD_BALANCER, TARGET_GROUP, LISTENER, LISTENER_RULE)
