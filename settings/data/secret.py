"""Secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, SecretStr, ValidationInfo, WithJsonSchema

from settings.problems import Problem, one_of
from settings.section import Section, problem, rule
from settings.values import Between, Shaped, refuse

SOURCES: Final = ("generate", "value", "arn")
ENCRYPTED: Final = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}


class Generate(Section):
    """A random value, made once by the program and kept."""

    length: Annotated[
        int, Between(16, 4096, "the length of a secret", "Set for example 64.", why="Shorter ones can be guessed.")
    ]
    """Characters: letters, digits, '-' and '_'."""
    version: Annotated[int, Between(1, 1_000_000, "a version of a secret", "Set one more than before.")] = 1
    """Raise it to make a new value."""


def _pulumi_secret(value: Any, info: ValidationInfo) -> Any:
    """Takes ``{secure: …}`` from a file, and plain text only where Pulumi says that it was a secret."""
    decrypted = "secrets" in (info.context or {}).get("secret_keys", ())
    if isinstance(value, Mapping) and set(value) == {"secure"} and isinstance(value["secure"], str):
        return SecretStr(value["secure"])
    if isinstance(value, str) and decrypted:
        return SecretStr(value)
    if value is None:
        return None
    return refuse(
        "This is not an encrypted secret.",
        "A value under secrets is encrypted by Pulumi.",
        "Take it out of the file, then 'pulumi config set --secret --path plinth:secrets.<name>.value'; "
        "if it was ever committed, replace the secret itself.",
        why="Whoever sees the file could read it.",
    )


class Secret(Section):
    """A secret in Secrets Manager, from one of three sources."""

    generate: Generate | None = None
    """A random value."""
    value: Annotated[SecretStr | None, BeforeValidator(_pulumi_secret), WithJsonSchema(ENCRYPTED)] = None
    """A value of your own, encrypted: pulumi config set --secret --path plinth:secrets.<name>.value."""
    arn: (
        Annotated[
            str,
            Shaped(
                r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+",
                "the ARN of a secret in Secrets Manager",
                "It looks like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-AbCdEf.",
                "'aws secretsmanager list-secrets' prints those that there are.",
            ),
        ]
        | None
    ) = None
    """A secret that is in Secrets Manager already."""

    @rule
    def has_one_source(self, key: str) -> Iterator[Problem]:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            yield problem(
                key,
                "",
                f"{one_of(given, last='and')} are set together."
                if given
                else "Nothing says where the secret comes from.",
                f"A secret has one source: {one_of(SOURCES)}.",
                "Keep one of them." if given else "Set for example generate: {length: 64}.",
            )
