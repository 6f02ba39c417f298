from __future__ import annotations

import json

import pytest

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
WEB = json.dumps([{"name": "web", "portMappings": [{"containerPort": 8000}]}, {"name": "sidecar"}])


def balanced(container="web", port=8000.0):
    return {"loadBalancers": [{"containerName": container, "containerPort": port, "targetGroupArn": "arn:aws:x"}]}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        (balanced(), True),
        (balanced(port=9000.0), False),
        (balanced(container="api"), False),
        (balanced(container="sidecar"), False),
        ({}, True),
    ],
)
def test_a_container_answers_what_is_asked(program, properties, good):
    task = program.add(TASK, "task", {"containerDefinitions": WEB})
    program.add(SERVICE, "service", properties, taskDefinition=task)
    assert program.flaws("STK-10") == (set() if good else {("container-port", "service")})


def test_definitions_that_are_not_known_yet_cannot_be_told(program):
    task = program.add(TASK, "task", {"containerDefinitions": program.unknown})
    program.add(SERVICE, "service", balanced(), taskDefinition=task)
    assert program.flaws("STK-10", preview=True) == set()
    assert ("STK-10", "loadBalancers") in program.unjudged("service")


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ({"ipProtocol": "tcp", "fromPort": 8000.0, "toPort": 8000.0}, True),
        ({"ipProtocol": "tcp", "fromPort": 0.0, "toPort": 65535.0}, True),
        ({"ipProtocol": "-1"}, True),
        ({"ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0}, False),
        (None, False),
    ],
)
def test_the_load_balancer_reaches_its_containers(program, rule, good):
    balancer, tasks = program.add(GROUP, "balancer"), program.add(GROUP, "tasks")
    if rule is not None:
        program.add(IN, "rule", rule, securityGroupId=tasks, referencedSecurityGroupId=balancer)
    properties = balanced() | {"networkConfiguration": {"securityGroups": [program.unknown]}}
    program.add(SERVICE, "service", properties, networkConfiguration=[tasks])
    assert program.flaws("STK-10", preview=True) == (set() if good else {("way-in", "service")})


def test_an_inline_rule_is_a_way_in(program):
    inline = {"ingress": [{"protocol": "tcp", "fromPort": 8000.0, "toPort": 8000.0, "securityGroups": ["sg-1"]}]}
    tasks = program.add(GROUP, "tasks", inline)
    properties = balanced() | {"networkConfiguration": {"securityGroups": [program.unknown]}}
    program.add(SERVICE, "service", properties, networkConfiguration=[tasks])
    assert program.flaws("STK-10", preview=True) == set()
