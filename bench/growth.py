"""Stack files with many services, made from production's."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = (2, 20, 100)


def write_stack_file(source: Path, target: Path, services: int) -> Path:
    """The source's stack file with `services` services: copies of its backend, and the frontend for the rest."""
    document = yaml.safe_load(source.read_text())
    config = document["config"]
    backend, frontend = config["plinth:services"]["backend"], config["plinth:services"]["frontend"]
    config["plinth:services"] = {"frontend": frontend}
    for number in range(1, services):
        service = copy.deepcopy(backend)
        service["image"]["repository"] += f"-{number}"
        service["target_group"] = f"bench-{number}"
        service["routes"] = [f"/service-{number}/*"]
        config["plinth:services"][f"service-{number}"] = service
    target.write_text(yaml.safe_dump(document, sort_keys=False))
    return target
