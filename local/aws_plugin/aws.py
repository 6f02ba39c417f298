"""API calls: clients made on demand, errors in one line, waits that a cancellation ends."""

from __future__ import annotations

import functools
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from local.aws_plugin.spec import Wait

_GONE = re.compile(r"NotFound|NoSuch|Nonexistent|DoesNotExist|NotActive|^404$|Unknown$")


class AwsError(Exception):
    """A call that AWS refused or did not answer; its text is one line for the user."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether AWS says that the resource does not exist."""
        return bool(_GONE.search(self.code))


class CancelledError(AwsError):
    """The user interrupted the deployment."""

    def __init__(self) -> None:
        super().__init__("cancelled")


class Aws:
    """The APIs of one account: `call(service, operation, parameters, region)`."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End what is under way: the next call of every operation fails."""
        self._cancelled.set()

    def pause(self, seconds: float) -> None:
        """Sleep, or raise `CancelledError`."""
        if self._cancelled.wait(seconds):
            raise CancelledError

    @functools.cached_property
    def _session(self) -> Any:
        import botocore.session  # noqa: PLC0415 - a preview makes no calls and must not pay for the import

        return botocore.session.Session()

    @functools.cached_property
    def account(self) -> str:
        """The account's number."""
        return str(self.call("sts", "GetCallerIdentity", {})["Account"])

    def client(self, service: str, region: str = "") -> Any:
        """A botocore client, kept for the next call."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                from botocore.config import Config  # noqa: PLC0415

                config = Config(
                    retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, max_pool_connections=32
                )
                self._clients[key] = self._session.create_client(service, region_name=key[1], config=config)
            return self._clients[key]

    def call(self, service: str, op: str, params: Mapping[str, Any], region: str = "") -> dict[str, Any]:
        """Make one call. Raises `AwsError`."""
        from botocore import xform_name  # noqa: PLC0415

        method = getattr(self.client(service, region), xform_name(op))
        response = self._checked(service, op, functools.partial(method, **params))
        failed = response.get("Unsuccessful")
        if failed:
            found = failed[0].get("Error", {})
            raise AwsError(f"{service} {op}: {found.get('Code')}: {found.get('Message')}", str(found.get("Code", "")))
        return response

    def read(self, service: str, op: str, params: Mapping[str, Any], region: str = "") -> dict[str, Any]:
        """Make one call that changes nothing, following its pages to the end. Raises `AwsError`."""
        from botocore import xform_name  # noqa: PLC0415

        client = self.client(service, region)
        if not client.can_paginate(xform_name(op)):
            return self.call(service, op, params, region)
        pages = client.get_paginator(xform_name(op)).paginate(**params)
        return self._checked(service, op, pages.build_full_result)

    def _checked(self, service: str, op: str, attempt: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        from botocore import exceptions  # noqa: PLC0415

        if self._cancelled.is_set():
            raise CancelledError
        try:
            return attempt()
        except exceptions.ClientError as error:
            found = error.response.get("Error", {})
            code = str(found.get("Code", ""))
            raise AwsError(f"{service} {op}: {code}: {found.get('Message', '')}", code) from None
        except exceptions.EndpointConnectionError as error:
            endpoint = error.kwargs.get("endpoint_url", "")
            msg = f"{service} {op}: nothing answers at {endpoint}: the local cloud is not running (`make up` starts it)"
            raise AwsError(msg) from None
        except exceptions.NoCredentialsError:
            msg = f"{service} {op}: no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            raise AwsError(msg) from None
        except exceptions.BotoCoreError as error:
            raise AwsError(f"{service} {op}: {' '.join(str(error).split())}") from None

    def wait(self, service: str, wait: Wait, params: Mapping[str, Any], region: str = "") -> None:
        """Run a botocore waiter to its end. Raises `AwsError`."""
        op, verdict = _judge(self.client(service, region), wait)
        deadline = time.monotonic() + wait.timeout
        while True:
            try:
                answer = self.call(service, op, params, region)
            except AwsError as error:
                if isinstance(error, CancelledError) or not error.code:
                    raise
                answer = {"Error": {"Code": error.code, "Message": str(error)}}
            state = verdict(answer)
            if state == "success":
                return
            if state == "failure" or (
                "Error" in answer and state == "retry" and not AwsError("", answer["Error"]["Code"]).gone
            ):
                raise AwsError(f"{service} {wait.name or op}: {_summary(answer)}")
            if time.monotonic() > deadline:
                raise AwsError(f"{service} {wait.name or op}: not so after {wait.timeout:.0f} s: {_summary(answer)}")
            self.pause(wait.delay)


def _judge(client: Any, wait: Wait) -> tuple[str, Callable[[Any], str]]:
    """The operation that a wait repeats, and what says whether an answer ends it."""
    import jmespath  # noqa: PLC0415
    from botocore import waiter, xform_name  # noqa: PLC0415

    if wait.op:
        until, fails = wait.until, wait.fails

        def verdict(answer: Any) -> str:
            if fails and jmespath.search(fails, answer):
                return "failure"
            return "success" if jmespath.search(until, answer) else "retry"

        return wait.op, verdict
    model = waiter.WaiterModel(client._get_waiter_config())  # noqa: SLF001 - as botocore does
    config = model.get_waiter(next(name for name in model.waiter_names if xform_name(name) == wait.name))
    return config.operation, lambda answer: next((a.state for a in config.acceptors if a.matcher_func(answer)), "retry")


def _summary(answer: Mapping[str, Any]) -> str:
    """The states and reasons in a response, for an error message."""
    if "Error" in answer:
        return str(answer["Error"]["Message"])
    found = re.findall(r"'(\w*(?:State|Status|Reason|Message)\w*)': '([^']+)'", str(answer))
    return ", ".join(f"{name} {value}" for name, value in dict.fromkeys(found)) or "no details"
