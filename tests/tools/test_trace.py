from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tools.requirements import RequirementsError, Status
from tools.trace import Collector, Trace, collect

if TYPE_CHECKING:
    from pathlib import Path

DEFINED = ["AUT-NET-01", "AUT-NET-02", "AUT-OPS-07", "GRD-01"]


def trace(tests: dict[str, list[str]], **status: frozenset[str]) -> Trace:
    collector = Collector()
    collector.tests.update(tests)
    return Trace.of(DEFINED, Status(**status), collector)


def test_ids_are_collected_from_markers_of_functions_classes_and_parameters(tmp_path: Path):
    file = tmp_path / "test_marked.py"
    file.write_text(
        "import pytest\n"
        "@pytest.mark.requirement('AUT-NET-01', 'GRD-01')\n"
        "@pytest.mark.parametrize('number', [1, 2])\n"
        "def test_one(number): pass\n"
        "@pytest.mark.requirement('AUT-NET-02')\n"
        "class TestTwo:\n"
        "    @pytest.mark.requirement('GRD-01')\n"
        "    def test_three(self): pass\n"
        "@pytest.mark.requirement\n"
        "def test_names_nothing(): pass\n"
    )
    found = collect(str(file), f"--rootdir={tmp_path}")
    assert found.tests == {
        "AUT-NET-01": ["test_marked.py::test_one"],
        "GRD-01": ["test_marked.py::test_one", "test_marked.py::TestTwo::test_three"],
        "AUT-NET-02": ["test_marked.py::TestTwo::test_three"],
    }
    assert found.malformed == ["test_marked.py::test_names_nothing"]


def test_a_file_that_cannot_be_collected_is_an_error_that_says_why(tmp_path: Path):
    file = tmp_path / "test_broken.py"
    file.write_text("import no_such_module_anywhere\n")
    with pytest.raises(RequirementsError, match="no_such_module_anywhere"):
        collect(str(file), f"--rootdir={tmp_path}")


def test_an_unknown_id_in_a_marker_is_an_error_naming_the_test():
    assert trace({"AUT-NET-99": ["tests/test_a.py::test_b"]}).errors == [
        "AUT-NET-99 is named by tests/test_a.py::test_b, but requirements.md defines no such id"
    ]


def test_a_claim_without_a_test_is_an_error():
    claimed = trace({"AUT-NET-01": ["t"]}, done=frozenset({"AUT-NET-01", "GRD-01"}))
    assert claimed.unproven == ["GRD-01"]
    assert len(claimed.errors) == 1


def test_a_requirement_that_is_not_ours_is_not_missing():
    assert trace({"GRD-01": ["t"]}, elsewhere=frozenset({"AUT-OPS-07"})).missing == ["AUT-NET-01", "AUT-NET-02"]


def test_text_lists_tests_then_gaps_by_system_then_totals():
    assert trace({"GRD-01": ["a::b", "c::d"]}).as_text().splitlines() == [
        "GRD-01      a::b",
        "            c::d",
        "",
        "Without a test:",
        "  Auterity (3)",
        "    AUT-NET-01, AUT-NET-02, AUT-OPS-07",
        "",
        "4 requirements: 1 with tests, 3 without, 0 not the platform's to build.",
    ]


def test_json_says_the_same():
    parts = json.loads(trace({"GRD-01": ["a::b"]}).as_json())
    assert parts["tests"]["GRD-01"] == ["a::b"]
    assert parts["totals"] == {"defined": 4, "tested": 1, "elsewhere": 0, "missing": 3}
    assert parts["errors"] == []


def test_families_show_their_ids_alone():
    shown = trace({"AUT-NET-01": ["t"], "GRD-01": ["t"]}, elsewhere=frozenset({"AUT-OPS-07"})).of_families("NET")
    assert (shown.tested, shown.missing, shown.elsewhere) == (["AUT-NET-01"], ["AUT-NET-02"], [])
    assert trace({}, elsewhere=frozenset({"AUT-OPS-07"})).of_families("NET,OPS").elsewhere == ["AUT-OPS-07"]


def test_a_family_that_does_not_exist_is_an_error_naming_those_that_do():
    with pytest.raises(RequirementsError, match="no requirement is of NAT; families are NET, OPS"):
        trace({}).of_families("NET,NAT")
