"""Runs the platform against Pulumi's mocks and keeps every registration, to assert on what was and was not made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.rpc import is_rpc_secret, unwrap_rpc_secret

from components.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.runtime.mocks import MockMonitor

    from settings import Stack

ROOT = Path(__file__).parents[2]
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Registered:
    """One resource as the program registered it; `inputs` as the engine sees them, in camel case."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    secret: frozenset[str]
    """Names of the inputs that the engine would encrypt."""

    @property
    def key(self) -> str:
        return f"{self.type}::{self.name}"


class Recorder(pulumi.runtime.Mocks):
    """Answers as AWS would, as far as the program looks: ids, ARNs, host names."""

    def __init__(self) -> None:
        self.resources: list[Registered] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        secret = frozenset(name for name, value in args.inputs.items() if is_rpc_secret(value))
        inputs = {name: comparable(unwrap_rpc_secret(value)) for name, value in args.inputs.items()}
        self.resources.append(Registered(args.typ, args.name, inputs, secret))
        return f"{args.name}-id", {**computed(args.typ, args.name, args.inputs), **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        message = f"the program must not call functions of a provider (performance), but called {args.token}"
        raise AssertionError(message)

    def all(self, kind: str) -> list[Registered]:
        """Every resource of a type, e.g. ``ec2/subnet:Subnet``."""
        return [resource for resource in self.resources if resource.type == f"aws:{kind}"]

    def one(self, kind: str, name: str | None = None) -> Registered:
        """The resource of a type, with a name where there are several."""
        found = [resource for resource in self.all(kind) if name in (None, resource.name)]
        assert len(found) == 1, f"{kind} {name}: {[resource.name for resource in self.all(kind)]}"
        return found[0]


def comparable(value: Any) -> Any:
    """An input as it is; of a file that is handed over, where it is or what, since two such objects are never equal."""
    match value:
        case pulumi.FileArchive() | pulumi.FileAsset():
            return value.path
        case pulumi.StringAsset():
            return value.text
        case pulumi.AssetArchive():
            return {name: comparable(each) for name, each in value.assets.items()}
        case _:
            return value


# What of a resource's outputs follows from its name alone; {} is the name.
NAMED: dict[str, dict[str, str]] = {
    "aws:sqs/queue:Queue": {"arn": "queue:{}", "url": "https://sqs.example/{}"},
    "aws:lambda/alias:Alias": {"arn": "alias:{}"},
    "aws:lambda/function:Function": {"version": "1"},
}


def computed(kind: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS adds to a resource."""
    arn = f"arn:aws:x:us-west-2:{ACCOUNT}:{name}"
    outputs: dict[str, Any] = {"arn": arn, "arnSuffix": f"x/{name}/1", "name": inputs.get("name", name)}
    outputs |= {output: template.format(name) for output, template in NAMED.get(kind, {}).items()}
    if kind == "aws:ec2/vpc:Vpc":
        outputs["ownerId"] = ACCOUNT
    elif kind == "aws:ecr/repository:Repository":
        outputs["repositoryUrl"] = f"{ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com/{inputs['name']}"
    elif kind == "aws:rds/instance:Instance":
        outputs |= {"address": "db.example", "endpoint": "db.example:5432"}
        outputs["masterUserSecrets"] = [{"secretArn": f"{arn}-master"}]
    elif kind == "aws:elasticache/replicationGroup:ReplicationGroup":
        outputs["primaryEndpointAddress"] = "cache.example"
    elif kind == "aws:acm/certificate:Certificate":
        domains = [inputs["domainName"], *inputs.get("subjectAlternativeNames", ())]
        outputs["domainValidationOptions"] = [
            {"domainName": each, "resourceRecordName": f"_proof.{each}", "resourceRecordValue": "proof.example"}
            for each in domains
        ]
    elif kind == "aws:route53/zone:Zone":
        outputs["zoneId"] = f"{name}-id"
    elif kind == "aws:cloudfront/distribution:Distribution":
        outputs |= {"domainName": "d1.cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
    elif kind == "aws:lb/loadBalancer:LoadBalancer":
        outputs["dnsName"] = "alb.example"
    elif kind == "aws:elasticbeanstalk/environment:Environment":
        outputs["cname"] = "beanstalk.example"
        outputs["autoscalingGroups"] = [f"awseb-{name}"]
        outputs["loadBalancers"] = [f"arn:aws:elasticloadbalancing:us-west-2:{ACCOUNT}:loadbalancer/app/awseb-{name}/1"]
    elif kind == "aws:synthetics/canary:Canary":
        function = f"cwsyn-{inputs['name']}-00000000-0000-0000-0000-000000000000"
        outputs["engineArn"] = f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:{function}:1"
    elif kind == "docker-build:index:Image":
        outputs["digest"] = "sha256:" + "0" * 64
    return outputs


def build(
    settings: Stack, stack: str = "prod", *, monitor: MockMonitor | None = None, preview: bool | None = None
) -> Recorder:
    """Registers everything that the settings ask for, and waits until the last registration is in.

    `monitor` is what the program talks to, where that is to be looked at too; its mocks are a recorder's.
    """
    asyncio.set_event_loop(asyncio.new_event_loop())
    recorder = monitor.mocks if monitor else Recorder()
    assert isinstance(recorder, Recorder)
    pulumi.runtime.set_mocks(recorder, project="plinth", stack=stack, preview=preview, monitor=monitor)

    @pulumi.runtime.test
    def program() -> None:
        Platform(settings, root=ROOT)

    program()
    return recorder
