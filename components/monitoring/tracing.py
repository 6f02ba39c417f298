"""What X-Ray records, and the group by which it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component
from components.identity.iam import traces
from components.use import Use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from settings import Tracing as TracingSettings

PRIORITY = 1000  # of ours no two match the same request; AWS's own rule, for all the rest, comes last
ANY = "*"


class Tracing(Component):
    """How many requests X-Ray records, and which traces are the stack's (RPH-MON-04).

    Creates a sampling rule for each service that is followed, and the group of all traces that a service or a function
    of the stack takes part in: by its name, maps and summaries are asked for. Lambda asks no rule: it records what the
    sender of a message has decided to, and else a share of its own.
    """

    def __init__(
        self,
        name: str,
        settings: TracingSettings,
        *,
        group_name: str,
        services: Mapping[str, str],
        functions: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("monitoring", name, opts)
        self.group_name, self.rule_names = group_name, dict(services)
        for key, service in services.items():
            aws.xray.SamplingRule(
                f"{name}-{key}",
                rule_name=service,
                priority=PRIORITY,
                reservoir_size=settings.reservoir,
                fixed_rate=settings.rate,
                service_name=service,
                service_type=ANY,
                host=ANY,
                http_method=ANY,
                url_path=ANY,
                resource_arn=ANY,
                version=1,
                tags={"Name": service},
                opts=self.child(),
            )
        parts = [f'service("{each}")' for each in sorted([*services.values(), *functions])]
        aws.xray.Group(
            name,
            group_name=group_name,
            filter_expression=settings.filter or " OR ".join(parts),
            insights_configuration={"insights_enabled": settings.insights},
            tags={"Name": group_name},
            opts=self.child(),
        )
        self.register_outputs({"group_name": group_name})


def traced(service_name: str) -> Use:
    """What a service that is followed is told and may do.

    https://docs.aws.amazon.com/xray/latest/devguide/security_iam_id-based-policy-examples.html
    """
    return Use(
        # X-Ray's SDKs read the one, OpenTelemetry the other.
        environment={"AWS_XRAY_TRACING_NAME": service_name, "OTEL_SERVICE_NAME": service_name},
        statements=[traces("xray:GetSamplingRules", "xray:GetSamplingTargets")],
    )
