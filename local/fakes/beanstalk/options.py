"""The configuration options that environments on Amazon Linux 2023 with an application load balancer have.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[str, str, str]
"""Namespace, name, and resource (empty but for scheduled actions)."""


@dataclass(frozen=True)
class Rule:
    """What an option may be, and what it is when nobody sets it."""

    default: str = ""
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    pattern: str = ""

    def problem(self, value: str) -> str:
        """What is wrong with a value; empty when it is right."""
        if self.values and value not in self.values:
            return f"Value is not one of the allowed values: {list(self.values)}."
        if self.low is not None and self.high is not None:
            if not re.fullmatch(r"-?\d+", value):
                return "Value is not a number."
            if not self.low <= int(value) <= self.high:
                return f"Value is not between {self.low} and {self.high}."
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"Value does not match {self.pattern}."
        return ""


def _one(*values: str) -> Rule:
    return Rule(values[0], values)


def _number(default: int | str, low: int, high: int) -> Rule:
    return Rule(str(default), low=low, high=high)


_ANY = Rule()
_NO, _YES = Rule("false", ("false", "true")), Rule("true", ("true", "false"))
_RETENTION = Rule("7", tuple(map(str, (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
))))  # fmt: skip
_PROCESS = {
    "DeregistrationDelay": _number(20, 0, 3600), "HealthCheckInterval": _number(15, 5, 300),
    "HealthCheckPath": Rule("/", pattern=r"/\S{0,1023}"), "HealthCheckTimeout": _number(5, 2, 120),
    "HealthyThresholdCount": _number(3, 2, 10), "UnhealthyThresholdCount": _number(5, 2, 10),
    "MatcherHTTPCode": Rule("200", pattern=r"[\d,-]+"), "Port": _number(80, 1, 65535),
    "Protocol": _one("HTTP", "HTTPS"), "StickinessEnabled": _NO, "StickinessType": _one("lb_cookie"),
    "StickinessLBCookieDuration": _number(86400, 1, 604800),
}  # fmt: skip
_LISTENER = {
    "DefaultProcess": Rule("default"), "ListenerEnabled": _YES, "Protocol": _one("HTTP", "HTTPS"), "Rules": _ANY,
    "SSLCertificateArns": _ANY, "SSLPolicy": _ANY,
}  # fmt: skip
_SCHEDULED = {
    "MinSize": Rule(low=0, high=10000), "MaxSize": Rule(low=0, high=10000), "DesiredCapacity": Rule(low=0, high=10000),
    "Recurrence": Rule(pattern=r"(\S+ ){4}\S+"), "StartTime": _ANY, "EndTime": _ANY, "Suspend": _NO,
}  # fmt: skip
FREE = ("aws:elasticbeanstalk:application:environment", "aws:elasticbeanstalk:application:environmentsecrets")
"""Namespaces whose options have any name."""

OPTIONS: dict[str, dict[str, Rule]] = {
    "aws:autoscaling:asg": {
        "Availability Zones": Rule("Any"), "Cooldown": _number(360, 0, 10000), "Custom Availability Zones": _ANY,
        "EnableCapacityRebalancing": _NO, "MinSize": _number(1, 0, 10000), "MaxSize": _number(4, 1, 10000),
    },
    "aws:autoscaling:launchconfiguration": {
        "DisableDefaultEC2SecurityGroup": _NO, "DisableIMDSv1": _YES, "EC2KeyName": _ANY, "IamInstanceProfile": _ANY,
        "ImageId": _ANY, "InstanceType": _ANY, "MonitoringInterval": _one("5 minute", "1 minute"),
        "RootVolumeIOPS": _ANY, "RootVolumeSize": Rule(low=8, high=16384), "RootVolumeThroughput": _ANY,
        "RootVolumeType": Rule("gp3", ("gp2", "gp3", "io1", "io2", "standard")), "SecurityGroups": _ANY,
        "SSHSourceRestriction": _ANY, "BlockDeviceMappings": _ANY, "LaunchTemplateTagPropagationEnabled": _NO,
    },
    "aws:autoscaling:scheduledaction": _SCHEDULED,
    "aws:autoscaling:trigger": {
        "BreachDuration": _number(5, 1, 600), "EvaluationPeriods": _number(1, 1, 600), "Period": _number(5, 1, 600),
        "LowerBreachScaleIncrement": _number(-1, -10000, 0), "LowerThreshold": _number(2000000, 0, 20000000),
        "UpperBreachScaleIncrement": _number(1, 0, 10000), "UpperThreshold": _number(6000000, 0, 20000000),
        "MeasureName": Rule("NetworkOut", (
            "CPUUtilization", "NetworkIn", "NetworkOut", "DiskWriteOps", "DiskReadBytes", "DiskReadOps",
            "DiskWriteBytes", "Latency", "RequestCount", "HealthyHostCount", "UnhealthyHostCount",
            "TargetResponseTime")),
        "Statistic": _one("Average", "Minimum", "Maximum", "Sum"),
        "Unit": Rule("Bytes", ("Seconds", "Percent", "Bytes", "Bits", "Count", "Bytes/Second", "Bits/Second",
                               "Count/Second", "None")),
    },
    "aws:autoscaling:updatepolicy:rollingupdate": {
        "MaxBatchSize": _ANY, "MinInstancesInService": _ANY, "PauseTime": _ANY, "RollingUpdateEnabled": _NO,
        "RollingUpdateType": _one("Time", "Health", "Immutable"), "Timeout": Rule("PT30M"),
    },
    "aws:ec2:instances": {
        "EnableSpot": _NO, "InstanceTypes": _ANY, "SpotAllocationStrategy": Rule("capacity-optimized"),
        "SpotFleetOnDemandAboveBasePercentage": _number(70, 0, 100), "SpotFleetOnDemandBase": _number(0, 0, 10000),
        "SpotMaxPrice": _ANY, "SupportedArchitectures": Rule("x86_64", ("x86_64", "arm64", "arm64,x86_64")),
    },
    "aws:ec2:vpc": {
        "AssociatePublicIpAddress": _NO, "DBSubnets": _ANY, "ELBScheme": _one("public", "internal"),
        "ELBSubnets": _ANY, "Subnets": _ANY, "VPCId": Rule(pattern=r"vpc-[0-9a-z]+"),
    },
    "aws:elasticbeanstalk:application": {"Application Healthcheck URL": _ANY},
    "aws:elasticbeanstalk:cloudwatch:logs": {
        "DeleteOnTerminate": _NO, "RetentionInDays": _RETENTION, "StreamLogs": _NO,
    },
    "aws:elasticbeanstalk:cloudwatch:logs:health": {
        "DeleteOnTerminate": _NO, "HealthStreamingEnabled": _NO, "RetentionInDays": _RETENTION,
    },
    "aws:elasticbeanstalk:command": {
        "BatchSize": _number(100, 1, 10000), "BatchSizeType": _one("Percentage", "Fixed"),
        "DeploymentPolicy": _one("AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable", "TrafficSplitting"),
        "IgnoreHealthCheck": _NO, "Timeout": _number(600, 1, 3600),
    },
    "aws:elasticbeanstalk:control": {"DefaultSSHPort": Rule("22"), "LaunchTimeout": _ANY, "LaunchType": _ANY},
    "aws:elasticbeanstalk:environment": {
        "EnvironmentType": Rule("LoadBalanced", ("LoadBalanced", "SingleInstance")), "ExternalExtensionsS3Bucket": _ANY,
        "LoadBalancerIsShared": _NO, "LoadBalancerType": Rule("application", ("classic", "application", "network")),
        "ServiceRole": _ANY,
    },
    "aws:elasticbeanstalk:environment:proxy": {"ProxyServer": _one("nginx", "apache", "none")},
    "aws:elasticbeanstalk:healthreporting:system": {
        "ConfigDocument": _ANY, "EnhancedHealthAuthEnabled": _YES, "HealthCheckSuccessThreshold": _one("Ok", "Warning"),
        "SystemType": Rule("enhanced", ("basic", "enhanced")),
    },
    "aws:elasticbeanstalk:hostmanager": {"LogPublicationControl": _NO},
    "aws:elasticbeanstalk:managedactions": {
        "ManagedActionsEnabled": _NO, "ServiceRoleForManagedUpdates": _ANY,
        "PreferredStartTime": Rule(pattern=r"(|(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d)"),
    },
    "aws:elasticbeanstalk:managedactions:platformupdate": {
        "InstanceRefreshEnabled": _NO, "UpdateLevel": Rule("minor", ("minor", "patch")),
    },
    "aws:elasticbeanstalk:monitoring": {"Automatically Terminate Unhealthy Instances": _YES},
    "aws:elasticbeanstalk:sns:topics": {
        "Notification Endpoint": _ANY, "Notification Protocol": Rule("email"), "Notification Topic ARN": _ANY,
        "Notification Topic Name": _ANY,
    },
    "aws:elasticbeanstalk:trafficsplitting": {
        "EvaluationTime": _number(5, 3, 600), "NewVersionPercent": _number(10, 1, 100),
    },
    "aws:elasticbeanstalk:xray": {"XRayEnabled": _NO},
    "aws:elbv2:listener:default": _LISTENER,
    "aws:elbv2:loadbalancer": {
        "AccessLogsS3Bucket": _ANY, "AccessLogsS3Enabled": _NO, "AccessLogsS3Prefix": _ANY,
        "IpAddressType": Rule("ipv4"), "ManagedSecurityGroup": _ANY, "SecurityGroups": _ANY, "SharedLoadBalancer": _ANY,
    },
    "aws:elasticbeanstalk:environment:process:default": _PROCESS,
}  # fmt: skip
_NAMED = (
    (re.compile(r"aws:elbv2:listener:\d{1,5}"), _LISTENER),
    (re.compile(r"aws:elasticbeanstalk:environment:process:[\w-]+"), _PROCESS),
)
_TOGETHER = 4096  # bytes of all environment properties


def key(option: Mapping[str, Any]) -> Key:
    """What tells an option from others."""
    return option.get("Namespace", ""), option.get("OptionName", ""), option.get("ResourceName", "")


def merged(options: Mapping[Key, str], changes: Iterable[Mapping[str, Any]]) -> dict[Key, str]:
    """Options with some of them set."""
    return {**options, **{key(change): change.get("Value", "") for change in changes}}


def problems(options: Mapping[Key, str]) -> list[str]:
    """What is wrong with them, in AWS's words or nearly so."""
    found = [problem for each, value in options.items() if (problem := _problem(each, value))]
    size = sum(len(name) + len(value) + 1 for (space, name, _), value in options.items() if space == FREE[0])
    if size > _TOGETHER:
        found.append(f"Environment properties have {size} bytes together, and at most {_TOGETHER} are possible.")
    low, high = (options.get(("aws:autoscaling:asg", name, "")) for name in ("MinSize", "MaxSize"))
    if low and high and low.isdecimal() and high.isdecimal() and int(low) > int(high):
        found.append("Invalid option value: MinSize is greater than MaxSize (Namespace: 'aws:autoscaling:asg').")
    return found


def value(options: Mapping[Key, str], namespace: str, name: str) -> str:
    """An option's value, set or by default."""
    rule = (_rules(namespace) or {}).get(name, _ANY)
    return options.get((namespace, name, ""), rule.default)


def described(options: Mapping[Key, str]) -> list[dict[str, str]]:
    """All options with their values, those that nobody set too."""
    everything = {
        (space, name, ""): rule.default
        for space, rules in OPTIONS.items()
        if rules is not _SCHEDULED
        for name, rule in rules.items()
    } | dict(options)
    return [
        {"Namespace": space, "OptionName": name, "Value": text} | ({"ResourceName": resource} if resource else {})
        for (space, name, resource), text in sorted(everything.items())
    ]


def vocabulary() -> list[dict[str, Any]]:
    """As DescribeConfigurationOptions answers."""
    return [
        {"Namespace": space, "Name": name, "DefaultValue": rule.default, "ValueType": "Scalar", "UserDefined": False}
        | ({"ValueOptions": list(rule.values)} if rule.values else {})
        | ({"MinValue": rule.low, "MaxValue": rule.high} if rule.low is not None else {})
        for space, rules in sorted(OPTIONS.items())
        for name, rule in sorted(rules.items())
    ]


def _rules(namespace: str) -> Mapping[str, Rule] | None:
    return OPTIONS.get(namespace) or next((rules for named, rules in _NAMED if named.fullmatch(namespace)), None)


def _problem(each: Key, value: str) -> str:
    space, name, resource = each
    where = f"(Namespace: '{space}', OptionName: '{name}')"
    if space in FREE:
        return "" if re.fullmatch(r"[\w.:/+@-]{1,128}", name) else f"Invalid option name {where}."
    rules = _rules(space)
    if rules is None or name not in rules:
        return f"Invalid option specification {where}: Unknown configuration setting."
    if (rules is _SCHEDULED) != bool(resource):
        return (
            f"Invalid option specification {where}: {'Missing' if rules is _SCHEDULED else 'Unexpected'} resource name."
        )
    wrong = rules[name].problem(value)
    return f"Invalid option value: '{value}' {where}: {wrong}" if wrong else ""
