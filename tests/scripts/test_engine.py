"""The gate reads what the real engine writes: the same as in the recordings that the other tests read.

UPDATE_RECORDED=1 makes the recordings again.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest

from scripts.gate.reading import read
from scripts.gate.verdict import judge
from tests.scripts import recorded
from tests.scripts.conftest import Shop

pytestmark = pytest.mark.emulator
UPDATE = os.environ.get("UPDATE_RECORDED") == "1"


def said(text: str) -> dict[str, Any]:
    verdict = judge(read(text, "preview"), today=dt.date(2026, 11, 23))
    preview = verdict.preview
    return {
        "changes": {(each.label, each.operation) for each in preview.changes if each.operation != "same"},
        "findings": [(each.risk.id, each.label, each.property, each.message) for each in verdict.findings],
        "violations": {(each.policy, each.level, each.message) for each in preview.violations},
        "failed": preview.failed,
        "errors": len(preview.errors),
    }


@pytest.mark.parametrize("change", recorded.CHANGES)
@pytest.mark.parametrize("form", recorded.FORMATS)
def test_a_recording_is_what_the_engine_writes(shop: Shop, change: str, form: str) -> None:
    written = shop.preview(change)[form]
    if UPDATE:
        (recorded.RECORDED / f"{change}.{form}").write_text(recorded.shortened(written, form, shop.folder))
    assert said(recorded.text(change, form)) == said(written)
