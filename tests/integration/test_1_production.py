"""Production, from its stack file as it is, by the real engine: the files here run in the order of their names."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.integration.cloud import ROOT, Load, get, stack_file, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.cloud import Cloud

RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
PARAMETER = "aws:ssm/parameter:Parameter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.mark.requirement("AUT-MON-01", "AUT-CMP-02", "AUT-NET-07")
def test_the_backend_answers_through_the_load_balancer(prod: Cloud) -> None:
    status, body = get(f"{prod.url('prod')}/health")
    assert status == 200
    assert {"status", "timestamp", "version"} <= set(json.loads(body))


@pytest.mark.requirement("AUT-CMP-02")
def test_the_frontend_answers_the_rest(prod: Cloud) -> None:
    status, body = get(f"{prod.url('prod')}/")
    assert status == 200
    assert "<html" in body


@pytest.mark.requirement("AUT-DAT-01", "AUT-DAT-02", "CRT-SEC-01", "AUT-CFG-02", "AUT-MON-01")
def test_the_backend_reaches_its_database_and_its_cache_over_tls(prod: Cloud) -> None:
    status, body = get(f"{prod.url('prod')}/health/detailed")
    checks = json.loads(body)["checks"]
    assert {name: check["status"] for name, check in checks.items()} == {"database": "healthy", "redis": "healthy"}
    assert status == 200


@pytest.mark.requirement("CRT-IMG-01", "CRT-SEC-04", "AUT-DEP-03")
def test_containers_run_the_image_that_was_built(prod: Cloud) -> None:
    built = prod.resource("prod", "docker-build:index:Image", "backend")["outputs"]["digest"]
    running = backend_images(prod)
    assert len(running) == 3
    assert all(image.endswith(built) for image in running)


def backend_images(cloud: Cloud) -> list[str]:
    return [each["Image"] for each in cloud.containers() if "auterity-backend" in each["Image"]]


@pytest.mark.parametrize(
    ("kind", "name"), [("aws:ecs/service:Service", "backend"), ("aws:rds/instance:Instance", "postgres")]
)
def test_what_takes_a_role_waits_for_the_policies_of_that_role(prod: Cloud, kind: str, name: str) -> None:
    """AWS refuses, or starts and fails, what comes before them."""
    policies = {
        each["urn"]
        for each in prod.state("prod").resources
        if each["type"].startswith("aws:iam/rolePolic") and each["urn"].rpartition("::")[2].startswith(f"{name}-")
    }
    assert policies
    assert policies <= set(prod.resource("prod", kind, name)["dependencies"])


def test_a_second_run_changes_nothing(prod: Cloud) -> None:
    changes = prod.up("prod").changes
    assert set(changes) == {"unchanged"}
    assert changes["unchanged"] > 150


def test_nothing_has_drifted(prod: Cloud) -> None:
    done = prod.differences("prod")
    assert done.code == 0, done.output


@pytest.mark.requirement("AUT-SEC-13", "CHR-SEC-01", "RPH-SEC-01")
def test_no_secret_is_readable_in_the_state_or_in_a_task_definition(prod: Cloud) -> None:
    state = json.dumps([each.get("inputs", {}) | each.get("outputs", {}) for each in prod.state("prod").resources])
    definition = prod.client("ecs").describe_task_definition(taskDefinition="auterity-backend-production")
    manager = prod.client("secretsmanager")
    names = [secret["Name"] for secret in manager.list_secrets()["SecretList"]]
    assert len([name for name in names if name.startswith("auterity/production/")]) == 3
    for name in names:
        value = manager.get_secret_value(SecretId=name)["SecretString"]
        assert value not in state, name
        assert value not in json.dumps(definition, default=str), name


def test_what_is_deleted_behind_pulumis_back_is_seen_and_restored(prod: Cloud) -> None:
    names = {
        (kind, name): prod.resource("prod", kind, name)["outputs"]["name"]
        for kind, name in ((PARAMETER, "database-host"), (ALARM, "backend-5xx"))
    }
    prod.client("ssm").delete_parameter(Name=names[PARAMETER, "database-host"])
    prod.client("cloudwatch").delete_alarms(AlarmNames=[names[ALARM, "backend-5xx"]])
    config = ("--config-file", str(ROOT / ".plinth" / "stacks" / "prod.yaml"), "--non-interactive")
    seen = prod.differences("prod")
    assert seen.code != 0
    assert all(name in seen.output for _, name in names), seen.output
    restored = prod.pulumi("up", "--yes", "--refresh", "--skip-preview", *config, stack="prod")
    assert restored.code == 0, restored.output
    assert restored.changes["created"] == 2
    assert {key: prod.resource("prod", *key)["outputs"]["name"] for key in names} == names


@pytest.fixture
def found_bucket(prod: Cloud) -> Iterator[str]:
    """A bucket that no stack knows."""
    s3, name = prod.client("s3"), f"imported-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    yield name
    if name in bucket_names(prod):
        s3.delete_bucket(Bucket=name)


def bucket_names(cloud: Cloud) -> list[str]:
    return [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]


def test_a_resource_that_exists_is_imported(prod: Cloud, found_bucket: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: importing\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    (tmp_path / "Pulumi.importing.yaml").write_text("config:\n  aws:region: us-west-2\n")
    # Writing the program's code for it takes the vendor's schema, which the stand-in does not have.
    flags = ("--yes", "--protect=false", "--generate-code=false")
    backend = {"PULUMI_BACKEND_URL": f"file://{tmp_path}"}
    for arguments in (
        ("stack", "init", "--no-select"),
        ("import", "aws:s3/bucket:Bucket", "found", found_bucket, *flags),
        ("destroy", "--yes", "--skip-preview"),
    ):
        assert found_bucket in bucket_names(prod)
        done = prod.pulumi(*arguments, stack="importing", cwd=tmp_path, env=backend)
        assert done.code == 0, done.output
    assert found_bucket not in bucket_names(prod)


@pytest.fixture
def another_version(tmp_path: Path) -> Iterator[Path]:
    """Production's stack file with a backend whose content differs, and which says so."""
    backend = ROOT / ".plinth" / "test-backend"  # inside the project: a stack file names paths relative to it
    shutil.rmtree(backend, ignore_errors=True)
    shutil.copytree(ROOT / "apps" / "backend", backend, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    (backend / "VERSION").write_text("9.9.9\n")
    context = {"context": ".plinth/test-backend", "repository": "auterity-backend"}
    yield stack_file(tmp_path, "prod", services__backend__image=context)
    shutil.rmtree(backend)


@pytest.mark.requirement("AUT-DEP-02", "AUT-DEP-03", "UTJ-DEP-01", "AUT-IMG-01")
def test_new_content_is_a_new_digest_and_rolls_out_without_a_failed_request(prod: Cloud, another_version: Path) -> None:
    image = ("docker-build:index:Image", "backend")
    before = prod.resource("prod", *image)["outputs"]["digest"]
    old_version = json.loads(get(f"{prod.url('prod')}/health")[1])["version"]
    with Load(f"{prod.url('prod')}/health") as load:
        changes = prod.up(another_version).changes
    after = prod.resource("prod", *image)["outputs"]["digest"]
    assert after != before
    assert not load.failures, f"{len(load.failures)} of {load.statuses.total()}: {load.failures[:3]}"
    assert load.statuses[200] > 100
    assert load.versions[0] == old_version
    assert load.versions[-1] != old_version
    assert set(load.versions) == {old_version, load.versions[-1]}
    assert changes.keys() <= {"updated", "replaced", "unchanged", "created", "deleted"}
    touched = sum(number for word, number in changes.items() if word != "unchanged")
    assert touched <= 5, changes  # image, two task definitions, service, and what the inventory says of it
    wait_until(lambda: {image.rpartition("@")[2] for image in backend_images(prod)} == {after}, "only the new one runs")
    prod.up("prod")
    assert json.loads(get(f"{prod.url('prod')}/health")[1])["version"] == old_version
