from __future__ import annotations

import pytest

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
URL = "aws:lambda/functionUrl:FunctionUrl"
ALIAS = "aws:lambda/alias:Alias"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE = "aws:sqs/queue:Queue"


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"principal": "*"}, False),
        ({"principal": "*", "principalOrgId": "o-1"}, True),
        ({"principal": "*", "sourceArn": "arn:aws:s3:::b"}, True),
        ({"principal": "*", "functionUrlAuthType": "NONE"}, True),  # FN-3's
        ({"principal": "arn:aws:iam::111122223333:root"}, True),
        ({"principal": "events.amazonaws.com"}, True),
    ],
)
def test_functions_are_not_everybodys_to_call(program, properties, good):
    program.add(PERMISSION, "it", properties)
    assert program.flaws("FN-1") == (set() if good else {("permission-for-everybody", "it")})


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"principal": "s3.amazonaws.com"}, False),
        ({"principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::b"}, True),
        ({"principal": "s3.amazonaws.com", "sourceAccount": "111122223333"}, True),
        ({"principal": "111122223333"}, True),
    ],
)
def test_a_service_names_for_whom_it_calls(program, properties, good):
    program.add(PERMISSION, "it", properties)
    assert program.flaws("FN-2") == (set() if good else {("permission-names-its-source", "it")})


def test_a_source_that_is_not_known_yet_is_a_source(program):
    rule = program.add("aws:cloudwatch/eventRule:EventRule", "rule")
    program.add(PERMISSION, "it", {"principal": "events.amazonaws.com"}, sourceArn=rule)
    assert program.flaws("FN-2") == set()


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"authorizationType": "AWS_IAM"}, True),
        ({"authorizationType": "NONE"}, False),
        ({"authorizationType": "AWS_IAM", "cors": {"allowOrigins": ["https://example.org"]}}, True),
        ({"authorizationType": "AWS_IAM", "cors": {"allowOrigins": ["*"]}}, False),
    ],
)
def test_urls_ask_who_calls(program, properties, good):
    program.add(URL, "it", properties)
    assert program.flaws("FN-3") == (set() if good else {("url-authorization", "it")})


@pytest.mark.parametrize(
    ("id_", "name", "properties", "good"),
    [
        ("FN-4", "runtime", {"runtime": "python3.8"}, False),
        ("FN-4", "runtime", {"runtime": "nodejs18.x"}, False),
        ("FN-4", "runtime", {"runtime": "python3.13"}, True),
        ("FN-4", "runtime", {"packageType": "Image"}, True),
        ("FN-6", "tracing", {}, False),
        ("FN-6", "tracing", {"tracingConfig": {"mode": "PassThrough"}}, False),
        ("FN-6", "tracing", {"tracingConfig": {"mode": "Active"}}, True),
        ("FN-8", "architecture", {"architectures": ["arm64"]}, False),
        ("FN-8", "architecture", {"architectures": ["x86_64"]}, True),
        ("FN-8", "architecture", {}, True),
    ],
)
def test_what_a_function_runs_on(program, id_, name, properties, good):
    program.add(FUNCTION, "it", properties)
    assert program.flaws(id_) == (set() if good else {(name, "it")})


@pytest.mark.parametrize(
    ("id_", "path"),
    [
        ("FN-4", "runtime"),
        ("FN-5", "environment.variables"),
        ("FN-6", "tracingConfig.mode"),
        ("FN-8", "architectures"),
    ],
)
def test_what_is_not_known_yet_cannot_be_told(program, id_, path):
    top, *rest = path.split(".")
    program.add(FUNCTION, "it", {top: {rest[0]: program.unknown} if rest else program.unknown})
    assert program.flaws(id_, preview=True) == set()
    assert (id_, path) in program.unjudged("it")


@pytest.mark.requirement("GRD-12")
@pytest.mark.parametrize(
    ("variables", "good"),
    [
        ({"DB_PASSWORD": "hunter2"}, False),
        ({"DATABASE_URL": "postgres://app:hunter2@db/app"}, False),
        ({"DB_PASSWORD_ARN": "arn:aws:secretsmanager:us-west-2:1:secret:x"}, True),
        ({"API_KEY": "arn:aws:secretsmanager:us-west-2:1:secret:x"}, True),
        ({"LOG_LEVEL": "info", "MAX_TOKENS": "100"}, True),
        ({}, True),
    ],
)
def test_no_secret_stands_in_a_functions_variables(program, variables, good):
    program.add(FUNCTION, "it", {"environment": {"variables": variables}})
    assert program.flaws("FN-5") == (set() if good else {("plain-secrets", "it")})
    assert "hunter2" not in "".join(each.message for each in program.diagnostics())


@pytest.mark.parametrize("principal", ["events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com"])
@pytest.mark.parametrize("kept", ["", "deadLetterConfig", "onFailure"])
def test_events_that_could_not_be_processed_are_kept(program, principal, kept):
    dead = {"deadLetterConfig": {"targetArn": "arn:aws:sqs:us-west-2:1:q"}} if kept == "deadLetterConfig" else {}
    function = program.add(FUNCTION, "it", dead)
    program.add(PERMISSION, "permission", {"principal": principal, "sourceArn": "arn:aws:x"}, function=function)
    if kept == "onFailure":
        config = {"destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-west-2:1:q"}}}
        token = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
        program.add(token, "config", config, functionName=function)
    assert program.flaws("FN-7") == (set() if kept else {("failed-events", "it")})


def test_functions_that_are_waited_for_and_queues_need_no_place_for_failures(program):
    function = program.add(FUNCTION, "it")
    program.add(PERMISSION, "api", {"principal": "apigateway.amazonaws.com", "sourceArn": "a"}, function=function)
    program.add(MAPPING, "queue", eventSourceArn=program.add(QUEUE, "q"), functionName=function)
    stream = program.add("aws:kinesis/stream:Stream", "clicks")
    program.add(MAPPING, "stream", eventSourceArn=stream, functionName=function)
    assert program.flaws("FN-7") == {("failed-events", "stream")}


@pytest.mark.requirement("GRD-17", "RPH-SEC-06")
@pytest.mark.parametrize(
    ("publish", "target", "good"),
    [(True, "alias", True), (False, "alias", False), (None, "alias", False), (True, "function", False)],
)
def test_what_feeds_a_function_feeds_a_published_version(program, publish, target, good):
    function = program.add(FUNCTION, "process", {} if publish is None else {"publish": publish})
    alias = program.add(ALIAS, "live", functionName=function)
    program.add(MAPPING, "mapping", functionName=alias if target == "alias" else function)
    assert program.flaws("GRD-17") == (set() if good else {("feeds-an-alias", "mapping")})


@pytest.mark.requirement("GRD-17")
def test_a_function_of_another_program_cannot_be_told(program):
    program.add(MAPPING, "mapping", {"functionName": "theirs"})
    assert program.flaws("GRD-17") == set()
    assert ("GRD-17", "functionName") in program.unjudged("mapping")


@pytest.mark.parametrize(
    ("id_", "name", "properties"),
    [
        ("FN-9", "own-key", {"environment": {"variables": {"A": "b"}}}),
        ("FN-10", "concurrency", {"reservedConcurrentExecutions": -1.0}),
    ],
)
def test_strictly(program, id_, name, properties):
    program.add(FUNCTION, "it", properties)
    program.add(
        FUNCTION,
        "good",
        {"kmsKeyArn": "arn:aws:kms:k", "reservedConcurrentExecutions": 5.0}
        | {"environment": {"variables": {"A": "b"}}},
    )
    assert program.flaws(id_) == set()
    program.pack = {"strict": True}
    assert program.flaws(id_) == {(name, "it")}


@pytest.mark.requirement("GRD-11")
@pytest.mark.parametrize(
    ("image", "good"),
    [
        ("1.dkr.ecr.us-west-2.amazonaws.com/resize:1.2.0", True),
        ("1.dkr.ecr.us-west-2.amazonaws.com/resize@sha256:0", True),
        ("1.dkr.ecr.us-west-2.amazonaws.com/resize:latest", False),
        ("1.dkr.ecr.us-west-2.amazonaws.com/resize", False),
        (None, True),
    ],
)
def test_an_image_of_a_function_is_pinned(program, image, good):
    program.add(FUNCTION, "it", {"imageUri": image} if image else {})
    assert program.flaws("ECS-7") == (set() if good else {("function-image-pinned", "it")})
