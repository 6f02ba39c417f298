"""Task definitions: a new revision is the old one with another image."""

from __future__ import annotations

from typing import Any, Final

_DESCRIBED_ONLY: Final = frozenset(
    {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
        "deregisteredAt",
        "deleteRequestedAt",
    }
)
"""What DescribeTaskDefinition tells, and RegisterTaskDefinition does not take."""
VERSION: Final = "VERSION"
"""The variable by which a container knows what it is."""


def with_image(definition: dict[str, Any], container: str, image: str, version: str) -> dict[str, Any]:
    """What is registered to run `image` in that container, all else being as it is."""
    request = request_of(definition)
    request["containerDefinitions"] = [
        _with_version({**each, "image": image}, version) if each["name"] == container else each
        for each in request["containerDefinitions"]
    ]
    return request


def request_of(definition: dict[str, Any]) -> dict[str, Any]:
    """What it takes to register a definition that is described, again."""
    return {key: value for key, value in definition.items() if key not in _DESCRIBED_ONLY and value not in ("", [])}


def image_of(definition: dict[str, Any], container: str) -> str:
    """The image that a container of it runs."""
    return next(str(each["image"]) for each in definition["containerDefinitions"] if each["name"] == container)


def version_of(definition: dict[str, Any], container: str) -> str:
    """What a container of it calls itself; its image's digest where it says nothing."""
    named = next(each for each in definition["containerDefinitions"] if each["name"] == container)
    stated = {each["name"]: each["value"] for each in named.get("environment", ())}
    return str(stated.get(VERSION) or named["image"].rpartition("@sha256:")[2][:16])


def revision(arn: str) -> str:
    """``family:7`` of a task definition's ARN."""
    return arn.rpartition("/")[2]


def _with_version(container: dict[str, Any], version: str) -> dict[str, Any]:
    others = [each for each in container.get("environment", ()) if each["name"] != VERSION]
    variables = [*others, {"name": VERSION, "value": version}]
    return {**container, "environment": sorted(variables, key=lambda each: str(each["name"]))}
