"""What AWS says, as whoever runs a verb is told."""

from __future__ import annotations

import pytest
from botocore import exceptions as aws

from scripts.aws_errors import explain
from scripts.errors import Exit, unknown


def refused(code: str, message: str = "", status: int = 400) -> aws.ClientError:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(response, "DescribeServices")  # type: ignore[arg-type]


DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/ops/alice is not authorized to perform: ecs:UpdateService "
    "on resource: arn:aws:ecs:us-west-2:123456789012:service/shop/backend because no identity-based policy allows it"
)


@pytest.mark.parametrize(
    ("error", "exit_code", "message", "remedy"),
    [
        (refused("ExpiredTokenException"), Exit.AUTH, "the AWS session is over", "aws sso login"),
        (refused("UnrecognizedClientException"), Exit.AUTH, "does not know these credentials", "--profile"),
        (
            refused("AccessDeniedException", DENIED),
            Exit.AUTH,
            "permission is missing: ecs:UpdateService on arn:aws:ecs:us-west-2:123456789012:service/shop/backend",
            "Have ecs:UpdateService allowed",
        ),
        (refused("AccessDenied", "Access Denied"), Exit.AUTH, "permission is missing: DescribeServices", "--profile"),
        (refused("ThrottlingException"), Exit.ERROR, "asked too much at once", "AWS_MAX_ATTEMPTS"),
        (refused("InternalFailure", "oops", 500), Exit.ERROR, "AWS failed, and still did after retries", "health.aws"),
        (refused("ClusterNotFoundException", "Cluster not found."), Exit.RESOURCE, "AWS refused DescribeServices", ""),
        (aws.NoCredentialsError(), Exit.AUTH, "AWS credentials are missing", "aws sso login"),
        (aws.ProfileNotFound(profile="x"), Exit.AUTH, "profile (x) could not be found", "list-profiles"),
        (aws.NoRegionError(), Exit.USAGE, "no AWS region is set", "--region"),
        (aws.EndpointConnectionError(endpoint_url="https://x"), Exit.ERROR, "AWS cannot be reached", "network"),
        (aws.ReadTimeoutError(endpoint_url="https://x"), Exit.ERROR, "AWS cannot be reached", "run the same command"),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(
    error: Exception, exit_code: Exit, message: str, remedy: str
) -> None:
    told = explain(error)
    assert message in str(told)
    assert remedy in told.remedy
    assert told.exit_code == exit_code


@pytest.mark.parametrize(
    ("wanted", "known", "remedy"),
    [
        ("bakend", ["backend", "frontend"], "Did you mean backend"),
        ("zzz", ["backend", "frontend"], "Use one of backend, frontend"),
        ("zzz", [], "There is no service at all"),
    ],
)
def test_a_name_that_there_is_not_is_answered_with_those_that_are_near(
    wanted: str, known: list[str], remedy: str
) -> None:
    assert unknown("service", wanted, known).remedy.startswith(remedy)
