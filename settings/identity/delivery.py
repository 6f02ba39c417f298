"""Who may deploy a stack from outside of AWS."""

from __future__ import annotations

from typing import Annotated

from settings.data.bucket_name import BucketName
from settings.section import Section
from settings.values import Shaped


class Delivery(Section):
    """Two roles for workflows of GitHub Actions, who prove with a token of GitHub's who they are: no key is kept.

    The preview role reads settings of resources, not data, and is for pull requests. The deploy role changes what is
    the system's, and is for jobs in one GitHub environment, which is where approvals are demanded.
    """

    repository: Annotated[
        str,
        Shaped(
            r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
            "a repository on GitHub",
            "It is written owner/name.",
            "Set for example 'example/chatrelay'.",
            why="Whoever can name the owner freely could deploy from a fork.",
        ),
    ]
    """The repository whose workflows may take the roles on."""
    github_environment: Annotated[
        str,
        Shaped(
            r"[A-Za-z0-9 ._-]{1,255}",
            "the name of a GitHub environment",
            "Here it has letters, digits, spaces and ._- only.",
            "Set for example 'production'.",
            why="A colon, a slash or a wildcard would change whom the role trusts.",
        ),
    ]
    """The GitHub environment whose jobs may deploy; its protection rules say who approves and from which branches."""
    create_provider: bool = False
    """Whether this stack makes the account's identity provider for GitHub. There is one in an account: one stack makes
    it, the others find it by its name."""
    state_bucket: BucketName
    """S3 bucket with Pulumi's state, as in pulumi login s3://…; versioned, and not made by a stack that is in it."""
    state_key_arn: (
        Annotated[
            str,
            Shaped(
                r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+",
                "the ARN of a KMS key",
                "It looks like arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab.",
                "'aws kms list-keys' prints those that there are.",
            ),
        ]
        | None
    ) = None
    """KMS key that encrypts the secrets in the state (pulumi stack init --secrets-provider awskms://…)."""
