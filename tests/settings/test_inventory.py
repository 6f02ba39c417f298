"""The inventory: what the program writes is what operators read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from settings.inventory import Inventory, InventoryError

PLATFORM: dict[str, Any] = {
    "schema_version": 1,
    "system": "auterity",
    "environment": "production",
    "tier": "production",
    "stack": "prod",
    "region": "us-west-2",
    "url": "https://auterity.example.com",
    "cluster": "auterity-cluster-production",
    "private_subnet_ids": ["subnet-1", "subnet-2"],
    "load_balancer": {"name": "auterity-alb-production", "arn": "arn", "dns_name": "x.aws", "url": "https://x.aws"},
    "postgres": {
        "identifier": "db",
        "host": "h",
        "port": 5432,
        "database": "auterity",
        "secret_arn": "arn",
        "subnet_group": "auterity-db-production",
        "parameter_group": "auterity-db-postgres15-production",
        "security_group_id": "sg-2",
        "multi_az": True,
    },
    "redis": None,
    "buckets": {"uploads": "auterity-uploads-production"},
    "files": {"data": {"file_system_id": "fs-1", "access_point_id": "fsap-1", "security_group_id": "sg-3"}},
    "secrets": {"jwt": "arn"},
    "log_groups": {"tasks": "/aws/ecs/auterity-production", "exec": "/aws/ecs/exec/auterity-production"},
}
SERVICE: dict[str, Any] = {
    "name": "auterity-backend-production",
    "task_family": "auterity-backend-production",
    "task_definition_arn": "arn:7",
    "image": "123456789012.dkr.ecr.us-west-2.amazonaws.com/auterity-backend@sha256:0",
    "container": "backend",
    "port": 8000,
    "paths": ["/api/*"],
    "health_path": "/health",
    "strategy": "blue_green",
    "target_group_arn": "arn",
    "alternate_target_group_arn": "arn",
    "repository_url": "123456789012.dkr.ecr.us-west-2.amazonaws.com/auterity-backend",
    "security_group_id": "sg-1",
    "uses": ["postgres"],
    "alarms": ["auterity-backend-production-5xx"],
    "min": 2,
    "max": 10,
    "exec": True,
    "tasks": {"migrate": "auterity-backend-migrate-production"},
}


MONITORING: dict[str, Any] = {
    "topic_arn": "arn",
    "alarms": {"critical": ["auterity-critical-production"], "warning": ["auterity-warning-production"]},
    "elsewhere": {
        "us-east-1": {"topic_arn": "arn", "alarms": {"critical": ["auterity-critical-us-east-1-production"]}}
    },
    "dashboards": ["auterity-production"],
    "queries": ["auterity-production/errors"],
    "tracing": {"group": "auterity-production", "sampling_rules": {"backend": "auterity-backend-production"}},
    "canary": {"name": "auterity-production", "bucket": "auterity-monitoring-canary-production"},
}


OTHERS: dict[str, dict[str, Any]] = {
    "beanstalk": {
        "application": "chatrelay",
        "environment": "chatrelay-production",
        "url": "http://beanstalk.example",
        "health_path": "/health",
        "log_group_prefix": "/aws/elasticbeanstalk/chatrelay-production",
        "versions_bucket": "chatrelay-beanstalk-versions-production",
        "template": "production-config",
        "autoscaling_group": "awseb-x",
        "security_group_id": "sg-4",
        "uses": ["redis"],
        "certificate_arn": None,
    },
    "workers/image-processor": {
        "function": "rapid-photo-image-processor",
        "alias": "prod",
        "queue": "images",
        "queue_url": "https://sqs.example/images",
        "dead_letter_queue": "images-dead-letters",
        "dead_letter_queue_url": "https://sqs.example/images-dead-letters",
        "log_group": "/aws/lambda/rapid-photo-image-processor",
    },
    "edge": {
        "cdn": {"distribution_id": "E1", "domain_name": "d1.cloudfront.net", "url": "https://x.example"},
        "sites": {"web": "web-production"},
        "zone_id": "Z1",
        "names": {"x.example": "cdn"},
    },
    "protection": {"backup_vault": "auterity-backup-production", "backup_role_arn": "arn", "copy_region": "us-east-1"},
    "operations": {
        "bucket": "auterity-operations-production",
        "monitoring_minutes": 5,
        "validation_minutes": 10,
        "snapshots": {"most": 10, "days": 30},
        "health": {
            "interval_seconds": 30,
            "response_ms": 2000,
            "error_percent": 5,
            "anomalies": True,
            "least_score": 70,
        },
        "rollback": {"automatic": True, "error_percent": 25, "unavailable_minutes": 5},
        "recovery": {"rto_minutes": 60, "rpo_minutes": None},
        "contacts": {"engineering": {"mail": None, "phone": None, "chat": "#dev-emergency"}},
    },
}
SINGLES = ("beanstalk", "edge", "protection", "operations")
# What the documents of earlier versions do not have.
LATER: dict[str, tuple[str, ...]] = {
    "platform": ("url",),
    "postgres": ("subnet_group", "parameter_group", "security_group_id", "multi_az"),
    "services/backend": ("task_definition_arn", "image", "min", "max", "exec"),
    "protection": ("backup_role_arn", "copy_region"),
}


def parameters(**changes: Any) -> dict[str, str]:
    return {
        "/plinth/prod/inventory/platform": json.dumps({**PLATFORM, **changes}),
        "/plinth/prod/inventory/services/backend": json.dumps(SERVICE),
        "/plinth/prod/inventory/monitoring": json.dumps(MONITORING),
    }


def test_an_inventory_is_read_from_its_parameters():
    inventory = Inventory.read("prod", parameters())
    assert inventory.platform.postgres is not None
    assert inventory.platform.postgres.port == 5432
    assert inventory.platform.redis is None
    assert inventory.services["backend"].tasks["migrate"] == "auterity-backend-migrate-production"
    assert inventory.monitoring is not None
    assert inventory.monitoring.alarms["critical"] == ("auterity-critical-production",)
    assert inventory.services["backend"].model_dump(mode="json") == SERVICE
    assert inventory.platform.model_dump(mode="json") == PLATFORM
    assert inventory.monitoring.model_dump(mode="json") == MONITORING


def test_what_a_stack_does_not_have_has_no_document():
    inventory = Inventory.read("prod", parameters())
    assert inventory.workers == {}
    assert inventory.suites == {}
    assert {getattr(inventory, place) for place in SINGLES} == {None}


def test_each_part_is_read_from_its_own_document():
    found = parameters() | {
        f"/plinth/prod/inventory/{place}": json.dumps(document) for place, document in OTHERS.items()
    }
    inventory = Inventory.read("prod", found).model_dump(mode="json")
    assert inventory["workers"] == {"image-processor": OTHERS["workers/image-processor"]}
    assert {place: inventory[place] for place in SINGLES} == {place: OTHERS[place] for place in SINGLES}


def test_suites_come_in_the_order_in_which_they_are_run():
    asked = {"timeout_seconds": 10, "checks": {"health": {"path": "/health", "critical": True}}}
    found = {f"/plinth/prod/inventory/suites/{name}": json.dumps(asked) for name in ("performance", "api", "smoke")}
    inventory = Inventory.read("prod", parameters() | found)
    assert list(inventory.suites) == ["smoke", "api", "performance"]
    assert inventory.suites["smoke"].checks["health"].critical


def test_documents_of_an_earlier_version_are_read():
    documents = {"platform": PLATFORM, "services/backend": SERVICE, "protection": OTHERS["protection"]}
    older = {
        place: {name: value for name, value in document.items() if name not in LATER[place]}
        for place, document in documents.items()
    }
    older["platform"]["postgres"] = {
        name: value for name, value in PLATFORM["postgres"].items() if name not in LATER["postgres"]
    }
    inventory = Inventory.read(
        "prod", {f"/plinth/prod/inventory/{place}": json.dumps(document) for place, document in older.items()}
    )
    assert inventory.services["backend"].task_definition_arn == ""
    assert inventory.platform.url is None
    assert inventory.protection is not None
    assert inventory.protection.copy_region is None


@pytest.mark.parametrize("place", [*SINGLES, "workers/image-processor", "suites/smoke"])
def test_a_part_that_cannot_be_read(place: str):
    with pytest.raises(InventoryError, match="is not as version 1 has it"):
        Inventory.read("prod", {**parameters(), f"/plinth/prod/inventory/{place}": "{}"})


def test_an_earlier_version_wrote_nothing_of_monitoring():
    found = {name: value for name, value in parameters().items() if not name.endswith("/monitoring")}
    assert Inventory.read("prod", found).monitoring is None


def test_what_a_later_version_adds_is_ignored():
    assert Inventory.read("prod", parameters(queues={})).platform.stack == "prod"


def test_a_stack_without_inventory():
    with pytest.raises(InventoryError, match=r"no inventory of stack 'prod'.*deploy the stack"):
        Inventory.read("prod", {})


@pytest.mark.parametrize("changes", [{"schema_version": 2}, {"region": None}])
def test_another_versions_inventory(changes: dict[str, Any]):
    with pytest.raises(InventoryError, match=rf"{next(iter(changes))} of PlatformEntry is not as version 1 has it"):
        Inventory.read("prod", parameters(**changes))


def test_what_is_no_json():
    with pytest.raises(InventoryError, match="cannot be read"):
        Inventory.read("prod", {"/plinth/prod/inventory/platform": "{"})
