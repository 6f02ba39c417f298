"""Where alarms are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import document, statement, tls_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

ALARMS = {"Service": "cloudwatch.amazonaws.com"}
KEY_DAYS = 14  # for which a deleted key can be had back; nothing is kept that it encrypts


class Topic(Component):
    """An SNS topic that the account's alarms may publish to, and those who hear of them (CRT-MON-00).

    `encrypted` makes it a key of its own: alarms may not use the one that AWS has for SNS. `region` is the one of the
    alarms, unless it is the stack's: alarms cannot publish to another.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        *,
        topic_name: str,
        mails: Sequence[str],
        encrypted: bool,
        account: pulumi.Output[str],
        region: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("monitoring", name, opts)
        self._name, self._context, self._account, self._region = name, context, account, region
        topic = aws.sns.Topic(
            name,
            name=topic_name,
            kms_master_key_id=self._create_key(topic_name) if encrypted else None,
            region=region,
            tags={"Name": topic_name},
            opts=self.child(),
        )
        self.arn = topic.arn
        aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=document(
                statement("sns:Publish", on=[topic.arn], Principal=ALARMS, Sid="AlarmsTell", **self._of_account()),
                tls_only("sns:Publish", on=[topic.arn]),
            ),
            region=region,
            opts=self.child(),
        )
        for mail in sorted(mails):
            aws.sns.TopicSubscription(
                f"{name}-{mail}", topic=topic.arn, protocol="email", endpoint=mail, region=region, opts=self.child()
            )
        self.register_outputs({"arn": self.arn})

    def _create_key(self, topic_name: str) -> pulumi.Output[str]:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        root = self._account.apply(lambda number: f"arn:aws:iam::{number}:root")
        key = aws.kms.Key(
            self._name,
            description=f"Alarms of {self._context.system}, {self._context.environment}",
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DAYS,
            policy=document(
                statement("kms:*", on=["*"], Principal={"AWS": root}, Sid="AccountManages"),
                statement(
                    "kms:Decrypt",
                    "kms:GenerateDataKey*",
                    on=["*"],
                    Principal=ALARMS,
                    Sid="AlarmsEncrypt",
                    **self._of_account(),
                ),
            ),
            region=self._region,
            tags=self._context.tags("alerts"),
            opts=self.child(),
        )
        aws.kms.Alias(
            self._name,
            name=f"alias/{topic_name}",
            target_key_id=key.key_id,
            region=self._region,
            opts=self.child(),
        )
        return key.arn

    def _of_account(self) -> dict[str, Any]:
        return {"Condition": {"StringEquals": {"aws:SourceAccount": self._account}}}
