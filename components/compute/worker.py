"""A Lambda function fed by a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.compute.bundle import bundle
from components.data.queue import Queue
from components.identity.iam import ServiceRole, statement, traces
from components.monitoring.logs import log_group
from components.use import Use, merged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from settings import Worker as WorkerSettings


@dataclass(frozen=True, kw_only=True)
class WorkerArgs:
    """What a worker is built from."""

    settings: WorkerSettings
    function_name: str
    root: Path
    """The project's folder, in which the code is."""
    uses: Mapping[str, Use]
    """The buckets and workers that it uses, by their keys in the settings."""
    secrets: Mapping[str, pulumi.Input[str]]
    """ARNs of secrets by the variables that tell them."""


class Worker(Component):
    """A Lambda function that processes the messages of its queue (RPH-CMP-02).

    Creates the queue with its dead letters, a log group, a role, the function with a published version for each code,
    an alias that names the one in use, and the mapping that feeds the queue to that alias: so that going back is to
    name an earlier version (RPH-SEC-06). A batch is processed in part: only the messages that the function reports
    are tried again.
    """

    def __init__(
        self, name: str, context: Context, args: WorkerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("compute", name, opts)
        self._name, self._context, self.args = name, context, args
        self.function_name, self.alias_name = args.function_name, args.settings.alias
        self._queue = Queue(
            name,
            context,
            args.settings.queue,
            visibility_seconds=args.settings.visibility_seconds,
            opts=self.child(),
        )
        self.queue, self.dead_letters = self._queue.queue, self._queue.dead_letters
        self.queue_name = self._queue.queue_name
        self.dead_letter_queue_name = self._queue.dead_letter_queue_name
        self.log_group = log_group(self, name, context, f"/aws/lambda/{self.function_name}")
        self._create_role()
        self._create_function()
        self._feed()
        self.register_outputs({"alias_arn": self.alias.arn})

    def _create_role(self) -> None:
        args = self.args
        # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html, narrowed to what is its own.
        statements = [
            statement(
                "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility",
                on=[self.queue.arn],
            ),
            statement(
                "logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.arn.apply(lambda arn: f"{arn}:*")]
            ),
        ]  # fmt: skip
        if args.settings.tracing:
            statements.append(traces())
        if args.secrets:
            statements.append(statement("secretsmanager:GetSecretValue", on=list(args.secrets.values())))
        used = merged(args.uses)
        self._role = ServiceRole(self._name, self._context, "lambda.amazonaws.com", opts=self.child())
        self._role.allow(f"{self._name}-use", *statements, *used.statements)
        self._environment = used.environment

    def _create_function(self) -> None:
        settings = self.args.settings
        code, version = bundle(self.args.root / settings.code, settings.runtime)
        self.function = aws.lambda_.Function(
            self._name,
            name=self.function_name,
            description=f"Processes the queue {self.queue_name}",
            role=self._role.arn,
            runtime=settings.runtime,
            handler=settings.handler,
            architectures=["x86_64"],
            code=pulumi.FileArchive(str(code)),
            memory_size=settings.memory,
            timeout=settings.timeout_seconds,
            ephemeral_storage={"size": settings.disk_mib},
            environment={
                "variables": {**self._environment, **settings.environment, **self.args.secrets, "VERSION": version}
            },
            tracing_config={"mode": "Active" if settings.tracing else "PassThrough"},
            logging_config={"log_format": "JSON", "log_group": self.log_group.name},
            publish=True,
            tags={"Name": self.function_name},
            opts=self.child(depends_on=[self._role]),
        )
        self.alias = aws.lambda_.Alias(
            self._name,
            name=self.alias_name,
            function_name=self.function.name,
            function_version=self.function.version,
            description="The version in use",
            opts=self.child(),
        )

    def _feed(self) -> None:
        settings = self.args.settings
        aws.lambda_.EventSourceMapping(
            self._name,
            event_source_arn=self.queue.arn,
            function_name=self.alias.arn,
            batch_size=settings.batch_size,
            maximum_batching_window_in_seconds=settings.batch_window_seconds,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": settings.max_concurrency},
            tags={"Name": self.function_name},
            # What is in the queue must find its dead letters, and the role its policies.
            opts=self.child(depends_on=[self._queue, self._role]),
        )

    def use(self) -> Use:
        """The URL of its queue, as ``<KEY>_QUEUE_URL``, and leave to send to it."""
        return Use(
            environment={f"{self._name.upper().replace('-', '_')}_QUEUE_URL": self.queue.url},
            statements=[statement("sqs:SendMessage", on=[self.queue.arn])],
        )
