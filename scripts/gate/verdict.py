"""The gate's judgement of a preview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scripts.gate.approvals import Approval
from scripts.gate.change import CannotTell, label_of
from scripts.gate.preview import Preview
from scripts.gate.risks import RISKS, Harm, Risk, amount

MOST_DELETIONS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One risky thing that a change would do."""

    risk: Risk
    urn: str
    label: str
    property: str
    message: str
    approval: Approval | None = None
    """What lets it through; None refuses it."""


@dataclass(frozen=True, kw_only=True)
class Untold:
    """A property on which a risk depends, and whose new value only `pulumi up` knows."""

    risk: Risk
    urn: str
    label: str
    property: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate says of a preview."""

    preview: Preview
    findings: tuple[Finding, ...]
    untold: tuple[Untold, ...]
    in_force: tuple[Approval, ...]
    """Approvals that let something through."""
    expired: tuple[Approval, ...]
    unmatched: tuple[Approval, ...]
    """Approvals, not expired, of something that this preview does not do."""

    @property
    def refused(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.approval is None)

    @property
    def is_refused(self) -> bool:
        """Whether the change must not be made, be it for a risk or for a policy."""
        return bool(self.refused) or self.preview.refused_by_policy


def judge(
    preview: Preview,
    approvals: Sequence[Approval] = (),
    *,
    today: dt.date,
    most_deletions: int = MOST_DELETIONS,
) -> Verdict:
    """Judge every change of a preview by every risk."""
    findings: list[Finding] = []
    untold: list[Untold] = []
    expired = tuple(each for each in approvals if each.is_expired(today))
    valid = [each for each in approvals if each not in expired]
    for risk in RISKS:
        for change in preview.changes:
            for judgement in risk.judges:
                try:
                    # A generator, so that what it yields before it cannot tell is kept.
                    findings.extend(_finding(risk, change.urn, harm, valid) for harm in judgement(change, preview))
                except CannotTell as error:
                    untold.append(Untold(risk=risk, urn=change.urn, label=change.label, property=str(error)))
    if harm := amount.too_many(preview, most_deletions):
        findings.append(_finding(amount.DELETIONS, preview.stack_urn, harm, valid))
    used = {each.approval for each in findings}
    return Verdict(
        preview=preview,
        findings=tuple(findings),
        untold=tuple(dict.fromkeys(untold)),
        in_force=tuple(each for each in valid if each in used),
        expired=expired,
        unmatched=tuple(each for each in valid if each not in used),
    )


def _finding(risk: Risk, urn: str, harm: Harm, approvals: Sequence[Approval]) -> Finding:
    label = label_of(urn)
    return Finding(
        risk=risk,
        urn=urn,
        label=label,
        property=harm.property,
        message=harm.message,
        approval=next((each for each in approvals if each.covers(risk.id, urn, label)), None),
    )
