"""The health of a deployed stack: three levels, looked at side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from scripts.health.anomalies import anomalies
from scripts.health.basic import basic
from scripts.health.business import business
from scripts.health.metrics import metrics_of, read
from scripts.health.model import Health, health
from scripts.health.performance import performance
from settings.operations.operations import Health as Thresholds

if TYPE_CHECKING:
    from scripts.target import Target

_HOURS: Final = 24


def health_of(target: Target) -> Health:
    """Look at everything: states, one question for all metrics, and the endpoints of the stack file."""
    operations = target.inventory.operations
    thresholds = operations.health if operations else Thresholds.model_validate({})
    with ThreadPoolExecutor(3) as pool:
        states = pool.submit(basic, target)
        measured = pool.submit(read, target, metrics_of(target), _HOURS)
        asked = pool.submit(business, target)
        series = measured.result()
        checks = [*states.result(), *performance(series, thresholds), *asked.result()]
    return health(target.stack, checks, anomalies(series) if thresholds.anomalies else ())
