"""How much X-Ray records, and which traces belong together."""

from __future__ import annotations

from typing import Annotated

from settings.section import Section
from settings.values import Between, Shaped


class Tracing(Section):
    """What X-Ray keeps of the services and workers that have tracing: true.

    Sampling is for services: whoever is asked first decides for all that follows. Lambda follows who sent a message,
    and where nobody decided, it records one call a second and 5 of 100 beyond, which AWS lets nobody change.
    """

    reservoir: Annotated[int, Between(0, 100, "a number of requests", "Set for example 1.")] = 1
    """Requests to a service that are recorded each second, of all its tasks together, before the rate counts. One is
    AWS's own default: what is asked rarely is seen nevertheless."""
    rate: Annotated[
        float,
        Between(0, 1, "a share", "Set for example 0.05, for 5 of 100.", rule="It runs from 0, none, to 1, all."),
    ] = 0.05
    """Share of the other requests that is recorded. AWS's own default: the first 100 000 traces a month are free."""
    filter: (
        Annotated[
            str,
            Shaped(
                r"[^\n]{1,2000}",
                "a filter expression",
                "It is one line of at most 2000 characters: "
                "https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html.",
                "Set for example 'responsetime > 2', or leave it out.",
            ),
        ]
        | None
    ) = None
    """Filter expression of the group; all traces in which something of the stack takes part unless set."""
    insights: bool = False
    """Whether X-Ray looks by itself for what goes wrong in the group; AWS charges each trace that it looks at."""
