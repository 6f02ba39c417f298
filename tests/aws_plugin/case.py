"""What a case is: see cases.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Made = Callable[[str], dict[str, Any]]
"""Outputs of a resource that the case needs, made on demand; `id` among them."""

TAGS = {"tags": {"Name": "changed", "Added": "yes"}}
"""A change of tags."""


@dataclass(frozen=True)
class Case:
    """Inputs from (made, unique name), and the inputs that an update changes.

    import_id: a template over the outputs, where `pulumi import` takes
    something else than the id. stays: a delete leaves AWS's default in place, which a read finds.
    """

    token: str
    inputs: Callable[[Made, str], dict[str, Any]]
    change: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False
    import_id: str = ""
    unread: Mapping[str, Any] = field(default_factory=dict)
    """Inputs that AWS never tells, and so no import: the program says them."""
