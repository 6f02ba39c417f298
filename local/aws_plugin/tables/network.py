"""VPC and what lies in it. Import ids: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import NAT_ADDRESSES
from local.aws_plugin.plan import TagSpecification
from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

TAGS = TagCalls(add="CreateTags", remove="DeleteTags", params={"Resources": ["$id"]}, keys="Tags", keys_as_pairs=True)
CIDR = Limit(pattern=r"\d{1,3}(\.\d{1,3}){3}/(1[6-9]|2[0-8])", why="a block of a VPC is between /16 and /28")


def arn(kind: str) -> str:
    """The template of an EC2 resource's ARN, of which EC2's responses mostly say nothing."""
    return f"arn:aws:ec2:{{region}}:{{account}}:{kind}/{{id}}"


def _attribute(of: str, name: str, member: str) -> Call:
    """EC2 takes one attribute a call."""
    return Call(op=f"Modify{of}Attribute", params={f"{of}Id": "$id"}, props=(name,), rename={name: f"{member}.Value"})


VPC = Resource(
    token="aws:ec2/vpc:Vpc",
    service="ec2",
    create=Call(op="CreateVpc", params={"TagSpecifications": TagSpecification("vpc")}, at="Vpc"),
    id="Vpc.VpcId",
    read=(
        Call(op="DescribeVpcs", params={"VpcIds": ["$id"]}, at="Vpcs[0]"),
        Call(op="DescribeVpcAttribute", params={"VpcId": "$id", "Attribute": "enableDnsSupport"}),
        Call(op="DescribeVpcAttribute", params={"VpcId": "$id", "Attribute": "enableDnsHostnames"}),
        Call(
            op="DescribeRouteTables", into="main", optional=True, at="RouteTables[0].RouteTableId",
            params={"Filters": [{"Name": "vpc-id", "Values": ["$id"]}, {"Name": "association.main", "Values": ["true"]}]},
        ),
        Call(
            op="DescribeSecurityGroups", into="group", optional=True, at="SecurityGroups[0].GroupId",
            params={"Filters": [{"Name": "vpc-id", "Values": ["$id"]}, {"Name": "group-name", "Values": ["default"]}]},
        ),
        Call(
            op="DescribeNetworkAcls", into="acl", optional=True, at="NetworkAcls[0].NetworkAclId",
            params={"Filters": [{"Name": "vpc-id", "Values": ["$id"]}, {"Name": "default", "Values": ["true"]}]},
        ),
    ),
    update=(
        _attribute("Vpc", "enableDnsSupport", "EnableDnsSupport"),
        _attribute("Vpc", "enableDnsHostnames", "EnableDnsHostnames"),
    ),
    delete=(Call(op="DeleteVpc", params={"VpcId": "$id"}),),
    rename={
        "assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock",
        "enableDnsSupport": "EnableDnsSupport.Value",
        "enableDnsHostnames": "EnableDnsHostnames.Value",
    },
    defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
    outputs={
        "arn": arn("vpc"), "defaultRouteTableId": "main", "mainRouteTableId": "main",
        "defaultSecurityGroupId": "group", "defaultNetworkAclId": "acl",
    },
    limits={"cidrBlock": CIDR},
    tags=TAGS,
    retry={"DependencyViolation": 60},
)  # fmt: skip

INTERNET_GATEWAY = Resource(
    token="aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    create=Call(
        op="CreateInternetGateway", params={"TagSpecifications": TagSpecification("internet-gateway")},
        at="InternetGateway",
    ),
    id="InternetGateway.InternetGatewayId",
    read=(Call(op="DescribeInternetGateways", params={"InternetGatewayIds": ["$id"]}, at="InternetGateways[0]"),),
    update=(Call(op="AttachInternetGateway", params={"InternetGatewayId": "$id"}),),
    delete=(
        Call(op="DetachInternetGateway", params={"InternetGatewayId": "$id", "VpcId": "$vpcId"}, needs=("vpcId",)),
        Call(op="DeleteInternetGateway", params={"InternetGatewayId": "$id"}),
    ),
    replace=("vpcId",),
    outputs={"arn": arn("internet-gateway"), "vpcId": "Attachments[0].VpcId"},
    tags=TAGS,
    retry={"DependencyViolation": 60},
)  # fmt: skip

_SUBNET_FLAGS = ("mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "enableDns64")
_SUBNET_NAMES = ("enableResourceNameDnsARecordOnLaunch", "enableResourceNameDnsAaaaRecordOnLaunch")

SUBNET = Resource(
    token="aws:ec2/subnet:Subnet",
    service="ec2",
    create=Call(op="CreateSubnet", params={"TagSpecifications": TagSpecification("subnet")}, at="Subnet"),
    id="Subnet.SubnetId",
    read=(Call(op="DescribeSubnets", params={"SubnetIds": ["$id"]}, at="Subnets[0]"),),
    update=(
        *(_attribute("Subnet", name, name[0].upper() + name[1:]) for name in (*_SUBNET_FLAGS, _SUBNET_NAMES[0])),
        _attribute("Subnet", _SUBNET_NAMES[1], "EnableResourceNameDnsAAAARecordOnLaunch"),
        Call(
            op="ModifySubnetAttribute", params={"SubnetId": "$id"}, props=("privateDnsHostnameTypeOnLaunch",),
        ),
    ),
    delete=(Call(op="DeleteSubnet", params={"SubnetId": "$id"}),),
    outputs={
        "arn": arn("subnet"),
        "enableResourceNameDnsARecordOnLaunch": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
        "enableResourceNameDnsAaaaRecordOnLaunch": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord",
        "privateDnsHostnameTypeOnLaunch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
    },
    limits={"cidrBlock": CIDR},
    tags=TAGS,
    wait_created=(Wait(name="subnet_available", params={"SubnetIds": ["$id"]}),),
    retry={"DependencyViolation": 120},
)  # fmt: skip

EIP = Resource(
    token="aws:ec2/eip:Eip",
    service="ec2",
    create=Call(op="AllocateAddress", params={"TagSpecifications": TagSpecification("elastic-ip")}),
    id="AllocationId",
    read=(Call(op="DescribeAddresses", params={"AllocationIds": ["$id"]}, at="Addresses[0]"),),
    delete=(Call(op="ReleaseAddress", params={"AllocationId": "$id"}),),
    defaults={"domain": "vpc"},
    # What the address is attached to is another resource's doing, and would show as drift of this one.
    outputs=dict.fromkeys(("associationId", "instance", "networkInterface", "privateIp"), lambda *_: None)
    | {
        "arn": arn("elastic-ip"),
        "publicDns": lambda state, found: (
            f"ec2-{found['PublicIp'].replace('.', '-')}.{state['region']}.compute.amazonaws.com"
        ),
    },
    tags=TAGS,
    retry={"InvalidIPAddress.InUse": 60},
)  # fmt: skip

NAT_GATEWAY = Resource(
    token="aws:ec2/natGateway:NatGateway",
    service="ec2",
    create=Call(op="CreateNatGateway", params={"TagSpecifications": TagSpecification("natgateway")}, at="NatGateway"),
    id="NatGateway.NatGatewayId",
    read=(Call(op="DescribeNatGateways", params={"NatGatewayIds": ["$id"]}, at="NatGateways[0]"),),
    delete=(Call(op="DeleteNatGateway", params={"NatGatewayId": "$id"}),),
    rename={"privateIp": "PrivateIpAddress"},
    defaults={"connectivityType": "public"},
    outputs={
        "allocationId": "NatGatewayAddresses[0].AllocationId",
        "associationId": "NatGatewayAddresses[0].AssociationId",
        "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        "privateIp": "NatGatewayAddresses[0].PrivateIp",
        "publicIp": "NatGatewayAddresses[0].PublicIp",
    },
    unechoed={"allocationId": NAT_ADDRESSES, "privateIp": NAT_ADDRESSES, "secondaryAllocationIds": NAT_ADDRESSES},
    gone="State == 'deleted' || State == 'deleting'",
    tags=TAGS,
    wait_created=(Wait(name="nat_gateway_available", params={"NatGatewayIds": ["$id"]}, timeout=600),),
    wait_deleted=(Wait(name="nat_gateway_deleted", params={"NatGatewayIds": ["$id"]}, timeout=1800),),
)

ROUTE_TABLE = Resource(
    token="aws:ec2/routeTable:RouteTable",
    service="ec2",
    create=Call(op="CreateRouteTable", params={"TagSpecifications": TagSpecification("route-table")}, at="RouteTable"),
    id="RouteTable.RouteTableId",
    read=(Call(op="DescribeRouteTables", params={"RouteTableIds": ["$id"]}, at="RouteTables[0]"),),
    delete=(Call(op="DeleteRouteTable", params={"RouteTableId": "$id"}),),
    # Routes are resources of their own; as a property of the table they would show as drift.
    outputs={"arn": arn("route-table"), "routes": lambda *_: None, "propagatingVgws": lambda *_: None},
    tags=TAGS,
    retry={"DependencyViolation": 60},
)

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_TARGETS = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
    "networkInterfaceId", "odbNetworkArn", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
)  # fmt: skip


def _destination(state: Mapping[str, Any]) -> str:
    return next((str(state[name]) for name in _DESTINATIONS if state.get(name)), "")


def _find_route(state: Mapping[str, Any], response: Any) -> Any:
    routes = [route for table in response.get("RouteTables", []) for route in table.get("Routes", [])]
    wanted = _destination(state)
    return next(
        (r for r in routes for name in _DESTINATIONS if r.get(name[0].upper() + name[1:]) == wanted),
        None,
    )


_ROUTE_KEY = {"RouteTableId": "$routeTableId"} | {name[0].upper() + name[1:]: f"${name}" for name in _DESTINATIONS}

ROUTE = Resource(
    token="aws:ec2/route:Route",
    service="ec2",
    create=Call(op="CreateRoute"),
    # As upstream: the table and the checksum of the destination.
    id=lambda state, _: f"r-{state['routeTableId']}{zlib.crc32(_destination(state).encode())}",
    import_id="{routeTableId}_{destinationCidrBlock}",
    read=(Call(op="DescribeRouteTables", params={"RouteTableIds": ["$routeTableId"]}, at=_find_route),),
    update=(Call(op="ReplaceRoute", params=_ROUTE_KEY),),
    delete=(Call(op="DeleteRoute", params=_ROUTE_KEY),),
    rename={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
    required_one=(_DESTINATIONS, _TARGETS),
    delete_before_replace=True,
)


def _association_filter(state: Mapping[str, Any]) -> Any:
    known = str(state["id"]).startswith("rtbassoc-")
    name, value = (
        ("association.route-table-association-id", state["id"]) if known else ("route-table-id", state["routeTableId"])
    )
    return [{"Name": name, "Values": [value]}]


def _find_association(state: Mapping[str, Any], response: Any) -> Any:
    found = [a for table in response.get("RouteTables", []) for a in table.get("Associations", [])]
    mine = [
        a
        for a in found
        if state["id"] in {a.get("RouteTableAssociationId"), f"{a.get('SubnetId')}/{a.get('RouteTableId')}"}
    ]
    return mine[0] if mine else None


ROUTE_TABLE_ASSOCIATION = Resource(
    token="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    create=Call(op="AssociateRouteTable"),
    id=lambda _, found: found.get("AssociationId") or found["RouteTableAssociationId"],
    import_id="{subnetId}/{routeTableId}",
    read=(Call(op="DescribeRouteTables", params={"Filters": _association_filter}, at=_find_association),),
    delete=(Call(op="DisassociateRouteTable", params={"AssociationId": "$id"}),),
    required_one=(("subnetId", "gatewayId"),),
    delete_before_replace=True,
)


RESOURCES = (
    VPC, INTERNET_GATEWAY, SUBNET, EIP, NAT_GATEWAY, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION,
)  # fmt: skip
