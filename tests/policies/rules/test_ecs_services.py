from __future__ import annotations

import json

import pytest

SERVICE = "aws:ecs/service:Service"
CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
TARGET = "aws:appautoscaling/target:Target"
STAGING = {"Environment": "staging", "Project": "p", "Tier": "staging"}


@pytest.mark.parametrize(
    ("logging", "on", "good"),
    [
        ("OVERRIDE", True, True),
        ("DEFAULT", True, False),
        ("NONE", True, False),
        (None, True, False),
        (None, False, True),
    ],
)
def test_what_people_do_in_containers_is_written_down(program, logging, on, good):
    configuration = {"configuration": {"executeCommandConfiguration": {"logging": logging}}} if logging else {}
    cluster = program.add(CLUSTER, "cluster", configuration)
    program.add(SERVICE, "service", {"enableExecuteCommand": on}, cluster=cluster)
    assert program.flaws("ECS-12") == (set() if good else {("exec-is-logged", "service")})
    program.tags = STAGING
    assert program.flaws("ECS-12") == set()


def test_a_cluster_of_another_program_cannot_be_told(program):
    program.add(SERVICE, "service", {"enableExecuteCommand": True, "cluster": "theirs"})
    assert program.flaws("ECS-12") == set()
    assert ("ECS-12", "cluster") in program.unjudged("service")


def test_services_have_two_tasks(program):
    program.add(SERVICE, "one", {"desiredCount": 1.0})
    program.add(SERVICE, "unset")
    program.add(SERVICE, "two", {"desiredCount": 2.0})
    program.add(SERVICE, "daemon", {"schedulingStrategy": "DAEMON"})
    scaled = program.add(SERVICE, "scaled", {"desiredCount": 1.0})
    program.add(TARGET, "of-scaled", {"minCapacity": 2.0}, resourceId=scaled)
    program.add(SERVICE, "named", {"name": "shop", "desiredCount": 3.0})
    program.add(TARGET, "of-named", {"resourceId": "service/cluster/shop", "minCapacity": 1.0})
    assert program.flaws("ECS-14") == {("two-tasks", "one"), ("two-tasks", "unset"), ("two-tasks", "named")}
    program.tags = STAGING
    assert program.flaws("ECS-14") == set()


@pytest.mark.parametrize(("version", "good"), [(None, True), ("LATEST", True), ("1.4.0", True), ("1.3.0", False)])
def test_services_run_on_the_latest_platform(program, version, good):
    program.add(SERVICE, "service", {"platformVersion": version} if version else {})
    assert program.flaws("ECS-15") == (set() if good else {("platform", "service")})


@pytest.mark.parametrize(
    ("properties", "container", "good"),
    [
        ({}, {"name": "web"}, False),
        ({}, {"name": "web", "healthCheck": {"command": ["CMD", "true"]}}, True),
        ({"loadBalancers": [{"containerName": "web", "containerPort": 80.0}]}, {"name": "web"}, True),
    ],
)
def test_somebody_asks_whether_containers_are_well(program, properties, container, good):
    task = program.add(TASK, "task", {"containerDefinitions": json.dumps([container])})
    program.add(SERVICE, "service", properties, taskDefinition=task)
    assert program.flaws("ECS-18") == (set() if good else {("health-is-checked", "service")})


def test_what_is_not_known_yet_cannot_be_told(program):
    task = program.add(TASK, "task", {"containerDefinitions": program.unknown})
    unknown = {"platformVersion": program.unknown, "desiredCount": program.unknown}
    program.add(SERVICE, "service", unknown, taskDefinition=task)
    for id_ in ("ECS-14", "ECS-15", "ECS-18"):
        assert program.flaws(id_, preview=True) == set()
    expected = {("ECS-14", "desiredCount"), ("ECS-15", "platformVersion"), ("ECS-18", "taskDefinition")}
    assert program.unjudged("service") >= expected
