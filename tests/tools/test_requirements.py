from __future__ import annotations

import pytest

from tools.requirements import REQUIREMENTS, STATUS, RequirementsError, Status, defined_ids

PAGE = """\
- AUT-NET-01 opens a bullet and names AUT-NET-09.
| AUT-DAT-02 | opens a row, mentions GRD-03 |
AUT-CMP-01 opens a line, no more.
| GRD-01 | opens a row |
"""


def test_an_id_is_defined_where_it_opens_a_bullet_or_a_row():
    assert defined_ids(PAGE) == ["AUT-NET-01", "AUT-DAT-02", "GRD-01"]


def test_an_id_defined_twice_is_an_error():
    with pytest.raises(RequirementsError, match="GRD-01"):
        defined_ids(PAGE + "- GRD-01 again\n")


def test_status_names_only_defined_ids():
    with pytest.raises(RequirementsError, match="AUT-NET-77"):
        Status.read('done = ["AUT-NET-77"]', defined_ids(PAGE))


def test_an_id_that_is_not_ours_needs_a_reason():
    with pytest.raises(RequirementsError, match="no reason"):
        Status.read('[elsewhere]\nAUT-NET-01 = " "', defined_ids(PAGE))


def test_our_own_files_agree():
    defined = defined_ids(REQUIREMENTS.read_text())
    status = Status.read(STATUS.read_text(), defined)
    assert len(defined) == 364, "an id was added or lost: say so in CHANGELOG.md and change this number"
    assert not status.done & status.elsewhere
