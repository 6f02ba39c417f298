"""What the roles of delivery may do: everything a deployment needs on what is the system's, and nothing else.

Where AWS lets a policy name resources, they are named by the system's prefix, which every name begins with (ADR 18).
Where resources have ids only, they are found by the Project tag, which every resource bears. What is left are calls
that AWS offers on "*" alone: they are listed one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.identity.iam import statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Statement = dict[str, Any]

# Each service, and the resources of it that have names; {0} is the system's name.
NAMED: Mapping[str, tuple[str, ...]] = {
    "backup": ("backup-vault:{0}-*",),
    "budgets": ("budget/{0}-*",),
    "cloudtrail": ("trail/{0}-*",),
    "cloudwatch": ("alarm:{0}-*", "dashboard/{0}-*", "insight-rule/{0}-*"),
    "ecr": ("repository/{0}-*",),
    "ecs": ("*/{0}-*",),
    "elasticache": ("*:{0}-*",),
    "elasticbeanstalk": ("*/{0}*",),
    "elasticloadbalancing": ("*/app/{0}-*", "targetgroup/{0}-*"),
    "events": ("rule/{0}-*",),
    "lambda": ("function:{0}-*", "layer:{0}-*"),
    "logs": ("log-group:*{0}*",),
    "rds": ("*:{0}-*",),
    "s3": ("{0}-*",),
    "secretsmanager": ("secret:{0}/*", "secret:{0}-*"),
    "sns": ("{0}-*",),
    "sqs": ("{0}-*",),
    "ssm": ("parameter/{0}/*",),
    "synthetics": ("canary:{0}-*",),
    "wafv2": ("*/webacl/{0}-*",),
}
# Services whose resources have ids: made with the system's Project tag, and afterwards found by it.
TAGGED = ("acm", "backup", "ce", "cloudfront", "ec2", "elasticfilesystem", "kms", "lambda", "route53", "xray")
# What AWS offers on "*" only, or on resources that bear no tag of ours; none of it reads data or gives anybody leave.
UNNAMED = (
    "acm:RequestCertificate",
    "application-autoscaling:*",
    "cloudfront:Create*",
    "cloudfront:Get*",
    "cloudfront:List*",
    "cloudfront:UpdateFunction",
    "cloudfront:PublishFunction",
    "ce:UpdateCostAllocationTagsStatus",
    "ec2:AssociateRouteTable",
    "ec2:AttachInternetGateway",
    "ec2:CreateTags",
    "ec2:Describe*",
    "ec2:DisassociateAddress",
    "ec2:DisassociateRouteTable",
    "ecr:GetAuthorizationToken",
    "ecr:PutReplicationConfiguration",
    "ecs:DeregisterTaskDefinition",
    "elasticfilesystem:CreateAccessPoint",
    "elasticfilesystem:CreateFileSystem",
    "elasticfilesystem:CreateMountTarget",
    "iam:CreateServiceLinkedRole",
    "kms:CreateKey",
    "lambda:CreateEventSourceMapping",
    "rds:CreateDBParameterGroup",
    "route53:CreateHostedZone",
    "route53:GetChange",
    "wafv2:AssociateWebACL",
)
# How the roles that services work by are made, changed and given to those services.
ROLES = (
    "iam:AddRoleToInstanceProfile",
    "iam:AttachRolePolicy",
    "iam:CreateInstanceProfile",
    "iam:CreateRole",
    "iam:DeleteInstanceProfile",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
PASSED_TO = (
    "backup.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "ecs.amazonaws.com",
    "elasticbeanstalk.amazonaws.com",
    "lambda.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "s3.amazonaws.com",
    "synthetics.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
# What a pull request must not read, although AWS's ReadOnlyAccess lets it.
DATA = (
    "athena:GetQueryResults",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "lambda:GetFunction",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
)


def deploy_statements(system: str, environment: str, stack: str) -> dict[str, list[Statement]]:
    """The deploy role's statements, by the inline policies that they go into."""
    project = {"StringEquals": {"aws:ResourceTag/Project": system}}
    requested = {"StringEquals": {"aws:RequestTag/Project": system}}
    roles = [f"arn:aws:iam::*:{kind}/{system}-*-{environment}" for kind in ("role", "instance-profile")]
    own = [f"arn:aws:iam::*:role/{system}-{role}-*" for role in ("deploy", "preview")]
    every_tagged = [f"{service}:*" for service in TAGGED]
    named = [
        statement(f"{service}:*", on=[_arn(service, each.format(system)) for each in resources])
        for service, resources in NAMED.items()
    ]
    return {
        "named": [*named, statement("ssm:*", on=[f"arn:aws:ssm:*:*:parameter/plinth/{stack}/*"])],
        "tagged": [
            statement(*every_tagged, on=["*"], Condition=project),
            statement(*every_tagged, on=["*"], Condition=requested),
            statement(*UNNAMED, on=["*"]),
        ],
        "roles": [
            statement(*ROLES, "iam:Get*", "iam:List*", on=roles),
            statement("iam:PassRole", on=roles, Condition={"StringEquals": {"iam:PassedToService": list(PASSED_TO)}}),
            # Whoever deploys does not decide who deploys.
            statement("iam:*", on=[*own, "arn:aws:iam::*:oidc-provider/*", "arn:aws:iam::*:user/*"], effect="Deny"),
        ],
    }


def preview_statements(state_bucket: str) -> list[Statement]:
    """What is taken from AWS's ReadOnlyAccess in the preview role: what is stored, as against how it is set up."""
    return [
        statement(*DATA, on=["*"], effect="Deny"),
        {
            "Effect": "Deny",
            "Action": ["s3:GetObject", "s3:GetObjectVersion"],
            "NotResource": [f"arn:aws:s3:::{state_bucket}/*"],
        },
    ]


def state_statements(bucket: str, key_arn: str | None, *, writes: Sequence[str]) -> list[Statement]:
    """Reading Pulumi's state, and writing those parts of it whose paths are given (RPH-SEC-03)."""
    arn = f"arn:aws:s3:::{bucket}"
    found = [
        statement("s3:GetBucketLocation", "s3:ListBucket", on=[arn]),
        statement("s3:GetObject", on=[f"{arn}/.pulumi/*"]),
        statement("s3:DeleteObject", "s3:PutObject", on=[f"{arn}/{path}" for path in writes]),
    ]
    if key_arn is not None:
        found.append(statement("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[key_arn]))
    return found


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:s3:::{resource}" if service == "s3" else f"arn:aws:{service}:*:*:{resource}"
