"""IAM roles and policy documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.component import Component, Context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POLICY_VERSION = "2012-10-17"


def statement(*actions: str, on: Sequence[pulumi.Input[str]], effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """One statement of a policy: what may be done on which ARNs."""
    return {"Effect": effect, "Action": list(actions), "Resource": list(on), **more}


def tls_only(*actions: str, on: Sequence[pulumi.Input[str]], principal: Any = "*") -> dict[str, Any]:
    """The statement of a resource's policy that refuses whoever asks without TLS."""
    return statement(
        *actions,
        on=on,
        effect="Deny",
        Sid="TlsOnly",
        Principal=principal,
        Condition={"Bool": {"aws:SecureTransport": "false"}},
    )


def traces(*more: str) -> dict[str, Any]:
    """The statement of a role that may send traces to X-Ray, and do `more` of its actions, which name no resource."""
    return statement("xray:PutTraceSegments", "xray:PutTelemetryRecords", *more, on=["*"])


def document(*statements: Mapping[str, Any]) -> pulumi.Input[str]:
    """A policy document; a plain string, known at preview, unless a statement holds an output."""
    policy = {"Version": POLICY_VERSION, "Statement": list(statements)}
    try:
        return json.dumps(policy)
    except TypeError:
        return pulumi.Output.json_dumps(policy)


class ServiceRole(Component):
    """A role for one AWS service, e.g. ``ecs-tasks.amazonaws.com``, named after the component.

    What needs the role needs its policies too, and AWS fails what comes before them: depend on the component, and
    Pulumi waits for all of it. `managed_policies` are paths after ``arn:aws:iam::aws:policy/``.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        service: str,
        *,
        managed_policies: Sequence[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("iam", name, opts)
        self._role = aws.iam.Role(
            name,
            name=context.name(name),
            assume_role_policy=document(
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
            ),
            tags=context.tags(name),
            opts=self.child(),
        )
        self.arn = self._role.arn
        for policy in managed_policies:
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy.rpartition('/')[2]}",
                role=self._role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=self.child(),
            )
        self.register_outputs({"arn": self.arn})

    def allow(self, name: str, *statements: Mapping[str, Any]) -> None:
        """Gives the role what the statements say, as an inline policy."""
        aws.iam.RolePolicy(name, name=name, role=self._role.name, policy=document(*statements), opts=self.child())
