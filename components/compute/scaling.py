"""How many tasks a service runs: Application Auto Scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context

if TYPE_CHECKING:
    import pulumi

    from settings import CpuSteps
    from settings import Service as ServiceSettings

DIMENSION = "ecs:service:DesiredCount"
NAMESPACE = "ecs"
PERIOD = 60  # seconds
UP_PERIODS, DOWN_PERIODS = 3, 15  # what AWS's own target tracking waits: quick to add, slow to take away


class Scaling(Component):
    """Keeps a service's number of tasks between its limits, by target tracking or by two thresholds and steps.

    Target tracking holds an average of CPU or memory. The steps are the source's own: above one threshold of CPU
    add so many, below the other remove so many (section 2.1).
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: ServiceSettings,
        *,
        cluster_name: str,
        service: aws.ecs.Service,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("compute", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self._cluster_name, self._service_name = cluster_name, service.name
        self._cooldown = settings.scaling.cooldown_seconds
        self._target = aws.appautoscaling.Target(
            name,
            service_namespace=NAMESPACE,
            scalable_dimension=DIMENSION,
            resource_id=service.name.apply(lambda service_name: f"service/{cluster_name}/{service_name}"),
            min_capacity=settings.count.min,
            max_capacity=settings.count.max,
            opts=self.child(),
        )
        scaling = settings.scaling
        if scaling.cpu_target is not None:
            self._track("cpu", "ECSServiceAverageCPUUtilization", scaling.cpu_target)
        if scaling.memory_target is not None:
            self._track("memory", "ECSServiceAverageMemoryUtilization", scaling.memory_target)
        if scaling.cpu_steps is not None:
            self._step(scaling.cpu_steps)
        self.register_outputs({})

    def _track(self, what: str, metric: str, percent: float) -> None:
        aws.appautoscaling.Policy(
            f"{self._name}-{what}",
            name=self._context.name(self._name, what),
            policy_type="TargetTrackingScaling",
            service_namespace=NAMESPACE,
            scalable_dimension=DIMENSION,
            resource_id=self._target.resource_id,
            target_tracking_scaling_policy_configuration={
                "target_value": percent,
                "predefined_metric_specification": {"predefined_metric_type": metric},
                "scale_in_cooldown": self._cooldown,
                "scale_out_cooldown": self._cooldown,
            },
            opts=self.child(),
        )

    def _step(self, steps: CpuSteps) -> None:
        self._step_policy(
            "up",
            comparison="GreaterThanThreshold",
            threshold=steps.up_above,
            periods=UP_PERIODS,
            adjustment={"metric_interval_lower_bound": "0", "scaling_adjustment": steps.add},
        )
        self._step_policy(
            "down",
            comparison="LessThanThreshold",
            threshold=steps.down_below,
            periods=DOWN_PERIODS,
            adjustment={"metric_interval_upper_bound": "0", "scaling_adjustment": -steps.remove},
        )

    def _step_policy(
        self,
        way: str,
        *,
        comparison: str,
        threshold: float,
        periods: int,
        adjustment: aws.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgsDict,
    ) -> None:
        policy = aws.appautoscaling.Policy(
            f"{self._name}-{way}",
            name=self._context.name(self._name, way),
            policy_type="StepScaling",
            service_namespace=NAMESPACE,
            scalable_dimension=DIMENSION,
            resource_id=self._target.resource_id,
            step_scaling_policy_configuration={
                "adjustment_type": "ChangeInCapacity",
                "cooldown": self._cooldown,
                "metric_aggregation_type": "Average",
                "step_adjustments": [adjustment],
            },
            opts=self.child(),
        )
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{way}",
            name=self._context.name(self._name, way),
            alarm_description=f"Scales {way}: average CPU {comparison} {threshold:g} %",
            namespace="AWS/ECS",
            metric_name="CPUUtilization",
            dimensions={"ClusterName": self._cluster_name, "ServiceName": self._service_name},
            statistic="Average",
            period=PERIOD,
            evaluation_periods=periods,
            comparison_operator=comparison,
            threshold=threshold,
            treat_missing_data="missing",
            alarm_actions=[policy.arn],
            tags=self._context.tags(self._name, way),
            opts=self.child(),
        )
