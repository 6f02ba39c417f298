"""The alarms of a region, and who hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

import pulumi_aws as aws

from components.component import Component, Context
from components.monitoring.topic import Topic
from components.monitoring.watch import PERIOD, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.monitoring.watch import Alarm
    from settings import Monitoring as MonitoringSettings

MOST_CHILDREN: Final = 100  # alarms that one rule names
DEVIATIONS: Final = 2


class Alarms(Component):
    """Alarms that are told once, however many go off together (CRT-MON-05).

    Creates the topic, an alarm for each value, and a composite alarm for each severity, of which the one of warnings
    keeps quiet while the critical one tells. At level free there are no composite alarms and no key, which AWS charges
    for: each of the few alarms tells by itself. `telling` has the names of those that tell, by severity.

    Alarms are where their metrics are, and tell a topic there: `region` is set where that is not the stack's region.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: MonitoringSettings,
        alarms: Sequence[Alarm],
        *,
        region: str | None,
        topic_name: str,
        account: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("monitoring", name, opts)
        self._name, self._context, self._free, self._region = name, context, settings.free, region
        self.topic = Topic(
            f"{name}-alerts",
            context,
            topic_name=topic_name,
            mails=settings.notify,
            encrypted=not settings.free,
            account=account,
            region=region,
            opts=self.child(),
        )
        self.telling: dict[str, list[str]] = {}
        self._critical: list[aws.cloudwatch.CompositeAlarm] = []
        for severity in get_args(Severity):
            these = [alarm for alarm in alarms if alarm.severity == severity]
            names = [context.name(alarm.key) for alarm in these]
            made: list[pulumi.Resource] = [self._create_alarm(alarm) for alarm in these]
            self.telling[severity] = names if settings.free or not names else self._join(severity, names, made)
        self.register_outputs({"topic": self.topic.arn})

    def _create_alarm(self, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        told = [self.topic.arn] if self._free else None
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.key}",
            name=self._context.name(alarm.key),
            alarm_description=alarm.says,
            evaluation_periods=alarm.periods,
            treat_missing_data="breaching" if alarm.silence_is_bad else "notBreaching",
            alarm_actions=told,
            ok_actions=told,
            region=self._region,
            tags=self._context.tags(alarm.key),
            opts=self.child(),
            **measured(alarm),
        )

    def _join(self, severity: Severity, names: Sequence[str], made: Sequence[pulumi.Resource]) -> list[str]:
        """One alarm that tells for all; where a rule cannot name them all, it names others that do."""
        if len(names) > MOST_CHILDREN:
            parts = {
                f"{severity}-{start // MOST_CHILDREN + 1}": names[start : start + MOST_CHILDREN]
                for start in range(0, len(names), MOST_CHILDREN)
            }
            made = [self._compose(what, part, after=made) for what, part in parts.items()]
            names = [self._joint_name(what) for what in parts]
        # While something critical is wrong, it is no news that there are warnings too.
        suppressing = self._critical if severity == "warning" else []
        told = [self.topic.arn]
        composite = self._compose(
            severity,
            names,
            after=[*made, *suppressing],
            alarm_actions=told,
            ok_actions=told,
            actions_suppressor={
                "alarm": self._joint_name("critical"),
                "wait_period": PERIOD,
                "extension_period": PERIOD,
            }
            if suppressing
            else None,
        )
        if severity == "critical":
            self._critical = [composite]
        return [self._joint_name(severity)]

    def _compose(
        self, what: str, names: Sequence[str], *, after: Sequence[pulumi.Resource], **more: Any
    ) -> aws.cloudwatch.CompositeAlarm:
        return aws.cloudwatch.CompositeAlarm(
            f"{self._name}-{what}",
            alarm_name=self._joint_name(what),
            alarm_description=f"{what.capitalize()}: {self._context.system}, {self._context.environment}",
            alarm_rule=any_of(names),
            region=self._region,
            tags={"Name": self._joint_name(what)},
            # AWS refuses a rule that names what is not there.
            opts=self.child(depends_on=after),
            **more,
        )

    def _joint_name(self, what: str) -> str:
        return self._context.name(what, self._region) if self._region else self._context.name(what)


def any_of(names: Sequence[str]) -> str:
    """The rule of an alarm that goes off when any of the alarms does."""
    return " OR ".join(f'ALARM("{name}")' for name in names)


def measured(alarm: Alarm) -> dict[str, Any]:
    """The arguments of an alarm that say what it looks at."""
    if alarm.usual:
        band = {"id": "band", "expression": f"ANOMALY_DETECTION_BAND(m1, {DEVIATIONS})", "return_data": True}
        return {
            "metric_queries": [band, *_queries(alarm, shown=True)],
            "threshold_metric_id": "band",
            "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
        }
    compared = {"comparison_operator": alarm.comparison, "threshold": alarm.threshold}
    if alarm.expression:
        result = {"id": "result", "label": alarm.says, "expression": alarm.expression, "return_data": True}
        return {"metric_queries": [result, *_queries(alarm, shown=False)], **compared}
    [metric] = alarm.metrics
    statistic = "extended_statistic" if metric.statistic.startswith("p") else "statistic"
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.dimensions or None,
        "period": alarm.minutes * PERIOD,
        statistic: metric.statistic,
        **compared,
    }


def _queries(alarm: Alarm, *, shown: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": f"m{number}",
            "return_data": shown,
            "metric": {
                "namespace": metric.namespace,
                "metric_name": metric.name,
                "dimensions": metric.dimensions or None,
                "period": alarm.minutes * PERIOD,
                "stat": metric.statistic,
            },
        }
        for number, metric in enumerate(alarm.metrics, start=1)
    ]
