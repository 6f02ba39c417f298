"""What cannot be told before the update, said once for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policies.model import Resource
    from policies.rule import CannotTell

_NAMED: Final = 10  # resources that one line names


class Untold:
    """Gathers what rules could not judge, over all of a run."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, None]] = {}
        self._paths: dict[str, dict[str, dict[str, None]]] = {}
        self._shown: dict[str, str] = {}

    def add(self, resource: Resource, rule_id: str, verdict: CannotTell) -> None:
        """Keep rule and property, each once."""
        self._shown[resource.urn] = f"{resource.type.rpartition(':')[2]} {resource.name}"
        self._ids.setdefault(resource.urn, {})[rule_id] = None
        self._paths.setdefault(resource.urn, {}).setdefault(verdict.why, {})[verdict.path] = None

    def lines(self) -> list[str]:
        """A line for each reason, with the resources that it holds for."""
        lines: dict[str, list[str]] = {}
        for urn in sorted(self._shown):
            paths = "; ".join(f"{', '.join(names)} is {why}" for why, names in self._paths[urn].items())
            lines.setdefault(f"{', '.join(self._ids[urn])} cannot tell, because {paths}", []).append(self._shown[urn])
        return [f"{_some(names)}: {reason}" for reason, names in lines.items()]


def _some(names: list[str]) -> str:
    """Names enough to know which are meant: one unknown tag of the provider concerns every resource."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
