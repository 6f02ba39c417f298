"""Alarms, the dashboard, and saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.monitoring.alarms import Alarms
from components.monitoring.watch import affordable_alarms, affordable_widgets, dashboard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.monitoring.watch import Alarm, Watch
    from settings import Monitoring as MonitoringSettings

FREE_ALARMS: Final = 10  # https://aws.amazon.com/cloudwatch/pricing/
FREE_METRICS: Final = 50
MOST_LOG_GROUPS: Final = 50  # of a query

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

    Creates the alarms of each region in which something is measured, metrics made of logs, the dashboard, and the
    saved queries. `here` are the alarms of the stack's region, and `elsewhere` those of others, by region.
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
        self._topic_name, self._account = topic_name, account
        self.dashboard_name = dashboard_name
        alarms = [alarm for watch in watches for alarm in watch.alarms]
        if settings.free:
            alarms = affordable_alarms(alarms, FREE_ALARMS - other_alarms)
        for watch in watches:
            self._count(watch)
        self.here = self._create_alarms(alarms, context.region)
        regions = {alarm.region or context.region for alarm in alarms} - {context.region}
        self.elsewhere = {region: self._create_alarms(alarms, region) for region in sorted(regions)}
        self._create_dashboard(watches)
        self._save_queries(watches)
        self.register_outputs({"topic": self.here.topic.arn})

    def _create_alarms(self, alarms: Sequence[Alarm], region: str) -> Alarms:
        here = self._context.region
        return Alarms(
            self._name if region == here else f"{self._name}-{region}",
            self._context,
            self._settings,
            [alarm for alarm in alarms if (alarm.region or here) == region],
            region=None if region == here else region,
            topic_name=self._topic_name,
            account=self._account,
            opts=self.child(),
        )

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
