"""Endpoints of AWS services in a VPC, and logs of its traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.gaps import FLOW_LOGS, VPC_ENDPOINTS
from local.aws_plugin.plan import TagSpecification
from local.aws_plugin.spec import Call, Resource, Wait
from local.aws_plugin.tables.network import TAGS, arn


def _adjust_endpoint(
    lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]
) -> None:
    """Lists of an endpoint are changed by what to add and what to remove."""
    params: dict[str, Any] = {}
    for name, member in (
        ("routeTableIds", "RouteTableIds"),
        ("subnetIds", "SubnetIds"),
        ("securityGroupIds", "SecurityGroupIds"),
    ):
        before, after = set(olds.get(name) or ()), set(news.get(name) or ())
        params |= {f"Add{member}": sorted(after - before)} if after - before else {}
        params |= {f"Remove{member}": sorted(before - after)} if before - after else {}
    if params:
        lifecycle.request("ModifyVpcEndpoint", {"VpcEndpointId": state["id"], **params}, state)


_ENDPOINT = {"VpcEndpointIds": ["$id"]}

VPC_ENDPOINT = Resource(
    token="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    create=Call(op="CreateVpcEndpoint", params={"TagSpecifications": TagSpecification("vpc-endpoint")}, at="VpcEndpoint"),
    id="VpcEndpoint.VpcEndpointId",
    read=(
        Call(op="DescribeVpcEndpoints", params=_ENDPOINT, at="VpcEndpoints[0]"),
        Call(
            op="DescribePrefixLists", into="prefixes", optional=True, at="PrefixLists[0].PrefixListId",
            params={"Filters": [{"Name": "prefix-list-name", "Values": ["$serviceName"]}]},
        ),
    ),
    update=(Call(op="ModifyVpcEndpoint", params={"VpcEndpointId": "$id"}, omit=("subnetConfigurations",)),),
    delete=(Call(op="DeleteVpcEndpoints", params=_ENDPOINT),),
    rename={"policy": "PolicyDocument"},
    hooked=("routeTableIds", "subnetIds", "securityGroupIds"),
    after_update=_adjust_endpoint,
    defaults={"vpcEndpointType": "Gateway"},
    json=("policy",),
    outputs={
        "arn": arn("vpc-endpoint"),
        "securityGroupIds": "Groups[].GroupId",
        "prefixListId": lambda _, found: found.get("prefixes") if found.get("VpcEndpointType") == "Gateway" else None,
    },
    unechoed=dict.fromkeys(("securityGroupIds", "privateDnsEnabled", "policy", "dnsOptions", "ipAddressType"), VPC_ENDPOINTS),
    gone="State == 'deleted' || State == 'deleting'",
    tags=TAGS,
    wait_created=(
        Wait(
            op="DescribeVpcEndpoints", params=_ENDPOINT, timeout=600,
            until="contains(['available', 'Available', 'pendingAcceptance'], VpcEndpoints[0].State)",
            fails="contains(['failed', 'rejected', 'Failed', 'Rejected'], VpcEndpoints[0].State)",
        ),
    ),
    wait_deleted=(
        Wait(
            op="DescribeVpcEndpoints", params=_ENDPOINT, timeout=600,
            until="Error || VpcEndpoints[?State != 'deleted'] == `[]`",
        ),
    ),
)  # fmt: skip

_WATCHED = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}


def _watched(state: Mapping[str, Any]) -> str:
    return next((name for name in _WATCHED if state.get(name)), "vpcId")


def _watched_output(name: str) -> Any:
    prefix = {"vpcId": "vpc-", "subnetId": "subnet-", "eniId": "eni-"}[name]
    return lambda _, found: found["ResourceId"] if found.get("ResourceId", "").startswith(prefix) else None


FLOW_LOG = Resource(
    token="aws:ec2/flowLog:FlowLog",
    service="ec2",
    create=Call(
        op="CreateFlowLogs",
        uses=tuple(_WATCHED),
        omit=("tagsAll",),
        params={
            "ResourceIds": lambda state: [state[_watched(state)]] if any(n in state for n in _WATCHED) else [],
            "ResourceType": lambda state: _WATCHED[_watched(state)],
        },
    ),
    id="FlowLogIds[0]",
    read=(Call(op="DescribeFlowLogs", params={"FlowLogIds": ["$id"]}, at="FlowLogs[0]"),),
    delete=(Call(op="DeleteFlowLogs", params={"FlowLogIds": ["$id"]}),),
    rename={"iamRoleArn": "DeliverLogsPermissionArn"},
    defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
    outputs={"arn": arn("vpc-flow-log")} | {name: _watched_output(name) for name in _WATCHED},
    required_one=(tuple(_WATCHED),),
    unechoed=dict.fromkeys(("iamRoleArn", "maxAggregationInterval", "logFormat", "destinationOptions"), FLOW_LOGS),
    tags=TAGS,
)

RESOURCES = (VPC_ENDPOINT, FLOW_LOG)
