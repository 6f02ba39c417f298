"""The VPC: subnets per zone, routes, NAT gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from settings.network.subnets import private_subnet, public_subnet

if TYPE_CHECKING:
    import pulumi

    from settings import Network as NetworkSettings

ANYWHERE = "0.0.0.0/0"


class Network(Component):
    """A VPC with one public and one private subnet per availability zone (AUT-NET-01 to AUT-NET-04).

    Creates the VPC, its default security group emptied of rules, an internet gateway, a public route table,
    and per zone two subnets, a private route table and, by setting, a NAT gateway with its address. Children are
    keyed by the zone's letter, so that adding a zone renames nothing.
    """

    vpc_id: pulumi.Output[str]
    account_id: pulumi.Output[str]
    """The AWS account, told by the VPC: asking for it would be a call at every preview."""
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    private_route_table_ids: list[pulumi.Output[str]]
    zones: list[str]
    """The letters of the zones, in the order of the subnets."""

    def __init__(
        self,
        name: str,
        context: Context,
        settings: NetworkSettings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("network", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self._zones = {zone.removeprefix(context.region): zone for zone in settings.availability_zones}
        self.zones = list(self._zones)
        self._create_vpc()
        self._create_public_side()
        self._create_private_side()
        self.register_outputs({"vpc_id": self.vpc_id})

    def _create_vpc(self) -> None:
        vpc = aws.ec2.Vpc(
            f"{self._name}-vpc",
            cidr_block=self._settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._context.tags("vpc"),
            opts=self.child(),
        )
        self.vpc_id, self.account_id = vpc.id, vpc.owner_id
        # Naming no rules takes away those AWS puts there, so that nothing works by accident in the default group.
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default", vpc_id=vpc.id, tags=self._context.tags("default"), opts=self.child()
        )

    def _create_public_side(self) -> None:
        gateway = aws.ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=self.vpc_id, tags=self._context.tags("internet"), opts=self.child()
        )
        self._public_routes = self._create_route_table("public", gateway_id=gateway.id)
        self._public = {
            letter: aws.ec2.Subnet(
                f"{self._name}-public-{letter}",
                vpc_id=self.vpc_id,
                availability_zone=zone,
                cidr_block=public_subnet(self._settings.cidr, index),
                map_public_ip_on_launch=True,
                tags=self._context.tags("public", str(index + 1), Type="Public"),
                opts=self.child(),
            )
            for index, (letter, zone) in enumerate(self._zones.items())
        }
        for letter, subnet in self._public.items():
            self._associate("public", letter, subnet, self._public_routes)
        self.public_subnet_ids = [subnet.id for subnet in self._public.values()]

    def _create_private_side(self) -> None:
        gateways = self._create_nat_gateways()
        self.private_subnet_ids, self.private_route_table_ids = [], []
        for index, (letter, zone) in enumerate(self._zones.items()):
            subnet = aws.ec2.Subnet(
                f"{self._name}-private-{letter}",
                vpc_id=self.vpc_id,
                availability_zone=zone,
                cidr_block=private_subnet(self._settings.cidr, index),
                tags=self._context.tags("private", str(index + 1), Type="Private"),
                opts=self.child(),
            )
            # A table per zone whatever the NAT setting: changing that changes routes, never associations.
            gateway = gateways.get(letter)
            table = self._create_route_table(f"private-{letter}", nat_gateway_id=gateway.id if gateway else None)
            self._associate("private", letter, subnet, table)
            self.private_subnet_ids.append(subnet.id)
            self.private_route_table_ids.append(table.id)

    def _create_nat_gateways(self) -> dict[str, aws.ec2.NatGateway]:
        """The NAT gateway that each zone's private subnet goes out by; empty when the setting is none."""
        letters = list(self._zones)
        own = {"none": [], "one": letters[:1], "per_zone": letters}[self._settings.nat]
        gateways = {}
        for letter in own:
            address = aws.ec2.Eip(
                f"{self._name}-nat-{letter}",
                domain="vpc",
                tags=self._context.tags("nat", letter),
                opts=self.child(),
            )
            gateways[letter] = aws.ec2.NatGateway(
                f"{self._name}-nat-{letter}",
                allocation_id=address.id,
                subnet_id=self._public[letter].id,
                tags=self._context.tags("nat", letter),
                # A gateway made before the way out exists fails.
                opts=self.child(depends_on=[self._public_routes]),
            )
        return {letter: gateways.get(letter, gateways[own[0]]) for letter in letters} if own else {}

    def _create_route_table(
        self,
        key: str,
        *,
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
    ) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            f"{self._name}-{key}", vpc_id=self.vpc_id, tags=self._context.tags(key), opts=self.child()
        )
        if gateway_id is not None or nat_gateway_id is not None:
            aws.ec2.Route(
                f"{self._name}-{key}-out",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                gateway_id=gateway_id,
                nat_gateway_id=nat_gateway_id,
                opts=self.child(),
            )
        return table

    def _associate(self, side: str, letter: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{side}-{letter}", subnet_id=subnet.id, route_table_id=table.id, opts=self.child()
        )
