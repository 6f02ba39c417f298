"""What the roles of delivery may do: everything a deployment needs on what is the system's, and nothing else.

Where AWS lets a policy name resources, they are named by the system's prefix, which every name begins with (ADR 18).
Where resources have ids only, they are found by the Project tag, which every resource bears. What is left are calls
that AWS offers on "*" alone: they are listed one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.identity.iam import statement
from settings import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from components.component import Context

Statement = dict[str, Any]

# Each service, and the resources of it that have names; {0} is the system's name.
NAMED: Mapping[str, tuple[str, ...]] = {
    "backup": ("backup-vault:{0}-*",),
    "budgets": ("budget/{0}-*",),
    "cloudfront": ("function/{0}-*",),
    "cloudtrail": ("trail/{0}-*",),
    "cloudwatch": ("alarm:{0}-*", "dashboard/{0}-*", "insight-rule/{0}-*"),
    "ecr": ("repository/{0}-*",),
    "ecs": ("*/{0}-*",),
    "elasticache": ("*:{0}-*",),
    "elasticbeanstalk": ("*/{0}*",),
    "elasticloadbalancing": ("*/app/{0}-*", "targetgroup/{0}-*"),
    "events": ("rule/{0}-*",),
    "lambda": ("function:{0}-*", "layer:{0}-*", "function:cwsyn-{0}-*", "layer:cwsyn-{0}-*"),
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
# Names that the stack file sets, whatever they begin with, by their kind.
CHOSEN: Mapping[names.Kind, tuple[str, tuple[str, ...]]] = {
    names.APPLICATION: ("elasticbeanstalk", ("*/{0}", "*/{0}/*")),
    names.BUCKET: ("s3", ("{0}", "{0}/*")),
    names.DATABASE: ("rds", ("db:{0}",)),
    names.REPOSITORY: ("ecr", ("repository/{0}",)),
    names.TARGET_GROUP: ("elasticloadbalancing", ("targetgroup/{0}/*",)),
}
# Services whose resources have ids: found by the system's Project tag.
TAGGED = (
    "acm",
    "application-autoscaling",
    "backup",
    "ce",
    "cloudfront",
    "ec2",
    "elasticfilesystem",
    "kms",
    "lambda",
    "route53",
    "xray",
)
# How those are made, with that tag. A tag for what is there already is refused below, or it could be taken over.
CREATED = (
    "acm:RequestCertificate",
    "application-autoscaling:RegisterScalableTarget",
    "backup:Create*",
    "ce:Create*",
    "cloudfront:Create*",
    "ec2:AllocateAddress",
    "ec2:Authorize*",
    "ec2:Create*",
    "elasticfilesystem:Create*",
    "kms:CreateKey",
    "lambda:CreateEventSourceMapping",
    "xray:Create*",
)
# What AWS offers on "*" only, or for resources that bear no tag; none of it gives anybody leave.
UNNAMED = (
    "ce:UpdateCostAllocationTagsStatus",
    "cloudfront:CreateOriginAccessControl",
    "cloudfront:CreateResponseHeadersPolicy",
    "cloudfront:DeleteOriginAccessControl",
    "cloudfront:DeleteResponseHeadersPolicy",
    "cloudfront:UpdateOriginAccessControl",
    "cloudfront:UpdateResponseHeadersPolicy",
    "ecr:GetAuthorizationToken",
    "ecr:PutReplicationConfiguration",
    "ecs:DeregisterTaskDefinition",
    "iam:CreateServiceLinkedRole",
    "route53:CreateHostedZone",
)
# How things are set up, and how they do; no data.
READS = (
    "acm:List*",
    "application-autoscaling:Describe*",
    "autoscaling:Describe*",
    "ce:Describe*",
    "ce:Get*",
    "ce:List*",
    "cloudfront:Get*",
    "cloudfront:List*",
    "cloudtrail:Describe*",
    "cloudwatch:Describe*",
    "cloudwatch:GetMetricData",
    "ec2:Describe*",
    "ecr:DescribeRegistry",
    "ecs:Describe*",
    "ecs:List*",
    "elasticache:Describe*",
    "elasticbeanstalk:Describe*",
    "elasticbeanstalk:List*",
    "elasticfilesystem:Describe*",
    "elasticloadbalancing:Describe*",
    "kms:List*",
    "logs:Describe*",
    "rds:Describe*",
    "route53:Get*",
    "route53:List*",
    "ssm:DescribeParameters",
    "wafv2:List*",
    "xray:Get*",
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
    "cloudtrail.amazonaws.com",
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


def deploy_statements(context: Context, chosen: Iterable[names.Derived] = ()) -> dict[str, list[Statement]]:
    """The deploy role's statements, by the inline policies that they go into."""
    system, environment = context.system, context.environment
    project = {"StringEquals": {"aws:ResourceTag/Project": context.project}}
    requested = {"StringEquals": {"aws:RequestTag/Project": context.project}}
    roles = [f"arn:aws:iam::*:{kind}/{system}-*-{environment}" for kind in ("role", "instance-profile")]
    own = [f"arn:aws:iam::*:role/{system}-{role}-*" for role in ("deploy", "preview")]
    named = [
        statement(f"{service}:*", on=[_arn(service, each.format(system)) for each in resources])
        for service, resources in NAMED.items()
    ]
    found = {
        (each.kind, each.name) for each in chosen if each.kind in CHOSEN and not each.name.startswith(f"{system}-")
    }
    for kind, name in sorted(found):
        service, resources = CHOSEN[kind]
        named.append(statement(f"{service}:*", on=[_arn(service, each.format(name)) for each in resources]))
    return {
        "named": [
            *named,
            statement("ssm:*", on=[f"arn:aws:ssm:*:*:parameter/plinth/{context.stack}/*"]),
            # RDS makes the secret of a master password with the caller's leave; that it is there, a deployment checks.
            statement(
                "secretsmanager:CreateSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:TagResource",
                on=["arn:aws:secretsmanager:*:*:secret:rds!db-*"],
            ),
        ],
        "tagged": [
            statement(*(f"{service}:*" for service in TAGGED), on=["*"], Condition=project),
            statement(*CREATED, on=["*"], Condition=requested),
            statement(*UNNAMED, *READS, on=["*"]),
            statement(
                "ec2:CreateTags",
                on=["*"],
                effect="Deny",
                Condition={"Null": {"ec2:CreateAction": "true"}, "StringNotEquals": project["StringEquals"]},
            ),
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
