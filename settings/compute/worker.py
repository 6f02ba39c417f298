"""Workers: Lambda functions fed by a queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.compute.variables import wrong_variables
from settings.data.queue import MOST_VISIBILITY, Queue
from settings.problems import Problem
from settings.section import Section, problem, rule, section
from settings.values import Between, EnvironmentName, Many, Shaped, Text

RECEIVES_BEFORE_RETRY: Final = 6
"""Visibility timeout as a multiple of the function's, AWS's own advice (RPH-DAT-04)."""
MOST_WITHOUT_WINDOW: Final = 10  # messages in a batch that is not waited for

FunctionName = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9_-]{1,64}",
        "the name of a function",
        "It has at most 64 letters, digits, hyphens and underscores.",
        "Leave it out for <system>-<worker>-<environment>.",
    ),
]
AliasName = Annotated[
    str,
    Shaped(
        r"(?!\d+$)[A-Za-z0-9_-]{1,128}",
        "the name of an alias",
        "It has letters, digits, hyphens and underscores, and is no number.",
        "Set for example live.",
        why="A number names a version.",
    ),
]
Handler = Annotated[
    str,
    Shaped(
        r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+",
        "a handler",
        "It is a module and a function in it.",
        "Set for example app.handler for handler() in app.py.",
    ),
]
Folder = Annotated[
    str,
    Shaped(
        r"(?!/)(?!.*(^|/)\.\.(/|$)).+",
        "a folder of the project",
        "It is a path from the project's folder, and leads nowhere else.",
        "Set for example systems/rapidphoto/processor.",
    ),
]


class Worker(Section):
    """A Lambda function in Python that processes the messages of its queue."""

    code: Folder
    """Folder that holds the source in src/, and its dependencies in requirements.txt: each with version and hashes,
    installed for Linux on x86-64 as Lambda has it."""
    handler: Handler
    """Module in src/ and function in it that get each batch. The function answers with the messages that failed:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html."""
    name: FunctionName | None = None
    """Name of the function; <system>-<worker>-<environment> unless set."""
    runtime: Literal["python3.11", "python3.12", "python3.13"] = "python3.13"
    """Version of Python; dependencies are installed for it."""
    memory: Annotated[int, Between(128, 10_240, "an amount of memory in MiB", "Set for example 512.")] = 512
    """MiB of memory; processors come with it, one for each 1769 MiB."""
    timeout_seconds: Annotated[int, Between(1, 900, "a timeout in seconds", "Set for example 60.")] = 60
    """Seconds that a batch may take."""
    disk_mib: Annotated[int, Between(512, 10_240, "a size in MiB", "Set for example 512.")] = 512
    """MiB of disk below /tmp."""
    alias: AliasName = "live"
    """The alias that the queue invokes; it names a published version, and going back is to name an earlier one."""
    batch_size: Annotated[int, Between(1, 10_000, "a number of messages", "Set for example 10.")] = 10
    """Messages in a batch at most."""
    batch_window_seconds: Annotated[int, Between(0, 300, "a number of seconds", "Set for example 0.")] = 0
    """Seconds to wait for a batch to fill."""
    max_concurrency: Annotated[
        int,
        Between(2, 1000, "a number of batches at a time", "Set for example 10.", why="Lambda takes no less than 2."),
    ] = 10
    """Batches that are processed at a time: what keeps a full queue from using up the account's functions, or a
    database's connections."""
    tracing: bool = True
    """Whether X-Ray follows messages through the function."""
    queue: Queue = section()
    """The queue that feeds it."""
    uses: Annotated[Many[str], Field(default=())]
    """What the function may reach and is told of: names of buckets and of other workers."""
    environment: Annotated[dict[EnvironmentName, Text], Field(default_factory=dict)]
    """Plain variables; everybody who may see the function can read them. Plinth adds VERSION."""
    secrets: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Secrets that the function may read: each names a key of plinth:secrets. Lambda fills in none, so the variable
    holds the secret's ARN, and is best called like API_KEY_ARN."""

    @property
    def visibility_seconds(self) -> int:
        """Seconds that a message is hidden while it is processed."""
        wanted = self.queue.visibility_seconds
        return min(RECEIVES_BEFORE_RETRY * self.timeout_seconds, MOST_VISIBILITY) if wanted is None else wanted

    @rule
    def a_batch_ends_before_it_is_seen_again(self, key: str) -> Iterator[Problem]:
        wanted = self.queue.visibility_seconds
        if wanted is not None and wanted < self.timeout_seconds:
            yield problem(
                f"{key}.queue.visibility_seconds",
                wanted,
                f"{wanted} is less than timeout_seconds, which is {self.timeout_seconds}.",
                "Messages stay hidden for at least as long as a batch may take.",
                f"Leave it out for {RECEIVES_BEFORE_RETRY * self.timeout_seconds}.",
                why="Lambda refuses it: others would process what is being processed.",
            )

    @rule
    def large_batches_are_waited_for(self, key: str) -> Iterator[Problem]:
        if self.batch_size > MOST_WITHOUT_WINDOW and self.batch_window_seconds == 0:
            yield problem(
                f"{key}.batch_window_seconds",
                0,
                f"Batches of {self.batch_size} are not waited for.",
                f"More than {MOST_WITHOUT_WINDOW} messages need a window of at least a second.",
                "Set batch_window_seconds: 1 or more, or a smaller batch_size.",
                why="SQS hands out ten messages at a time; Lambda refuses the rest without a window.",
            )

    @rule
    def variables_are_right(self, key: str) -> Iterator[Problem]:
        yield from wrong_variables(key, self.environment, {}, reader="Whoever may see the function")
        for name in sorted({*self.secrets} & {*self.environment, "VERSION"}):
            yield problem(
                f"{key}.secrets.{name}",
                "",
                f"{name} is set twice.",
                "A variable has one value; VERSION is Plinth's own.",
                f"Remove {name} from one of them, or choose another name.",
            )
