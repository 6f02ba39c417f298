"""A queue with its dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import document, tls_only

if TYPE_CHECKING:
    from settings import Queue as QueueSettings

DAY = 86_400  # seconds


class Queue(Component):
    """An SQS queue, and a second one for what nobody could process (RPH-DAT-04, RPH-SEC-05).

    Both are encrypted and speak TLS only. The dead letters take messages from this queue and from no other; from
    there operators send them back once the cause is mended.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: QueueSettings,
        *,
        visibility_seconds: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("data", f"{name}-queue", opts)
        self._name = name
        self.queue_name = context.name(name)
        self.dead_letter_queue_name = context.name(name, "dead-letters")
        self.dead_letters = aws.sqs.Queue(
            f"{name}-dead-letters",
            name=self.dead_letter_queue_name,
            message_retention_seconds=settings.dead_letter_retention_days * DAY,
            sqs_managed_sse_enabled=True,
            tags={"Name": self.dead_letter_queue_name},
            opts=self.child(protect=context.production),
        )
        self.queue = aws.sqs.Queue(
            name,
            name=self.queue_name,
            visibility_timeout_seconds=visibility_seconds,
            message_retention_seconds=settings.retention_days * DAY,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": settings.max_receives}
            ),
            tags={"Name": self.queue_name},
            opts=self.child(protect=context.production),
        )
        aws.sqs.RedriveAllowPolicy(
            f"{name}-dead-letters",
            queue_url=self.dead_letters.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [self.queue.arn]}
            ),
            opts=self.child(),
        )
        self._demand_tls(name, self.queue)
        self._demand_tls(f"{name}-dead-letters", self.dead_letters)
        self.register_outputs({"url": self.queue.url})

    def _demand_tls(self, name: str, queue: aws.sqs.Queue) -> None:
        aws.sqs.QueuePolicy(
            name,
            queue_url=queue.url,
            policy=document(tls_only("sqs:*", on=[queue.arn])),
            opts=self.child(),
        )
