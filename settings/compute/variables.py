"""Environment variables: plain ones and secrets, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from settings.problems import Problem
from settings.section import problem

SECRET_NAME: Final = re.compile(r"KEY|SECRET|TOKEN|PASSWORD", re.IGNORECASE)
SECRET_VALUE: Final = re.compile(
    r"://[^/\s:@]*:[^/\s@]+@|\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
SET_BY_PLINTH: Final = ("VERSION",)


def wrong_variables(
    key: str, environment: Mapping[str, str], secrets: Mapping[str, str], *, reader: str
) -> Iterator[Problem]:
    """What is wrong with the variables at `key`; `reader` is who could read plain ones, as a clause."""
    for name, text in environment.items():
        if name not in secrets and (looks := like_a_secret(name, text)):
            yield problem(
                f"{key}.environment.{name}",
                "",
                f"{name} {looks}, in plain text.",
                "Secrets never stand among the plain variables.",
                f"Put it under plinth:secrets, and name it here under secrets: {{{name}: <its name there>}}.",
                why=f"{reader} can read them.",
            )
    for name in sorted(set(environment) & set(secrets)):
        yield problem(
            f"{key}.environment.{name}",
            "",
            f"{name} is set under environment and under secrets.",
            "A variable has one value.",
            f"Remove {name} from one of them.",
            why="AWS refuses it.",
        )
    for name in SET_BY_PLINTH:
        for field, variables in (("environment", environment), ("secrets", secrets)):
            if name in variables:
                yield problem(
                    f"{key}.{field}.{name}",
                    "",
                    f"{name} is set by Plinth.",
                    "It holds the version of the image.",
                    "Choose another name.",
                )


def like_a_secret(name: str, text: str) -> str:
    """In which way a variable looks like a secret (GRD-12); empty when it does not."""
    if SECRET_NAME.search(name):
        return "is named like a secret"
    return "holds what looks like a secret" if SECRET_VALUE.search(text) else ""


def built_in_secrets(key: str, build_args: Mapping[str, str]) -> Iterator[Problem]:
    """Secrets among the build arguments of the image at `key`."""
    for name, text in build_args.items():
        if looks := like_a_secret(name, text):
            yield problem(
                f"{key}.build_args.{name}",
                "",
                f"{name} {looks}, in plain text.",
                "Secrets are no part of an image.",
                "Read it when the container runs: put it under plinth:secrets, and name it under secrets.",
                why="Build arguments stay readable in the image's history.",
            )
