"""Alarms, the dashboard, saved queries, and who hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.monitoring.topic import Topic
from components.monitoring.watch import PERIOD, affordable_alarms, affordable_widgets, dashboard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.monitoring.watch import Alarm, Metric, Watch
    from settings import Monitoring as MonitoringSettings

FREE_ALARMS: Final = 10  # https://aws.amazon.com/cloudwatch/pricing/
FREE_METRICS: Final = 50
MOST_CHILDREN: Final = 100  # alarms that one rule names
MOST_LOG_GROUPS: Final = 50  # of a query
DEVIATIONS: Final = 2
SEVERITIES: Final = ("critical", "warning")

QUERIES: Final[Mapping[str, str]] = {
    # RPH-MON-02, RPH-MON-03
    "errors": """\
fields @timestamp, @message, @logStream
| filter @message like /ERROR|Exception|error/
| sort @timestamp desc
| limit 100""",
    "slow": """\
fields @timestamp, @message, @logStream
| filter @message like /duration/
| parse @message /duration=(?<duration>\\d+)/
| filter duration > {slow_ms}
| sort duration desc
| limit 50""",
}


class Monitoring(Component):
    """Turns what is to be watched into alarms that tell once, a dashboard, and queries (AUT-MON-05).

    Creates the topic, an alarm for each value, a composite alarm of all that is critical, one of all warnings which
    keeps quiet while the critical one tells, the dashboard, and the saved queries. At level free there are no
    composite alarms and no key, which AWS charges for: each of the few alarms tells by itself.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: MonitoringSettings,
        watches: Sequence[Watch],
        *,
        topic_name: str,
        dashboard_name: str,
        account: pulumi.Output[str],
        other_alarms: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("monitoring", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self.dashboard_name = dashboard_name
        self.topic = Topic(
            f"{name}-alerts",
            context,
            topic_name=topic_name,
            mails=settings.notify,
            encrypted=not settings.free,
            account=account,
            opts=self.child(),
        )
        alarms = [alarm for watch in watches for alarm in watch.alarms]
        if settings.free:
            alarms = affordable_alarms(alarms, FREE_ALARMS - other_alarms)
        for watch in watches:
            self._count(watch)
        self._create_alarms(alarms)
        self._create_dashboard(watches)
        self._save_queries(watches)
        self.register_outputs({"topic": self.topic.arn})

    def _count(self, watch: Watch) -> None:
        for count in watch.counts:
            aws.cloudwatch.LogMetricFilter(
                f"{self._name}-{count.key}",
                name=self._context.name(count.key),
                log_group_name=count.log_group,
                pattern=count.pattern,
                metric_transformation={
                    "name": count.metric.name,
                    "namespace": count.metric.namespace,
                    "value": "1",
                    "default_value": "0",
                    "unit": "Count",
                },
                opts=self.child(),
            )

    def _create_alarms(self, alarms: Sequence[Alarm]) -> None:
        """The alarms, and in `telling` the names of those that tell, by severity."""
        self.telling: dict[str, list[str]] = {}
        self._suppressors: list[pulumi.Resource] = []
        for severity in SEVERITIES:
            these = [alarm for alarm in alarms if alarm.critical == (severity == "critical")]
            names = [self._context.name(alarm.key) for alarm in these]
            made: list[pulumi.Resource] = [self._create_alarm(alarm) for alarm in these]
            self.telling[severity] = names if self._settings.free or not names else self._join(severity, names, made)

    def _create_alarm(self, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        told = [self.topic.arn] if self._settings.free else None
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.key}",
            name=self._context.name(alarm.key),
            alarm_description=alarm.says,
            evaluation_periods=alarm.periods,
            treat_missing_data="breaching" if alarm.silence_is_bad else "notBreaching",
            alarm_actions=told,
            ok_actions=told,
            tags=self._context.tags(alarm.key),
            opts=self.child(),
            **measured(alarm),
        )

    def _join(self, severity: str, names: Sequence[str], made: Sequence[pulumi.Resource]) -> list[str]:
        """One alarm that tells for all; where a rule cannot name them all, it names others that do."""
        if len(names) > MOST_CHILDREN:
            parts = {
                f"{severity}-{start // MOST_CHILDREN + 1}": names[start : start + MOST_CHILDREN]
                for start in range(0, len(names), MOST_CHILDREN)
            }
            made = [self._compose(what, part, after=made) for what, part in parts.items()]
            names = [self._context.name(what) for what in parts]
        # While something critical is wrong, it is no news that there are warnings too.
        parent = next(iter(self.telling.get("critical", [])), None)
        suppressor = {"alarm": parent, "wait_period": PERIOD, "extension_period": PERIOD} if parent else None
        told = [self.topic.arn]
        composite = self._compose(
            severity, names, after=made, alarm_actions=told, ok_actions=told, actions_suppressor=suppressor
        )
        self._suppressors = [composite]
        return [self._context.name(severity)]

    def _compose(
        self, what: str, names: Sequence[str], *, after: Sequence[pulumi.Resource], **more: Any
    ) -> aws.cloudwatch.CompositeAlarm:
        return aws.cloudwatch.CompositeAlarm(
            f"{self._name}-{what}",
            alarm_name=self._context.name(what),
            alarm_description=f"{what.capitalize()}: {self._context.system}, {self._context.environment}",
            alarm_rule=any_of(names),
            tags=self._context.tags(what),
            # AWS refuses a rule that names what is not there.
            opts=self.child(depends_on=[*after, *self._suppressors]),
            **more,
        )

    def _create_dashboard(self, watches: Sequence[Watch]) -> None:
        widgets = [widget for watch in watches for widget in watch.widgets]
        if self._settings.free:
            widgets = affordable_widgets(widgets, FREE_METRICS)
        aws.cloudwatch.Dashboard(
            self._name,
            dashboard_name=self.dashboard_name,
            dashboard_body=pulumi.Output.json_dumps(dashboard(widgets, self._context.region), sort_keys=True),
            opts=self.child(),
        )

    def _save_queries(self, watches: Sequence[Watch]) -> None:
        """Queries of all logs that the stack's programs write, as many groups as a query takes."""
        context, groups = self._context, [group for watch in watches for group in watch.log_groups]
        self.query_names: list[str] = []
        for what, query in QUERIES.items() if groups else ():
            self.query_names.append(f"{context.system}-{context.environment}/{what}")
            aws.cloudwatch.QueryDefinition(
                f"{self._name}-{what}",
                name=self.query_names[-1],
                query_string=query.format(slow_ms=self._settings.queries.slow_ms),
                log_group_names=groups[:MOST_LOG_GROUPS],
                opts=self.child(),
            )


def any_of(names: Sequence[str]) -> str:
    """The rule of an alarm that goes off when any of the alarms does."""
    return " OR ".join(f'ALARM("{name}")' for name in names)


def measured(alarm: Alarm) -> dict[str, Any]:
    """The arguments of an alarm that say what it looks at."""
    if alarm.usual:
        band = {"id": "band", "expression": f"ANOMALY_DETECTION_BAND(m1, {DEVIATIONS})", "return_data": True}
        return {
            "metric_queries": [band, *_queries(alarm.metrics, shown=True)],
            "threshold_metric_id": "band",
            "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
        }
    compared = {"comparison_operator": alarm.comparison, "threshold": alarm.threshold}
    if alarm.expression:
        result = {"id": "result", "label": alarm.says, "expression": alarm.expression, "return_data": True}
        return {"metric_queries": [result, *_queries(alarm.metrics, shown=False)], **compared}
    [metric] = alarm.metrics
    statistic = "extended_statistic" if metric.statistic.startswith("p") else "statistic"
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.dimensions or None,
        "period": PERIOD,
        statistic: metric.statistic,
        **compared,
    }


def _queries(metrics: Sequence[Metric], *, shown: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": f"m{number}",
            "return_data": shown,
            "metric": {
                "namespace": metric.namespace,
                "metric_name": metric.name,
                "dimensions": metric.dimensions or None,
                "period": PERIOD,
                "stat": metric.statistic,
            },
        }
        for number, metric in enumerate(metrics, start=1)
    ]
