"""IAM roles and policy documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.component import Component, Context

POLICY_VERSION = "2012-10-17"


def statement(*actions: str, on: Sequence[pulumi.Input[str]], effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """One statement of a policy: what may be done on which ARNs."""
    return {"Effect": effect, "Action": list(actions), "Resource": list(on), **more}


def document(*statements: Mapping[str, Any]) -> pulumi.Input[str]:
    """A policy document; a plain string, known at preview, unless a statement holds an output."""
    policy = {"Version": POLICY_VERSION, "Statement": list(statements)}
    try:
        return json.dumps(policy)
    except TypeError:
        return pulumi.Output.json_dumps(policy)


def service_role(
    component: Component, name: str, context: Context, service: str, *, managed_policies: Sequence[str] = ()
) -> aws.iam.Role:
    """A role for one AWS service, e.g. ``ecs-tasks.amazonaws.com``, named after the resource.

    `managed_policies` are paths after ``arn:aws:iam::aws:policy/``.
    """
    role = aws.iam.Role(
        name,
        name=context.name(name),
        assume_role_policy=document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}),
        tags=context.tags(name),
        opts=component.child(),
    )
    for policy in managed_policies:
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rpartition('/')[2]}",
            role=role.name,
            policy_arn=f"arn:aws:iam::aws:policy/{policy}",
            opts=component.child(),
        )
    return role


def allow_role(component: Component, name: str, role: aws.iam.Role, *statements: Mapping[str, Any]) -> None:
    """Gives a role what its statements say, as an inline policy."""
    aws.iam.RolePolicy(name, name=name, role=role.name, policy=document(*statements), opts=component.child())
