"""Application Auto Scaling: targets and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_KEY = {
    "ServiceNamespace": "$serviceNamespace",
    "ResourceId": "$resourceId",
    "ScalableDimension": "$scalableDimension",
}
_IMPORT = r"(?P<serviceNamespace>[^/]+)/(?P<resourceId>.+)/(?P<scalableDimension>[^/]+)"


def _order(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    low, high = inputs.get("minCapacity"), inputs.get("maxCapacity")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        return [("minCapacity", f"{low} is above maxCapacity {high}")]
    return []


TARGET = Resource(
    token="aws:appautoscaling/target:Target",
    service="application-autoscaling",
    create=Call(op="RegisterScalableTarget"),
    id="{resourceId}",
    import_id=_IMPORT,
    read=(
        Call(
            op="DescribeScalableTargets",
            params={
                "ServiceNamespace": "$serviceNamespace",
                "ResourceIds": ["$resourceId"],
                "ScalableDimension": "$scalableDimension",
            },
            at="ScalableTargets[0]",
        ),
        Call(op="ListTagsForResource", params={"ResourceARN": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(Call(op="RegisterScalableTarget", params=_KEY, omit=("tags",)),),
    delete=(Call(op="DeregisterScalableTarget", params=_KEY),),
    rename={"arn": "ScalableTargetARN"},
    limits={
        "minCapacity": Limit(min=0, max=1_000_000, why="a capacity is not negative"),
        "maxCapacity": Limit(min=0, max=1_000_000, why="a capacity is not negative"),
    },
    checks=(_order,),
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"ResourceARN": "$arn"}, form="map"),
)

_KINDS = {
    "StepScaling": "stepScalingPolicyConfiguration",
    "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration",
    "PredictiveScaling": "predictiveScalingPolicyConfiguration",
}


def _configured(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    kind = inputs.get("policyType")
    if kind not in _KINDS:
        return []
    wanted = _KINDS[kind]
    missing = [] if wanted in inputs else [(wanted, f"is required for policyType {kind}")]
    return missing + [
        (other, f"cannot be set for policyType {kind}")
        for other in _KINDS.values()
        if other != wanted and other in inputs
    ]


POLICY = Resource(
    token="aws:appautoscaling/policy:Policy",
    service="application-autoscaling",
    create=Call(op="PutScalingPolicy"),
    id="{name}",
    import_id=_IMPORT + r"/(?P<name>[^/]+)",
    read=(
        Call(
            op="DescribeScalingPolicies",
            params={
                "ServiceNamespace": "$serviceNamespace",
                "ResourceId": "$resourceId",
                "ScalableDimension": "$scalableDimension",
                "PolicyNames": ["$name"],
            },
            at="ScalingPolicies[0]",
        ),
    ),
    update=(Call(op="PutScalingPolicy", params={**_KEY, "PolicyName": "$name"}, whole=True),),
    delete=(Call(op="DeleteScalingPolicy", params={**_KEY, "PolicyName": "$name"}),),
    name="name",
    rename={"name": "PolicyName", "arn": "PolicyARN"},
    defaults={"policyType": "StepScaling"},
    outputs={"alarmArns": "Alarms[].AlarmARN"},
    checks=(_configured,),
)

RESOURCES = (TARGET, POLICY)
