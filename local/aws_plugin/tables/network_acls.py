"""Network ACLs, their entries, and which subnets they guard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.aws_plugin.plan import TagSpecification
from local.aws_plugin.spec import Call, Limit, Resource
from local.aws_plugin.tables.network import TAGS, arn


def _guard(lifecycle: Any, state: Mapping[str, Any], subnets: Iterable[str], acl: str) -> None:
    """A subnet always has an ACL: its association is replaced, never made or ended."""
    acls = lifecycle.request("DescribeNetworkAcls", {}, state)["NetworkAcls"]
    found = {each["SubnetId"]: each for acl in acls for each in acl["Associations"]}
    for subnet in sorted(set(subnets) & set(found)):
        if found[subnet]["NetworkAclId"] != acl:
            params = {"AssociationId": found[subnet]["NetworkAclAssociationId"], "NetworkAclId": acl}
            lifecycle.request("ReplaceNetworkAclAssociation", params, state)


def _release(lifecycle: Any, state: Mapping[str, Any], subnets: Iterable[str]) -> None:
    """Give subnets back to the default ACL of their VPC."""
    wanted = [{"Name": "vpc-id", "Values": [state["vpcId"]]}, {"Name": "default", "Values": ["true"]}]
    (default,) = lifecycle.request("DescribeNetworkAcls", {"Filters": wanted}, state)["NetworkAcls"]
    _guard(lifecycle, state, subnets, default["NetworkAclId"])


def _created(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _guard(lifecycle, state, inputs.get("subnetIds") or (), state["id"])


def _updated(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    subnets = set(news.get("subnetIds") or ())
    _guard(lifecycle, state, subnets, state["id"])
    _release(lifecycle, state, set(olds.get("subnetIds") or ()) - subnets)


def _deleted(lifecycle: Any, state: Mapping[str, Any]) -> None:
    _release(lifecycle, state, state.get("subnetIds") or ())


NETWORK_ACL = Resource(
    token="aws:ec2/networkAcl:NetworkAcl",
    service="ec2",
    create=Call(op="CreateNetworkAcl", params={"TagSpecifications": TagSpecification("network-acl")}, at="NetworkAcl"),
    id="NetworkAcl.NetworkAclId",
    read=(Call(op="DescribeNetworkAcls", params={"NetworkAclIds": ["$id"]}, at="NetworkAcls[0]"),),
    delete=(Call(op="DeleteNetworkAcl", params={"NetworkAclId": "$id"}),),
    hooked=("subnetIds",),
    after_create=_created,
    after_update=_updated,
    before_delete=_deleted,
    # Entries are resources of their own; as properties of the ACL they would show as drift.
    outputs={
        "arn": arn("network-acl"), "subnetIds": "sort(Associations[].SubnetId)",
        **dict.fromkeys(("egress", "ingress"), lambda *_: None),
    },
    tags=TAGS,
    retry={"DependencyViolation": 60},
)  # fmt: skip


def _entry(state: Mapping[str, Any], response: Any) -> Any:
    entries = [entry for acl in response.get("NetworkAcls", []) for entry in acl.get("Entries", [])]
    wanted = (int(state["ruleNumber"]), str(state.get("egress")).lower() == "true")
    return next((entry for entry in entries if (entry["RuleNumber"], entry["Egress"]) == wanted), None)


def _port(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html."""
    if str(inputs.get("protocol")) in {"6", "17", "tcp", "udp"} and (
        "fromPort" not in inputs or "toPort" not in inputs
    ):
        return [("fromPort", "TCP and UDP need a range of ports")]
    return []


_PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "all": "-1"}
_ENTRY_KEY = {"NetworkAclId": "$networkAclId", "RuleNumber": "$ruleNumber", "Egress": "$egress"}

NETWORK_ACL_RULE = Resource(
    token="aws:ec2/networkAclRule:NetworkAclRule",
    service="ec2",
    create=Call(op="CreateNetworkAclEntry"),
    id="{networkAclId}:{ruleNumber}:{egress}",
    import_id="{networkAclId}:{ruleNumber}:{protocol}:{egress}",
    read=(Call(op="DescribeNetworkAcls", params={"NetworkAclIds": ["$networkAclId"]}, at=_entry),),
    delete=(Call(op="DeleteNetworkAclEntry", params=_ENTRY_KEY),),
    rename={
        "fromPort": "PortRange.From", "toPort": "PortRange.To",
        "icmpType": "IcmpTypeCode.Type", "icmpCode": "IcmpTypeCode.Code",
    },
    encode={"protocol": lambda name: _PROTOCOLS.get(str(name), str(name))},
    same={"protocol": lambda old, new: _PROTOCOLS.get(str(old), str(old)) == _PROTOCOLS.get(str(new), str(new))},
    defaults={"egress": False},
    limits={"ruleNumber": Limit(pattern=r"[1-9]\d{0,4}", why="a rule's number is between 1 and 32766")},
    required_one=(("cidrBlock", "ipv6CidrBlock"),),
    checks=(_port,),
    delete_before_replace=True,
)  # fmt: skip


RESOURCES = (NETWORK_ACL, NETWORK_ACL_RULE)
