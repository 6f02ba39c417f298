"""What botocore's exceptions mean to whoever runs a verb."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from botocore import exceptions as aws

from scripts.errors import Exit, PlinthError

_EXPIRED: Final = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_STRANGER: Final = {
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "AuthFailure",
}
_DENIED: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "NotAuthorized",
}
_BUSY: Final = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
}
_GONE: Final = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent")
_SERVER: Final = 500
_SIGN_IN: Final = "Sign in again (aws sso login), or name another profile with --profile; then run the same command"
_NOT_ALLOWED: Final = re.compile(r"perform:? (?P<action>[\w-]+:\w+)(?: on resource:? (?P<resource>\S+))?")

_LOCAL: Final = (
    ((aws.NoCredentialsError, aws.PartialCredentialsError), "AWS credentials are missing", _SIGN_IN, Exit.AUTH),
    (
        (aws.ProfileNotFound, aws.ConfigParseError),
        "{said}",
        "aws configure list-profiles shows those there are",
        Exit.AUTH,
    ),
    (
        (aws.TokenRetrievalError, aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError),
        "the AWS session is over",
        _SIGN_IN,
        Exit.AUTH,
    ),
    ((aws.CredentialRetrievalError,), "AWS credentials cannot be had: {said}", _SIGN_IN, Exit.AUTH),
    ((aws.NoRegionError,), "no AWS region is set", "Add --region, or set AWS_REGION", Exit.USAGE),
    (
        (aws.ConnectionError, aws.HTTPClientError),
        "AWS cannot be reached: {said}",
        "Check the network and AWS_ENDPOINT_URL, then run the same command",
        Exit.ERROR,
    ),
    ((aws.WaiterError,), "waiting came to nothing: {said}", "plinth status shows how the stack is", Exit.TIMEOUT),
)
"""What never reached AWS, or had no answer: exceptions, what is told, what to do, how it ends."""

Got = TypeVar("Got")


def explain(error: Exception) -> PlinthError:
    """An error of botocore as it is told: what AWS said, and what to do."""
    if isinstance(error, aws.ClientError):
        return _answered(error)
    said = _sentence(error)
    for kinds, message, remedy, exit_code in _LOCAL:
        if isinstance(error, kinds):
            return PlinthError(message.format(said=said), remedy, exit_code)
    return PlinthError(said)


def code(error: aws.ClientError) -> str:
    """AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def if_there(ask: Callable[[], Got]) -> Got | None:
    """What AWS answers; None where it says that there is no such thing."""
    try:
        return ask()
    except aws.ClientError as error:
        if not _GONE.search(code(error)):
            raise
        return None


def knows_nobody(error: aws.ClientError) -> bool:
    """Whether AWS does not know who asks: what else is asked, it will not answer either."""
    return code(error) in _EXPIRED | _STRANGER


def _answered(error: aws.ClientError) -> PlinthError:
    name, operation = code(error), error.operation_name
    said = str(error.response.get("Error", {}).get("Message", "")).strip() or name
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if name in _EXPIRED:
        return PlinthError(f"the AWS session is over ({name})", _SIGN_IN, Exit.AUTH)
    if name in _STRANGER:
        return PlinthError(f"AWS does not know these credentials ({name})", _SIGN_IN, Exit.AUTH)
    if name in _DENIED:
        return _denied(said, operation)
    if name in _BUSY:
        return PlinthError(
            f"AWS was asked too much at once, and still was after retries ({operation}: {name})",
            "Wait a minute, then run the same command; AWS_MAX_ATTEMPTS=10 retries longer",
        )
    if status >= _SERVER:
        return PlinthError(
            f"AWS failed, and still did after retries ({operation}: {status} {said})",
            "Look at https://health.aws.amazon.com, then run the same command",
        )
    return PlinthError(f"AWS refused {operation}: {said} ({name})", exit_code=Exit.RESOURCE)


def _denied(said: str, operation: str) -> PlinthError:
    found = _NOT_ALLOWED.search(said)
    action = found["action"] if found else operation
    on = f" on {found['resource']}" if found and found["resource"] else ""
    remedy = f"Have {action} allowed, or use another profile: --profile"
    return PlinthError(f"permission is missing: {action}{on}", remedy, Exit.AUTH)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
