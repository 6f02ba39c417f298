"""The program of a canary: it asks for pages as a user would; it runs in CloudWatch Synthetics."""

from __future__ import annotations

import os
import time
import urllib.request
from http import HTTPStatus

ATTEMPTS, PAUSE, PATIENCE = 2, 2, 10  # how often a page is asked for, seconds between, and for an answer
WHO = {"User-Agent": "CloudWatchSynthetics"}


def handler(_event: object, _context: object) -> str:
    """Asks for each of the addresses in URLS; raises RuntimeError, and so fails the run, for those without an answer.

    One lost packet is nobody's outage: what fails is asked for once more.
    """
    urls = os.environ["URLS"].split()
    failures = [f"{url}: {failure}" for url in urls if (failure := failure_of(url))]
    if failures:
        raise RuntimeError("; ".join(failures))
    return f"{len(urls)} answered"


def failure_of(url: str) -> str:
    """Why a page does not answer; empty when it does."""
    failure = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        try:
            request = urllib.request.Request(url, headers=WHO)  # noqa: S310 - of our own settings
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                if answer.status == HTTPStatus.OK:
                    return ""
                failure = f"answers {answer.status}"
        except OSError as error:  # refused, silent, a wrong certificate, or 4xx and 5xx
            failure = str(error)
    return failure
