"""One request, judged."""

from __future__ import annotations

import os
import string
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import urllib3

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from settings.operations.validation import Check

_GOOD_BELOW: Final = 400
_MOST_SHOWN: Final = 120  # characters of an answer


def checked_address(url: str) -> str:
    """An address without a slash at its end; PlinthError for one that is asked in the clear (RPH-SEC-10).

    What is asked may carry a token. Addresses of this machine go nowhere, and need no TLS.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = host == "localhost" or host.endswith(".localhost") or host.startswith("127.")
    if parts.scheme != "https" and not here:
        raise PlinthError(f"{url} is not asked over TLS", "Give an address that begins with https://", Exit.USAGE)
    return url.rstrip("/")


@dataclass(frozen=True)
class Answer:
    """What came of a request: the `problem` is empty when it is as the check wants it."""

    milliseconds: float
    problem: str = ""


class Asker:
    """Sends requests to one address."""

    def __init__(self, url: str, timeout_seconds: float, concurrent: int = 1) -> None:
        # Names below localhost are this machine's (RFC 6761), and not every resolver knows.
        parts = urlsplit(url)
        self._host = parts.netloc
        here = parts.hostname is not None and parts.hostname.endswith(".localhost")
        self._base = parts._replace(netloc=f"127.0.0.1:{parts.port or 80}").geturl() if here else url
        self._pool = urllib3.PoolManager(
            maxsize=concurrent, block=False, retries=False, timeout=urllib3.Timeout(timeout_seconds)
        )

    def ask(self, check: Check) -> Answer:
        """Send a check's request, and judge the answer."""
        headers = {name: _filled(name, value) for name, value in check.headers.items()} | {"Host": self._host}
        begun = time.perf_counter()
        try:
            answer = self._pool.request(
                check.method, f"{self._base}{check.path}", headers=headers, json=check.body, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            return Answer(_since(begun), f"no answer: {_reason(error)}")
        return Answer(_since(begun), _problem(check, answer.status, answer.data))


def _problem(check: Check, status: int, body: bytes) -> str:
    text = body.decode(errors="replace")
    shown = " ".join(text.split())[:_MOST_SHOWN]
    if check.status is None and status >= _GOOD_BELOW:
        return f"answered {status}: {shown}"
    if check.status is not None and status != check.status:
        return f"answered {status}, not {check.status}: {shown}"
    if check.contains is not None and check.contains not in text:
        return f"answered {status} without {check.contains!r}: {shown}"
    return ""


def _filled(name: str, value: str) -> str:
    try:
        return string.Template(value).substitute(os.environ)
    except KeyError as missing:
        variable = missing.args[0]
        raise PlinthError(
            f"header {name} takes {variable} from the environment, which does not have it",
            f"export {variable}=… and run the same command",
            Exit.USAGE,
        ) from None


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 2)


def _reason(error: urllib3.exceptions.HTTPError) -> str:
    return str(error).rpartition(": ")[2] or type(error).__name__
