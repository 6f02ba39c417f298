"""What rules are called elsewhere: catalogue.toml, beside this module, explains its columns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("catalogue.toml")
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/{0}-controls.html#{0}-{1}"
_FRAMEWORKS: Final = ("well_architected", "fsbp", "cis")
_PEERS: Final = ("checkov", "prowler", "pulumi", "awsguard")


@dataclass(frozen=True)
class Entry:
    """A row of the catalogue: names by framework or tool, e.g. fsbp -> ("RDS.3", "RDS.27")."""

    columns: dict[str, tuple[str, ...]]
    left_out: str = ""

    @property
    def guardrails(self) -> tuple[str, ...]:
        """Ids of docs/requirements.md."""
        return self.columns.get("guardrails", ())

    @property
    def frameworks(self) -> dict[str, tuple[str, ...]]:
        return {name: self.columns[name] for name in _FRAMEWORKS if name in self.columns}

    @property
    def peers(self) -> dict[str, tuple[str, ...]]:
        return {name: self.columns[name] for name in _PEERS if name in self.columns}

    @property
    def links(self) -> tuple[str, ...]:
        """AWS's pages: of its controls, and those that the catalogue adds."""
        controls = (control.lower().partition(".") for control in self.columns.get("fsbp", ()))
        return (*(_CONTROLS.format(service, number) for service, _, number in controls), *self.columns.get("links", ()))

    @property
    def tags(self) -> list[str]:
        """Guardrails and frameworks as a policy's tags in Pulumi, e.g. "fsbp:RDS.3"."""
        return [*self.guardrails, *(f"{name}:{value}" for name, values in self.frameworks.items() for value in values)]


@cache
def entries() -> dict[str, Entry]:
    """Every row, by id."""
    return {id_: _entry(row) for id_, row in tomllib.loads(_FILE.read_text()).items()}


def _entry(row: dict[str, Any]) -> Entry:
    left_out = row.pop("left_out", "")
    return Entry({name: tuple(values) for name, values in row.items()}, left_out)
