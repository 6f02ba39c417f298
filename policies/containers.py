"""The containers of a task definition, as rules read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policies.values import UNKNOWN, from_json, items

if TYPE_CHECKING:
    from policies.model import Resource

PATH: Final = "containerDefinitions"


def containers(task: Resource) -> list[Any]:
    """The containers of a task; one that is not known where the definitions are not."""
    value = task.get(PATH)
    if value is UNKNOWN:
        return [UNKNOWN]
    return [first_letters_lowered(container) for container in items(from_json(value))]


def first_letters_lowered(block: Any) -> Any:
    """AWS's provider reads "Image" as it reads "image"."""
    if not isinstance(block, dict):
        return block
    return {key[:1].lower() + key[1:]: value for key, value in block.items()}
