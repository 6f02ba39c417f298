"""How a new version takes over: the strategy of an ECS service, and the alarms that call it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from settings.names import GREEN

if TYPE_CHECKING:
    import pulumi

    from components.component import Component, Context
    from components.compute.routing import Routing
    from components.edge.load_balancer import LoadBalancer
    from settings import Deployment

PERIOD = 60  # seconds


def deployment_configuration(settings: Deployment) -> aws.ecs.ServiceDeploymentConfigurationArgsDict:
    """The `deployment_configuration` of an ECS service (AUT-DEP-05); durations are minutes, written as text.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    """
    configuration: aws.ecs.ServiceDeploymentConfigurationArgsDict = {"strategy": settings.strategy.upper()}
    if not settings.switches:
        return configuration
    configuration["bake_time_in_minutes"] = str(settings.bake_minutes)
    if settings.strategy == "canary":
        configuration["canary_configuration"] = {
            "canary_percent": settings.canary_percent,
            "canary_bake_time_in_minutes": str(settings.canary_bake_minutes),
        }
    if settings.strategy == "linear":
        configuration["linear_configuration"] = {
            "step_percent": settings.step_percent,
            "step_bake_time_in_minutes": str(settings.step_bake_minutes),
        }
    return configuration


def rollback_alarms(
    component: Component, name: str, context: Context, routing: Routing, load_balancer: LoadBalancer
) -> list[pulumi.Output[str]]:
    """Names of the alarms that end a deployment and bring the last version back (GRD-22, CRT-DR-05).

    One for each target group and each sign of a bad version: answers of 500 and above, and targets that fail their
    health check.
    """
    groups = {"": routing.target_group} | ({GREEN: routing.alternate} if routing.alternate else {})
    signs = {
        "5xx": ("HTTPCode_Target_5XX_Count", "Sum", 10),
        "unhealthy": ("UnHealthyHostCount", "Maximum", 0),
    }
    return [
        aws.cloudwatch.MetricAlarm(
            f"{name}{suffix}-{sign}",
            name=f"{context.name(name)}{suffix}-{sign}",
            alarm_description=f"{metric} of {name}: rolls a deployment back while it is under way",
            namespace="AWS/ApplicationELB",
            metric_name=metric,
            dimensions={
                "LoadBalancer": load_balancer.load_balancer.arn_suffix,
                "TargetGroup": group.arn_suffix,
            },
            statistic=statistic,
            period=PERIOD,
            evaluation_periods=2,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            tags=context.tags(name, sign),
            opts=component.child(),
        ).name
        for suffix, group in groups.items()
        for sign, (metric, statistic, threshold) in signs.items()
    ]
