"""What a stack says about the pack: levels of its looser tiers, the strict rules, and exemptions.

It is said under the pack's name in the file of `--policy-pack-config`, or under `<project>:policies` in the stack file:

    {"tiers": {"staging": "advisory"}, "strict": true, "exemptions": [
        {"rule": "ECH-4", "resource": "*::redis", "reason": "may be lost", "owner": "chat", "until": "2027-03-31"}
    ]}

Both are taken together. What cannot be understood stops the run: a guardrail must not be off because of a typing error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final

from policies.values import from_json, show

TIERS: Final = ("staging", "development")
LEVELS: Final = ("mandatory", "advisory", "disabled")
_KEYS: Final = ("tiers", "strict", "exemptions")


class ConfigurationError(ValueError):
    """What is wrong with a configuration, a line for each mistake."""


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One resource, or those that a pattern matches, let off one rule until a day."""

    rule: str
    resource: str
    reason: str
    owner: str
    until: dt.date

    def covers(self, rule_id: str, rule_name: str, urn: str) -> bool:
        """By the rule's id or name; by the whole URN, or the type and name that it ends with."""
        return self.rule in (rule_id, rule_name) and any(
            fnmatchcase(name, self.resource) for name in (urn, urn.split("::", 2)[-1].rpartition("$")[2])
        )

    def __str__(self) -> str:
        return f"{self.rule} for {self.resource} until {self.until}: {self.reason} ({self.owner})"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Tiers without a level of their own, and production always, are judged as each rule says."""

    tiers: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    exemptions: tuple[Exemption, ...] = ()

    def __or__(self, other: Configuration) -> Configuration:
        """Both together; the other wins where they differ."""
        return Configuration(
            tiers={**self.tiers, **other.tiers},
            strict=self.strict or other.strict,
            exemptions=(*self.exemptions, *other.exemptions),
        )


def read(value: Any, rules: Collection[str]) -> Configuration:
    """Read a configuration; `rules` are the ids and names that an exemption may speak of.

    Raises:
        ConfigurationError: with everything that is wrong, in words for whoever wrote it.
    """
    value = from_json(value) if isinstance(value, str) else value
    if not isinstance(value, dict):
        raise ConfigurationError(f"it is {show(value)}. Write a mapping with {_or(_KEYS)}.")
    wrong = [f"{key} is no setting. {_nearest(key, _KEYS)}" for key in value if key not in _KEYS]
    tiers = value.get("tiers") or {}
    wrong += _wrong_tiers(tiers)
    strict = value.get("strict", False)
    if not isinstance(strict, bool):
        wrong.append(f"strict is {show(strict)}. Write true or false.")
    written = value.get("exemptions") or []
    if not isinstance(written, list):
        wrong.append(f"exemptions is {show(written)}. Write a list.")
        written = []
    exemptions = [
        _exemption(each, f"exemptions.{number}", rules, wrong.append) for number, each in enumerate(written, 1)
    ]
    if wrong:
        raise ConfigurationError("\n".join(wrong))
    return Configuration(tiers=tiers, strict=strict, exemptions=tuple(each for each in exemptions if each))


def _wrong_tiers(tiers: Any) -> Iterator[str]:
    if not isinstance(tiers, dict):
        yield f"tiers is {show(tiers)}. Write a level for {_or(TIERS)}."
        return
    for tier, level in tiers.items():
        if tier == "production":
            yield "tiers.production cannot be set: production is judged in full. Exempt single resources instead."
        elif tier not in TIERS:
            yield f"tiers.{tier} is no tier. {_nearest(tier, TIERS)}"
        elif level not in LEVELS:
            yield f"tiers.{tier} is {show(level)}. Write {_or(LEVELS)}."


def _exemption(written: Any, path: str, rules: Collection[str], refuse: Callable[[str], None]) -> Exemption | None:
    names = ("rule", "resource", "reason", "owner", "until")
    if not isinstance(written, dict):
        refuse(f"{path} is {show(written)}. Write {', '.join(names)}.")
        return None
    before = dict(written)
    mistakes = [f"{path}.{key} is no setting. {_nearest(key, names)}" for key in before if key not in names]
    for name in names:
        text = before.get(name)
        if not isinstance(text, str) or not text.strip():
            mistakes.append(f"{path}.{name} is {show(text)}. {_ASKED[name]}")
    if isinstance(rule := before.get("rule"), str) and rule.strip() and rule not in rules:
        mistakes.append(f"{path}.rule is {show(rule)}, which is no rule of this pack. {_nearest(rule, rules)}")
    until = _date(before.get("until"))
    if until is None and isinstance(before.get("until"), str):
        mistakes.append(f"{path}.until is {show(before['until'])}. {_ASKED['until']}")
    for mistake in mistakes:
        refuse(mistake)
    if mistakes or until is None:
        return None
    return Exemption(**{name: before[name].strip() for name in names if name != "until"}, until=until)


_ASKED: Final = {
    "rule": "Name a rule's id, such as RDS-6, or the name that Pulumi prints.",
    "resource": 'Give a URN, or a pattern such as "*::redis" that its end must match.',
    "reason": "Say why this resource is let off: whoever reads it in a year has to judge again.",
    "owner": "Say who answers for it.",
    "until": "Give the last day on which it holds, as 2027-03-31.",
}


def _date(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _nearest(word: Any, known: Collection[str]) -> str:
    near = get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Known: {_or(sorted(known)[:12])}."


def _or(words: Collection[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last
