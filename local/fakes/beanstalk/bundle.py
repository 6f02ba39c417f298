"""What a version is made of: its source bundle, read from S3, and the containers that it names."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

_FILE = "Dockerrun.aws.json"
# How a command of .ebextensions mounts EFS by /etc/fstab, the file system's id being a variable of the environment.
_EFS = re.compile(r"get-config environment -k (?P<file_system>\w+)\):/ (?P<path>/\S+) efs ")


class BundleError(Exception):
    """A bundle that cannot be had, or names nothing that can run."""


@dataclass(frozen=True)
class Container:
    """One container of an instance."""

    name: str
    image: str
    port: int | None
    """The port that the load balancer's requests come to; None for containers behind."""
    memory: int | None = None
    """MiB."""
    links: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    volumes: dict[str, str] = field(default_factory=dict)
    """Directories of the instance, each with where the container sees it."""


def fetch(region: str, bucket: str, key: str) -> bytes:
    """The bundle's bytes. Raises `BundleError`."""
    try:
        body: bytes = boto3.client("s3", region_name=region).get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        reason = error.response["Error"]["Code"]
        msg = f"Unable to download from S3 location (Bucket: {bucket} Key: {key}). Reason: {reason}"
        raise BundleError(msg) from None
    return body


def delete(region: str, bucket: str, key: str) -> None:
    """Delete the bundle from S3."""
    boto3.client("s3", region_name=region).delete_object(Bucket=bucket, Key=key)


def containers(content: bytes, *, several: bool, port: int) -> list[Container]:
    """The containers, in the order in which they start; `port` is the process's on the instance."""
    document = _document(content)
    if several:
        hosts = {each["name"]: each["host"]["sourcePath"] for each in document.get("volumes", [])}
        return _in_order([_of_several(each, port, hosts) for each in document.get("containerDefinitions", [])])
    try:
        image, ports = document["Image"]["Name"], document["Ports"]
        command = tuple(document.get("Command", "").split())
        volumes = {each["HostDirectory"]: each["ContainerDirectory"] for each in document.get("Volumes", [])}
        return [Container("current-app", image, int(ports[0]["ContainerPort"]), command=command, volumes=volumes)]
    except (KeyError, IndexError, TypeError, ValueError):
        msg = f"{_FILE} of version 1 names Image.Name and Ports[0].ContainerPort"
        raise BundleError(msg) from None


def file_systems(content: bytes, variables: Mapping[str, str]) -> dict[str, str]:
    """The directories at which an instance mounts EFS, by the commands of .ebextensions, with the file systems' ids."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.startswith(".ebextensions/")]
            found = [each for name in names for each in _EFS.finditer(archive.read(name).decode())]
    except zipfile.BadZipFile:
        return {}
    return {each["path"]: variables[each["file_system"]] for each in found if each["file_system"] in variables}


def _document(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(_FILE)
    except zipfile.BadZipFile:
        pass  # a bundle may be that file alone
    except KeyError:
        msg = f"the source bundle has no {_FILE}, and images are not built here"
        raise BundleError(msg) from None
    try:
        document = json.loads(content)
    except ValueError:
        msg = f"{_FILE} is no JSON"
        raise BundleError(msg) from None
    if not isinstance(document, dict) or str(document.get("AWSEBDockerrunVersion")) not in {"1", "2"}:
        msg = f"{_FILE} has no AWSEBDockerrunVersion 1 or 2"
        raise BundleError(msg)
    return document


def _of_several(definition: dict[str, Any], port: int, hosts: dict[str, str]) -> Container:
    try:
        ports = {each.get("hostPort"): each["containerPort"] for each in definition.get("portMappings", [])}
        return Container(
            name=definition["name"],
            image=definition["image"],
            port=ports.get(port),
            memory=definition["memory"],
            links=tuple(link.partition(":")[0] for link in definition.get("links", [])),
            environment={each["name"]: each["value"] for each in definition.get("environment", [])},
            command=tuple(definition.get("command", [])),
            volumes={hosts[each["sourceVolume"]]: each["containerPath"] for each in definition.get("mountPoints", [])},
        )
    except KeyError as missing:
        msg = f"a container definition has no {missing}"
        raise BundleError(msg) from None


def _in_order(found: list[Container]) -> list[Container]:
    """Each after those that it links to."""
    ordered: list[Container] = []
    while left := [each for each in found if each not in ordered]:
        started = {each.name for each in ordered}
        ready = [each for each in left if started.issuperset(each.links)]
        if not ready:
            msg = f"links of {', '.join(each.name for each in left)} lead nowhere, or in a circle"
            raise BundleError(msg)
        ordered += ready
    if not any(each.port for each in ordered):
        msg = "no container has the port that the load balancer sends to"
        raise BundleError(msg)
    return ordered
