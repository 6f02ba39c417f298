"""What an intruder would do, as CloudTrail records it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.monitoring.watch import Alarm, LogCount, Metric, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.protection.audit import Audit
    from settings import Monitoring


def _calls(*names: str, to: str) -> str:
    """The pattern of calls of these names to a service."""
    named = " || ".join(f"($.eventName={name})" for name in names)
    return f"{{($.eventSource={to}.amazonaws.com) && ({named})}}"


# What CIS's AWS Foundations Benchmark has watched, in its order (https://www.cisecurity.org/benchmark/amazon_web_services,
# monitoring); the patterns are those that Security Hub looks for in its controls CloudWatch.1 to CloudWatch.14:
# https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html.
EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "unauthorized-calls": (
        "AWS refused calls",
        '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
    ),
    "sign-in-without-mfa": (
        "A user signed in to the console by password alone",
        (
            '{($.eventName="ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
            '($.userIdentity.type="IAMUser") && ($.responseElements.ConsoleLogin="Success")}'
        ),
    ),
    "root-use": (
        "The root user was used",
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent"}',
    ),
    "iam-changes": (
        "Policies of IAM were changed",
        _calls(
            *(
                f"{verb}{of}Policy"
                for verb in ("Delete", "Put", "Attach", "Detach")
                for of in ("Group", "Role", "User")
            ),
            *(f"{verb}{what}" for verb in ("Create", "Delete") for what in ("Policy", "PolicyVersion")),
            to="iam",
        ),
    ),
    "trail-changes": (
        "The record of who did what was changed",
        _calls("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging", to="cloudtrail"),
    ),
    "sign-in-failures": (
        "Somebody failed to sign in to the console",
        '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
    ),
    "key-loss": (
        "A key of KMS was disabled, or will be deleted",
        _calls("DisableKey", "ScheduleKeyDeletion", to="kms"),
    ),
    "bucket-changes": (
        "Who may use a bucket was changed",
        _calls(
            *("PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication"),
            *("DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"),
            to="s3",
        ),
    ),
    "config-changes": (
        "What AWS Config records was changed",
        _calls(
            *("StopConfigurationRecorder", "PutConfigurationRecorder"),
            *("DeleteDeliveryChannel", "PutDeliveryChannel"),
            to="config",
        ),
    ),
    "security-group-changes": (
        "Security groups were changed",
        _calls(
            *(f"{verb}SecurityGroup{way}" for verb in ("Authorize", "Revoke") for way in ("Ingress", "Egress")),
            *("CreateSecurityGroup", "DeleteSecurityGroup"),
            to="ec2",
        ),
    ),
    "acl-changes": (
        "Network ACLs were changed",
        _calls(
            *("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry"),
            *("ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
            to="ec2",
        ),
    ),
    "gateway-changes": (
        "Ways to the internet were changed",
        _calls(
            *("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway"),
            *("DeleteInternetGateway", "DetachInternetGateway"),
            to="ec2",
        ),
    ),
    "route-changes": (
        "Routes of networks were changed",
        _calls(
            *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable"),
            *("DeleteRoute", "DisassociateRouteTable"),
            to="ec2",
        ),
    ),
    "vpc-changes": (
        "Networks were changed",
        _calls(
            *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection"),
            *("CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"),
            *("AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
            to="ec2",
        ),
    ),
}
"""What is told of, by key: what happened, and the pattern of its records."""


def audit(key: str, watched: Audit, settings: Monitoring) -> Watch:
    """Security events of the account, each counted in the trail's records and told at once (CRT-SEC-08)."""
    if watched.log_group is None or settings.namespace is None:
        return Watch()
    counts, alarms = [], []
    for event, (says, pattern) in EVENTS.items():
        what = f"{key}-{event}"
        name = "".join(part.capitalize() for part in event.split("-"))
        seen = Metric(namespace=settings.namespace, name=name, dimensions={}, statistic="Sum")
        counts.append(LogCount(key=what, log_group=watched.log_group.name, pattern=pattern, metric=seen))
        alarms.append(Alarm(key=what, severity="security", says=says, metrics=[seen]))
    return Watch(counts=counts, alarms=alarms)
