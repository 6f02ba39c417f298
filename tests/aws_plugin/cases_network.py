"""Cases of network ACLs: see cases.py."""

from __future__ import annotations

from tests.aws_plugin.case import TAGS, Case

CASES: dict[str, Case] = {
    "network_acl": Case(
        "aws:ec2/networkAcl:NetworkAcl",
        lambda made, n: {"vpcId": made("vpc")["id"], "subnetIds": [made("subnet")["id"]], "tags": {"Name": n}},
        {**TAGS, "subnetIds": []},
    ),
    "network_acl_rule": Case(
        "aws:ec2/networkAclRule:NetworkAclRule",
        lambda made, _: {
            "networkAclId": made("network_acl")["id"],
            "ruleNumber": 110,
            "ruleAction": "allow",
            "protocol": "tcp",
            "cidrBlock": "0.0.0.0/0",
            "fromPort": 443,
            "toPort": 443,
        },
        import_id="{networkAclId}:{ruleNumber}:{protocol}:{egress}",
    ),
}
