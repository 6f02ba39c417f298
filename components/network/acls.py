"""Network ACLs: a second layer beneath the security groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.network.network import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.network.network import Network

# What answers come back to: NAT gateways take any port above 1023, Linux the upper half.
# https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
NAT_PORTS, LINUX_PORTS = (1024, 65535), (32768, 65535)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Traffic that an ACL lets in: all of it, or TCP to a range of ports."""

    key: str
    number: int
    source: str
    ports: tuple[int, int] | None = None


class NetworkAcls(Component):
    """One network ACL for all public subnets and one for all private ones (UTJ-NET-01).

    From the internet, public subnets let in HTTP, HTTPS and answers to what NAT gateways asked for; private subnets
    let in answers alone, on ports where no server of ours listens. Within the VPC everything passes: there security
    groups decide, by who asks and not by address. What goes out is not held back here either; ACLs know no state, so
    each answer needs a way of its own.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        network: Network,
        cidr: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("network", name, opts)
        self._name, self._context, self._network = name, context, network
        inside = Entry(key="vpc", number=100, source=cidr)
        self._create(
            "public",
            network.public_subnet_ids,
            inside,
            Entry(key="http", number=110, source=ANYWHERE, ports=(80, 80)),
            Entry(key="https", number=120, source=ANYWHERE, ports=(443, 443)),
            Entry(key="answers", number=130, source=ANYWHERE, ports=NAT_PORTS),
        )
        self._create(
            "private",
            network.private_subnet_ids,
            inside,
            Entry(key="answers", number=110, source=ANYWHERE, ports=LINUX_PORTS),
        )
        self.register_outputs({})

    def _create(self, side: str, subnets: Sequence[pulumi.Input[str]], *entries: Entry) -> None:
        acl = aws.ec2.NetworkAcl(
            f"{self._name}-{side}",
            vpc_id=self._network.vpc_id,
            subnet_ids=subnets,
            tags=self._context.tags(side, "acl"),
            opts=self.child(),
        )
        for entry in entries:
            first, last = entry.ports or (None, None)
            aws.ec2.NetworkAclRule(
                f"{self._name}-{side}-{entry.key}",
                network_acl_id=acl.id,
                rule_number=entry.number,
                rule_action="allow",
                egress=False,
                protocol="tcp" if entry.ports else "-1",
                cidr_block=entry.source,
                from_port=first,
                to_port=last,
                opts=self.child(),
            )
        aws.ec2.NetworkAclRule(
            f"{self._name}-{side}-out",
            network_acl_id=acl.id,
            rule_number=100,
            rule_action="allow",
            egress=True,
            protocol="-1",
            cidr_block=ANYWHERE,
            opts=self.child(),
        )
