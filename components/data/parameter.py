"""Plain facts in the SSM Parameter Store, for whoever needs them without Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.data.postgres import Postgres
    from settings import Postgres as PostgresSettings


class Parameters(Component):
    """One String parameter for each value, under a common path; no secret belongs here."""

    def __init__(
        self,
        name: str,
        path: str,
        values: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("parameters", name, opts)
        for key, value in values.items():
            aws.ssm.Parameter(
                f"{name}-{key}",
                name=f"{path}/{key}",
                type="String",
                insecure_value=value,  # no secret: a preview may show what changes
                tags={"Name": f"{path}/{key}"},
                opts=self.child(),
            )
        self.register_outputs({})


def database_parameters(
    name: str, context: Context, settings: PostgresSettings, database: Postgres, opts: pulumi.ResourceOptions
) -> None:
    """Where the database is, under ``/<system>/<environment>/db`` (AUT-DAT-04).

    Instead of a copy of the password, which RDS rotates, the ARN of the secret that has it.
    """
    Parameters(
        name,
        f"/{context.system}/{context.environment}/db",
        {
            "host": database.instance.address,
            "name": settings.database,
            "user": settings.username,
            "password-secret-arn": database.secret_arn,
        },
        opts=opts,
    )
