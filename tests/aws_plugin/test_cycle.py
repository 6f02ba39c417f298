"""Every type against the emulator: create, read, update, delete, and what a second run would see."""

from __future__ import annotations

import pytest

from local.aws_plugin import tables
from local.aws_plugin.diff import diff
from tests.aws_plugin.cases import CASES
from tests.aws_plugin.conftest import World

pytestmark = [pytest.mark.emulator]


def test_every_type_has_a_case() -> None:
    assert {case.token for case in CASES.values()} == set(tables.RESOURCES)


@pytest.mark.parametrize("name", CASES)
def test_cycle(world: World, name: str) -> None:
    case = CASES[name]
    lifecycle = world.lifecycle(case.token)
    inputs = world.inputs(case, "t" + name.replace("_", "")[:12])

    resource_id, outputs = lifecycle.create(inputs)
    assert resource_id
    same_id, fresh, again = lifecycle.read(resource_id, inputs, outputs) or pytest.fail("not found after create")
    assert same_id == resource_id
    assert not diff(lifecycle.plan, fresh, inputs), "a refresh sees drift where nothing changed"
    assert again == outputs

    import_id = case.import_id.format(**{**outputs, "id": resource_id}) or resource_id
    imported = lifecycle.read(import_id, {}, {}) or pytest.fail(f"cannot be imported by {import_id}")
    assert imported[0] == resource_id
    # What an import writes down is what a program would have to say: it passes the check, and changes nothing.
    known = {**imported[1], **case.unread}
    assert not diff(lifecycle.plan, known, world.checked(case.token, _own(known)))

    if case.change:
        changed = world.checked(case.token, {**_own(inputs), **case.change})
        assert not [c for c in diff(lifecycle.plan, inputs, changed) if c.replaces]
        outputs = lifecycle.update(resource_id, inputs, changed, outputs)
        found = lifecycle.read(resource_id, changed, outputs) or pytest.fail("not found after update")
        assert not diff(lifecycle.plan, found[1], changed), "the update did not reach the resource"
        inputs = changed

    lifecycle.delete(resource_id, inputs, outputs)
    if lifecycle.spec.delete and not case.stays:
        assert lifecycle.read(resource_id, inputs, outputs) is None
    lifecycle.delete(resource_id, inputs, outputs)


def _own(inputs: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in inputs.items() if name not in {"tagsAll", "__defaults"}}
