"""What is diagnosed part by part: workers, what is not there any more, and what cannot be asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.diagnose import gather as gathering
from scripts.diagnose import missing, workers
from scripts.diagnose.facts import Facts, Missing, State, WorkerFacts
from scripts.diagnose.reach import read_rules, stores_out_of_reach
from scripts.diagnose.run import diagnose
from scripts.health.health import health_of
from tests.scripts.findings import NOW, REDIS, SERVICE, facts, ids, series
from tests.scripts.stacks import ACCOUNT, REGION, StubbedCloud, TestCloud, operations, platform
from tests.scripts.stacks import target as stack

WORKER = {
    "function": "shop-thumbnails", "alias": "live", "queue": "thumbnails", "queue_url": "https://sqs/thumbnails",
    "dead_letter_queue": "thumbnails-dead", "dead_letter_queue_url": "https://sqs/thumbnails-dead",
    "log_group": "/aws/lambda/shop-thumbnails",
}  # fmt: skip
SETTINGS = {"FunctionName": "shop-thumbnails", "State": "Active", "Timeout": 60, "MemorySize": 512}
FEED = {"UUID": "14e0db71-5d35-4eb5-b481-8945cf9d10c2", "State": "Enabled", "ScalingConfig": {"MaximumConcurrency": 10}}
WELL = WorkerFacts("thumbnails", SETTINGS, [FEED])


# --- workers ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("RPH-OPS-06")
@pytest.mark.parametrize(
    ("worker", "expected"),
    [
        (WELL, None),
        (replace(WELL, settings={**SETTINGS, "State": "Pending"}), None),
        (replace(WELL, reserved=1), None),
        (replace(WELL, reserved=0), "its reserved concurrency is 0"),
        (replace(WELL, settings={**SETTINGS, "State": "Failed", "StateReason": "no role"}), "no role"),
        (replace(WELL, settings={**SETTINGS, "LastUpdateStatus": "Failed"}), "Lambda does not say why"),
    ],
)
def test_a_function_that_cannot_run_is_told(worker: WorkerFacts, expected: str | None) -> None:
    found = list(workers.workers_that_cannot_run(facts(workers=[worker])))
    assert [each.cause for each in found] == ([] if expected is None else [expected])


@pytest.mark.requirement("RPH-OPS-06")
@pytest.mark.parametrize(
    ("feeds", "expected"),
    [
        ([FEED], None),
        ([{**FEED, "State": "Updating"}], None),
        ([{**FEED, "State": "Disabled", "StateTransitionReason": "User action"}], "Disabled: User action"),
        ([], "the event source mapping was deleted behind Pulumi's back"),
    ],
)
def test_a_queue_that_nobody_reads_is_told(feeds: list[dict[str, Any]], expected: str | None) -> None:
    worker = replace(WELL, feeds=feeds, waiting=7)
    found = list(workers.queues_that_nobody_reads(facts(workers=[worker])))
    assert [each.cause for each in found] == ([] if expected is None else [expected])
    assert all("7" in each.impact for each in found)


@pytest.mark.requirement("RPH-OPS-06")
@pytest.mark.parametrize(
    ("milliseconds", "expected"), [([], []), ([53_000], []), ([54_000], ["warning"]), ([1, 60_000], ["critical"])]
)
def test_a_function_near_its_timeout_is_told(milliseconds: list[float], expected: list[str]) -> None:
    given = facts(workers=[WELL], series=series("thumbnails", "duration", milliseconds))
    assert [each.severity for each in workers.workers_near_their_timeout(given)] == expected


@pytest.mark.requirement("RPH-OPS-06")
@pytest.mark.parametrize(
    ("worker", "at_once", "cause"),
    [
        (replace(WELL, waiting=100), 8, None),
        (replace(WELL, waiting=100), 9, "max_concurrency is 10"),
        (replace(WELL, waiting=0), 10, None),
        (replace(WELL, waiting=100, reserved=5), 5, "reserved concurrency"),
        (replace(WELL, waiting=100, feeds=[{"UUID": "x", "State": "Enabled"}]), 900, None),
    ],
)
def test_a_function_at_its_limit_is_told_while_messages_wait(
    worker: WorkerFacts, at_once: float, cause: str | None
) -> None:
    given = facts(workers=[worker], series=series("thumbnails", "at once", [at_once]))
    found = list(workers.workers_at_their_limit(given))
    assert len(found) == (0 if cause is None else 1)
    assert all(cause in each.cause for each in found if cause)


@pytest.mark.requirement("RPH-OPS-06")
def test_a_worker_is_known_by_four_questions() -> None:
    cloud = StubbedCloud()
    named = {"FunctionName": "shop-thumbnails", "Qualifier": "live"}
    function = {"Configuration": SETTINGS, "Concurrency": {"ReservedConcurrentExecutions": 5}}
    cloud.expect("lambda", "get_function", function, named)
    for name, waiting in (("thumbnails", "7"), ("thumbnails-dead", "0")):
        asked = {"QueueUrl": f"https://sqs/{name}", "AttributeNames": ["QueueArn", "ApproximateNumberOfMessages"]}
        answer = {"Attributes": {"QueueArn": f"arn:{name}", "ApproximateNumberOfMessages": waiting}}
        cloud.expect("sqs", "get_queue_attributes", answer, asked)
    source = {"EventSourceArn": "arn:thumbnails"}
    cloud.expect("lambda", "list_event_source_mappings", {"EventSourceMappings": [FEED]}, source)
    found, gone = workers.read_workers(stack(cloud, workers={"thumbnails": WORKER}))
    assert (found, gone) == ([WorkerFacts("thumbnails", SETTINGS, [FEED], 5, 7)], [])
    assert found[0].most_at_once == 5
    cloud.done()


# --- what is not there, and what cannot be asked ---------------------------------------------------------------------


@pytest.mark.requirement("CRT-OPS-05")
def test_each_kind_of_thing_that_is_not_there_is_critical_and_says_how_it_is_made_again() -> None:
    for kind in missing._IMPACT:
        (found,) = missing.things_not_there(facts(missing=[Missing(kind, "it", "its-name")]))
        assert (found.severity, found.description) == ("critical", f"AWS has no {kind} its-name")
        assert "pulumi up --refresh --stack shop-prod" in found.steps[0]
        assert any("plinth backup restore" in step for step in found.steps) == (kind in ("bucket", "file system"))


@pytest.fixture
def no_pulumi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "read_state", lambda _: State())


@pytest.mark.requirement("CRT-OPS-08")
@pytest.mark.usefixtures("no_pulumi")
def test_of_twenty_services_the_last_words_are_read_of_that_alone_whose_task_went_wrong() -> None:
    """Two calls for them, three for two hundred tasks, two for the last words, and one for each target group."""
    cloud, names = StubbedCloud(), [f"service-{index:02}" for index in range(20)]
    services = {name: {**SERVICE, "name": name, "uses": []} for name in names}
    for some in (names[:10], names[10:]):
        now = {"status": "ACTIVE", "runningCount": 1, "desiredCount": 1, "deployments": []}
        cloud.expect("ecs", "describe_services", {"services": [{**now, "serviceName": name} for name in some]})
    arns = [f"arn:aws:ecs:task/shop/{index}" for index in range(200)]
    cloud.expect("ecs", "list_tasks", {"taskArns": arns})
    for some in (arns[:100], arns[100:]):
        ended = [
            {
                "taskArn": arn, "group": f"service:service-{index % 20:02}", "taskDefinitionArn": "shop:1",
                "stoppedReason": "scaled in", "stopCode": "ServiceSchedulerInitiated", "containers": [],
            }
            for index, arn in enumerate(some)
        ]  # fmt: skip
        ended[7] |= {"stopCode": "EssentialContainerExited"}
        cloud.expect("ecs", "describe_tasks", {"tasks": ended})
    container = {"name": "app", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/shop"}}}
    cloud.expect("ecs", "describe_task_definition", {"taskDefinition": {"containerDefinitions": [container]}})
    cloud.expect("logs", "get_log_events", {"events": [{"message": "KeyError: 'DATABASE_URL'"}]})
    for _ in names:
        cloud.expect("elbv2", "describe_target_health", {"TargetHealthDescriptions": []})
    cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": []})
    cloud.expect("s3", "list_buckets", {"Buckets": [{"Name": "shop-operations-prod"}]})
    found = diagnose(stack(cloud, platform=platform(cluster="shop"), services=services), NOW)
    assert [(each.id, each.components) for each in found.issues] == [("variable-missing", ("service service-07",))]
    cloud.done()


ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
EVERYTHING: dict[str, Any] = {
    "platform": platform(
        cluster="gone",
        load_balancer={"name": "gone", "arn": f"{ELB}:loadbalancer/app/gone/1", "dns_name": "x", "url": "http://x"},
        postgres={
            "identifier": "gone", "host": "x", "port": 5432, "database": "x", "secret_arn": "x",
            "security_group_id": "sg-0",
        },
        redis={"replication_group_id": "gone", "host": "x", "port": 6379, "url_secret_arn": "x"},
        buckets={"uploads": "gone-uploads"},
        files={"history": {"file_system_id": "fs-0", "access_point_id": "fsap-0"}},
        log_groups={"tasks": "/gone/tasks", "exec": "/gone/exec"},
    ),
    "services": {"backend": {**SERVICE, "target_group_arn": f"{ELB}:targetgroup/gone-group/1"}},
    "workers": {"thumbnails": WORKER},
    "operations": operations("gone-operations"),
    "beanstalk": {
        "application": "gone", "environment": "gone", "url": "x", "health_path": "/", "log_group_prefix": "/gone",
        "versions_bucket": "gone", "template": "gone",
    },
    "edge": {
        "cdn": {"distribution_id": "EGONE", "domain_name": "x", "url": "x"}, "sites": {}, "zone_id": None, "names": {},
    },
}  # fmt: skip


@pytest.mark.emulator
@pytest.mark.requirement("CRT-OPS-05")
@pytest.mark.usefixtures("no_pulumi")
def test_of_a_stack_of_which_nothing_is_left_each_thing_is_told(endpoints: dict[str, str]) -> None:
    found = diagnose(stack(TestCloud(endpoints), **EVERYTHING), dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert found.not_read == ()
    assert Counter(each.id for each in found.issues if each.severity == "critical") == Counter(
        {
            "service-not-there": 1, "target-group-not-there": 1, "load-balancer-not-there": 1, "cdn-not-there": 1,
            "file-system-not-there": 1, "bucket-not-there": 2, "worker-not-there": 1, "queue-not-there": 2,
            "database-not-available": 1, "redis-not-available": 1, "store-out-of-reach": 2,
        }
    )  # fmt: skip
    assert "environment-not-green" in ids(found.issues)


@pytest.mark.emulator
@pytest.mark.requirement("CRT-OPS-01")
def test_the_health_of_a_stack_of_which_nothing_is_left_is_zero(endpoints: dict[str, str]) -> None:
    found = health_of(stack(TestCloud(endpoints), **EVERYTHING))
    assert (found.score, found.band) == (0, "Critical")


@pytest.mark.emulator
@pytest.mark.requirement("CHR-OPS-02", "RPH-OPS-06")
def test_rules_of_security_groups_are_read_both_ways(endpoints: dict[str, str]) -> None:
    cloud = TestCloud(endpoints)
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    app, cache = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("app", "cache")
    )
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    for group in (app, cache):  # each begins with it, and Pulumi takes it away
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    shop = stack(
        cloud,
        platform=platform(redis={**REDIS, "security_group_id": cache}),
        services={"backend": {**SERVICE, "security_group_id": app}},
    )

    def found() -> list[str]:
        return [each.cause.split()[0] for each in stores_out_of_reach(Facts(shop, NOW, rules=read_rules(shop)))]

    def rule(other: str) -> list[dict[str, Any]]:
        pairs = [{"GroupId": other}]
        return [{"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "UserIdGroupPairs": pairs}]

    assert found() == [cache, app]
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=rule(app))
    assert found() == [app]
    ec2.authorize_security_group_egress(GroupId=app, IpPermissions=rule(cache))
    assert found() == []


class RefusingCloud(TestCloud):
    """An account that answers some actions with an error."""

    def __init__(self, endpoints: dict[str, str], **refused: str) -> None:
        super().__init__(endpoints)
        self._refused = refused

    def _count(self, model: Any, **given: Any) -> Any:
        super()._count(model, **given)
        if (name := self._refused.get(model.name)) is not None:
            said = f"User: me is not authorized to perform: some:{model.name}"
            raise ClientError({"Error": {"Code": name, "Message": said}}, model.name)


@pytest.mark.emulator
@pytest.mark.requirement("CRT-OPS-05")
@pytest.mark.usefixtures("no_pulumi")
def test_what_may_not_be_asked_is_said_and_the_rest_is_diagnosed(endpoints: dict[str, str]) -> None:
    cloud = RefusingCloud(endpoints, DescribeFileSystems="AccessDenied", DescribeServices="AccessDeniedException")
    found = diagnose(stack(cloud, **EVERYTHING), NOW)
    assert sorted(found.not_read) == [
        "permission is missing: some:DescribeFileSystems", "permission is missing: some:DescribeServices",
    ]  # fmt: skip
    told = ids(found.issues)
    assert "service-not-there" not in told
    assert {"database-not-available", "worker-not-there", "load-balancer-not-there"} < set(told)


@pytest.mark.emulator
@pytest.mark.usefixtures("no_pulumi")
def test_to_whom_aws_does_not_know_nothing_is_diagnosed(endpoints: dict[str, str]) -> None:
    cloud = RefusingCloud(endpoints, DescribeServices="ExpiredTokenException")
    with pytest.raises(ClientError, match="ExpiredToken"):
        diagnose(stack(cloud, **EVERYTHING), NOW)
