"""What holds for every stack file, of whatever system: all of them are built against the mocks."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scripts.cloud import Cloud
from scripts.diagnose.facts import Facts
from scripts.diagnose.reach import clients, stores, stores_out_of_reach
from scripts.target import Target
from settings import Suite
from settings.inventory import Inventory
from settings.stack_files import stack_name
from tests.components.recording import ROOT, build
from tests.components.stacks import FILES, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

GOLDEN = ROOT / "tests" / "components" / "golden"
every_file = pytest.mark.parametrize("name", FILES)


@functools.cache
def built(name: str) -> Recorder:
    """A stack as its file says, built once."""
    return build(stack(name), stack_name(FILES[name], ROOT))


def inventory_of(name: str) -> Inventory:
    """The inventory that the program writes of a stack file."""
    written = built(name).all("ssm/parameter:Parameter")
    documents = {each.inputs["name"]: each.inputs.get("insecureValue", "") for each in written}
    return Inventory.read(stack_name(FILES[name], ROOT), documents)


@every_file
def test_released_names_are_never_changed(name: str) -> None:
    """A changed type or name is a new resource and the end of the old one: it must be seen in review.

    ``UPDATE_GOLDEN=1 pytest tests/components`` writes the files.
    """
    golden = GOLDEN / f"{name}.txt"
    found = "\n".join(sorted(resource.key for resource in built(name).resources)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


def test_there_is_no_inventory_of_a_stack_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FILES)


@every_file
def test_names_are_unique_within_their_type(name: str) -> None:
    keys = [resource.key for resource in built(name).resources]
    assert len(keys) == len(set(keys))


@every_file
def test_each_inventory_document_fits_a_standard_parameter(name: str) -> None:
    for parameter in built(name).all("ssm/parameter:Parameter"):
        assert len(str(parameter.inputs.get("insecureValue", "")).encode()) <= 4096, parameter.name


def rules_of(name: str) -> list[dict[str, Any]]:
    """The rules of a stack's security groups that name another group, as EC2 describes them."""
    return [
        {
            "GroupId": each.inputs["securityGroupId"],
            "IsEgress": egress,
            "ReferencedGroupInfo": {"GroupId": each.inputs["referencedSecurityGroupId"]},
            "IpProtocol": each.inputs["ipProtocol"],
            "FromPort": each.inputs["fromPort"],
            "ToPort": each.inputs["toPort"],
        }
        for kind, egress in (("Ingress", False), ("Egress", True))
        for each in built(name).all(f"vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        if "referencedSecurityGroupId" in each.inputs
    ]


@every_file
def test_diagnosis_finds_each_store_in_reach_of_those_who_use_it_and_each_rule_that_is_lost(name: str) -> None:
    target = Target(name, Cloud("us-west-2"), inventory_of(name))
    rules = rules_of(name)
    ways = {(client.group, store.group) for client in clients(target) for store in stores(target)
            if store.key in client.uses}  # fmt: skip
    assert list(stores_out_of_reach(Facts(target, dt.datetime.now(dt.UTC), rules=rules))) == []
    for lost in rules:
        between = (lost["GroupId"], lost["ReferencedGroupInfo"]["GroupId"])
        needed = (between if lost["IsEgress"] else between[::-1]) in ways
        others = [rule for rule in rules if rule is not lost]
        found = list(stores_out_of_reach(Facts(target, dt.datetime.now(dt.UTC), rules=others)))
        assert len(found) == int(needed), lost


@every_file
def test_what_the_program_writes_operators_read(name: str) -> None:
    """Each part that the stack file asks for has a document of the type that reads it, and each document is read."""
    settings, made = stack(name), built(name)
    documents = {each.inputs["name"]: each.inputs["insecureValue"] for each in made.all("ssm/parameter:Parameter")
                 if each.inputs["name"].startswith(Inventory.path(stack_name(FILES[name], ROOT)))}  # fmt: skip
    inventory = Inventory.read(stack_name(FILES[name], ROOT), documents)
    assert inventory.services.keys() == settings.services.keys()
    assert inventory.workers.keys() == settings.workers.keys()
    assert inventory.platform.files.keys() == settings.files.keys()
    assert inventory.monitoring is not None
    followed = [*(each.tracing for each in settings.services.values()), *(w.tracing for w in settings.workers.values())]
    assert (inventory.monitoring.tracing is not None) == any(followed)
    assert (inventory.monitoring.canary is None) == (settings.monitoring.canary is None)
    assert (inventory.beanstalk is None) == (settings.beanstalk is None)
    assert (inventory.edge is None) == (settings.cdn is None and settings.dns is None)
    assert (inventory.protection is None) == (settings.backup is None)
    assert inventory.suites == {
        name: Suite.model_validate(suite.model_dump()) for name, suite in settings.operations.validation.suites.items()
    }
    several = [inventory.services, inventory.workers, inventory.suites]
    singles = inventory.model_dump(exclude={"services", "workers", "suites"}, exclude_none=True)
    assert len(documents) == len(singles) + sum(len(each) for each in several)


@every_file
def test_the_inventory_names_what_is_there(name: str) -> None:
    """The names in the documents are those of the resources, so that an operator who uses one finds something."""
    made, inventory = built(name), inventory_of(name)

    def named(kind: str, member: str = "name") -> set[str]:
        return {each.inputs[member] for each in made.all(kind)}

    for worker in inventory.workers.values():
        assert worker.function in named("lambda/function:Function")
        assert worker.alias in named("lambda/alias:Alias")
        assert {worker.queue, worker.dead_letter_queue} <= named("sqs/queue:Queue")
        assert worker.queue_url != worker.dead_letter_queue_url
        assert worker.log_group in named("cloudwatch/logGroup:LogGroup")
    if (beanstalk := inventory.beanstalk) is not None:
        assert {beanstalk.environment} == named("elasticbeanstalk/environment:Environment")
        assert {beanstalk.application} == named("elasticbeanstalk/application:Application")
        assert {beanstalk.template} == named("elasticbeanstalk/configurationTemplate:ConfigurationTemplate")
        assert beanstalk.versions_bucket in named("s3/bucket:Bucket", "bucket")
    if (edge := inventory.edge) is not None:
        assert set(edge.sites.values()) <= named("s3/bucket:Bucket", "bucket")
        assert (edge.cdn is None) == (not made.all("cloudfront/distribution:Distribution"))
        assert set(edge.names) <= named("route53/record:Record")
    assert inventory.monitoring is not None
    if (tracing := inventory.monitoring.tracing) is not None:
        assert {tracing.group} == named("xray/group:Group", "groupName")
        assert set(tracing.sampling_rules.values()) == named("xray/samplingRule:SamplingRule", "ruleName")
    if (canary := inventory.monitoring.canary) is not None:
        assert {canary.name} == named("synthetics/canary:Canary")
        assert canary.bucket in named("s3/bucket:Bucket", "bucket")
    if (protection := inventory.protection) is not None:
        assert {protection.backup_vault} == named("backup/vault:Vault")
        assert (protection.copy_region is not None) == (len(made.all("backup/vault:Vault")) > 1)
        assert {protection.backup_role_arn} == named("backup/selection:Selection", "iamRoleArn")
    if (postgres := inventory.platform.postgres) is not None:
        (instance,) = made.all("rds/instance:Instance")
        assert postgres.subnet_group == instance.inputs["dbSubnetGroupName"]
        assert postgres.parameter_group == instance.inputs["parameterGroupName"]
        assert [postgres.security_group_id] == instance.inputs["vpcSecurityGroupIds"]
        assert postgres.multi_az == instance.inputs["multiAz"]
    for key, service in inventory.services.items():
        assert service.task_definition_arn == made.one("ecs/service:Service", key).inputs["taskDefinition"]
        scaled = made.one("appautoscaling/target:Target", key).inputs
        assert (service.min, service.max) == (scaled["minCapacity"], scaled["maxCapacity"])
        assert service.exec == made.one("ecs/service:Service", key).inputs["enableExecuteCommand"]
        definition = made.one("ecs/taskDefinition:TaskDefinition", key).inputs["containerDefinitions"]
        assert service.image in {each["image"] for each in json.loads(definition)}


@every_file
def test_the_inventory_says_how_the_stack_is_operated(name: str) -> None:
    """As the stack file says it, with the bucket of the records as S3 knows it, and where users reach the stack."""
    settings, inventory = stack(name).operations, inventory_of(name)
    operations = inventory.operations
    assert operations is not None
    for part in ("snapshots", "health", "rollback", "recovery", "contacts", "monitoring_minutes"):
        assert getattr(operations, part) == getattr(settings, part)
    assert operations.validation_minutes == settings.validation.timeout_minutes
    versioned = {
        each.inputs["bucket"]
        for each in built(name).all("s3/bucketVersioning:BucketVersioning")
        if each.inputs["versioningConfiguration"]["status"] == "Enabled"
    }
    assert operations.bucket in versioned
    front = inventory.edge.cdn if inventory.edge and inventory.edge.cdn else inventory.platform.load_balancer
    known = set(inventory.edge.names if inventory.edge else ()) | {settings.host}
    assert inventory.platform.url is not None
    scheme, _, host = inventory.platform.url.partition("://")
    fronts = {each.url for each in (front, inventory.beanstalk) if each}
    assert inventory.platform.url in fronts or (scheme == "https" and host in known)


# A change of the stack file, and the resources whose inputs it changes, adds or removes: these and no others.
CHANGES: list[tuple[str, dict[str, Any], set[str]]] = [
    (
        "prod",
        {"services__backend__cpu": 4096},
        {"aws:ecs/taskDefinition:TaskDefinition::backend", "aws:ecs/taskDefinition:TaskDefinition::backend-migrate"},
    ),
    ("chatrelay-prod", {"files__data__infrequent_after_days": 60}, {"aws:efs/fileSystem:FileSystem::data"}),
    (
        "chatrelay-fargate",
        {"services__main-app__sidecars__agent-service__memory": 768},
        {"aws:ecs/taskDefinition:TaskDefinition::main-app"},
    ),
    (
        "prod",
        {"services__frontend__count__max": 12},
        {"aws:appautoscaling/target:Target::frontend", "aws:ssm/parameter:Parameter::inventory-frontend"},
    ),
    (
        "prod",
        {"operations__snapshots__days": 14},
        {
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::operations-records",
            "aws:ssm/parameter:Parameter::inventory/operations",
        },
    ),
    (
        "prod",
        {"postgres__backup_retention_days": 31},
        {
            "aws:rds/instance:Instance::postgres",
            "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication::postgres-copies",
        },
    ),
    (
        "prod",
        {"backup__retention_days": 30},
        {
            "aws:backup/plan:Plan::backup",
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration::backup",
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration::backup-copy",
        },
    ),
    ("prod", {"backup__at": "07:30"}, {"aws:backup/plan:Plan::backup"}),
    (
        "prod",
        {"buckets__config__noncurrent_expire_days": 30},
        {
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::config",
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::config-replica",
        },
    ),
    (
        "prod",
        {"network__nat": "one"},
        {f"aws:ec2/{kind}::network-nat-{zone}" for kind in ("eip:Eip", "natGateway:NatGateway") for zone in "bc"}
        | {f"aws:ec2/route:Route::network-private-{zone}-out" for zone in "bc"},
    ),
    (
        "rapidphoto-prod",
        {"workers__image-processor__timeout_seconds": 90},
        {"aws:lambda/function:Function::image-processor", "aws:sqs/queue:Queue::image-processor"},
    ),
    (
        "rapidphoto-prod",
        {"workers__image-processor__max_concurrency": 20},
        {"aws:lambda/eventSourceMapping:EventSourceMapping::image-processor"},
    ),
]


@pytest.mark.parametrize(("name", "change", "touched"), CHANGES)
def test_a_change_touches_only_what_it_must(name: str, change: dict[str, Any], touched: set[str]) -> None:
    before = inputs(built(name))
    after = inputs(build(stack(name, **change), stack_name(FILES[name], ROOT)))
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == touched


def inputs(made: Recorder) -> dict[str, dict[str, Any]]:
    """What was asked for; generated secrets differ each time, and are ignored once they are there."""
    return {
        each.key: {name: value for name, value in each.inputs.items() if name not in each.secret}
        for each in made.resources
    }
