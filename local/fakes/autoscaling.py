"""Application Auto Scaling: keeps targets and policies, as
https://docs.aws.amazon.com/autoscaling/application/APIReference/ describes them. It scales nothing.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.fakes.errors import ApiError
from local.fakes.tagging import Params, Tagging

_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_CONTENT = {
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
    "PredictiveScaling": "PredictiveScalingPolicyConfiguration",
}


class AutoScaling(Tagging):
    """The state of the service, and its operations by name."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, ...], dict[str, Any]] = {}
        self._policies: dict[tuple[str, ...], dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def operation(self, name: str) -> Callable[[Params, str], dict[str, Any]] | None:
        """The method for an operation, from its parameters and region to its response."""
        known: dict[str, Callable[[Params, str], dict[str, Any]]] = {
            "RegisterScalableTarget": self._register,
            "DescribeScalableTargets": self._describe_targets,
            "DeregisterScalableTarget": self._deregister,
            "PutScalingPolicy": self._put_policy,
            "DescribeScalingPolicies": self._describe_policies,
            "DeleteScalingPolicy": self._delete_policy,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return known.get(name)

    def _register(self, params: Params, region: str) -> dict[str, Any]:
        key = tuple(params[name] for name in _KEY)
        old = self._targets.get(key)
        if old is None and not {"MinCapacity", "MaxCapacity"} <= set(params):
            msg = "MinCapacity and MaxCapacity are required for a new scalable target"
            raise ApiError("ValidationException", msg)
        target = {**(old or {}), **{name: value for name, value in params.items() if name != "Tags"}}
        if target["MinCapacity"] > target["MaxCapacity"]:
            raise ApiError("ValidationException", "MinCapacity cannot be greater than MaxCapacity")
        target.setdefault("ScalableTargetARN", _arn(region, f"scalable-target/{uuid.uuid4().hex}"))
        target.setdefault(
            "RoleARN",
            f"arn:aws:iam::{_ACCOUNT}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
        )
        target.setdefault("CreationTime", time.time())
        target.setdefault(
            "SuspendedState",
            {
                "DynamicScalingInSuspended": False,
                "DynamicScalingOutSuspended": False,
                "ScheduledScalingSuspended": False,
            },
        )
        self._targets[key] = target
        self._tags.setdefault(target["ScalableTargetARN"], {}).update(params.get("Tags", {}))
        return {"ScalableTargetARN": target["ScalableTargetARN"]}

    def _describe_targets(self, params: Params, _region: str) -> dict[str, Any]:
        ids = params.get("ResourceIds")
        found = [t for t in self._targets.values() if _matches(t, params) and (not ids or t["ResourceId"] in ids)]
        return {"ScalableTargets": found}

    def _deregister(self, params: Params, _region: str) -> dict[str, Any]:
        key = self._known(params)
        target = self._targets.pop(key)
        self._tags.pop(target["ScalableTargetARN"], None)
        for policy in [p for p in self._policies if p[:3] == key]:
            del self._policies[policy]
        return {}

    def _put_policy(self, params: Params, region: str) -> dict[str, Any]:
        key = (*self._known(params), params["PolicyName"])
        old = self._policies.get(key, {})
        kind = params.get("PolicyType") or old.get("PolicyType") or "StepScaling"
        if _CONTENT[kind] not in params and not old:
            raise ApiError("ValidationException", f"{_CONTENT[kind]} is required for a policy of type {kind}")
        policy = {**old, **params, "PolicyType": kind, "Alarms": []}
        policy.setdefault(
            "PolicyARN",
            _arn(
                region, f"scalingPolicy:{uuid.uuid4()}:resource/{'/'.join(key[:2])}:policyName/{key[3]}", "autoscaling"
            ),
        )
        policy.setdefault("CreationTime", time.time())
        self._policies[key] = policy
        return {"PolicyARN": policy["PolicyARN"], "Alarms": []}

    def _describe_policies(self, params: Params, _region: str) -> dict[str, Any]:
        names = params.get("PolicyNames")
        found = [p for p in self._policies.values() if _matches(p, params) and (not names or p["PolicyName"] in names)]
        return {"ScalingPolicies": found}

    def _delete_policy(self, params: Params, _region: str) -> dict[str, Any]:
        key = (*(params[name] for name in _KEY), params["PolicyName"])
        if self._policies.pop(key, None) is None:
            raise ApiError("ObjectNotFoundException", f"No scaling policy found for {'/'.join(key)}")
        return {}

    def _tagged(self, params: Params) -> dict[str, str]:
        if params["ResourceARN"] not in self._tags:
            raise ApiError("ResourceNotFoundException", f"No scalable target found for {params['ResourceARN']}")
        return self._tags[params["ResourceARN"]]

    def _known(self, params: Params) -> tuple[str, ...]:
        key = tuple(params[name] for name in _KEY)
        if key not in self._targets:
            raise ApiError("ObjectNotFoundException", f"No scalable target found for {'/'.join(key)}")
        return key


_ACCOUNT = "000000000000"


def _arn(region: str, rest: str, service: str = "application-autoscaling") -> str:
    return f"arn:aws:{service}:{region}:{_ACCOUNT}:{rest}"


def _matches(item: Mapping[str, Any], params: Params) -> bool:
    return all(item[name] == params[name] for name in _KEY if name in params)
