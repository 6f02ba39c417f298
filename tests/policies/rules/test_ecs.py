from __future__ import annotations

import json

import pytest

TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
PLATFORM = {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}


def task(program, *containers, name="task"):
    program.add(TASK, name, {"runtimePlatform": PLATFORM, "containerDefinitions": json.dumps(list(containers))})


@pytest.mark.requirement("GRD-11", "CRT-SEC-04")
@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"runtimePlatform": PLATFORM}, True),
        ({"runtimePlatform": {"cpuArchitecture": "X86_64"}}, True),
        ({"requiresCompatibilities": ["FARGATE"]}, True),  # what Fargate takes by itself
        ({"requiresCompatibilities": ["EC2"]}, False),
        ({"runtimePlatform": {"cpuArchitecture": "ARM64"}, "requiresCompatibilities": ["FARGATE"]}, False),
        ({"runtimePlatform": PLATFORM | {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, False),
    ],
)
def test_tasks_run_on_x86_64_linux(program, properties, good):
    program.add(TASK, "task", properties)
    assert program.flaws("GRD-11") == (set() if good else {("runtime-platform", "task")})


@pytest.mark.requirement("GRD-11", "CRT-SEC-04")
@pytest.mark.parametrize(
    ("platforms", "good"),
    [
        (["linux/amd64"], True),
        (["linux/arm64"], False),
        (["linux/amd64", "linux/arm64"], False),
        ([], False),
        (None, False),
    ],
)
def test_images_are_built_for_linux_amd64_only(program, platforms, good):
    program.add("docker-build:index:Image", "image", {"platforms": platforms} if platforms is not None else {})
    assert program.flaws("GRD-11") == (set() if good else {("image-platforms", "image")})


@pytest.mark.requirement("GRD-11")
def test_images_of_the_older_docker_provider_name_their_platform(program):
    program.add("docker:index/image:Image", "good", {"build": {"platform": "linux/amd64"}})
    program.add("docker:index/image:Image", "bad", {"build": {"context": "."}})
    program.add("docker:index/image:Image", "pushed", {})
    assert program.flaws("GRD-11") == {("docker-image-platform", "bad")}


@pytest.mark.requirement("GRD-11")
@pytest.mark.parametrize(
    ("image", "good"),
    [
        ("backend:1.4.2", True),
        ("registry:5000/backend:1.4.2", True),
        ("registry:5000/backend@sha256:" + "0" * 64, True),
        ("backend:latest@sha256:" + "0" * 64, True),  # the digest decides
        ("backend:latest-1", True),
        ("backend", False),
        ("backend:latest", False),
        ("registry:5000/backend", False),
        ("registry:5000/backend:latest", False),
    ],
)
@pytest.mark.parametrize("key", ["image", "Image"])
def test_containers_name_their_images_version(program, image, good, key):
    task(program, {"name": "app", key: image}, {"name": "side", "image": "side:1"})
    assert program.flaws("GRD-11") == (set() if good else {("image-pinned", "task")})


@pytest.mark.requirement("GRD-11", "GRD-12")
def test_containers_that_are_not_known_yet_are_said_so_once_and_the_rest_is_judged(program):
    arm = {"cpuArchitecture": "ARM64"}
    program.add(TASK, "task", {"containerDefinitions": program.unknown, "runtimePlatform": arm})
    assert program.flaws("GRD-11", preview=True) == {("runtime-platform", "task")}
    assert program.unjudged("task") >= {("ECS-5", "containerDefinitions"), ("ECS-7", "containerDefinitions")}
    assert len(program.untold()) == 1


SECRET = [
    ("API_KEY", "abc"),
    ("STRIPE_API_KEYS", "abc"),
    ("apiKey", "abc"),
    ("APIKEY", "abc"),
    ("SECRET", "abc"),
    ("JWT_SECRET_KEY", "abc"),
    ("SECRET_KEY_BASE", "abc"),
    ("GITHUB_TOKEN", "abc"),
    ("AUTHTOKEN", "abc"),
    ("DB_PASSWORD", "abc"),
    ("PGPASSWORD", "123456"),
    ("db_password", "abc"),
    ("KEY", "abc"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "abc/def/ghi"),
    ("DATABASE_URL", "postgres://app:s3cret@db:5432/app"),
    ("REDIS_URL", "rediss://:s3cret@cache:6379"),
    ("DSN", "mysql://root:s3cret@db/app"),
    ("NEXT_PUBLIC_API_SECRET", "abc"),
]
HARMLESS = [
    ("KEYSPACE", "app"),
    ("MONKEY", "abc"),
    ("TOKENIZERS_PARALLELISM", "abc"),
    ("SECRET_ARN", "abc"),
    ("DB_PASSWORD_SECRET_NAME", "abc"),
    ("KMS_KEY_ID", "abc"),
    ("SSH_KEY_PATH", "keys/id"),
    ("JWT_SECRET", "arn:aws:secretsmanager:us-west-2:123456789012:secret:jwt"),
    ("POSTGRES_PASSWORD_FILE", "/run/secrets/password"),
    ("POSTGRES_PASSWORD", "/run/secrets/password"),
    ("TOKEN_TTL", "3600"),
    ("TOKEN_EXPIRY_SECONDS", "3600"),
    ("MAX_TOKENS", "4096"),
    ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
    ("DB_PASSWORD", ""),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_1"),
    ("CACHE_KEY_PREFIX", "app:"),
    ("OAUTH_TOKEN_URL", "https://login.example.org/token"),
    ("DATABASE_URL", "postgres://db:5432/app"),
    ("DATABASE_URL", "postgres://app@db:5432/app"),
    ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db:5432/app"),
    ("API_BASE_URL", "https://api.example.org:8443/v1?from=a:b@c"),
    ("LOG_LEVEL", "INFO"),
    ("AUTHOR", "abc"),
]


@pytest.mark.requirement("GRD-12", "UTJ-SEC-04", "CHR-SEC-01", "RPH-SEC-01")
@pytest.mark.parametrize(("name", "value"), SECRET)
def test_a_secret_in_a_containers_environment_is_refused_and_not_printed(program, name, value):
    task(program, {"name": "app", "image": "app:1", "environment": [{"name": name, "value": value}]})
    assert program.flaws("GRD-12") == {("plain-secrets", "task")}
    message = program.diagnostics()[0].message
    assert f"task: containerDefinitions.0.environment.{name} is " in message
    assert "s3cret" not in message
    assert "abc" not in message


@pytest.mark.requirement("GRD-12", "UTJ-SEC-04", "CHR-SEC-01", "RPH-SEC-01")
@pytest.mark.parametrize(("name", "value"), HARMLESS)
def test_what_only_looks_like_a_secret_passes(program, name, value):
    task(program, {"name": "app", "image": "app:1", "environment": [{"name": name, "value": value}]})
    assert program.flaws("GRD-12") == set()


@pytest.mark.requirement("GRD-12")
def test_secrets_named_by_their_arn_pass_and_definitions_that_are_secret_as_a_whole_are_judged(program):
    by_arn = {"name": "app", "image": "app:1", "secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:x"}]}
    task(program, by_arn, name="good")
    plain = {"name": "app", "image": "app:1", "environment": [{"name": "DB_PASSWORD", "value": "abc"}]}
    program.add(TASK, "bad", {"runtimePlatform": PLATFORM, "containerDefinitions": program.secret(json.dumps([plain]))})
    assert program.flaws("GRD-12") == {("plain-secrets", "bad")}


BREAKER = {"enable": True, "rollback": True}
ALARMS = {"enable": True, "rollback": True, "alarmNames": ["errors"]}


@pytest.mark.requirement("GRD-22", "AUT-DEP-03", "CRT-DR-05")
@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"deploymentCircuitBreaker": BREAKER}, True),
        ({"deploymentCircuitBreaker": BREAKER, "deploymentController": {"type": "ECS"}}, True),
        ({}, False),
        ({"deploymentCircuitBreaker": {"enable": True, "rollback": False}}, False),
        ({"deploymentCircuitBreaker": {"enable": False, "rollback": True}}, False),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}, "alarms": ALARMS}, True),
        ({"deploymentConfiguration": {"strategy": "CANARY"}, "alarms": ALARMS}, True),
        ({"deploymentConfiguration": {"strategy": "LINEAR"}, "alarms": ALARMS}, True),
        ({"deploymentConfiguration": {"strategy": "ROLLING"}, "alarms": ALARMS}, False),
        ({"alarms": ALARMS}, False),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, False),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}, "alarms": ALARMS | {"rollback": False}}, False),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}, "alarms": ALARMS | {"alarmNames": []}}, False),
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, True),
    ],
)
def test_a_failed_deployment_rolls_back(program, properties, good):
    program.add(SERVICE, "service", properties)
    assert program.flaws("GRD-22") == (set() if good else {("rollback", "service")})


@pytest.mark.requirement("GRD-22")
def test_alarms_whose_names_are_not_known_yet_are_alarms(program):
    alarms = ALARMS | {"alarmNames": [program.unknown]}
    program.add(SERVICE, "service", {"deploymentConfiguration": {"strategy": "CANARY"}, "alarms": alarms})
    program.add(SERVICE, "later", {"deploymentCircuitBreaker": program.unknown})
    assert program.flaws("GRD-22", preview=True) == set()
    assert "ECS-13" not in {rule for rule, _ in program.unjudged("service")}
    assert "deploymentCircuitBreaker is not known" in program.untold()["later"]
