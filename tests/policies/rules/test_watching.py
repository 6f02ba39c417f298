from __future__ import annotations

import json

import pytest

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
TOPIC = "aws:sns/topic:Topic"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
STAGING = {"Environment": "staging", "Project": "p", "Tier": "staging"}


def test_what_serves_has_an_alarm(program):
    watched = program.add(SERVICE, "watched")
    program.add(ALARM, "alarm", {"dimensions": {"ServiceName": program.unknown}}, dimensions=watched)
    program.add(SERVICE, "named", {"name": "shop"})
    program.add(ALARM, "by-name", {"dimensions": {"ServiceName": "shop", "ClusterName": "c"}})
    targets = program.add(TARGETS, "targets")
    program.add(SERVICE, "behind", loadBalancers=[targets])
    program.add(ALARM, "of-targets", {"metricQueries": [{"metric": {}}]}, metricQueries=[targets])
    program.add(SERVICE, "dark")
    program.add(BALANCER, "balancer")
    program.add(BALANCER, "network", {"loadBalancerType": "network"})
    assert program.flaws("STK-5") == {("served-is-watched", "dark"), ("served-is-watched", "balancer")}
    program.tags = STAGING
    assert program.flaws("STK-5") == set()


def test_functions_that_are_called_have_an_alarm(program):
    program.add(FUNCTION, "called-by-nobody")
    for name in ("dark", "watched", "watched-by-name"):
        function = program.add(FUNCTION, name, {"name": f"shop-{name}"})
        alias = program.add(ALIAS, f"{name}-live", functionName=function)
        program.add(MAPPING, f"{name}-queue", functionName=alias)
        if name == "watched":
            program.add(ALARM, "alarm", {"dimensions": {"FunctionName": "?"}}, dimensions=function)
    program.add(ALARM, "by-name", {"dimensions": {"FunctionName": "shop-watched-by-name"}})
    assert program.flaws("STK-5") == {("served-is-watched", "dark")}


def test_data_stores_have_alarms(program):
    program.add(INSTANCE, "dark")
    program.add(INSTANCE, "named", {"identifier": "shop-db"})
    program.add(ALARM, "by-name", {"dimensions": {"DBInstanceIdentifier": "shop-db"}})
    cluster = program.add(CLUSTER, "aurora")
    member = program.add("aws:rds/clusterInstance:ClusterInstance", "member", clusterIdentifier=cluster)
    program.add(ALARM, "of-member", {"dimensions": {}}, dimensions=member)
    program.add(CACHE, "nodes", {"replicationGroupId": "shop-redis"})
    program.add(ALARM, "of-node", {"dimensions": {"CacheClusterId": "shop-redis-001"}})
    program.add(CACHE, "other", {"replicationGroupId": "redis"})
    assert program.flaws("STK-6") == {("stores-are-watched", "dark"), ("stores-are-watched", "other")}
    program.tags = STAGING
    assert program.flaws("STK-6") == set()


@pytest.mark.parametrize("alarm", [ALARM, "aws:cloudwatch/compositeAlarm:CompositeAlarm"])
def test_somebody_hears_alarms(program, alarm):
    heard, unheard = program.add(TOPIC, "heard"), program.add(TOPIC, "unheard")
    program.add(TOPIC, "of-no-alarm")
    program.add("aws:sns/topicSubscription:TopicSubscription", "mail", {"protocol": "email"}, topic=heard)
    program.add(alarm, "alarm", alarmActions=[heard, unheard])
    assert program.flaws("STK-7") == {("alarms-are-heard", "unheard")}
    program.tags = STAGING
    assert program.flaws("STK-7") == set()


def logging(group):
    return json.dumps(
        [{"name": "web", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": group}}}]
    )


def test_tasks_write_to_groups_that_the_stack_makes(program):
    group = program.add(GROUP, "group", {"name": "/shop/web"})
    program.add(TASK, "named", {"containerDefinitions": logging("/shop/web")})
    program.add(TASK, "linked", {"containerDefinitions": program.unknown}, containerDefinitions=group)
    program.add(TASK, "silent", {"containerDefinitions": json.dumps([{"name": "web"}])})
    program.add(TASK, "elsewhere", {"containerDefinitions": logging("/ecs/web")})
    program.add(TASK, "later", {"containerDefinitions": program.unknown})
    assert program.flaws("STK-9", preview=True) == {("log-groups-are-made", "elsewhere")}
    assert ("STK-9", "containerDefinitions") in program.unjudged("later")
    assert ("STK-9", "containerDefinitions") not in program.unjudged("linked")


def test_functions_write_to_groups_that_the_stack_makes(program):
    program.add(GROUP, "of-named", {"name": "/aws/lambda/shop-resize"})
    program.add(FUNCTION, "named", {"name": "shop-resize"})
    program.add(FUNCTION, "bare", {"name": "shop-bare"})
    program.add(FUNCTION, "own", {"name": "shop-own", "loggingConfig": {"logGroup": "/aws/lambda/shop-resize"}})
    program.add(FUNCTION, "theirs", {"name": "shop-theirs", "loggingConfig": {"logGroup": "/theirs"}})
    followed = program.add(FUNCTION, "followed")
    program.add(GROUP, "of-followed", name=followed)
    assert program.flaws("STK-9") == {("log-groups-are-made", "bare"), ("log-groups-are-made", "theirs")}
