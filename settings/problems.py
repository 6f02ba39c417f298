"""What is wrong with a stack file, said so that it can be put right."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAMESPACE = "plinth"
LONGEST_SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: what was set, the rule it breaks, why there is such a rule, what to do next."""

    key: str
    """Where, as in the stack file: ``plinth:services.backend.port``."""
    value: str
    """What was set, as a message shows it; empty where nothing was set or where it may be a secret."""
    found: str
    """What was set, as a sentence: ``0 is not a port.``"""
    rule: str
    why: str = ""
    remedy: str

    def __str__(self) -> str:
        return f"{self.key}: " + " ".join(part for part in (self.found, self.rule, self.why, self.remedy) if part)


class SettingsError(Exception):
    """A stack file that cannot be used; `problems` holds everything that is wrong with it, in the file's order."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem], source: str = "the stack file") -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.source = source
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in {self.source}; nothing was touched."
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


def show(value: Any) -> str:
    """A value as messages write it: text in quotes, mappings and lists by their size."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            short = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
            return repr(short)
        case int() | float():
            return str(value)[:LONGEST_SHOWN]
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return repr(str(value)[:LONGEST_SHOWN])


def nearest(word: str, words: Iterable[str]) -> str:
    """The words most like `word`, as the end of a sentence: ``'port' or 'routes'``; all of them when none is."""
    known = sorted(words)
    close = get_close_matches(word.lower(), known, n=2, cutoff=0.6)
    return one_of(close or known, last="or")


def one_of(words: Sequence[Any], last: str = "or") -> str:
    """``a, b or c``."""
    shown = [word if isinstance(word, str) else str(word) for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}" if shown else "nothing"
