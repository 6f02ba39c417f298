"""What somebody asks over the internet, as users do, can answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.edge import domains
from settings.problems import Problem
from settings.section import problem

if TYPE_CHECKING:
    from settings.stack import Stack


def somebody_answers(stack: Stack, section: str, host: str, who: str) -> Iterator[Problem]:
    """Something of the stack answers `who`, and by a name in its certificate.

    section: the key of what is asked; host: the key that names another host than the stack's own.
    """
    front = domains.front(stack)
    if front is None:
        yield problem(
            section,
            "",
            "Nothing of the stack answers from the internet.",
            f"{who} ask what users ask: a CDN, a load balancer or a Beanstalk environment.",
            f"Remove it, or set {host} to the host that they are to ask.",
        )
    elif front != "cdn" and domains.has_certificate(stack, front) and not domains.leading_to(stack, front):
        yield problem(
            host,
            "",
            f"No name in plinth:dns leads to {front}, which has a certificate.",
            f"{who} check certificates as browsers do, and AWS's own name of it is in none.",
            f"Set {host} to a name in the certificate, or a name in plinth:dns that leads to {front}.",
        )
