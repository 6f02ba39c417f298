"""Whether what was deployed answers: services and environments by the API, what is in front of them by a request."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3

from local import emulator
from local.checkpoint import Checkpoint

_WAIT = 120.0  # seconds for tasks to become healthy; a first start pulls and boots containers
_PATHS = ("/", "/health")


@dataclass(frozen=True)
class Service:
    """An ECS service and how many of its tasks run."""

    cluster: str
    name: str
    running: int
    desired: int

    @property
    def settled(self) -> bool:
        """Whether as many tasks run as are wanted."""
        return self.running >= self.desired


@dataclass(frozen=True)
class Environment:
    """A Beanstalk environment: its status (Ready, Updating…) and its health (Green, Red…)."""

    name: str
    status: str
    health: str
    version: str


@dataclass(frozen=True)
class Answer:
    """What was answered to a GET; status 0 when nothing was."""

    url: str
    status: int


def client(service: str, region: str | None) -> Any:
    """A boto3 client of the local cloud; never of AWS: RuntimeError when no emulator is known.

    The emulator keeps regions apart as AWS does, so it must be the region of the stack in question.
    """
    endpoint = emulator.endpoint(service)
    if not endpoint:
        raise RuntimeError("there is no local cloud")
    factory: Any = boto3.client  # typed for literal service names only
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return factory(service, endpoint_url=endpoint, region_name=region or emulator.REGION, **credentials)


def services(stack: Checkpoint) -> list[Service]:
    """The ECS services of a stack, as they are now."""
    ecs = client("ecs", stack.region)
    found = []
    for each in stack.of_type("aws:ecs/service:Service"):
        reply = ecs.describe_services(cluster=each["cluster"], services=[each["name"]])["services"]
        found += [Service(each["cluster"], s["serviceName"], s["runningCount"], s["desiredCount"]) for s in reply]
    return found


def environments(stack: Checkpoint) -> list[Environment]:
    """The Beanstalk environments of a stack, as they are now."""
    beanstalk = client("elasticbeanstalk", stack.region)
    names = [each["name"] for each in stack.of_type("aws:elasticbeanstalk/environment:Environment")]
    found = beanstalk.describe_environments(EnvironmentNames=names)["Environments"] if names else []
    return [
        Environment(each["EnvironmentName"], each["Status"], each["Health"], each.get("VersionLabel", ""))
        for each in found
    ]


def url(stack: Checkpoint) -> str | None:
    """Where the stack's load balancer, or else its Beanstalk environment, answers from here; None with neither."""
    if name := stack.outputs.get("load_balancer_name"):
        return f"{emulator.endpoint()}/_alb/{name}"
    if name := stack.outputs.get("beanstalk_environment"):
        return f"{emulator.endpoint('elasticbeanstalk')}/_eb/{name}"
    return None


def cdn_url(stack: Checkpoint) -> str | None:
    """Where the stack's distribution answers from here, in a browser too; None without one."""
    domain = stack.outputs.get("cdn_domain")
    port = urlsplit(emulator.endpoint()).port
    return f"http://{domain.partition('.')[0]}.cloudfront.localhost:{port}" if domain else None


def ask(address: str) -> Answer:
    """GET `address`, redirects followed."""
    parts = urlsplit(address)
    # Names below localhost are this machine's (RFC 6761): browsers and curl know that, not every resolver does.
    here = parts._replace(netloc=f"127.0.0.1:{parts.port}").geturl()
    request = urllib.request.Request(here, headers={"Host": parts.netloc})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310
            return Answer(address, reply.status)
    except urllib.error.HTTPError as error:
        return Answer(address, error.code)
    except (urllib.error.URLError, OSError):
        return Answer(address, 0)


def answers(stack: Checkpoint) -> list[Answer]:
    """What the stack's distribution and load balancer answer at the paths everyone tries first."""
    base, cdn = url(stack), cdn_url(stack)
    paths = _PATHS if stack.outputs.get("load_balancer_name") else _PATHS[1:]
    addresses = ([f"{cdn}/"] if cdn else []) + ([f"{base}{path}" for path in paths] if base else [])
    return [ask(address) for address in addresses]


def settle(stack: Checkpoint, seconds: float = _WAIT) -> bool:
    """Wait until all services run in full and the load balancer answers; False when they do not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        base = url(stack)
        if all(each.settled for each in services(stack)) and (base is None or ask(f"{base}/health").status == 200):  # noqa: PLR2004
            return True
        time.sleep(0.5)
    return False
