"""The risks that the gate knows, by area. Each is one function of one change."""

from __future__ import annotations

from scripts.gate.risks import amount, encryption, exposure, loss, protection, retention
from scripts.gate.risks.risk import Harm, Judge, Risk

RISKS: tuple[Risk, ...] = (
    loss.DATA_STORES,
    loss.ENTRANCES,
    loss.PROTECTED,
    retention.LOGS,
    retention.BACKUPS,
    retention.VERSIONS,
    protection.PROTECTION,
    exposure.INGRESS,
    encryption.AT_REST,
    encryption.IN_TRANSIT,
    amount.DELETIONS,
)

__all__ = ["RISKS", "Harm", "Judge", "Risk"]
