"""From what values on somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between

Percent = Annotated[int, Between(1, 100, "a percentage", "Set for example 80.")]
Milliseconds = Annotated[int, Between(1, 900_000, "a number of milliseconds", "Set for example 2000.")]
Count = Annotated[int, Between(0, 1_000_000, "a number", "Set 0 to hear of the first.")]


class Thresholds(Section):
    """From what values on somebody is told: at once of what is critical, after five minutes of the rest."""

    cpu_percent: Percent = 80
    """Warning: CPU of services, instances, the database and the cache."""
    memory_percent: Percent = 85
    """Warning: memory of services, and of the cache."""
    error_percent: Percent = 5
    """Warning: answers of 500 and above, of all answers."""
    critical_error_percent: Percent = 10
    """Critical: answers of 500 and above, of all answers."""
    refused_percent: Percent = 50
    """Warning: answers of the CDN from 400 to 499. On a quiet site, whoever tries doors makes many."""
    response_ms: Milliseconds = 2_000
    """Warning: the time in which 95 of 100 requests are answered."""
    critical_response_ms: Milliseconds = 5_000
    """Critical: the time in which 95 of 100 requests are answered."""
    free_storage_gib: Annotated[int, Between(1, 10_000, "a size in GiB", "Set for example 5.")] = 5
    """Warning: storage that the database has left; where it grows by itself, it does so before."""
    free_memory_mib: Annotated[int, Between(1, 100_000, "an amount of memory in MiB", "Set for example 256.")] = 256
    """Warning: memory that the database has left."""
    connections: Annotated[int, Between(1, 100_000, "a number of connections", "Set for example 100.")] = 100
    """Warning: connections to the database; its class allows about one for each 9 MiB of its memory."""
    hit_percent: Percent = 80
    """Warning: reads of the cache that find something, when they become fewer."""
    oldest_message_seconds: Annotated[
        int, Between(60, 1_209_600, "an age in seconds", "Set for example 600, for ten minutes.")
    ] = 600
    """Warning: age of the oldest message of a queue."""
    throttles: Count = 0
    """Warning: calls of a function in a minute that Lambda put off."""
    function_errors: Count = 0
    """Warning: calls of a function in a minute that failed."""

    @rule
    def critical_comes_after_warning(self, key: str) -> Iterator[Problem]:
        for name in ("error_percent", "response_ms"):
            warning, critical = getattr(self, name), getattr(self, f"critical_{name}")
            if critical <= warning:
                yield problem(
                    f"{key}.critical_{name}",
                    critical,
                    f"{critical} is not above {name}, which is {warning}.",
                    "What is critical is worse than what is a warning.",
                    f"Set more than {warning}, or a smaller {name}.",
                )
