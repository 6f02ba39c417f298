"""Who may deploy the stack from GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.component import Component, Context
from components.identity.iam import document
from components.identity.permissions import deploy_statements, preview_statements, state_statements
from settings.names import GITHUB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settings import Delivery as DeliverySettings
    from settings.names import Derived

AUDIENCE = "sts.amazonaws.com"
LOCKS = ".pulumi/locks/*"
STATE = ".pulumi/*"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class Delivery(Component):
    """A preview role and a deploy role for workflows of one GitHub repository (CHR-CI-01, CHR-SEC-06, CHR-SEC-14).

    Creates the roles with their policies and, by setting, the account's identity provider for GitHub. Pull requests
    may take on the preview role, which reads how things are set up, and writes nothing but the lock of Pulumi's state.
    Only jobs of one GitHub environment may take on the deploy role: that environment is where somebody approves
    (RPH-SEC-04). `chosen` are the names of the stack, of which some do not begin as the system's do.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: DeliverySettings,
        account: pulumi.Output[str],
        *,
        chosen: Iterable[Derived] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("identity", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self._issuer = self._find_issuer(account)
        self._create_preview_role()
        self._create_deploy_role(chosen)
        self.register_outputs({"deploy_role_arn": self.deploy_role.arn, "preview_role_arn": self.preview_role.arn})

    def _find_issuer(self, account: pulumi.Output[str]) -> pulumi.Output[str]:
        """The provider's ARN, which follows from the account: there is one for a host."""
        if not self._settings.create_provider:
            return pulumi.Output.concat("arn:aws:iam::", account, f":oidc-provider/{GITHUB}")
        provider = aws.iam.OpenIdConnectProvider(
            self._name,
            url=f"https://{GITHUB}",
            client_id_lists=[AUDIENCE],
            tags={"Name": GITHUB},
            opts=self.child(),
        )
        return provider.arn

    def _create_preview_role(self) -> None:
        settings = self._settings
        self.preview_role = self._create_role("preview", "pull_request")
        aws.iam.RolePolicyAttachment(
            f"{self._name}-preview-read",
            role=self.preview_role.name,
            policy_arn=READ_ONLY,
            opts=self.child(),
        )
        self._allow(
            self.preview_role,
            "preview-state",
            [
                *state_statements(settings.state_bucket, settings.state_key_arn, writes=[LOCKS]),
                *preview_statements(settings.state_bucket),
            ],
        )

    def _create_deploy_role(self, chosen: Iterable[Derived]) -> None:
        settings, context = self._settings, self._context
        self.deploy_role = self._create_role("deploy", f"environment:{settings.github_environment}")
        state = state_statements(settings.state_bucket, settings.state_key_arn, writes=[STATE])
        self._allow(self.deploy_role, "deploy-state", state)
        parts = deploy_statements(context, chosen)
        for part, statements in parts.items():
            self._allow(self.deploy_role, f"deploy-{part}", statements)

    def _create_role(self, role: str, who: str) -> aws.iam.Role:
        # https://docs.github.com/en/actions/reference/security/oidc
        return aws.iam.Role(
            f"{self._name}-{role}",
            name=self._context.name(role),
            assume_role_policy=document(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Principal": {"Federated": self._issuer},
                    "Condition": {
                        "StringEquals": {
                            f"{GITHUB}:aud": AUDIENCE,
                            f"{GITHUB}:sub": f"repo:{self._settings.repository}:{who}",
                        }
                    },
                }
            ),
            tags=self._context.tags(role),
            opts=self.child(),
        )

    def _allow(self, role: aws.iam.Role, what: str, statements: list[dict[str, object]]) -> None:
        aws.iam.RolePolicy(
            f"{self._name}-{what}", name=what, role=role.name, policy=document(*statements), opts=self.child()
        )
