"""RapidPhoto: the names of the source, its worker with its queue, and what its guardrails ask (section 5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

QUEUES = ("image-processor", "image-processor-dead-letters")


@pytest.fixture(scope="module")
def rapid() -> Recorder:
    """RapidPhoto's production, as its stack file says."""
    return build(stack("rapidphoto-prod"), "rapidphoto-prod")


def container(made: Recorder, name: str) -> Any:
    return json.loads(made.one("ecs/taskDefinition:TaskDefinition", name).inputs["containerDefinitions"])[0]


def statements(made: Recorder, policy: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(made.one("iam/rolePolicy:RolePolicy", policy).inputs["policy"])[
        "Statement"
    ]
    return found


@pytest.mark.requirement("RPH-CMP-01", "RPH-SEC-07")
def test_cluster_service_and_container_are_called_as_in_the_source(rapid: Recorder) -> None:
    assert rapid.one("ecs/cluster:Cluster").inputs["name"] == "rapid-photo-prod-cluster"
    service = rapid.one("ecs/service:Service").inputs
    assert service["name"] == "rapid-photo-prod-backend"
    assert service["enableExecuteCommand"] is True
    assert rapid.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["family"] == "rapid-photo-prod-backend"
    assert container(rapid, "backend")["name"] == "backend"
    logged = rapid.one("ecs/cluster:Cluster").inputs["configuration"]["executeCommandConfiguration"]
    assert logged["logging"] == "OVERRIDE"


@pytest.mark.requirement("RPH-CMP-01", "RPH-CMP-03")
def test_two_to_five_tasks_run_and_scale_by_themselves(rapid: Recorder) -> None:
    target = rapid.one("appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 5)
    assert rapid.one("ecs/service:Service").inputs["desiredCount"] == 2
    assert rapid.one("appautoscaling/policy:Policy").inputs["policyType"] == "TargetTrackingScaling"
    task = rapid.one("ecs/taskDefinition:TaskDefinition", "backend").inputs
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    group = rapid.one("lb/targetGroup:TargetGroup").inputs
    assert (group["port"], group["healthCheck"]["path"]) == (8080, "/health")


@pytest.mark.requirement("RPH-NET-01", "RPH-SEC-02")
def test_the_database_is_private_and_reached_from_the_service_only(rapid: Recorder) -> None:
    assert rapid.one("rds/instance:Instance").inputs["publiclyAccessible"] is False
    subnets = rapid.one("rds/subnetGroup:SubnetGroup").inputs["subnetIds"]
    assert subnets
    assert all("private" in each for each in subnets)
    into = [
        rule.inputs
        for rule in rapid.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == "postgres-id"
    ]
    assert [(rule["referencedSecurityGroupId"], rule["fromPort"]) for rule in into] == [("backend-id", 5432)]


@pytest.mark.requirement("RPH-DAT-01", "RPH-SEC-08")
def test_the_database_is_the_sources_and_says_what_is_slow(rapid: Recorder) -> None:
    instance = rapid.one("rds/instance:Instance").inputs
    assert (instance["identifier"], instance["dbName"], instance["username"]) == (
        "rapid-photo-prod-db",
        "rapidphoto",
        "rapidphoto_admin",
    )
    assert instance["performanceInsightsEnabled"] is True
    assert "postgresql" in instance["enabledCloudwatchLogsExports"]
    parameters = {
        each["name"]: each["value"] for each in rapid.one("rds/parameterGroup:ParameterGroup").inputs["parameters"]
    }
    assert parameters == {"log_min_duration_statement": "1000", "rds.force_ssl": "1"}
    said = {each["name"]: each["value"] for each in container(rapid, "backend")["environment"]}
    assert said["DATABASE_SSLMODE"] == "require"
    assert container(rapid, "backend-migrate")["command"] == ["python", "-m", "rapidphoto.migrate"]


@pytest.mark.requirement("RPH-DAT-02", "RPH-DAT-03")
@pytest.mark.parametrize("bucket", ["photos", "web"])
def test_buckets_are_private_and_named_for_the_account(rapid: Recorder, bucket: str) -> None:
    assert rapid.one("s3/bucket:Bucket", bucket).inputs["bucket"] == f"rapid-photo-prod-{bucket}-123456789012"
    block = rapid.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket).inputs
    assert all(block[each] for each in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls"))


@pytest.mark.requirement("RPH-DAT-03", "RPH-IMG-03")
def test_the_page_is_published_to_its_bucket(rapid: Recorder) -> None:
    files = {each.inputs["key"]: each.inputs for each in rapid.all("s3/bucketObjectv2:BucketObjectv2")}
    assert {"index.html", "photos.js", "style.css"} <= files.keys()
    assert files["index.html"]["bucket"] == "rapid-photo-prod-web-123456789012"
    (allow,) = (
        each
        for each in json.loads(rapid.one("s3/bucketPolicy:BucketPolicy", "web").inputs["policy"])["Statement"]
        if each["Effect"] == "Allow"
    )
    assert allow["Principal"] == {"Service": "cloudfront.amazonaws.com"}


@pytest.mark.requirement("RPH-CDN-01")
def test_the_page_and_its_api_have_one_host(rapid: Recorder) -> None:
    distribution = rapid.one("cloudfront/distribution:Distribution").inputs
    assert distribution["aliases"] == ["rapidphoto.example.com"]
    web, api = distribution["origins"]
    assert web["domainName"] == "rapid-photo-prod-web-123456789012.s3.us-east-1.amazonaws.com"
    # The load balancer redirects plain HTTP, and its certificate is for a name.
    assert api["domainName"] == "api.rapidphoto.example.com"
    assert api["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    (passed,) = distribution["orderedCacheBehaviors"]
    assert (passed["pathPattern"], "functionAssociations" in passed) == ("/api/*", False)
    assert json.loads(rapid.one("lambda/invocation:Invocation").inputs["input"]) == {"distribution": "cdn-id"}


@pytest.mark.requirement("RPH-IMG-01", "RPH-MAN-02", "RPH-MAN-03")
def test_the_image_is_built_for_fargate(rapid: Recorder) -> None:
    repository = rapid.one("ecr/repository:Repository").inputs
    assert (repository["name"], repository["imageTagMutability"]) == (
        "rapid-photo/backend",
        "IMMUTABLE_WITH_EXCLUSION",
    )
    (image,) = [each for each in rapid.resources if each.type == "docker-build:index:Image"]
    assert image.inputs["platforms"] == ["linux/amd64"]
    assert image.inputs["context"]["location"] == "systems/rapidphoto/backend"


@pytest.mark.requirement("RPH-SEC-01", "RPH-CFG-01")
def test_secrets_are_named_and_never_written_down(rapid: Recorder) -> None:
    backend = container(rapid, "backend")
    assert {each["name"] for each in backend["secrets"]} == {"DATABASE_USER", "DATABASE_PASSWORD"}
    said = {each["name"]: each["value"] for each in backend["environment"]}
    assert said["AWS_REGION"] == "us-east-1"
    assert not {"DATABASE_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & set(said)


@pytest.mark.requirement("RPH-CMP-02", "RPH-SEC-06", "RPH-DEP-02", "RPH-DEP-06", "GRD-17")
def test_versions_are_published_and_the_queue_feeds_the_alias(rapid: Recorder) -> None:
    function = rapid.one("lambda/function:Function", "image-processor").inputs
    assert function["name"] == "rapid-photo-prod-image-processor"
    assert function["publish"] is True
    assert function["architectures"] == ["x86_64"]
    assert function["tracingConfig"] == {"mode": "Active"}
    alias = rapid.one("lambda/alias:Alias").inputs
    assert (alias["name"], alias["functionName"]) == ("prod", "rapid-photo-prod-image-processor")
    assert alias["functionVersion"] == "1"
    mapping = rapid.one("lambda/eventSourceMapping:EventSourceMapping").inputs
    assert mapping["functionName"] == "alias:image-processor"
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["scalingConfig"] == {"maximumConcurrency": 10}
    group = rapid.one("cloudwatch/logGroup:LogGroup", "image-processor").inputs
    assert group["name"] == "/aws/lambda/rapid-photo-prod-image-processor"
    assert group["retentionInDays"] == 30
    assert function["loggingConfig"]["logGroup"] == group["name"]


@pytest.mark.requirement("RPH-CMP-02")
def test_the_function_may_do_what_it_needs_and_no_more(rapid: Recorder) -> None:
    may = {action: each["Resource"] for each in statements(rapid, "image-processor-use") for action in each["Action"]}
    assert may["sqs:ReceiveMessage"] == ["queue:image-processor"]
    assert may["s3:GetObject"] == ["arn:aws:s3:::rapid-photo-prod-photos-123456789012/*"]
    assert {action for action, on in may.items() if on == ["*"]} == {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }
    assert not [action for action in may if action.endswith("*")]


@pytest.mark.requirement("RPH-DAT-04", "RPH-SEC-05", "GRD-16")
def test_what_cannot_be_processed_goes_to_the_dead_letters(rapid: Recorder) -> None:
    queue = rapid.one("sqs/queue:Queue", "image-processor").inputs
    timeout = rapid.one("lambda/function:Function", "image-processor").inputs["timeout"]
    assert queue["visibilityTimeoutSeconds"] == 6 * timeout
    assert json.loads(queue["redrivePolicy"]) == {
        "deadLetterTargetArn": "queue:image-processor-dead-letters",
        "maxReceiveCount": 5,
    }
    allow = rapid.one("sqs/redriveAllowPolicy:RedriveAllowPolicy").inputs
    assert allow["queueUrl"] == "https://sqs.example/image-processor-dead-letters"
    assert json.loads(allow["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["queue:image-processor"],
    }


@pytest.mark.requirement("RPH-DAT-04")
@pytest.mark.parametrize("queue", QUEUES)
def test_queues_are_encrypted_and_speak_tls_only(rapid: Recorder, queue: str) -> None:
    assert rapid.one("sqs/queue:Queue", queue).inputs["sqsManagedSseEnabled"] is True
    policy = rapid.one("sqs/queuePolicy:QueuePolicy", queue).inputs
    (deny,) = json.loads(policy["policy"])["Statement"]
    assert policy["queueUrl"] == f"https://sqs.example/{queue}"
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", ["sqs:*"])
    assert deny["Resource"] == [f"queue:{queue}"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.requirement("RPH-CMP-02", "RPH-DAT-04")
def test_the_service_knows_the_queue_and_may_only_send(rapid: Recorder) -> None:
    said = {each["name"]: each["value"] for each in container(rapid, "backend")["environment"]}
    assert said["IMAGE_PROCESSOR_QUEUE_URL"] == "https://sqs.example/image-processor"
    (sends,) = [each for each in statements(rapid, "backend-use") if any(a.startswith("sqs:") for a in each["Action"])]
    assert (sends["Action"], sends["Resource"]) == (["sqs:SendMessage"], ["queue:image-processor"])


@pytest.mark.requirement("RPH-CFG-01")
def test_development_is_smaller_and_never_shares_a_name() -> None:
    dev = build(stack("rapidphoto-dev"), "rapidphoto-dev")
    assert dev.one("lambda/alias:Alias").inputs["name"] == "dev"
    assert dev.one("rds/instance:Instance").inputs["multiAz"] is False
    assert dev.one("sqs/queue:Queue", "image-processor").inputs["name"] == "rapid-photo-image-processor-dev"


@pytest.mark.requirement("RPH-CFG-02", "RPH-NET-01")
def test_everything_bears_the_tag_by_which_the_source_finds_it(rapid: Recorder) -> None:
    (provider,) = (each for each in rapid.resources if each.type == "pulumi:providers:aws")
    tags: Any = provider.inputs["defaultTags"]
    tags = json.loads(tags) if isinstance(tags, str) else tags
    assert tags["tags"]["Project"] == "RapidPhotoUpload"
