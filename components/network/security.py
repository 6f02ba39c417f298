"""Security groups without inline rules, and the rules between them (design decision 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from components.component import Component, Context


def security_group(
    component: Component, name: str, context: Context, *, what: str, vpc_id: pulumi.Input[str], description: str
) -> aws.ec2.SecurityGroup:
    """A security group that lets nothing in and nothing out; :func:`allow` and its like open it."""
    return aws.ec2.SecurityGroup(
        name,
        name=context.name(what),
        description=description,
        vpc_id=vpc_id,
        tags=context.tags(what),
        opts=component.child(),
    )


def allow(
    component: Component,
    name: str,
    *,
    source: aws.ec2.SecurityGroup,
    target: aws.ec2.SecurityGroup,
    port: int,
    description: str,
) -> None:
    """Lets `source` connect to `target` on one TCP port: a rule out of the one, a rule into the other."""
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        security_group_id=source.id,
        referenced_security_group_id=target.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=description,
        opts=component.child(),
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-in",
        security_group_id=target.id,
        referenced_security_group_id=source.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=description,
        opts=component.child(),
    )


def open_to(component: Component, name: str, group: aws.ec2.SecurityGroup, port: int, cidrs: Iterable[str]) -> None:
    """Lets address ranges, IPv4 or IPv6, connect to a load balancer's group on one TCP port."""
    for cidr in cidrs:
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-{port}-from-{cidr}",
            security_group_id=group.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"Port {port} of the load balancer",
            cidr_ipv6=cidr if ":" in cidr else None,
            cidr_ipv4=None if ":" in cidr else cidr,
            opts=component.child(),
        )
