"""What is wrong with a stack file, said so that it can be put right."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACE = "plinth"
REGION_KEY = "aws:region"
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


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """The two words most like `word`, if any are."""
    return get_close_matches(word.lower(), sorted(words), n=2, cutoff=0.5)


def suggest(word: str, words: Iterable[str]) -> str:
    """A sentence that helps whoever wrote `word` to one of `words`."""
    known = sorted(words)
    if close := nearest(word, known):
        return f"Did you mean {one_of(close)}?"
    return f"There {'is' if len(known) == 1 else 'are'} {one_of(known, last='and')}." if known else "There is none."


def one_of(words: Iterable[Any], last: str = "or") -> str:
    """``a, b or c``."""
    *others, final = (str(word) for word in words)
    return f"{', '.join(others)} {last} {final}" if others else final
