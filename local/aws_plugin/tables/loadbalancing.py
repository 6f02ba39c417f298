"""Load balancers and target groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

TAGS = TagCalls(add="AddTags", remove="RemoveTags", params={"ResourceArns": ["$id"]})
_NAME = Limit(
    pattern=r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
    max=32,
    why="a name has letters, digits and inner hyphens, at most 32, and does not begin with internal-",
)
READ_TAGS = Call(op="DescribeTags", params={"ResourceArns": ["$id"]}, at="TagDescriptions[0]", optional=True)


def _suffix(state: Mapping[str, Any], found: Mapping[str, Any]) -> str:  # noqa: ARG001 - the form of an output
    """What CloudWatch calls it in its dimensions: `app/NAME/ID` or `targetgroup/NAME/ID`."""
    own = str(found.get("LoadBalancerArn") or "")
    if "TargetGroupArn" in found:
        own = str(found["TargetGroupArn"])
    return own.split(":loadbalancer/")[-1].split(":")[-1]


def _refuse_protected(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS refuses to delete a protected load balancer; the emulator does not (`gaps.ALB_PROTECTION`)."""
    from local.aws_plugin.aws import AwsError  # noqa: PLC0415 - the table stays data

    answer = lifecycle.request("DescribeLoadBalancerAttributes", {"LoadBalancerArn": state["id"]}, state)
    if {"Key": "deletion_protection.enabled", "Value": "true"} in answer["Attributes"]:
        msg = (
            f"elbv2 DeleteLoadBalancer: OperationNotPermitted: load balancer {state.get('name')} cannot be deleted "
            "because deletion protection is enabled: set enableDeletionProtection to false and deploy that first"
        )
        raise AwsError(msg, "OperationNotPermitted")


def _logs(kind: str) -> Callable[..., dict[str, Any] | None]:
    """Where a load balancer writes logs of a kind; None where it never did."""

    def read(_: Any, found: Mapping[str, Any]) -> dict[str, Any] | None:
        attributes = {each["Key"]: each["Value"] for each in found.get("Attributes", ())}
        if not attributes.get(f"{kind}.bucket"):
            return None
        prefix = attributes.get(f"{kind}.prefix")
        enabled = attributes.get(f"{kind}.enabled") == "true"
        return {"bucket": attributes[f"{kind}.bucket"], "enabled": enabled, **({"prefix": prefix} if prefix else {})}

    return read


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
        READ_TAGS,
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
        "accessLogs": _logs("access_logs.s3"), "connectionLogs": _logs("connection_logs.s3"),
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
        READ_TAGS,
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

RESOURCES = (LOAD_BALANCER, TARGET_GROUP)
