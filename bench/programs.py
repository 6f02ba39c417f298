"""The programs that a preview of Plinth is held against."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROJECT = "name: {name}\nruntime: python\n"
# The SDK refuses a pack without any policy.
EMPTY_PACK = """\
from pulumi_policy import PolicyPack, ResourceValidationPolicy

nothing = ResourceValidationPolicy(name="nothing", description="Looks at nothing", validate=lambda args, report: None)
PolicyPack("empty", policies=[nothing])
"""

# Bindings that a flat program would import under another name than the token's, or that Plinth does without: the
# floor gets the same saving, so that the ratio shows what components and policies cost and nothing else.
BY_TOKEN = ("aws:wafv2/",)
BY_PROVIDER = ("__defaults", "tagsAll", "exec")  # inputs that the provider adds to those of the program
CAPITAL = re.compile(r"(?=[A-Z])")
SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - how Pulumi marks an encrypted value in a state
IN_PLACE_OF_A_SECRET = "x" * 32


def write_empty(directory: Path) -> Path:
    """A program that registers nothing."""
    return _write(directory, "empty", "")


def write_empty_pack(directory: Path) -> Path:
    """A policy pack with one policy, which does nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (directory / "__main__.py").write_text(EMPTY_PACK)
    return directory


def write_flat(directory: Path, resources: Iterable[Mapping[str, Any]], root: Path) -> Path:
    """The resources of a stack's state as somebody would write them down one after another, without components.

    Same types, names and inputs, and the same one provider; links between resources are the values they had.
    """
    lines = ["import pulumi", "import pulumi_aws as aws", "import pulumi_docker_build as docker_build", ""]
    for resource in resources:
        kind, name = resource["type"], resource["urn"].rpartition("::")[2]
        if not resource.get("custom"):
            continue
        given = resource.get("inputs", {})
        inputs = {key: _plain(value, root) for key, value in given.items() if key not in BY_PROVIDER}
        if kind == "pulumi:providers:aws":
            tags = json.loads(inputs["defaultTags"])  # what is not text, a provider gets as JSON
            lines.append(f"provider = aws.Provider({name!r}, region={inputs['region']!r}, default_tags={tags!r})")
            lines.append("opts = pulumi.ResourceOptions(provider=provider)")
        elif kind.startswith("aws:"):
            lines.append(_aws_resource(kind, name, inputs))
        elif kind.startswith("docker-build:"):
            lines.append(f"docker_build.Image({name!r}, {_arguments(inputs)})")
    return _write(directory, "flat", "\n".join(lines) + "\n")


def _aws_resource(kind: str, name: str, inputs: dict[str, Any]) -> str:
    if kind.startswith(BY_TOKEN):
        return f"pulumi.CustomResource({kind!r}, {name!r}, {inputs!r}, opts)"
    module = kind.split(":", 2)[1].partition("/")[0]
    return f"aws.{module}.{kind.rpartition(':')[2]}({name!r}, {_arguments(inputs)}, opts=opts)"


def _arguments(inputs: dict[str, Any]) -> str:
    return ", ".join(f"{CAPITAL.sub(r'_', key).lower()}={value!r}" for key, value in inputs.items())


def _plain(value: Any, root: Path) -> Any:
    """A value of the state as a program would write it."""
    if isinstance(value, dict):
        return IN_PLACE_OF_A_SECRET if SECRET in value else {key: _plain(each, root) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, root) for each in value]
    if isinstance(value, str) and value.startswith("apps/"):
        return str(root / value)
    return value


def _write(directory: Path, name: str, program: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Pulumi.yaml").write_text(PROJECT.format(name=name))
    (directory / "__main__.py").write_text(program)
    return directory
