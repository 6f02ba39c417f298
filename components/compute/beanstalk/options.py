"""The option settings of an environment: all of those that matter, said rather than left to Beanstalk.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from components.compute.beanstalk.bundle import WEB
from components.compute.beanstalk.schedule import NAMESPACE as SCHEDULED
from components.compute.beanstalk.schedule import scheduled_actions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from settings import Beanstalk, Trigger

POLICIES = {
    "rolling": "Rolling",
    "rolling_with_additional_batch": "RollingWithAdditionalBatch",
    "immutable": "Immutable",
    "traffic_splitting": "TrafficSplitting",
}
UNITS = {
    "CPUUtilization": "Percent",
    "DiskReadBytes": "Bytes",
    "DiskWriteBytes": "Bytes",
    "NetworkIn": "Bytes",
    "NetworkOut": "Bytes",
    "Latency": "Seconds",
    "TargetResponseTime": "Seconds",
}
"""The units of metrics; of all others Count."""


class Surroundings(NamedTuple):
    """What the environment stands on."""

    vpc_id: pulumi.Input[str]
    public_subnets: pulumi.Input[str]
    """Ids of the load balancer's subnets, with commas."""
    private_subnets: pulumi.Input[str]
    """Ids of the instances' subnets, with commas."""
    load_balancer_group: pulumi.Input[str]
    instance_group: pulumi.Input[str]
    service_role: pulumi.Input[str]
    instance_profile: pulumi.Input[str]


class Option(NamedTuple):
    """One option setting; `resource` names a scheduled action."""

    namespace: str
    name: str
    value: pulumi.Input[str]
    resource: str | None = None


Options = dict[str, dict[str, "pulumi.Input[str]"]]
"""Namespace to names to values."""


def options(
    settings: Beanstalk,
    around: Surroundings,
    *,
    variables: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
    retention_days: int,
) -> Sequence[Option]:
    """Every option setting, sorted, so that the order of the stack file changes nothing."""
    by_namespace: Options = {
        **_network(settings, around),
        **_instances(settings, around),
        **_load_balancer(settings, around),
        **_health(settings, around),
        **_deployment(settings),
        **_updates(settings, around),
        **_logs(settings, retention_days),
        "aws:elasticbeanstalk:application:environment": dict(variables),
        "aws:elasticbeanstalk:application:environmentsecrets": dict(secrets),
    }
    found = [Option(space, name, value) for space, values in by_namespace.items() for name, value in values.items()]
    found += [
        Option(SCHEDULED, name, value, action)
        for action, values in scheduled_actions(settings).items()
        for name, value in values.items()
    ]
    return sorted(found, key=lambda each: (each.namespace, each.resource or "", each.name))


def _network(_settings: Beanstalk, around: Surroundings) -> Options:
    return {
        "aws:ec2:vpc": {
            "VPCId": around.vpc_id,
            "Subnets": around.private_subnets,
            "ELBSubnets": around.public_subnets,
            "ELBScheme": "public",
            "AssociatePublicIpAddress": "false",
        }
    }


def _instances(settings: Beanstalk, around: Surroundings) -> Options:
    season = settings.now
    size = season or settings.count
    instance_type = (season.instance_type if season else None) or settings.instance_type
    return {
        "aws:autoscaling:launchconfiguration": {
            "IamInstanceProfile": around.instance_profile,
            "SecurityGroups": around.instance_group,
            # Otherwise Beanstalk adds a group of its own that lets everything out.
            "DisableDefaultEC2SecurityGroup": "true",
            "DisableIMDSv1": "true",
            "RootVolumeType": "gp3",
            "RootVolumeSize": str(settings.disk_gib),
        },
        "aws:ec2:instances": {
            "InstanceTypes": instance_type,
            "SupportedArchitectures": "x86_64",
            "EnableSpot": _flag(settings.spot),
        },
        "aws:autoscaling:asg": {"MinSize": str(size.min), "MaxSize": str(size.max)},
        "aws:autoscaling:trigger": _trigger(settings.scaling),
        "aws:autoscaling:updatepolicy:rollingupdate": {"RollingUpdateEnabled": "true", "RollingUpdateType": "Health"},
    }


def _trigger(trigger: Trigger) -> dict[str, pulumi.Input[str]]:
    return {
        "MeasureName": trigger.metric,
        "Statistic": "Average",
        "Unit": UNITS.get(trigger.metric, "Count"),
        "Period": str(trigger.period_minutes),
        "BreachDuration": str(trigger.breach_minutes),
        "EvaluationPeriods": "1",
        "UpperThreshold": str(trigger.upper),
        "UpperBreachScaleIncrement": str(trigger.add),
        "LowerThreshold": str(trigger.lower),
        "LowerBreachScaleIncrement": str(-trigger.remove),
    }


def _load_balancer(settings: Beanstalk, around: Surroundings) -> Options:
    check = settings.health_check
    found: Options = {
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "LoadBalanced",
            "LoadBalancerType": "application",
            "ServiceRole": around.service_role,
        },
        "aws:elbv2:loadbalancer": {
            "SecurityGroups": around.load_balancer_group,
            "ManagedSecurityGroup": around.load_balancer_group,
        },
        "aws:elbv2:listener:default": {"ListenerEnabled": "true", "Protocol": "HTTP"},
        "aws:elasticbeanstalk:environment:process:default": {
            "Port": str(WEB),
            "Protocol": "HTTP",
            "HealthCheckPath": check.path,
            "HealthCheckInterval": str(check.interval_seconds),
            "HealthCheckTimeout": str(check.timeout_seconds),
            "HealthyThresholdCount": str(check.healthy_threshold),
            "UnhealthyThresholdCount": str(check.unhealthy_threshold),
            "MatcherHTTPCode": check.matcher,
            "DeregistrationDelay": str(settings.draining_seconds),
            "StickinessEnabled": _flag(settings.sticky),
        },
    }
    if settings.certificate_arn is not None:
        found["aws:elbv2:listener:443"] = {
            "ListenerEnabled": "true",
            "Protocol": "HTTPS",
            "DefaultProcess": "default",
            "SSLCertificateArns": settings.certificate_arn,
            "SSLPolicy": settings.ssl_policy,
        }
    return found


def _health(_settings: Beanstalk, _around: Surroundings) -> Options:
    return {"aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced"}}


def _deployment(settings: Beanstalk) -> Options:
    rollout = settings.deployment
    found: Options = {
        "aws:elasticbeanstalk:command": {
            "DeploymentPolicy": POLICIES[rollout.policy],
            "BatchSizeType": "Percentage",
            "BatchSize": str(rollout.batch_percent),
            "Timeout": str(rollout.timeout_seconds),
            "IgnoreHealthCheck": "false",
        }
    }
    if rollout.policy == "traffic_splitting":
        found["aws:elasticbeanstalk:trafficsplitting"] = {
            "NewVersionPercent": str(rollout.new_version_percent),
            "EvaluationTime": str(rollout.evaluation_minutes),
        }
    return found


def _updates(settings: Beanstalk, around: Surroundings) -> Options:
    updates = settings.managed_updates
    if updates is None:
        return {"aws:elasticbeanstalk:managedactions": {"ManagedActionsEnabled": "false"}}
    return {
        "aws:elasticbeanstalk:managedactions": {
            "ManagedActionsEnabled": "true",
            "PreferredStartTime": updates.start.capitalize(),
            "ServiceRoleForManagedUpdates": around.service_role,
        },
        "aws:elasticbeanstalk:managedactions:platformupdate": {
            "UpdateLevel": updates.level,
            "InstanceRefreshEnabled": _flag(updates.refresh_instances),
        },
    }


def _logs(settings: Beanstalk, retention_days: int) -> Options:
    kept = {"DeleteOnTerminate": "false", "RetentionInDays": str(retention_days)}
    on = _flag(settings.log_streaming)
    return {
        "aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs": on, **kept},
        "aws:elasticbeanstalk:cloudwatch:logs:health": {"HealthStreamingEnabled": on, **kept},
    }


def _flag(value: bool) -> str:  # noqa: FBT001 - the one thing that it is about
    return str(value).lower()
