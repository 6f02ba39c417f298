"""Deployed stacks for the tests of verbs: an inventory as the program writes it, in an account that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.stub import Stubber

from scripts.cloud import Cloud
from scripts.target import Target
from settings.inventory import Inventory

if TYPE_CHECKING:
    from collections.abc import Mapping

REGION = "us-west-2"
ACCOUNT = "000000000000"


class TestCloud(Cloud):
    """An account at given endpoints, whatever the environment says; it counts the calls that are made."""

    __test__ = False

    def __init__(self, endpoints: Mapping[str, str], region: str = REGION) -> None:
        super().__init__(region)
        self._endpoints = endpoints
        self.calls: list[str] = []

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        if key not in self._clients:
            made: Any = boto3.client(
                service,  # type: ignore[call-overload]
                region_name=key[1],
                endpoint_url=self._endpoint(service),
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"mode": "standard", "total_max_attempts": 3}, max_pool_connections=32),
            )
            made.meta.events.register("before-call", self._count)
            self._clients[key] = made
        return self._clients[key]

    def _endpoint(self, service: str) -> str:
        special = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        names = {
            "AWS_ENDPOINT_URL_ELASTICBEANSTALK": "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK",
            "AWS_ENDPOINT_URL_APPLICATION_AUTOSCALING": "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING",
        }
        return self._endpoints.get(names.get(special, special), self._endpoints["AWS_ENDPOINT_URL"])

    def _count(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)


def platform(**more: Any) -> dict[str, Any]:
    """The document that every stack has."""
    return {
        "schema_version": 1,
        "system": "shop",
        "environment": "prod",
        "tier": "production",
        "stack": "shop-prod",
        "region": REGION,
        "cluster": None,
        "private_subnet_ids": ["subnet-1", "subnet-2"],
        "load_balancer": None,
        "postgres": None,
        "redis": None,
        "buckets": {},
        "files": {},
        "secrets": {},
        "log_groups": None,
        **more,
    }


def operations(bucket: str = "shop-operations-prod", **more: Any) -> dict[str, Any]:
    """How the stack is operated, with what the settings say where a stack file says nothing."""
    return {
        "bucket": bucket,
        "monitoring_minutes": 0,
        "validation_minutes": 10,
        "snapshots": {},
        "health": {},
        "rollback": {},
        "recovery": {},
        "contacts": {},
        **more,
    }


def inventory(**documents: Any) -> Inventory:
    """An inventory of these documents, by place; the platform's is there anyway."""
    return Inventory.model_validate(
        {"platform": platform(), "services": {}, "workers": {}, "operations": operations(), **documents}
    )


def target(cloud: Cloud, **documents: Any) -> Target:
    """A stack called shop-prod, of these documents."""
    return Target("shop-prod", cloud, inventory(**documents))


class StubbedCloud(Cloud):
    """An account that gives the answers it is told to, in their order, and checks what is asked by AWS's own models."""

    def __init__(self) -> None:
        super().__init__(REGION)
        self.stubs: dict[str, Stubber] = {}

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        if key not in self._clients:
            made: Any = boto3.client(
                service,  # type: ignore[call-overload]
                region_name=key[1],
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
            self._clients[key] = made
            name = self._name(service, region)
            self.stubs[name] = Stubber(made)
            self.stubs[name].activate()
        return self._clients[key]

    def expect(
        self,
        service: str,
        operation: str,
        answer: dict[str, Any],
        asked: dict[str, Any] | None = None,
        *,
        region: str | None = None,
    ) -> None:
        """The next question to a service, in the stack's region unless told, and its answer."""
        self.client(service, region)
        self.stubs[self._name(service, region)].add_response(operation, answer, asked)

    def _name(self, service: str, region: str | None) -> str:
        return service if region in (None, self.region) else f"{service} in {region}"

    def refuse(self, service: str, operation: str, code: str) -> None:
        """The next question to a service, and the error that it is answered with."""
        self.client(service)
        self.stubs[service].add_client_error(operation, code)

    def done(self) -> None:
        """Everything that was expected was asked."""
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()
