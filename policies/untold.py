"""What cannot be told before the update, said once for each resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policies.model import Resource
    from policies.rule import CannotTell

_NAMED: Final = 10  # resources that one line names


@dataclass
class _Resource:
    """What cannot be told of one resource: dictionaries for sets that keep their order."""

    shown: str
    rules: dict[str, None] = field(default_factory=dict)
    paths: dict[str, dict[str, None]] = field(default_factory=dict)
    """By the reason why."""

    @property
    def reason(self) -> str:
        paths = "; ".join(f"{', '.join(names)} is {why}" for why, names in self.paths.items())
        return f"{', '.join(self.rules)} cannot tell, because {paths}"


class Untold:
    """Gathers what rules could not judge, over all of a run."""

    def __init__(self) -> None:
        self._resources: dict[str, _Resource] = {}

    def add(self, resource: Resource, rule_id: str, verdict: CannotTell) -> None:
        """Keep rule and property, each once."""
        shown = f"{resource.type.rpartition(':')[2]} {resource.name}"
        told = self._resources.setdefault(resource.urn, _Resource(shown))
        told.rules[rule_id] = None
        told.paths.setdefault(verdict.why, {})[verdict.path] = None

    def lines(self) -> list[str]:
        """A line for each reason, with the resources that it holds for."""
        lines: dict[str, list[str]] = {}
        for _, told in sorted(self._resources.items()):
            lines.setdefault(told.reason, []).append(told.shown)
        return [f"{_some(names)}: {reason}" for reason, names in lines.items()]


def _some(names: list[str]) -> str:
    """Names enough to know which are meant: one unknown tag of the provider concerns every resource."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
