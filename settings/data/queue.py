"""Queues on SQS."""

from __future__ import annotations

from typing import Annotated, Final

from settings.section import Section
from settings.values import Between

MOST_VISIBILITY: Final = (
    43_200  # seconds, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
)
DAYS_KEPT = Annotated[int, Between(1, 14, "a number of days that SQS keeps messages", "Set for example 4.")]


class Queue(Section):
    """A queue, with a second one for the messages that cannot be processed."""

    visibility_seconds: (
        Annotated[int, Between(0, MOST_VISIBILITY, "a visibility timeout in seconds", "Leave it out.")] | None
    ) = None
    """Seconds that a message which was received is hidden from others; six times the worker's timeout unless set:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html."""
    max_receives: Annotated[int, Between(1, 1000, "a number of receives", "Set for example 5.")] = 5
    """Times that a message is tried until it goes to the dead letters."""
    retention_days: DAYS_KEPT = 4
    """Days that a message waits at most."""
    dead_letter_retention_days: DAYS_KEPT = 14
    """Days that somebody has to look at a dead letter."""
