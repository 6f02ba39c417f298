"""Network ACLs with the ports of their entries, and with the subnets that they guard.

As on AWS every subnet is associated with exactly one ACL of its VPC, at first the default one; what is replaced is
that association, and an ACL that still guards a subnet is not deleted.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from __future__ import annotations

import uuid
from typing import Any

from ministack.services import ec2

_OK = 200
_RANGES = {"PortRange": "portRange", "Icmp": "icmpTypeCode"}
_BOUNDS = {"PortRange": ("From", "To"), "Icmp": ("Type", "Code")}


def install() -> None:
    """Lays it over MiniStack's own."""
    actions, entry_xml = ec2._ACTION_MAP, ec2._network_acl_entry_xml
    describe, replace, delete = (
        actions[name] for name in ("DescribeNetworkAcls", "ReplaceNetworkAclAssociation", "DeleteNetworkAcl")
    )

    def describe_with_subnets(params: Any) -> Any:
        _associate()
        return describe(params)

    def replace_of_subnet(params: Any) -> Any:
        _associate()
        association = ec2._p(params, "AssociationId")
        subnet = next((each["SubnetId"] for each in _associations() if _id(each) == association), None)
        if subnet is None:
            unknown = f"The association ID '{association}' does not exist"
            return ec2._error("InvalidAssociationID.NotFound", unknown, 400)
        answer = replace(params)
        if answer[0] == _OK:
            ec2._network_acls[ec2._p(params, "NetworkAclId")]["Associations"][-1]["SubnetId"] = subnet
        return answer

    def delete_unused(params: Any) -> Any:
        _associate()
        acl = ec2._network_acls.get(ec2._p(params, "NetworkAclId"))
        if acl and acl["Associations"]:
            return ec2._error("DependencyViolation", f"networkAcl '{acl['NetworkAclId']}' has dependencies", 400)
        return delete(params)

    def entry_with_ports(entry: dict[str, Any]) -> str:
        told = "".join(_told(tag, entry[key]) for key, tag in _RANGES.items() if key in entry)
        return str(entry_xml(entry)).replace("</item>", f"{told}</item>")

    actions |= {
        "DescribeNetworkAcls": describe_with_subnets,
        "ReplaceNetworkAclAssociation": replace_of_subnet,
        "DeleteNetworkAcl": delete_unused,
        "CreateNetworkAclEntry": _with_ports(actions["CreateNetworkAclEntry"]),
        "ReplaceNetworkAclEntry": _with_ports(actions["ReplaceNetworkAclEntry"]),
    }
    ec2._network_acl_entry_xml = entry_with_ports


def _told(tag: str, bounds: dict[str, str]) -> str:
    inner = "".join(f"<{name.lower()}>{value}</{name.lower()}>" for name, value in bounds.items())
    return f"<{tag}>{inner}</{tag}>"


def _with_ports(action: Any) -> Any:
    """The action on an entry, which then keeps the ports or ICMP types that it was given."""

    def apply(params: Any) -> Any:
        answer = action(params)
        if answer[0] == _OK:
            entry = ec2._network_acls[ec2._p(params, "NetworkAclId")]["Entries"][-1]
            for key, bounds in _BOUNDS.items():
                given = {name: value for name in bounds if (value := ec2._p(params, f"{key}.{name}"))}
                if given:
                    entry[key] = given
        return answer

    return apply


def _associate() -> None:
    """Give every new subnet to its VPC's default ACL, and forget those that are gone."""
    for acl in ec2._network_acls.values():
        acl["Associations"] = [each for each in acl["Associations"] if each["SubnetId"] in ec2._subnets]
    known = {each["SubnetId"] for each in _associations()}
    defaults = {acl["VpcId"]: acl for acl in ec2._network_acls.values() if acl["IsDefault"]}
    for subnet_id, subnet in ec2._subnets.items():
        if subnet_id not in known and (acl := defaults.get(subnet["VpcId"])):
            association = f"aclassoc-{uuid.uuid4().hex[:17]}"
            acl["Associations"].append({"NetworkAclAssociationId": association, "SubnetId": subnet_id})


def _associations() -> list[dict[str, str]]:
    return [each for acl in ec2._network_acls.values() for each in acl["Associations"]]


def _id(association: dict[str, str]) -> str:
    return association["NetworkAclAssociationId"]
