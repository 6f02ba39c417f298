"""What the stack may cost, and who hears of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.monitoring.topic import Topic
from settings.names import billing_alarm

if TYPE_CHECKING:
    import pulumi

    from settings import Budget as BudgetSettings

BILLING_REGION = "us-east-1"  # where AWS keeps the billing metrics of all regions
BILLING_PERIOD_SECONDS = 86_400


class Budget(Component):
    """A monthly AWS budget of the stack, and what else watches its costs (CHR-CST-01, CHR-CST-02).

    Creates the budget, filtered by the Stack tag; by setting the activation of cost allocation tags, a cost
    category, a monitor and a subscription for anomalies, and an alarm on the charges of the whole account with the
    topic that it tells.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: BudgetSettings,
        account: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("cost", name, opts)
        self._name, self._context, self._settings, self._account = name, context, settings, account
        self._create_budget()
        for tag in sorted(set(settings.activate_tags)):
            # Of the account, and others may count on it: it stays when the stack goes.
            aws.costexplorer.CostAllocationTag(
                f"{name}-{tag}", tag_key=tag, status="Active", opts=self.child(retain_on_delete=True)
            )
        if settings.category is not None:
            self._create_category(settings.category)
        if settings.anomaly_usd is not None:
            self._watch_anomalies(settings.anomaly_usd)
        if settings.account_alarm_usd is not None:
            self._watch_account(settings.account_alarm_usd)
        self.register_outputs({})

    def _create_budget(self) -> None:
        settings, context = self._settings, self._context
        thresholds = [("ACTUAL", percent) for percent in sorted(settings.actual_percent)]
        thresholds += [("FORECASTED", percent) for percent in sorted(settings.forecast_percent)]
        aws.budgets.Budget(
            self._name,
            name=context.name("budget"),
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(settings.monthly_usd),
            limit_unit="USD",
            # One tag: AWS puts the values of several into one filter, and says nowhere whether all or any must be met.
            cost_filters=[{"name": "TagKeyValue", "values": [f"user:Stack${context.stack}"]}],
            notifications=[
                {
                    "notification_type": kind,
                    "comparison_operator": "GREATER_THAN",
                    "threshold": percent,
                    "threshold_type": "PERCENTAGE",
                    "subscriber_email_addresses": sorted(settings.mails),
                }
                for kind, percent in thresholds
            ],
            tags=context.tags("budget"),
            opts=self.child(),
        )

    def _create_category(self, category: str) -> None:
        aws.costexplorer.CostCategory(
            self._name,
            name=category,
            rule_version="CostCategoryExpression.v1",
            rules=[
                {
                    "type": "REGULAR",
                    "value": category,
                    "rule": {
                        "tags": {"key": "Project", "values": [self._context.project], "match_options": ["EQUALS"]}
                    },
                }
            ],
            tags=self._context.tags("budget"),
            opts=self.child(),
        )

    def _watch_anomalies(self, dollars: int) -> None:
        context = self._context
        # A monitor takes one key, and systems differ by Project.
        specification = {"Tags": {"Key": "Project", "MatchOptions": ["EQUALS"], "Values": [context.project]}}
        monitor = aws.costexplorer.AnomalyMonitor(
            self._name,
            name=context.name("anomalies"),
            monitor_type="CUSTOM",
            monitor_specification=json.dumps(specification),
            tags=context.tags("anomalies"),
            opts=self.child(),
        )
        aws.costexplorer.AnomalySubscription(
            self._name,
            name=context.name("anomalies"),
            frequency="DAILY",
            monitor_arn_lists=[monitor.arn],
            subscribers=[{"type": "EMAIL", "address": mail} for mail in sorted(self._settings.mails)],
            threshold_expression={
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "match_options": ["GREATER_THAN_OR_EQUAL"],
                    "values": [str(dollars)],
                }
            },
            tags=context.tags("anomalies"),
            opts=self.child(),
        )

    def _watch_account(self, dollars: int) -> None:
        name, context = f"{self._name}-billing", self._context
        topic = Topic(
            name,
            context,
            topic_name=context.name("billing"),
            mails=self._settings.mails,
            encrypted=True,
            account=self._account,
            region=BILLING_REGION,
            opts=self.child(),
        )
        aws.cloudwatch.MetricAlarm(
            name,
            name=billing_alarm(context.system),
            alarm_description=f"The account's charges of this month are above {dollars} USD",
            namespace="AWS/Billing",
            metric_name="EstimatedCharges",
            dimensions={"Currency": "USD"},
            statistic="Maximum",
            period=BILLING_PERIOD_SECONDS,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=dollars,
            treat_missing_data="ignore",  # AWS writes a point every few hours
            alarm_actions=[topic.arn],
            region=BILLING_REGION,
            tags=context.tags("billing"),
            opts=self.child(),
        )
