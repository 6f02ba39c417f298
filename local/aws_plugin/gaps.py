"""What the local emulators lack or do differently from AWS. Shown by `make status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One difference: the service, what differs, and what follows for someone who works locally."""

    service: str
    what: str
    effect: str


NAT_ADDRESSES = Gap(
    "EC2",
    "DescribeNatGateways does not return the addresses of a NAT gateway",
    "publicIp and privateIp are empty, and a changed elastic IP is not seen by refresh",
)
VPC_ENDPOINTS = Gap(
    "EC2",
    "DescribeVpcEndpoints does not return security groups, private DNS, policy, DNS options and address type",
    "changes of these behind Pulumi's back are not seen by refresh; there are no network interfaces",
)
FLOW_LOGS = Gap(
    "EC2",
    "DescribeFlowLogs does not return role, interval, format and destination options, and nothing is logged",
    "changes of these behind Pulumi's back are not seen by refresh",
)
ALB_FORWARD = Gap(
    "Elastic Load Balancing",
    "weighted forward actions are dropped: a rule forwards to one target group",
    "the plugin names the group of the greatest weight beside the weights; traffic is not split",
)
ALARM_QUERIES = Gap(
    "CloudWatch",
    "DescribeAlarms does not return the metric queries of an alarm, and does not evaluate them",
    "alarms over several metrics never fire, and their changes behind Pulumi's back are not seen",
)
RDS_LOG_EXPORTS = Gap(
    "RDS",
    "logs are not exported to CloudWatch, and DescribeDBInstances does not return which would be",
    "the log groups of a database stay empty",
)

GAPS: tuple[Gap, ...] = (NAT_ADDRESSES, VPC_ENDPOINTS, FLOW_LOGS, ALB_FORWARD, ALARM_QUERIES, RDS_LOG_EXPORTS)
