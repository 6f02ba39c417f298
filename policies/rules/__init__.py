"""All rules of the pack, a module for each area of AWS. A module declares its rules when it is imported."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

from policies.rule import RULES, Rule

__all__ = ["RULES"]


def _order(rule: Rule) -> tuple[str, int]:
    """By area and number: RDS-2 before RDS-16."""
    area, number = re.fullmatch(r"(\w+)-(\d+)", rule.id).groups()  # type: ignore[union-attr]
    return area, int(number)


for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
RULES.sort(key=_order)
