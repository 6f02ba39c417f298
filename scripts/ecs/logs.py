"""What the containers of a task write, by the log driver that its definition names."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from scripts.ecs.service import EcsService

_SILENCE_SECONDS: Final = 3
"""CloudWatch shows what was written a moment later."""


@dataclass
class TaskLog:
    """The log of a task's first container, or of the one named; `said` is what was read of it."""

    logs: Any
    group: str
    stream: str
    said: list[str] = field(default_factory=list)
    _token: str | None = None

    @classmethod
    def of(cls, service: EcsService, task: dict[str, Any], container: str | None = None) -> Self:
        """The log of a task; empty for ever when its definition sends it elsewhere."""
        definitions = service.definition(task["taskDefinitionArn"])["containerDefinitions"]
        named = next((each for each in definitions if each["name"] == container), definitions[0])
        options = named.get("logConfiguration", {}).get("options", {})
        task_id = task["taskArn"].rpartition("/")[2]
        return cls(
            service.target.cloud.client("logs"),
            options.get("awslogs-group", ""),
            f"{options.get('awslogs-stream-prefix')}/{named['name']}/{task_id}",
        )

    def new_lines(self) -> list[str]:
        """What was written since the last look."""
        if not self.group:
            return []
        request = {"nextToken": self._token} if self._token else {}
        try:
            answer = self.logs.get_log_events(
                logGroupName=self.group, logStreamName=self.stream, startFromHead=True, **request
            )
        except self.logs.exceptions.ResourceNotFoundException:
            return []  # nothing was written yet
        self._token = answer["nextForwardToken"]
        lines = [each["message"].rstrip() for each in answer["events"]]
        self.said += lines
        return lines

    def rest(self, silence_seconds: float = _SILENCE_SECONDS) -> list[str]:
        """What is left to read when the task is over: until nothing has come for a while."""
        lines = self.new_lines()
        while True:
            time.sleep(silence_seconds)
            more = self.new_lines()
            if not more:
                return lines
            lines += more

    def last_lines(self, count: int) -> list[str]:
        """The last that was written."""
        if not self.group:
            return []
        try:
            answer = self.logs.get_log_events(logGroupName=self.group, logStreamName=self.stream, limit=count)
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        return [each["message"].rstrip() for each in answer["events"]]
