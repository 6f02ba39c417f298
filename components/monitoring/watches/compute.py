"""What runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.monitoring.watch import BELOW, FROM, Alarm, Watch, Widget
from components.monitoring.watches.metrics import metric
from components.monitoring.watches.requests import requests

if TYPE_CHECKING:
    from components.compute.beanstalk.environment import Beanstalk
    from components.compute.service import Service
    from components.compute.worker import Worker
    from settings import Monitoring


DEGRADED = 20  # https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html


def service(key: str, watched: Service, settings: Monitoring) -> Watch:
    """Tasks that are well, and how much work they have."""
    own = settings.services.get(key)
    cpu = (own and own.cpu_percent) or settings.thresholds.cpu_percent
    memory = (own and own.memory_percent) or settings.thresholds.memory_percent
    where = {"ClusterName": watched.args.cluster.aws_name, "ServiceName": watched.service.name}
    used = [metric("AWS/ECS", name, where) for name in ("CPUUtilization", "MemoryUtilization")]
    groups = filter(None, (watched.routing.target_group, watched.routing.alternate))
    healthy = [
        metric(
            "AWS/ApplicationELB",
            "HealthyHostCount",
            {"LoadBalancer": watched.args.load_balancer.load_balancer.arn_suffix, "TargetGroup": group.arn_suffix},
            "Minimum",
        )
        for group in groups
    ]
    alarms = [
        Alarm(
            key=f"{key}-healthy",
            severity="critical",
            says=f"No task of {key} is healthy",
            metrics=healthy,
            # Of two target groups only one is in use.
            expression="+".join(f"FILL(m{number}, 0)" for number in range(1, len(healthy) + 1)),
            comparison=BELOW,
            threshold=1,
            silence_is_bad=True,
        ),
        Alarm(key=f"{key}-cpu", says=f"CPU of {key} is above {cpu} %", metrics=used[:1], threshold=cpu),
        Alarm(key=f"{key}-memory", says=f"Memory of {key} is above {memory} %", metrics=used[1:], threshold=memory),
    ]
    widgets = [Widget(title=f"{key}: CPU and memory", metrics=used)]
    if not settings.free:
        tasks = [metric("ECS/ContainerInsights", name, where) for name in ("RunningTaskCount", "DesiredTaskCount")]
        network = [metric("ECS/ContainerInsights", name, where) for name in ("NetworkRxBytes", "NetworkTxBytes")]
        widgets.append(Widget(title=f"{key}: tasks", metrics=[*tasks, *healthy]))
        widgets.append(Widget(title=f"{key}: network", metrics=network))
        alarms.append(
            Alarm(
                key=f"{key}-tasks",
                says=f"Fewer tasks of {key} run than should",
                metrics=tasks,
                expression="m2 - m1",
                threshold=0,
            )
        )
    return Watch(alarms=alarms, widgets=widgets)


def beanstalk(key: str, watched: Beanstalk, settings: Monitoring) -> Watch:
    """The environment's own health, the CPU of its instances, and what its load balancer's users see.

    CPU is EC2's, by auto scaling group: Beanstalk publishes none (UTJ-MON-02). Of memory there is no metric without
    CloudWatch's agent.
    """
    environment, limits = watched.environment, settings.thresholds
    suffix = environment.load_balancers.apply(lambda arns: arns[0].partition(":loadbalancer/")[2])
    group = {"AutoScalingGroupName": environment.autoscaling_groups.apply(lambda names: names[0])}
    health = metric(
        "AWS/ElasticBeanstalk", "EnvironmentHealth", {"EnvironmentName": watched.environment_name}, "Maximum"
    )
    cpu = metric("AWS/EC2", "CPUUtilization", group)
    traffic = requests(key, "Environment", suffix, settings)
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-health",
                severity="critical",
                says=f"Environment {watched.environment_name} is degraded",
                metrics=[health],
                comparison=FROM,
                threshold=DEGRADED,
            ),
            *traffic.alarms,
            Alarm(
                key=f"{key}-cpu",
                says=f"CPU of the instances is above {limits.cpu_percent} %",
                metrics=[cpu],
                threshold=limits.cpu_percent,
            ),
        ],
        widgets=[
            *traffic.widgets,
            Widget(title="Instances: CPU", metrics=[cpu]),
            Widget(
                title="Instances: network",
                metrics=[metric("AWS/EC2", name, group, "Sum") for name in ("NetworkIn", "NetworkOut")],
            ),
            Widget(
                title="Instances: disk",
                metrics=[metric("AWS/EC2", name, group, "Sum") for name in ("EBSReadBytes", "EBSWriteBytes")],
            ),
            Widget(title="Environment: health", metrics=[health]),
        ],
    )


def worker(key: str, watched: Worker, settings: Monitoring) -> Watch:
    """The function that the queue invokes, how long messages wait, and those that nobody could process."""
    limits = settings.thresholds
    alias = f"{watched.function_name}:{watched.alias_name}"
    where = {"FunctionName": watched.function_name, "Resource": alias}
    errors, throttles, invocations = (
        metric("AWS/Lambda", name, where, "Sum") for name in ("Errors", "Throttles", "Invocations")
    )
    queue, dead = {"QueueName": watched.queue_name}, {"QueueName": watched.dead_letter_queue_name}
    visible, age, letters = (
        metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum"),
        metric("AWS/SQS", "ApproximateAgeOfOldestMessage", queue, "Maximum"),
        metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dead, "Maximum"),
    )
    return Watch(
        alarms=[
            Alarm(
                key=f"{key}-dead-letters",
                severity="critical",
                says=f"{key} could not process messages: see {watched.dead_letter_queue_name}",
                metrics=[letters],
                threshold=0,
            ),
            # One failed minute of five would not be five: these count, so they are told at once.
            Alarm(
                key=f"{key}-errors",
                severity="critical",
                says=f"Calls of {watched.function_name} fail",
                metrics=[errors],
                threshold=limits.function_errors,
            ),
            Alarm(
                key=f"{key}-throttles",
                says=f"Lambda puts off calls of {watched.function_name}",
                metrics=[throttles],
                threshold=limits.throttles,
            ),
            Alarm(
                key=f"{key}-oldest-message",
                says=f"A message of {key} waits for more than {limits.oldest_message_seconds} s",
                metrics=[age],
                threshold=limits.oldest_message_seconds,
            ),
        ],
        widgets=[
            Widget(title=f"{key}: invocations", metrics=[invocations, errors, throttles]),
            Widget(title=f"{key}: duration", metrics=[metric("AWS/Lambda", "Duration", where, "p95")]),
            Widget(title=f"{key}: messages", metrics=[visible, letters]),
            Widget(title=f"{key}: oldest message", metrics=[age]),
        ],
        log_groups=[watched.log_group.name],
    )
