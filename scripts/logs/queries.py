"""Saved queries of CloudWatch Logs Insights, as the stack has them (plinth:monitoring)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.errors import Exit, PlinthError, unknown
from scripts.operations.journal import now
from scripts.output import Result, table
from scripts.waiting import poll

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from scripts.target import Target

_OVER: Final = {"Complete", "Failed", "Cancelled", "Timeout"}
_MINUTES: Final = 5


class Answered(Result):
    """The rows that a query found."""

    query: str
    rows: tuple[dict[str, str], ...]

    def show(self, console: Console) -> None:
        """Print a line for each row."""
        if not self.rows:
            console.print("nothing was found")
            return
        console.print(table(*self.rows[0], rows=[tuple(row.values()) for row in self.rows]))


def saved(target: Target) -> dict[str, dict[str, Any]]:
    """The stack's queries, by the last part of their names: ``errors``."""
    monitoring = target.inventory.monitoring
    names = monitoring.queries if monitoring else ()
    if not names:
        return {}
    prefix = names[0].rpartition("/")[0]
    found = target.cloud.client("logs").describe_query_definitions(queryDefinitionNamePrefix=prefix)
    return {each["name"].rpartition("/")[2]: each for each in found["queryDefinitions"] if each["name"] in names}


def run(target: Target, name: str, since: dt.datetime) -> Answered:
    """Run a saved query over the time since then; PlinthError when there is none of that name, or it fails."""
    queries = saved(target)
    if name not in queries:
        raise unknown("query", name, queries)
    logs, query = target.cloud.client("logs"), queries[name]
    begun = logs.start_query(
        logGroupNames=query["logGroupNames"],
        queryString=query["queryString"],
        startTime=int(since.timestamp()),
        endTime=int(now().timestamp()),
    )["queryId"]
    found = _results(logs, begun, name)
    if found["status"] != "Complete":
        raise PlinthError(f"query {name} ended as {found['status']}", "Ask for less time: --since", Exit.RESOURCE)
    rows = ({cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in found["results"])
    return Answered(query=name, rows=tuple(rows))


def _results(logs: Any, query: str, name: str) -> dict[str, Any]:
    for _ in poll(f"query {name}", _MINUTES, every=1):
        found = logs.get_query_results(queryId=query)
        if found["status"] in _OVER:
            return dict(found)
    raise AssertionError("poll ends with an exception")
