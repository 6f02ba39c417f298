"""Reading a preview: the document of `pulumi preview --json`, or the engine's event log, a line for each event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from scripts.errors import Exit, PlinthError
from scripts.gate.change import NOTHING, Change, Operation, State
from scripts.gate.preview import Preview, Violation
from scripts.gate.values import clean

REMEDY: Final = "Write it anew: make preview STACK=…, or pulumi preview --json > FILE"
# The engine's steps by what they come to; all others, such as refreshing, change nothing.
_OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
}
_LOOKS: Final = frozenset({"read", "read-replacement", "discard", "discard-replaced"})
"""At what belongs to others. That Pulumi looks at another one instead replaces nothing, though a step says so."""
_GRAVITY: Final[Sequence[Operation]] = ("same", "create", "update", "delete", "replace")
_END: Final = "preview failed"  # the engine's last word after any error


def read(text: str, source: str) -> Preview:
    """The preview in a text; `source` is what messages call it.

    Raises:
        PlinthError: it is neither format, ends in the middle, or is not of a preview.
    """
    if not text.strip():
        raise _unusable(source, "is empty")
    first = text.lstrip().partition("\n")[0]
    try:
        return _of_log(text) if _is_event(first) else _of_document(json.loads(text))
    except _NoPreviewError as error:
        raise _unusable(source, str(error)) from None
    except (ValueError, RecursionError):
        if first.lstrip().startswith("{"):
            raise _unusable(source, "is not whole: its JSON ends in the middle, or something else is in it") from None
        raise _unusable(source, "is neither the JSON of a preview nor an event log") from None
    except (AttributeError, KeyError, IndexError, TypeError):
        raise _unusable(source, "is JSON, but not as Pulumi writes it") from None


class _NoPreviewError(Exception):
    """What is wrong with it, to go on after its name."""


def _unusable(source: str, what: str) -> PlinthError:
    return PlinthError(f"{source} {what}", REMEDY, Exit.USAGE)


def _is_event(line: str) -> bool:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(event, dict) and "sequence" in event


def _of_document(document: Any) -> Preview:
    if not isinstance(document, dict) or not {"steps", "changeSummary", "diagnostics"} & document.keys():
        raise _NoPreviewError("is JSON, but no preview")
    diagnostics = document.get("diagnostics") or ()
    steps = document.get("steps") or ()
    return _preview(
        [(step, step.get("oldState"), step.get("newState"), step.get("replaceReasons")) for step in steps],
        [(each["severity"], each["message"]) for each in diagnostics],
    )


def _of_log(text: str) -> Preview:
    steps, diagnostics, violations, whole = [], [], [], False
    for event in _events(text):
        if step := event.get("resourcePreEvent"):
            metadata = step["metadata"]
            steps.append((metadata, metadata.get("old"), metadata.get("new"), metadata.get("keys")))
        elif said := event.get("diagnosticEvent"):
            diagnostics.append((said["severity"], said["message"]))
        elif broken := event.get("policyEvent"):
            violations.append(_violation(broken))
        elif summary := event.get("summaryEvent"):
            whole = True
            if not summary.get("isPreview"):
                raise _NoPreviewError("is the log of a deployment, not of a preview")
    if not whole:
        raise _NoPreviewError("is not whole: it ends before the engine's summary")
    return _preview(steps, diagnostics, violations)


def _events(text: str) -> Iterator[Mapping[str, Any]]:
    for line in text.split("\n"):  # and not at what else Unicode takes for the end of a line
        if line.strip():
            yield json.loads(line)


def _violation(event: Mapping[str, Any]) -> Violation:
    return Violation(
        policy=str(event["policyName"]),
        level=str(event["enforcementLevel"]),
        urn=str(event.get("resourceUrn", "")),
        message=str(event["message"]).strip(),
    )


def _preview(
    steps: Sequence[tuple[Mapping[str, Any], Any, Any, Any]],
    diagnostics: Sequence[tuple[str, str]],
    violations: Sequence[Violation] = (),
) -> Preview:
    changes: dict[str, Change] = {}
    of_others = {step["urn"] for step, old, *_ in steps if step["op"] in _LOOKS or (old and old.get("external"))}
    for step, old, new, reasons in steps:
        change = Change(
            urn=_urn(step["urn"]),
            operation="same" if step["urn"] in of_others else _OPERATIONS.get(step["op"], "same"),
            old=_state(old),
            new=_state(new),
            reasons=tuple(map(str, reasons or ())),
        )
        changes[change.urn] = _together(changes[change.urn], change) if change.urn in changes else change
    said = [message.strip().removeprefix("error: ") for severity, message in diagnostics if severity == "error"]
    return Preview(
        changes=tuple(changes.values()),
        violations=tuple(violations),
        errors=tuple(message for message in said if message != _END),
        failed=bool(said),
    )


def _urn(value: Any) -> str:
    if not isinstance(value, str) or len(value.split("::", 3)) < 4:  # noqa: PLR2004 - stack, project, type, name
        raise _NoPreviewError("is JSON, but not as Pulumi writes it")
    return value


def _together(one: Change, other: Change) -> Change:
    """A replacement is told in several steps, the last of which does not know what is new; the gravest counts."""
    if other.operation == one.operation:
        return one if one.new is not NOTHING else other
    return max(one, other, key=lambda change: _GRAVITY.index(change.operation))


def _state(state: Any) -> State:
    if not state:
        return NOTHING
    return State(
        id=str(state.get("id") or ""),
        inputs=clean(state.get("inputs") or {}),
        protect=bool(state.get("protect")),
        retained=bool(state.get("retainOnDelete")),
        custom=bool(state.get("custom")),
    )
