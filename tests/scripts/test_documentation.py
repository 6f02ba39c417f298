"""docs/risks.md."""

from __future__ import annotations

from pathlib import Path

from scripts.gate.documentation import page
from scripts.gate.risks import RISKS

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_one_that_the_risks_make():
    assert (ROOT / "docs" / "risks.md").read_text() == page()


def test_every_risk_says_what_and_why():
    for risk in RISKS:
        assert f"## {risk.id}\n" in page()
        assert risk.title
        assert risk.why.endswith(".")
        assert all(judge.__doc__ for judge in risk.judges)
