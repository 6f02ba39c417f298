"""What watches a stack: alarms, who hears them, and the logs that explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.alarms import METRIC_ALARM, alarms_of
from policies.containers import PATH, containers
from policies.rule import CannotTell, Finding, Verdict, View, in_production, rule
from policies.rules.ecs import SERVICE, TASK
from policies.rules.elasticache import GROUP as CACHE
from policies.rules.functions import FUNCTION
from policies.rules.rds import CLUSTER, INSTANCE, MEMBER
from policies.rules.topics import TOPIC
from policies.values import UNKNOWN, at, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
_TARGETS: Final = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
_CALLERS: Final = {
    "function": ("aws:lambda/permission:Permission",),
    "functionName": ("aws:lambda/eventSourceMapping:EventSourceMapping", "aws:lambda/functionUrl:FunctionUrl"),
}
_ALIAS: Final = ("aws:lambda/alias:Alias",)
_SUBSCRIPTION: Final = ("aws:sns/topicSubscription:TopicSubscription",)
_ALARMS: Final = (METRIC_ALARM, "aws:cloudwatch/compositeAlarm:CompositeAlarm")
_LOG_GROUP: Final = ("aws:cloudwatch/logGroup:LogGroup",)
_NO_ALARM: Final = "aws.cloudwatch.MetricAlarm"


@rule(
    "STK-5",
    "What serves in production has an alarm",
    types=(SERVICE, *_BALANCERS, FUNCTION),
    severity=Severity.MEDIUM,
    reason="otherwise the first to notice that it is down are those whom it serves.",
    remedy="Add aws.cloudwatch.MetricAlarm with the service, load balancer or function among its dimensions.",
    view=View.STACK,
)
def served_is_watched(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """A service also by its target groups. A function that nothing calls by itself fails in sight of who calls it."""
    watched: list[Resource] = [resource]
    if resource.type == SERVICE:
        watched += stack.links(resource, "loadBalancers", _TARGETS)
    elif resource.type == FUNCTION:
        watched += stack.referrers(resource, "functionName", _ALIAS)
        if not any(stack.referrers(each, name, types) for each in watched for name, types in _CALLERS.items()):
            return
    elif resource.get("loadBalancerType") not in (None, "application"):
        return
    if not any(alarms_of(each, stack) for each in watched):
        yield from in_production(resource, Finding(path=_NO_ALARM, found="missing"))


@rule(
    "STK-6",
    "Data stores in production have alarms",
    types=(INSTANCE, CLUSTER, CACHE),
    severity=Severity.MEDIUM,
    reason="a disk that is full, or a cache that throws out what is still needed, announces itself for hours.",
    remedy="Add aws.cloudwatch.MetricAlarm on processor, memory or storage, with the database or cache as a dimension.",
    view=View.STACK,
)
def stores_are_watched(store: Resource, stack: Stack) -> Iterator[Verdict]:
    """A cluster also by its members, a cache by its nodes, whose names begin with the group's."""
    watched = [store, *stack.referrers(store, "clusterIdentifier", (MEMBER,))]
    if any(alarms_of(each, stack) for each in watched) or _nodes_are_watched(store, stack):
        return
    yield from in_production(store, Finding(path=_NO_ALARM, found="missing"))


def _nodes_are_watched(cache: Resource, stack: Stack) -> bool:
    beginnings = tuple(f"{name}-" for name in cache.names)
    return bool(beginnings) and any(
        isinstance(value, str) and value.startswith(beginnings)
        for alarm in stack.of((METRIC_ALARM,))
        for dimensions in _dimensions(alarm)
        for value in dimensions.values()
    )


def _dimensions(alarm: Resource) -> Iterator[dict[str, Any]]:
    queries = [at(query, "metric.dimensions") for query in alarm.items("metricQueries")]
    yield from (each for each in (alarm.get("dimensions"), *queries) if isinstance(each, dict))


@rule(
    "STK-7",
    "Somebody hears the alarms of production",
    types=(TOPIC,),
    severity=Severity.MEDIUM,
    reason="an alarm that tells a topic nobody subscribes to tells nobody.",
    remedy="Add aws.sns.TopicSubscription to the topic, for example of a mail address that people read.",
    view=View.STACK,
)
def alarms_are_heard(topic: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of topics that alarms of the stack name."""
    if stack.referrers(topic, "alarmActions", _ALARMS) and not stack.referrers(topic, "topic", _SUBSCRIPTION):
        yield from in_production(topic, Finding(path="aws.sns.TopicSubscription", found="missing"))


@rule(
    "STK-9",
    "The stack makes the log groups that it writes to",
    types=(TASK, FUNCTION),
    severity=Severity.LOW,
    reason="a group that is made on first use keeps its logs for ever, and stays when the stack is gone.",
    remedy="Add aws.cloudwatch.LogGroup with retentionInDays, and name it in awslogs-group or loggingConfig.logGroup.",
    view=View.STACK,
)
def log_groups_are_made(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of tasks each container's group; of a function its own, or the one that Lambda names after it."""
    if resource.type == FUNCTION:
        yield from _group_of_function(resource, stack)
        return
    if stack.links(resource, PATH, _LOG_GROUP):
        return
    made = {name for group in stack.of(_LOG_GROUP) for name in group.names}
    for index, container in enumerate(containers(resource)):
        options = container if container is UNKNOWN else at(container, "logConfiguration.options")
        name = options if options is UNKNOWN else _option(options)
        if name is UNKNOWN:
            yield CannotTell(path=PATH)
        elif name is not None and name not in made:
            path = f"{PATH}.{index}.logConfiguration.options.awslogs-group"
            yield Finding(path=path, found=f"{show(name)}, which this program does not make")


def _option(options: Any) -> Any:
    return options.get("awslogs-group") if isinstance(options, dict) else None


def _group_of_function(function: Resource, stack: Stack) -> Iterator[Verdict]:
    if stack.links(function, "loggingConfig", _LOG_GROUP) or stack.referrers(function, "name", _LOG_GROUP):
        return
    made = {name for group in stack.of(_LOG_GROUP) for name in group.names}
    name = function.get("loggingConfig.logGroup") or f"/aws/lambda/{function.get('name')}"
    if UNKNOWN in (name, function.get("name")):
        yield CannotTell(path="loggingConfig.logGroup")
    elif name not in made:
        yield Finding(path="loggingConfig.logGroup", found=f"{show(name)}, which this program does not make")
