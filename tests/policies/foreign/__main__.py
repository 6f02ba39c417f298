"""Somebody's program, without anything of Plinth's: sound, unless FLAWS is set; then something is wrong everywhere."""

from __future__ import annotations

import json
import os

import pulumi_aws as aws

TAGS = {"Environment": "production", "Project": "foreign"}
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17"}


def document(**statement: object) -> str:
    return json.dumps(DOCUMENT | {"Statement": [statement]})


def sound() -> None:
    """A bucket with all that belongs to it, and a log group."""
    name = "foreign-uploads"
    bucket = aws.s3.Bucket("uploads", bucket=name, tags=TAGS)
    aws.s3.BucketPublicAccessBlock(
        "uploads",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        "uploads",
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    )
    aws.s3.BucketVersioning("uploads", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketLifecycleConfiguration(
        "uploads",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "tidy",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
    )
    aws.s3.BucketPolicy(
        "uploads",
        bucket=bucket.bucket,
        policy=document(
            Effect="Deny",
            Principal="*",
            Action="s3:*",
            Resource=[f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            Condition={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )
    aws.cloudwatch.LogGroup("application", name="/foreign/application", retention_in_days=30, tags=TAGS)


def flawed() -> None:
    """Something wrong in every area; links between resources are of ids that only the update will know."""
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags=TAGS)
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24", map_public_ip_on_launch=True, tags=TAGS)
    group = aws.ec2.SecurityGroup("database", vpc_id=vpc.id, description="Of the database", tags=TAGS)
    aws.vpc.SecurityGroupIngressRule(
        "open", security_group_id=group.id, ip_protocol="tcp", from_port=5432, to_port=5432, cidr_ipv4="0.0.0.0/0"
    )
    aws.rds.Instance(
        "database",
        engine="postgres",
        instance_class="db.t3.micro",
        allocated_storage=20,
        username="foreign",
        manage_master_user_password=True,
        vpc_security_group_ids=[group.id],
        db_subnet_group_name=aws.rds.SubnetGroup("subnets", subnet_ids=[subnet.id], tags=TAGS).name,
        tags=TAGS,
    )
    aws.elasticache.ReplicationGroup("cache", description="Sessions", node_type="cache.t3.micro", tags=TAGS)
    aws.efs.FileSystem("files", encrypted=False, tags=TAGS)
    aws.s3.Bucket("open", tags=TAGS)
    balancer = aws.lb.LoadBalancer("front", load_balancer_type="application", subnets=[subnet.id], tags=TAGS)
    aws.lb.Listener(
        "http",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "fixed-response", "fixed_response": {"content_type": "text/plain", "status_code": "200"}}
        ],
        tags=TAGS,
    )
    role = aws.iam.Role(
        "worker",
        assume_role_policy=document(Effect="Allow", Principal={"AWS": "*"}, Action="sts:AssumeRole"),
        tags=TAGS,
    )
    aws.iam.RolePolicy("everything", role=role.name, policy=document(**EVERYTHING))
    container = {"name": "web", "image": "web:latest", "privileged": True}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=json.dumps([container]), tags=TAGS)
    queue = aws.sqs.Queue("jobs", sqs_managed_sse_enabled=False, tags=TAGS)
    aws.sqs.QueuePolicy("jobs", queue_url=queue.url, policy=document(**EVERYBODY))
    aws.sns.Topic("alerts", tags=TAGS)
    aws.ecr.Repository("web", image_tag_mutability="MUTABLE", tags=TAGS)
    aws.kms.Key("key", enable_key_rotation=False, tags=TAGS)
    aws.secretsmanager.Secret("secret", recovery_window_in_days=0, tags=TAGS)
    aws.cloudwatch.LogGroup("forever", tags=TAGS)
    aws.cloudtrail.Trail("trail", s3_bucket_name="records", enable_logging=False, tags=TAGS)
    aws.backup.Vault("vault", force_destroy=True, tags=TAGS)
    aws.acm.Certificate("certificate", domain_name="example.com", validation_method="EMAIL", tags=TAGS)


flawed() if os.environ.get("FLAWS") else sound()
