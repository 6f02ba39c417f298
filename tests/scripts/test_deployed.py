"""Verbs on a stack that an emulator of AWS has: what they find, what they change, and how few calls that takes."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import typer

from scripts.bootstrap.bootstrap import Bootstrap
from scripts.cli import app
from scripts.deploy.deployable import Outcome
from scripts.deploy.monitoring import look_on, watched_by
from scripts.diagnose import gather as gathering
from scripts.diagnose.facts import State
from scripts.edge import site
from scripts.edge.cdn import check, invalidate
from scripts.errors import Exit, PlinthError
from scripts.health.health import health_of
from scripts.logs.search import ago, follow, named, search
from scripts.operations.records import Records
from scripts.optimize.optimize import measure
from scripts.recover.plans import plans
from scripts.recover.region import copy
from scripts.snapshots.store import Snapshots
from scripts.status.status import status_of
from scripts.target import Target
from scripts.worker.deployable import WEIGHTS, WorkerDeployable
from settings.inventory import Inventory
from tests.scripts.stacks import REGION, TestCloud, inventory, operations, platform, target

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.deploy.deployable import Deployable

pytestmark = pytest.mark.emulator
BUCKET = "shop-operations-prod"
SERVICE = {
    "name": "backend", "task_family": "backend", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "rolling", "target_group_arn": "arn", "alternate_target_group_arn": None, "repository_url": "",
    "security_group_id": "sg-1", "alarms": [], "tasks": {},
}  # fmt: skip
WORKER = {
    "function": "shop-resize", "alias": "live", "queue": "shop-resize", "queue_url": "x",
    "dead_letter_queue": "shop-dead", "dead_letter_queue_url": "y", "log_group": "/aws/lambda/shop-resize",
}  # fmt: skip


@pytest.fixture
def cloud(endpoints: dict[str, str]) -> TestCloud:
    return TestCloud(endpoints)


def bucket(cloud: TestCloud, name: str) -> None:
    """An empty bucket of that name."""
    s3 = cloud.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    for each in s3.list_objects_v2(Bucket=name).get("Contents", ()):
        s3.delete_object(Bucket=name, Key=each["Key"])


def keys(cloud: TestCloud, name: str) -> set[str]:
    return {each["Key"] for each in cloud.client("s3").list_objects_v2(Bucket=name).get("Contents", ())}


# --- which stack -----------------------------------------------------------------------------------------------------


@pytest.fixture
def written(cloud: TestCloud, monkeypatch: pytest.MonkeyPatch) -> TestCloud:
    """The inventory of shop-prod as the program writes it."""
    ssm, path = cloud.client("ssm"), Inventory.path("shop-prod")
    for place, document in (("platform", platform()), ("operations", operations())):
        ssm.put_parameter(Name=f"{path}/{place}", Value=json.dumps(document), Type="String", Overwrite=True)
    monkeypatch.setattr(
        "scripts.target.Cloud",
        lambda region, _profile: cloud if region in (None, REGION) else TestCloud(cloud._endpoints, region),
    )
    return cloud


def test_a_stack_is_found_by_its_inventory_with_few_calls(written: TestCloud) -> None:
    found = Target.open("shop-prod")
    assert (found.stack, found.region) == ("shop-prod", REGION)
    assert written.calls.count("GetParametersByPath") == 1


def test_a_stack_with_a_typo_is_answered_with_the_nearest_that_is_deployed(written: TestCloud) -> None:
    assert written.calls is not None
    with pytest.raises(PlinthError, match=r"stack shop-prd is not deployed in account 0+, region us-west-2") as told:
        Target.open("shop-prd")
    assert told.value.exit_code == Exit.NO_STACK
    assert told.value.remedy == "Did you mean shop-prod?"


@pytest.mark.requirement("UTJ-OPS-09")
@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (None, {}, "footballclub"),
        ("mine", {}, "mine"),
        (None, {"AWS_PROFILE": "theirs"}, None),  # boto3 takes it from there
        (None, {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}, None),
    ],
    ids=["the stack file's", "the option", "the environment's", "a pipeline's role"],
)
def test_who_signs_in_is_who_the_stack_file_says_unless_told_otherwise(
    written: TestCloud,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    environment: dict[str, str],
    expected: str | None,
) -> None:
    file = tmp_path / "Pulumi.shop-prod.yaml"
    config = {"aws:region": REGION, "aws:profile": "footballclub"}
    file.write_text(json.dumps({"config": {**config, "plinth:system": "shop", "plinth:environment": "prod"}}))
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    asked: list[str | None] = []

    def note(_region: str | None, profile: str | None) -> TestCloud:
        asked.append(profile)
        return written

    monkeypatch.setattr("scripts.target.Cloud", note)
    Target.open(str(file), profile=given)
    assert asked == [expected]


def test_another_region_is_answered_with_that_region(written: TestCloud) -> None:
    assert written.calls is not None
    with pytest.raises(PlinthError, match="region eu-west-1") as told:
        Target.open("shop-prod", region="eu-west-1")
    assert told.value.exit_code == Exit.NO_STACK


# --- a hundred services ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hundred(endpoints: dict[str, str]) -> Target:
    """A cluster of a hundred services, each with a target group."""
    cloud = TestCloud(endpoints)
    ecs, elb = cloud.client("ecs"), cloud.client("elbv2")
    vpc = cloud.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ecs.create_cluster(clusterName="crowd")
    container = {"name": "app", "image": "app", "environment": [], "essential": True}
    definition = ecs.register_task_definition(
        family="crowd", containerDefinitions=[container], cpu="256", memory="512", networkMode="awsvpc"
    )["taskDefinition"]["taskDefinitionArn"]
    services = {}
    for index in range(100):
        name = f"service-{index:02}"
        group = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        ecs.create_service(cluster="crowd", serviceName=name, taskDefinition=definition, desiredCount=0)
        services[name] = {
            "name": name, "task_family": "crowd", "container": "app", "port": 80, "paths": [], "health_path": "/",
            "strategy": "rolling", "target_group_arn": group["TargetGroups"][0]["TargetGroupArn"],
            "alternate_target_group_arn": None, "repository_url": "", "security_group_id": "sg-1", "alarms": [],
            "tasks": {},
        }  # fmt: skip
    bucket(cloud, BUCKET)
    cloud.calls.clear()
    return target(cloud, platform=platform(cluster="crowd"), services=services)


def calls(stack: Target) -> Counter[str]:
    """What was asked since the last look."""
    made = stack.cloud.calls  # type: ignore[attr-defined]
    counted = Counter(made)
    made.clear()
    return counted


def test_the_status_of_a_hundred_services_takes_ten_calls_for_them(hundred: Target) -> None:
    calls(hundred)
    found = status_of(hundred)
    assert len(found.parts) == 100
    assert found.well
    assert calls(hundred) == Counter(DescribeServices=10, GetObject=1, GetCallerIdentity=1)


def test_the_health_of_a_hundred_services_asks_for_all_metrics_at_once(hundred: Target) -> None:
    calls(hundred)
    found = health_of(hundred)
    assert len(found.checks) == 400  # service, targets, CPU, memory
    assert calls(hundred) == Counter(DescribeServices=10, DescribeTargetHealth=100, GetMetricData=1)


def test_the_diagnosis_of_a_hundred_services_asks_once_for_what_aws_tells_together(
    hundred: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "read_state", lambda _: State())  # no Pulumi made these
    calls(hundred)
    found = gathering.gather(hundred, dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert len(found.services) == 100
    # AWS tells the health of targets group by group, and all the rest together; ListTasks takes a page a hundred.
    together = Counter(DescribeServices=10, GetMetricData=1, ListTasks=1, ListBuckets=1)
    assert calls(hundred) == Counter(DescribeTargetHealth=100) + together


@pytest.mark.requirement("UTJ-OPS-05", "UTJ-MON-02")
def test_a_weeks_cpu_of_beanstalks_instances_is_ec2s_by_their_group(cloud: TestCloud) -> None:
    beanstalk = {
        "application": "shop", "environment": "shop-prod", "url": "x", "health_path": "/", "log_group_prefix": "x",
        "versions_bucket": "x", "template": "x", "autoscaling_group": "awseb-shop",
    }  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    cloud.client("cloudwatch").put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "AutoScalingGroupName", "Value": "awseb-shop"}],
                "Timestamp": now - dt.timedelta(days=days),
                "Value": value,
                "Unit": "Percent",
            }
            for days, value in ((6, 20.0), (1, 40.0), (8, 99.0))
        ],
    )
    found = measure(target(cloud, beanstalk=beanstalk), hours=168)
    assert found.used["beanstalk"]["cpu"].average == 30


@pytest.mark.requirement("CRT-OPS-01")
def test_health_is_made_of_what_was_measured(hundred: Target) -> None:
    cloudwatch = hundred.cloud.client("cloudwatch")
    dimensions = [{"Name": "ClusterName", "Value": "crowd"}, {"Name": "ServiceName", "Value": "service-07"}]
    cloudwatch.put_metric_data(
        Namespace="AWS/ECS",
        MetricData=[{"MetricName": "CPUUtilization", "Dimensions": dimensions, "Value": 97, "Unit": "Percent"}],
    )
    found = {each.name: each for each in health_of(hundred).checks}
    assert (found["service-07 cpu"].state, found["service-08 cpu"].state) == ("wrong", "unknown")
    assert found["service-07 cpu"].detail == "97 %, at most 80"


# --- looking on, and logs ---------------------------------------------------------------------------------------------

BALANCER = {
    "name": "shop", "dns_name": "x", "url": "https://x",
    "arn": "arn:aws:elasticloadbalancing:us-west-2:000000000000:loadbalancer/app/shop/1",
}  # fmt: skip


@pytest.mark.requirement("CRT-DR-05")
@pytest.mark.parametrize(("errors", "found"), [(10, ""), (60, "60 % of the requests fail, and 25 % may")])
def test_a_release_is_taken_back_when_too_many_requests_fail(cloud: TestCloud, errors: float, found: str) -> None:
    dimension = [{"Name": "LoadBalancer", "Value": f"app/shop/{errors}"}]
    for name, value in (("RequestCount", 100.0), ("HTTPCode_Target_5XX_Count", errors)):
        data = [{"MetricName": name, "Dimensions": dimension, "Value": value}]
        cloud.client("cloudwatch").put_metric_data(Namespace="AWS/ApplicationELB", MetricData=data)
    balancer = {**BALANCER, "arn": BALANCER["arn"].removesuffix("1") + str(errors)}
    stack = target(cloud, platform=platform(load_balancer=balancer))
    assert look_on(stack, 0.01, lambda _: None, lambda _: None) == found


@pytest.mark.requirement("CRT-DR-05", "CRT-DEP-04")
def test_a_release_is_taken_back_when_a_critical_alarm_goes_off(cloud: TestCloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="shop-critical", MetricName="x", Namespace="shop", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="shop-critical", StateValue="OK", StateReason="well")
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": []}))
    monitoring = {"topic_arn": "x", "alarms": {"critical": ["shop-critical"]}, "dashboards": ["shop"], "queries": []}
    stack = target(cloud, monitoring=monitoring)
    assert watched_by(stack) == {"alarms": 1, "missing": []}
    notes: list[str] = []

    def meanwhile(_: float) -> None:
        cloudwatch.set_alarm_state(AlarmName="shop-critical", StateValue="ALARM", StateReason="too many errors")

    assert look_on(stack, 0.05, notes.append, meanwhile) == "alarm shop-critical went off"
    assert notes == ["alarm shop-critical: too many errors"]
    gone = {**monitoring, "alarms": {"critical": ["no-such-alarm"]}, "dashboards": ["no-such-dashboard"]}
    found = watched_by(target(cloud, monitoring=gone))
    assert found["missing"] == ["alarm no-such-alarm", "dashboard no-such-dashboard"]


@pytest.mark.requirement("UTJ-OPS-02", "CRT-MAN-04")
def test_lines_are_found_by_service_worker_pattern_and_time(cloud: TestCloud) -> None:
    logs, moment = cloud.client("logs"), int(time.time() * 1000)
    for group, stream, message in (
        ("/ecs/logged", "backend/app/1", "ERROR order 7 failed"),
        ("/ecs/logged", "frontend/app/1", "GET /"),
        ("/aws/lambda/logged", "2026/1", "resized"),
    ):
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = [{"timestamp": moment, "message": message}]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=event)
    services = {"backend": SERVICE, "frontend": {**SERVICE, "name": "frontend"}}
    stack = target(
        cloud,
        platform=platform(log_groups={"tasks": "/ecs/logged", "exec": "/x"}),
        services=services,
        workers={"resize": {**WORKER, "log_group": "/aws/lambda/logged"}},
    )
    since = ago("5m")
    assert len(search(stack, since=since)) == 3
    assert [each.message for each in search(stack, since=since, service="backend")] == ["ERROR order 7 failed"]
    assert [each.message for each in search(stack, since=since, service="resize")] == ["resized"]
    assert [each.message for each in search(stack, since=since, pattern="?ERROR ?FATAL")] == ["ERROR order 7 failed"]
    with pytest.raises(PlinthError, match="there is no service or worker called 'resiz'"):
        named(stack, "resiz")
    shown = follow(stack, pattern="", since=since, service="frontend", pause=lambda _: None)
    assert next(shown).message == "GET /"


# --- snapshots -------------------------------------------------------------------------------------------------------


class Thing:
    """Something that is deployed."""

    name = "backend"

    def snapshot(self) -> dict[str, Any]:
        return {"release": "backend:7", "version": "1.4.2", "healthy": True, "secrets": "by reference"}


@pytest.mark.requirement("CRT-DR-01", "CRT-CFG-01")
def test_snapshots_are_kept_by_number_and_age(cloud: TestCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket(cloud, BUCKET)
    stack = target(cloud, operations=operations(snapshots={"most": 3, "days": 30}))
    records, thing = Records(stack), cast_thing()
    for name in ("20260101_000000", "20261101_000000", "20261102_000000", "20261103_000000"):
        document = {"id": name, "of": "backend", "reason": "", "content": {}, **thing.snapshot()}
        records.keep(f"snapshots/backend/{name}.json", document)
    records.keep("snapshots/frontend/20200101_000000.json", {})
    monkeypatch.setattr("scripts.snapshots.store.now", lambda: __import__("datetime").datetime(2026, 11, 23))
    snapshots = Snapshots(stack, "backend")
    taken = snapshots.take(thing, "before the release")
    assert [each.id for each in snapshots.all()] == [taken.id, "20261103_000000", "20261102_000000"]
    assert snapshots.one(taken.id).content["secrets"] == "by reference"
    assert "snapshots/frontend/20200101_000000.json" in keys(cloud, BUCKET)
    snapshots.delete("20261103_000000")
    with pytest.raises(PlinthError, match="there is no snapshot of backend called '20261103_000000'"):
        snapshots.one("20261103_000000")


def cast_thing() -> Deployable:
    return Thing()  # type: ignore[return-value]


# --- bootstrap -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("RPH-CFG-00", "RPH-MAN-01")
def test_the_state_bucket_is_made_once_closed_encrypted_and_versioned(cloud: TestCloud) -> None:
    planned = Bootstrap(cloud, dry_run=True).run()
    assert planned.done
    s3 = cloud.client("s3")
    with pytest.raises(s3.exceptions.ClientError):
        s3.head_bucket(Bucket=planned.bucket)
    made = Bootstrap(cloud).run()
    assert made.bucket == f"plinth-state-000000000000-{REGION}"
    assert s3.get_bucket_versioning(Bucket=made.bucket)["Status"] == "Enabled"
    rule = s3.get_bucket_encryption(Bucket=made.bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": made.key}
    assert set(s3.get_public_access_block(Bucket=made.bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    policy = json.loads(s3.get_bucket_policy(Bucket=made.bucket)["Policy"])
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert Bootstrap(cloud).run().done == ()
    s3.put_bucket_versioning(Bucket=made.bucket, VersioningConfiguration={"Status": "Suspended"})
    assert Bootstrap(cloud).run().done == ("keep versions",)


# --- web sites -------------------------------------------------------------------------------------------------------


@pytest.fixture
def web(cloud: TestCloud) -> Target:
    """A stack with a site behind a distribution."""
    bucket(cloud, BUCKET)
    bucket(cloud, "shop-web-prod")
    origin = {
        "Id": "web",
        "DomainName": "shop-web-prod.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    made = cloud.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "test",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "web", "ViewerProtocolPolicy": "redirect-to-https"},
        }
    )["Distribution"]
    cdn = {"distribution_id": made["Id"], "domain_name": made["DomainName"], "url": f"https://{made['DomainName']}"}
    edge = {"cdn": cdn, "sites": {"web": "shop-web-prod"}, "zone_id": None, "names": {}}
    return target(cloud, edge=edge)


@pytest.mark.requirement("RPH-DEP-03", "RPH-MAN-05")
def test_a_site_is_published_with_what_changed_alone(web: Target, tmp_path: Path) -> None:
    cloud = web.cloud
    assert isinstance(cloud, TestCloud)
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<h1>one</h1>")
    (tmp_path / "assets" / "app.1234.js").write_text("run()")
    first = site.publish(web, "web", tmp_path, ("assets/",))
    assert set(first.sent) == {"index.html", "assets/app.1234.js"}
    assert first.invalidation
    s3 = cloud.client("s3")
    page = s3.head_object(Bucket="shop-web-prod", Key="index.html")
    assert (page["CacheControl"], page["ContentType"]) == ("no-cache", "text/html; charset=utf-8")
    asset = s3.head_object(Bucket="shop-web-prod", Key="assets/app.1234.js")
    assert asset["CacheControl"] == "public, max-age=31536000, immutable"

    (tmp_path / "index.html").write_text("<h1>two</h1>")
    (tmp_path / "assets" / "app.1234.js").rename(tmp_path / "assets" / "app.5678.js")
    cloud.calls.clear()
    second = site.publish(web, "web", tmp_path, ("assets/",))
    assert (set(second.sent), second.removed) == ({"index.html", "assets/app.5678.js"}, ("assets/app.1234.js",))
    assert keys(cloud, "shop-web-prod") == {"index.html", "assets/app.5678.js"}
    third = site.publish(web, "web", tmp_path, ("assets/",))
    assert (third.sent, third.removed, third.invalidation, third.unchanged) == ((), (), None, 2)


def test_a_site_that_would_be_empty_is_refused(web: Target, tmp_path: Path) -> None:
    with pytest.raises(PlinthError, match="the site would be empty"):
        site.plan(web, "web", tmp_path)
    with pytest.raises(PlinthError, match="there is no site called 'wbe'") as told:
        site.plan(web, "wbe", tmp_path)
    assert told.value.remedy == "Did you mean web?"


@pytest.mark.requirement("RPH-MAN-05")
def test_the_same_invalidation_is_not_made_twice(web: Target) -> None:
    first = invalidate(web, ["/b", "/a", "/a"], "token", wait=True)
    assert first.paths == ("/a", "/b")
    assert invalidate(web, ["/a", "/b"], "token", wait=False).invalidation == first.invalidation
    for wrong in ("assets/*", "/a*/b"):
        with pytest.raises(PlinthError, match="is no path"):
            check([wrong])


# --- workers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def worker(cloud: TestCloud) -> WorkerDeployable:
    """A function of three versions, of which the alias has the first."""
    function = cloud.client("lambda")
    with contextlib.suppress(function.exceptions.ResourceNotFoundException):
        function.delete_function(FunctionName="shop-resize")
    for number in ("1", "2", "3"):
        code = {"ZipFile": archive(f"def handler(event, context): return {number}")}
        if number == "1":
            function.create_function(
                FunctionName="shop-resize", Runtime="python3.11", Role="arn:aws:iam::000000000000:role/x",
                Handler="app.handler", Code=code, Publish=True, Environment={"Variables": {"VERSION": "v1"}},
            )  # fmt: skip
        else:
            function.update_function_code(FunctionName="shop-resize", **code, Publish=True)
        function.get_waiter("function_updated_v2").wait(FunctionName="shop-resize", WaiterConfig={"Delay": 1})
    function.create_alias(FunctionName="shop-resize", Name="live", FunctionVersion="1")
    stack = target(cloud, workers={"resize": WORKER})
    return WorkerDeployable(stack, *stack.worker("resize"), pause=lambda _: None)


def archive(source: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr("app.py", source)
    return whole.getvalue()


@pytest.mark.requirement("RPH-DEP-02", "RPH-DEP-06", "RPH-MAN-04")
def test_an_alias_goes_over_in_steps(worker: WorkerDeployable) -> None:
    notes: list[str] = []
    assert worker.current().name == "1"
    assert worker.prepare("3") == "3"
    worker.start("3")
    assert worker.snapshot()["alias"]["RoutingConfig"]["AdditionalVersionWeights"] == {"3": WEIGHTS[0]}
    assert worker.watch("3", 1, notes.append) == Outcome(good=True, running="3")
    assert notes == [
        "version 3 gets 10% of the messages",
        "version 3 gets 50% of the messages",
        "version 3 gets all messages",
    ]
    assert "RoutingConfig" not in worker.snapshot()["alias"]
    assert [(each.name, each.current) for each in worker.releases()] == [("3", True), ("2", False), ("1", False)]


@pytest.mark.requirement("RPH-DEP-06")
def test_a_version_that_fails_gets_nothing_more(worker: WorkerDeployable) -> None:
    for name, value in (("Invocations", 20), ("Errors", 10)):
        dimensions = {"FunctionName": "shop-resize", "Resource": "shop-resize:live", "ExecutedVersion": "2"}
        worker.target.cloud.client("cloudwatch").put_metric_data(
            Namespace="AWS/Lambda",
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Dimensions": [{"Name": key, "Value": each} for key, each in dimensions.items()],
                }
            ],
        )
    worker.start("2")
    ended = worker.watch("2", 1, lambda _: None)
    assert (ended.good, ended.running) == (False, "1")
    assert ended.why == "10 of 20 invocations of version 2 failed"
    assert worker.current().name == "1"


def test_a_version_that_there_is_not_is_refused(worker: WorkerDeployable) -> None:
    with pytest.raises(PlinthError, match="there is no version of resize called '9'"):
        worker.prepare("9")


# --- recovery --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("AUT-DR-01", "AUT-DR-02")
def test_a_bucket_gets_what_its_replica_has_newer_and_users_keep_what_they_changed_since(cloud: TestCloud) -> None:
    for name in ("shop-uploads", "shop-uploads-replica"):
        bucket(cloud, name)
    s3, stack = cloud.client("s3"), target(cloud, platform=platform(buckets={"uploads": "shop-uploads"}))
    s3.put_object(Bucket="shop-uploads", Key="old", Body=b"as it was deployed")
    time.sleep(1.1)  # S3 tells whole seconds
    for key in ("old", "a", "b"):
        s3.put_object(Bucket="shop-uploads-replica", Key=key, Body=b"of the lost region")
    assert copy(stack, "uploads", "shop-uploads-replica") == 3
    time.sleep(1.1)
    s3.put_object(Bucket="shop-uploads", Key="a", Body=b"changed by a user")
    assert copy(stack, "uploads", "shop-uploads-replica") == 0
    found = {key: s3.get_object(Bucket="shop-uploads", Key=key)["Body"].read() for key in keys(cloud, "shop-uploads")}
    assert found == {"old": b"of the lost region", "a": b"changed by a user", "b": b"of the lost region"}


@pytest.mark.requirement("CRT-DR-02", "CRT-DR-03", "CRT-DR-04", "CRT-OPS-18")
def test_the_plans_are_told_with_what_was_promised_and_whom_to_call(cloud: TestCloud) -> None:
    bucket(cloud, BUCKET)
    promised = {
        "recovery": {"rto_minutes": 60, "rpo_minutes": 15},
        "contacts": {"operations": {"mail": "oncall@example.com", "phone": "+1 555 0100", "chat": "#ops-emergency"}},
    }
    shop = target(cloud, services={"backend": SERVICE}, operations=operations(BUCKET, **promised))
    found = plans(shop)
    by_name = {each.name: (each.rto_minutes, each.rpo_minutes) for each in found.plans}
    assert by_name == {"rollback": (5, 0), "scaling": (3, 0), "infrastructure": (60, 15), "region": (60, 15)}
    approved = {each.name for each in found.plans if "approval required" in each.when}
    assert approved == {"infrastructure", "region"}
    assert [each.from_minute for each in found.escalation] == [0, 5, 30]
    assert found.contacts == {"operations": "oncall@example.com, +1 555 0100, #ops-emergency"}
    commands = [words for each in found.escalation for words in each.commands]
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert {words.split()[1] for words in commands} <= set(known)


def test_without_an_operations_bucket_it_says_what_to_do(cloud: TestCloud) -> None:
    documents = inventory().model_copy(update={"operations": None})
    with pytest.raises(PlinthError, match="has no operations bucket"):
        Records(Target("shop-prod", cloud, documents))
