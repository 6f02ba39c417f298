"""A small shop, as it is and as it would be after a change: SHOP names which."""

from __future__ import annotations

import json
import os

import pulumi
import pulumi_aws as aws

SHOP = os.environ["SHOP"]
RISKY = SHOP == "risky"

if SHOP == "broken":
    raise ValueError("the shop is closed")

shop = pulumi.ComponentResource("shop:index:Shop", "shop")
child = pulumi.ResourceOptions(parent=shop)

aws.cloudwatch.LogGroup("requests", name="/shop/requests", retention_in_days=7 if RISKY else 30, opts=child)
network = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=child)
door = aws.ec2.SecurityGroup("door", name="shop-door", vpc_id=network.id, description="Customers", opts=child)
aws.vpc.SecurityGroupIngressRule(
    "ssh",
    security_group_id=door.id,
    ip_protocol="tcp",
    from_port=22,
    to_port=22,
    cidr_ipv4="0.0.0.0/0" if RISKY else "10.0.0.0/16",
    opts=child,
)
aws.sqs.Queue("orders", name="shop-work" if RISKY else "shop-orders", sqs_managed_sse_enabled=not RISKY, opts=child)
aws.ssm.Parameter(
    "key",
    name="/shop/lock" if SHOP == "guarded" else "/shop/key",
    type="SecureString",
    value=pulumi.Output.secret("correct-horse"),
    opts=pulumi.ResourceOptions(parent=shop, protect=not RISKY),
)
if not RISKY:
    pictures = aws.s3.Bucket("pictures", bucket="shop-pictures", opts=child)
    aws.s3.BucketVersioning(
        "pictures", bucket=pictures.bucket, versioning_configuration={"status": "Enabled"}, opts=child
    )
aws.ecs.TaskDefinition(
    "web",
    family="shop",
    container_definitions=json.dumps([{"name": "web", "image": f"web:{SHOP}", "memory": 128}]),
    opts=child,
)
if SHOP == "harmless":
    jobs = aws.sqs.Queue("jobs", name="shop-jobs", opts=child)
    aws.ssm.Parameter("jobs", name="/shop/jobs", type="String", value=jobs.url, opts=child)
