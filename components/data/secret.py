"""Secrets: made here, given by the stack file, or already in AWS."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context

if TYPE_CHECKING:
    from settings import Secret as SecretSettings

RECOVERY_DAYS = 30
CHARACTERS = string.ascii_letters + string.digits


class Secret(Component):
    """A secret in Secrets Manager that this stack owns, with its present value (design decision 9).

    `value` is what AWS holds, whoever set it, encrypted in Pulumi's state.
    """

    value: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        context: Context,
        value: pulumi.Input[str],
        *,
        version: int = 1,
        keep: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Holds `value`; with `keep`, the first value stays until `version` changes, whatever later runs bring."""
        super().__init__("secrets", name, opts)
        path = f"{context.system}/{context.environment}/{name}"
        secret = aws.secretsmanager.Secret(
            name,
            name=path,
            # Outside production a name must be free again at once.
            recovery_window_in_days=RECOVERY_DAYS if context.production else 0,
            tags={"Name": path},
            opts=self.child(),
        )
        held = aws.secretsmanager.SecretVersion(
            f"{name}-v{version}" if keep else name,
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(value),
            opts=self.child(ignore_changes=["secret_string"] if keep else None),
        )
        # Known only when it holds something: whoever is started with the ARN reads it at once.
        self.arn = pulumi.Output.all(secret.arn, held.id).apply(lambda known: str(known[0]))
        # Read from the resource, not from the argument: with `keep` only the resource knows.
        self.value = held.secret_string.apply(str)
        self.register_outputs({"arn": self.arn})


def generated_secret(
    name: str, context: Context, *, length: int, version: int, opts: pulumi.ResourceOptions | None = None
) -> Secret:
    """A secret with a random value of `length` characters, made once; a new `version` makes a new value.

    Letters and digits only: they fit into a connection URL, and are among the characters of an ElastiCache token
    (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html).
    """
    value = "".join(secrets.choice(CHARACTERS) for _ in range(length))
    return Secret(name, context, value, version=version, keep=True, opts=opts)


def stack_secret(
    key: str, context: Context, settings: SecretSettings, opts: pulumi.ResourceOptions | None = None
) -> pulumi.Input[str]:
    """The ARN of one of the stack file's secrets, made here unless it is in AWS already."""
    if settings.arn is not None:
        return settings.arn
    if settings.value is not None:
        return Secret(key, context, settings.value.get_secret_value(), opts=opts).arn
    assert settings.generate is not None  # noqa: S101 - the settings hold exactly one of the three
    length, version = settings.generate.length, settings.generate.version
    return generated_secret(key, context, length=length, version=version, opts=opts).arn
