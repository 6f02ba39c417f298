from __future__ import annotations

import json

import pytest

TASK = "aws:ecs/taskDefinition:TaskDefinition"
LOGS = {"logConfiguration": {"logDriver": "awslogs"}}


def task_of(container, *, text=True):
    definitions = [{"name": "sidecar", "image": "a@sha256:0", "readonlyRootFilesystem": True, **LOGS}, container]
    return {"containerDefinitions": json.dumps(definitions) if text else definitions}


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize(
    ("id_", "name", "container", "good"),
    [
        ("ECS-2", "privileged", {"privileged": True}, False),
        ("ECS-2", "privileged", {"Privileged": "true"}, False),
        ("ECS-2", "privileged", {"privileged": False}, True),
        ("ECS-2", "privileged", {}, True),
        ("ECS-3", "user", {"user": "root"}, False),
        ("ECS-3", "user", {"user": "0"}, False),
        ("ECS-3", "user", {"user": "0:0"}, False),
        ("ECS-3", "user", {"user": "root:root"}, False),
        ("ECS-3", "user", {"user": "1000:0"}, True),
        ("ECS-3", "user", {"user": "app"}, True),
        ("ECS-3", "user", {}, True),
        ("ECS-6", "logged", {"logConfiguration": None}, False),
        ("ECS-6", "logged", {"logConfiguration": {"logDriver": "none"}}, False),
        ("ECS-6", "logged", {"logConfiguration": {"logDriver": "awsfirelens"}}, True),
        ("ECS-6", "logged", {"logConfiguration": None, "firelensConfiguration": {"type": "fluentbit"}}, True),
    ],
)
def test_what_containers_may_do(program, id_, name, container, good, text):
    program.add(TASK, "task", task_of({"name": "web", **LOGS, **container}, text=text))
    assert program.flaws(id_) == (set() if good else {(name, "task")})


@pytest.mark.parametrize("id_", ["ECS-2", "ECS-3", "ECS-6"])
def test_containers_that_are_not_known_yet_cannot_be_told(program, id_):
    program.add(TASK, "task", {"containerDefinitions": program.unknown})
    assert program.flaws(id_, preview=True) == set()
    assert (id_, "containerDefinitions") in program.unjudged("task")


def test_strictly_images_are_not_written_to(program):
    program.add(TASK, "writes", task_of({"name": "web", **LOGS}))
    program.add(TASK, "reads", task_of({"name": "web", "readonlyRootFilesystem": True, **LOGS}))
    assert program.flaws("ECS-4") == set()
    program.pack = {"strict": True}
    assert program.flaws("ECS-4") == {("read-only", "writes")}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"networkMode": "host"}, False),
        ({"pidMode": "host"}, False),
        ({"ipcMode": "host"}, False),
        ({"networkMode": "awsvpc", "pidMode": "task", "ipcMode": "none"}, True),
        ({}, True),
    ],
)
def test_nothing_is_shared_with_the_host(program, properties, good):
    program.add(TASK, "task", properties)
    assert program.flaws("ECS-9") == (set() if good else {("host-namespaces", "task")})


def test_roles_are_apart(program):
    arn = "arn:aws:iam::1:role/one"
    program.add(TASK, "same", {"taskRoleArn": arn, "executionRoleArn": arn})
    program.add(TASK, "apart", {"taskRoleArn": arn, "executionRoleArn": f"{arn}-more"})
    program.add(TASK, "none", {"executionRoleArn": arn})
    program.add(TASK, "later", {"taskRoleArn": program.unknown, "executionRoleArn": program.unknown})
    assert program.flaws("ECS-16", preview=True) == {("roles-apart", "same")}


@pytest.mark.parametrize(
    ("cpu", "memory", "good"),
    [
        ("256", "512", True),
        ("256", "2048", True),
        ("256", "1536", False),
        ("256", "4096", False),
        ("512", "1024", True),
        ("1024", "2048", True),
        ("1 vCPU", "2 GB", True),
        ("1024", "512", False),
        ("1000", "2048", False),
        ("4096", "30720", True),
        ("8192", "20480", True),
        ("8192", "18432", False),
        ("16384", "122880", True),
        (None, "512", False),
        ("256", None, False),
    ],
)
def test_fargate_has_tasks_of_this_size(program, cpu, memory, good):
    size = {"cpu": cpu, "memory": memory}
    program.add(TASK, "task", {"requiresCompatibilities": ["FARGATE"], **size})
    program.add(TASK, "on-ec2", {"requiresCompatibilities": ["EC2"], **size})
    assert program.flaws("ECS-17") == (set() if good else {("fargate-sizes", "task")})


def test_a_size_that_is_not_known_yet_cannot_be_told(program):
    program.add(TASK, "task", {"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": program.unknown})
    assert program.flaws("ECS-17", preview=True) == set()
    assert ("ECS-17", "memory") in program.unjudged("task")
