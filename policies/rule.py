"""What a rule is, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, Severity, StackValidationPolicy

from policies import catalogue
from policies.model import PRODUCTION
from policies.values import UNKNOWN, show

if TYPE_CHECKING:
    from policies.model import Resource


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A flaw: the property, what was found there, and the change to make (the rule's remedy where it is empty).

    An advisory one is told, and stops nothing.
    """

    path: str
    found: str
    change: str = ""
    advisory: bool = False


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """Nothing can be said about this property, and why."""

    path: str
    why: str = "not known before the update"


Verdict = Finding | CannotTell | None
Check = Callable[..., Iterable[Verdict]]
Mend = Callable[["Resource"], dict[str, Any]]
"""The new values of properties, by their names, where a rule may mend what it finds; nothing where all is well."""


class View(Enum):
    """What a rule has to see. A rule that needs one resource only stops it even when the preview is skipped."""

    RESOURCE = "resource"
    STACK = "stack"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One guardrail: what it asks, of which types, why, and what to do about a flaw."""

    id: str  # of catalogue.toml
    name: str  # what Pulumi prints and configures: the id, then what the rule asks
    title: str
    reason: str
    remedy: str
    severity: Severity
    types: frozenset[str]
    view: View
    check: Check
    mend: Mend | None = None
    strict: bool = False

    @property
    def entry(self) -> catalogue.Entry:
        """What others call it."""
        return catalogue.entries()[self.id]

    @property
    def description(self) -> str:
        return f"{self.id} {self.title}: {self.reason}"

    def policy(self) -> Policy:
        """The rule as the SDK's policy, which tells the engine its name, severity, level and remedy."""
        kind = ResourceValidationPolicy if self.view is View.RESOURCE else StackValidationPolicy
        return kind(
            name=self.name,
            description=self.description,
            validate=not_by_the_sdk,
            display_name=self.title,
            severity=self.severity,
            remediation_steps=self.remedy,
            enforcement_level=EnforcementLevel.DISABLED if self.strict else None,
            tags=self.entry.tags,
            url=next(iter(self.entry.links), None),
        )


def not_by_the_sdk(*_: object) -> NoReturn:
    """Refuse to run a rule that the SDK runs itself: it would get properties that a preview may not read."""
    raise RuntimeError("policies.analyzer judges these rules: serve them by policies.server, not by PolicyPack")


RULES: Final[list[Rule]] = []


def rule(
    id: str,  # noqa: A002 what policies and exemptions are named by
    title: str,
    *,
    types: Iterable[str],
    severity: Severity,
    reason: str,
    remedy: str,
    view: View = View.RESOURCE,
    mend: Mend | None = None,
    strict: bool = False,
) -> Callable[[Check], Check]:
    """Declare a rule. Its function takes a resource of these types, and the stack if it asks for that view.

    A strict rule asks for what many sound systems do without, e.g. a key of one's own: it is off unless asked for.
    """

    def declare(check: Check) -> Check:
        name = f"{id}-{check.__name__.replace('_', '-')}".lower()
        RULES.append(
            Rule(
                id=id,
                name=name,
                title=title,
                reason=reason,
                remedy=remedy,
                severity=severity,
                types=frozenset(types),
                view=view,
                check=check,
                mend=mend,
                strict=strict,
            ),
        )
        return check

    return declare


def expect(resource: Resource, path: str, accept: Callable[[Any], bool], change: str = "") -> Verdict:
    """Judge one property: None if it is as it should be."""
    value = resource.get(path)
    if value is UNKNOWN:
        return CannotTell(path=path)
    return None if accept(value) else Finding(path=path, found=show(value), change=change)


def in_production(resource: Resource, *verdicts: Verdict) -> Iterator[Verdict]:
    """Keep what is asked of production only. While the tier is not known, a flaw is one that cannot be told."""
    if resource.tier == PRODUCTION:
        yield from verdicts
    elif resource.tier is UNKNOWN and any(isinstance(verdict, Finding) for verdict in verdicts):
        yield CannotTell(path="tags.Tier")
