"""What was refused, and alarms of security (CRT-OPS-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts

_DENIED: Final = ("AccessDenied", "not authorized to perform", "permission denied for", "no pg_hba.conf entry")
_TLS: Final = ("CERTIFICATE_VERIFY_FAILED", "SSL: ", "sslmode", "no encryption")


def refused_in_logs(facts: Facts) -> Iterator[Issue]:
    """What the applications were refused, by permission or by TLS."""
    for name, marks, cause, step in (
        ("permission-denied", _DENIED, "a role or a user may not do what the application does", "plinth check: roles"),
        (
            "tls-fails",
            _TLS,
            "one side demands TLS or a certificate that the other does not have",
            "plinth db probe: tls",
        ),
    ):
        found = [line for line in facts.lines if any(mark in line.message for mark in marks)]
        if found:
            yield Issue(
                id=name,
                category="security",
                severity="warning",
                components=tuple(sorted({line.stream.partition("/")[0] for line in found})),
                description=f"{len(found)} lines of the logs tell of it: {' '.join(found[0].message.split())[:200]}",
                impact="what was refused did not happen",
                cause=cause,
                steps=(step, "pulumi preview --refresh: what differs from the stack file"),
                prevention="Let `uses:` in the stack file give permissions, so that they follow what is used.",
            )


def alarms_that_are_on(facts: Facts) -> Iterator[Issue]:
    """Alarms, of which security's are told as that (CRT-SEC-08)."""
    monitoring = facts.target.inventory.monitoring
    severities = {
        name: severity for severity, names in (monitoring.alarms if monitoring else {}).items() for name in names
    }
    for alarm in facts.alarms:
        severity = severities.get(alarm["AlarmName"], "warning")
        yield Issue(
            id="alarm-is-on",
            category="security" if severity == "security" else "application",
            severity="critical" if severity in ("critical", "security") else "warning",
            components=(alarm["AlarmName"],),
            description=f"alarm {alarm['AlarmName']} is on since {_moment(alarm.get('StateUpdatedTimestamp'))}",
            impact=alarm.get("AlarmDescription") or "what it watches is not well",
            cause=alarm.get("StateReason", ""),
            steps=("plinth health: the values", "plinth logs --errors"),
            prevention="Tune what tells of nothing: monitoring.thresholds.",
        )


def _moment(value: dt.datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "some time"
