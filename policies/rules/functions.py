"""Functions: AWS Lambda, who may call them and what they run (GRD-12, GRD-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.environment import expect_plain, secret_in_name
from policies.rule import CannotTell, Finding, Verdict, View, expect, rule
from policies.values import UNKNOWN, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

FUNCTION: Final = "aws:lambda/function:Function"
_PERMISSION: Final = "aws:lambda/permission:Permission"
_URL: Final = "aws:lambda/functionUrl:FunctionUrl"
_ALIAS: Final = ("aws:lambda/alias:Alias",)
_MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
_ASYNCHRONOUS: Final = ("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",)
_STREAMS: Final = ("aws:kinesis/stream:Stream", "aws:dynamodb/table:Table")
# Services that leave an event and do not wait: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
_LEAVING: Final = ("events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com", "ses.amazonaws.com")
# Deprecated by 2026-11: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
# fmt: off
_RETIRED: Final = frozenset({
    "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x",
    "nodejs16.x", "nodejs18.x", "nodejs20.x", "python2.7", "python3.6", "python3.7", "python3.8", "python3.9",
    "python3.10", "java8", "go1.x", "provided", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1",
    "dotnet5.0", "dotnet6", "dotnet7", "ruby2.5", "ruby2.7", "ruby3.2",
})
# fmt: on


@rule(
    "FN-1",
    "Functions are not everybody's to call",
    types=(_PERMISSION,),
    severity=Severity.CRITICAL,
    reason="everybody with an AWS account runs it, with the rights of its role and at your cost.",
    remedy="Name the account, role or service in principal, or narrow it by principalOrgId or sourceArn.",
)
def permission_for_everybody(permission: Resource) -> Iterator[Verdict]:
    """That a function's URL asks nobody is FN-3's."""
    narrowed = any(map(permission.is_set, ("principalOrgId", "sourceArn", "sourceAccount")))
    if not narrowed and not permission.is_set("functionUrlAuthType"):
        yield expect(permission, "principal", lambda principal: principal != "*")


@rule(
    "FN-2",
    "A service that calls a function names for whom",
    types=(_PERMISSION,),
    severity=Severity.MEDIUM,
    reason="the service would call it for any other account that asks it to.",
    remedy="Set sourceArn to the topic, bucket or rule that calls, or sourceAccount.",
)
def permission_names_its_source(permission: Resource) -> Iterator[Verdict]:
    """Of service principals."""
    principal = permission.get("principal")
    service = isinstance(principal, str) and principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    if service and not permission.is_set("sourceArn") and not permission.is_set("sourceAccount"):
        yield Finding(path="sourceArn", found=f"not set, for {principal}")


@rule(
    "FN-3",
    "Functions' URLs ask who calls",
    types=(_URL,),
    severity=Severity.HIGH,
    reason="everybody on the internet runs the function, past every web ACL and limit.",
    remedy='Set authorizationType to "AWS_IAM", and let CloudFront sign its requests by origin access control.',
)
def url_authorization(url: Resource) -> Iterator[Verdict]:
    """And which web sites' pages may."""
    yield expect(url, "authorizationType", lambda value: value == "AWS_IAM")
    origins = url.items("cors.allowOrigins")
    if "*" in origins:
        yield Finding(path="cors.allowOrigins", found="*", change="List the web sites in cors.allowOrigins.")


@rule(
    "FN-4",
    "Functions run on a live runtime",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    reason="AWS mends no more holes in it, and one day refuses to update the function.",
    remedy="Set runtime to a version that AWS supports, and run the function's tests on it.",
)
def runtime(function: Resource) -> Iterator[Verdict]:
    """An image brings its own."""
    yield expect(function, "runtime", lambda name: str(name) not in _RETIRED)


@rule(
    "FN-5",
    "No secret stands in a function's variables",
    types=(FUNCTION,),
    severity=Severity.CRITICAL,
    reason="whoever may look at the function, in any version and for ever, reads its variables.",
    remedy="Put the value into Secrets Manager or Parameter Store, and its name or ARN into the variable.",
)
def plain_secrets(function: Resource) -> Iterator[Verdict]:
    """Judge names and values; values are never shown."""
    variables = function.get("environment.variables")
    if variables is UNKNOWN:
        yield CannotTell(path="environment.variables")
    for name, value in variables.items() if isinstance(variables, dict) else ():
        path = f"environment.variables.{name}"
        if value is UNKNOWN and secret_in_name(name, "x"):
            yield CannotTell(path=path)
        else:
            yield expect_plain(path, name, value)


@rule(
    "FN-6",
    "Functions are traced",
    types=(FUNCTION,),
    severity=Severity.LOW,
    reason="without a trace nobody sees which call of which service was slow or failed.",
    remedy='Set tracingConfig.mode to "Active", and let its role put segments into X-Ray.',
)
def tracing(function: Resource) -> Iterator[Verdict]:
    """PassThrough unless set."""
    yield expect(function, "tracingConfig.mode", lambda mode: mode == "Active")


@rule(
    "FN-7",
    "Events that a function could not process are kept",
    types=(FUNCTION, _MAPPING),
    severity=Severity.LOW,
    reason="after two more tries Lambda throws the event away.",
    remedy="Set deadLetterConfig.targetArn, or aws.lambda.FunctionEventInvokeConfig with destinationConfig.onFailure; "
    "of a stream's mapping destinationConfig.onFailure.",
    view=View.STACK,
)
def failed_events(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of functions that services leave events with, and of streams. Queues have dead letters of their own."""
    path = "destinationConfig.onFailure.destinationArn"
    if resource.type == _MAPPING:
        if stack.links(resource, "eventSourceArn", _STREAMS) and not resource.is_set(path):
            yield Finding(path=path, found=show(None))
        return
    leaving = any(
        permission.get("principal") in _LEAVING for permission in stack.referrers(resource, "function", (_PERMISSION,))
    )
    kept = resource.is_set("deadLetterConfig") or any(
        config.is_set("destinationConfig.onFailure")
        for config in stack.referrers(resource, "functionName", _ASYNCHRONOUS)
    )
    if leaving and not kept:
        yield Finding(path="deadLetterConfig", found=show(None))


@rule(
    "FN-8",
    "Functions run on x86_64",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    reason="what is built for linux/amd64 does not start on ARM.",
    remedy='Set architectures to ["x86_64"], or leave it out.',
)
def architecture(function: Resource) -> Iterator[Verdict]:
    """It is so unless set."""
    architectures = function.items("architectures")
    if UNKNOWN in architectures:
        yield CannotTell(path="architectures")
    elif any(each != "x86_64" for each in architectures):
        yield Finding(path="architectures", found=", ".join(map(show, architectures)))


@rule(
    "FN-9",
    "Functions' variables are encrypted under a key of one's own",
    types=(FUNCTION,),
    severity=Severity.LOW,
    reason="who may use the key decides then who can read them.",
    remedy="Set kmsKeyArn.",
    strict=True,
)
def own_key(function: Resource) -> Iterator[Verdict]:
    """Where there are variables."""
    if function.is_set("environment.variables"):
        yield expect(function, "kmsKeyArn", bool)


@rule(
    "FN-10",
    "Functions' concurrency has a limit",
    types=(FUNCTION,),
    severity=Severity.LOW,
    reason="one function that runs away takes the account's whole concurrency from all others.",
    remedy="Set reservedConcurrentExecutions.",
    strict=True,
)
def concurrency(function: Resource) -> Iterator[Verdict]:
    """-1, unset, is none."""
    yield expect(function, "reservedConcurrentExecutions", lambda value: value is not None and value != -1)


@rule(
    "GRD-17",
    "What feeds a function feeds a published version",
    types=(_MAPPING,),
    severity=Severity.MEDIUM,
    reason="otherwise every change is live for all events at once, and there is no version to go back to.",
    remedy="Set publish of the function to true, and functionName of the mapping to the ARN of an aws.lambda.Alias.",
    view=View.STACK,
)
def feeds_an_alias(mapping: Resource, stack: Stack) -> Iterator[Verdict]:
    """A mapping's function is an alias, whose function publishes versions."""
    path = "functionName"
    aliases = stack.links(mapping, path, _ALIAS)
    functions = stack.links(mapping, path, (FUNCTION,))
    for alias in aliases:
        for function in stack.links(alias, path, (FUNCTION,)):
            if not is_true(function.get("publish")):
                yield Finding(path=path, found=f"an alias of {function.name}, whose publish is not true")
    if not aliases and functions:
        yield Finding(path=path, found=f"{functions[0].name} itself, not an alias of it")
    elif not aliases:
        yield CannotTell(path=path, why="a function that is not in this program")
