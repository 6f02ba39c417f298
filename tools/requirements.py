"""The requirements: which are defined, which are claimed done, and which are not ours to build."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "docs" / "requirements.md"
STATUS = ROOT / "docs" / "requirements-status.toml"

SYSTEMS = {
    "UTJ": "UTJFC",
    "AUT": "Auterity",
    "CRT": "Court Case",
    "CHR": "ChatRelay",
    "RPH": "RapidPhoto",
    "GRD": "guardrails",
}

# An id is defined where it opens a bullet or a table row; anywhere else it is a reference.
_DEFINITION = re.compile(r"^(?:- |\| )([A-Z]{3}-[A-Z]+-[0-9]+|GRD-[0-9]+)\b", re.MULTILINE)


class RequirementsError(Exception):
    """Something in the two files of requirements contradicts itself, in words for who edits them."""


def defined_ids(markdown: str) -> list[str]:
    """The ids that `markdown` defines, in its order.

    Raises:
        RequirementsError: an id is defined twice.
    """
    ids = _DEFINITION.findall(markdown)
    twice = [requirement for requirement, count in Counter(ids).items() if count > 1]
    if twice:
        msg = f"defined more than once in {REQUIREMENTS.name}: {', '.join(twice)}"
        raise RequirementsError(msg)
    return ids


@dataclass(frozen=True, kw_only=True)
class Status:
    """What `docs/requirements-status.toml` says beyond what tests show."""

    done: frozenset[str] = frozenset()
    """Claimed done: each must have a test."""
    elsewhere: frozenset[str] = frozenset()
    """Not the platform's to build: no test is missed."""

    @classmethod
    def read(cls, text: str, defined: list[str]) -> Status:
        """Parse the TOML of the status file.

        Raises:
            RequirementsError: it names an id that is not among `defined`, or gives no reason.
        """
        data = tomllib.loads(text)
        done, elsewhere = data.get("done", []), data.get("elsewhere", {})
        unknown = sorted({*done, *elsewhere} - set(defined))
        if unknown:
            msg = f"{STATUS.name} names ids that {REQUIREMENTS.name} does not define: {', '.join(unknown)}"
            raise RequirementsError(msg)
        unexplained = sorted(requirement for requirement, reason in elsewhere.items() if not reason.strip())
        if unexplained:
            msg = f"{STATUS.name} gives no reason why these are not ours to build: {', '.join(unexplained)}"
            raise RequirementsError(msg)
        return cls(done=frozenset(done), elsewhere=frozenset(elsewhere))
