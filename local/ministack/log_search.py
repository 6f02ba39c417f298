"""Searching logs as AWS does, where MiniStack passes over a part of what is asked:

- the prefix of the streams' names (FilterLogEvents), of which it gives those of all;
- terms of which any may be there (``?ERROR ?FATAL``), of which it looks for all, question marks included.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs as logs

NO_STREAM = ["(none)"]  # a name that no stream has: an empty list would mean all of them


def install() -> None:
    """Lays it over the search of lines."""
    find, compiled = logs._filter_log_events, logs._compile_filter_pattern

    def find_in_streams(data: dict[str, Any]) -> Any:
        prefix, group = data.get("logStreamNamePrefix"), logs._log_groups.get(logs._resolve_log_group_name(data))
        if prefix and group:
            data = {
                **data,
                "logStreamNames": [name for name in group["streams"] if name.startswith(prefix)] or NO_STREAM,
            }
        return find(data)

    def compile_terms(raw: str) -> Callable[[str], bool]:
        terms = raw.split()
        if not terms or not all(term.startswith("?") for term in terms):
            return compiled(raw)  # type: ignore[no-any-return] # MiniStack has no types
        wanted = [term[1:].strip('"') for term in terms]
        return lambda message: any(term in message for term in wanted)

    logs._filter_log_events, logs._compile_filter_pattern = find_in_streams, compile_terms
