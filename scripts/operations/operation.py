"""A change under way: it has the stack for itself, and writes down each step before and after."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError

from scripts.errors import Exit, PlinthError
from scripts.operations.journal import OVER, Journal, Note, State, Step, now, stamp
from scripts.operations.records import Overtaken, Record, Records
from scripts.output import tell

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from scripts.target import Target

CURRENT: Final = "operations/current.json"
BEAT_SECONDS: Final = 15
"""How often a change says that it is alive."""
SILENT_SECONDS: Final = 60
"""After which one that says nothing is held for killed."""

T = TypeVar("T")


class Operation:
    """One change of a stack.

    `operations/current.json` is its lock and its journal in one: created or replaced only by who knows what is there,
    so of two operators one is refused. A change that was killed leaves it behind, and the same command goes on from it.
    """

    def __init__(self, records: Records, journal: Journal, etag: str) -> None:
        self.records, self.journal, self._etag = records, journal, etag
        self._writing = threading.Lock()
        self._overtaken = False

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Do `work` and write down what it returns (as JSON); if an earlier run did it, only that is returned.

        Work may have been begun before, and killed: it must be able to find what it made the first time.
        """
        before = self.journal.step(name)
        if before is not None and before.state == "done":
            tell(f"  {name}: done before")
            return cast("T", before.result)  # what work returned, by way of JSON
        step = before or Step(name=name, started=now())
        if before is None:
            self.journal.steps.append(step)
        step.state = "running"
        self._save()
        tell(f"  {name} …")
        try:
            step.result = work()
        except BaseException as error:
            step.state, step.ended = _state_after(error), now()
            raise
        step.state, step.ended = "done", now()
        self._save()
        tell(f"  {name}: done in {(step.ended - step.started).total_seconds():.0f} s")
        return cast("T", step.result)

    def note(self, text: str) -> None:
        """Tell, and keep, something that happened."""
        tell(f"    {text}")
        self.journal.notes.append(Note(at=now(), text=text))

    def _save(self) -> None:
        with self._writing:
            if self._overtaken:
                raise _taken_over()
            try:
                self._etag = self.records.write(CURRENT, self.journal.model_dump(mode="json"), over=self._etag)
            except Overtaken:
                self._overtaken = True
                raise _taken_over() from None

    def end(self, state: State, error: str = "") -> None:
        """Give the stack free, and keep the record. What went wrong before is not hidden by a failure of this."""
        self.journal.state, self.journal.error = state, error
        self.journal.ended = now()
        # First the record, then the lock: killed in between, the change is found unfinished, and ends when it goes on.
        try:
            self.records.keep(f"operations/{self.journal.id}.json", self.journal.model_dump(mode="json"))
            self._save()
        except (PlinthError, BotoCoreError, ClientError) as problem:
            if state == "done":
                raise
            tell(f"  the record of this {self.journal.verb} could not be written: {problem}")

    def beat(self, over: threading.Event) -> None:
        """Say again and again that this is alive, until it is `over`."""
        while not over.wait(BEAT_SECONDS):
            try:
                self._save()
            except PlinthError:
                return  # the next step says it
            except (BotoCoreError, ClientError):
                continue  # AWS is away for a moment; a step that needs it will say so


@contextmanager
def operation(
    target: Target,
    verb: str,
    arguments: dict[str, Any],
    *,
    reason: str = "",
    supersedes: Sequence[str] = (),
    since: dt.datetime | None = None,
) -> Iterator[Operation]:
    """Have the stack for oneself while the change is made; `since` is when it began, if that was before.

    Raises PlinthError when somebody else is at work, or left something unfinished that is neither this same change (it
    then goes on where it stopped) nor one of those that it `supersedes`.
    """
    records = Records(target)
    begun = _begin(records, _journal(target, verb, arguments, reason, since or now()), supersedes)
    over = threading.Event()
    heart = threading.Thread(target=begun.beat, args=[over], daemon=True)
    heart.start()
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield begun
    except KeyboardInterrupt:
        begun.end("interrupted")
        raise PlinthError(_unfinished(begun.journal, "interrupted"), _how_to_go_on(target), Exit.CANCELLED) from None
    except BaseException as error:
        begun.end("failed", str(error))
        raise
    else:
        begun.end("done")
    finally:
        over.set()
        heart.join()
        signal.signal(signal.SIGTERM, before)


def _begin(records: Records, journal: Journal, supersedes: Sequence[str]) -> Operation:
    found = records.read(CURRENT)
    try:
        if found is None:
            return Operation(records, journal, records.write(CURRENT, journal.model_dump(mode="json")))
        earlier = Journal.model_validate(found.document)
        if earlier.state in OVER:
            return Operation(records, journal, _replace(records, journal, found))
        if alive(earlier, found):
            raise held(earlier)
        if (earlier.verb, earlier.arguments) == (journal.verb, journal.arguments):
            tell(f"going on with the {earlier.verb} that {earlier.who} began at {earlier.started:%H:%M:%S} UTC")
            taken = earlier.model_copy(
                update={"state": "running", "host": journal.host, "pid": journal.pid, "ended": None}
            )
            return Operation(records, taken, _replace(records, taken, found))
        if earlier.verb in supersedes:
            records.keep(*_given_up(earlier))
            return Operation(records, journal, _replace(records, journal, found))
        raise PlinthError(
            _unfinished(earlier, "left unfinished"), "plinth operation resume, or plinth operation abandon"
        )
    except Overtaken:
        raise PlinthError(
            "somebody else began to change this stack just now", "plinth operation show", Exit.RESOURCE
        ) from None


def give_up(records: Records, journal: Journal) -> None:
    """End a change that nobody goes on with: its record stays, and the stack is free. PlinthError when it moves."""
    record = records.read(CURRENT)
    key, document = _given_up(journal)
    if record is None or record.document["id"] != journal.id:
        raise _taken_over()
    records.keep(key, document)
    try:
        records.write(CURRENT, document, over=record.etag)
    except Overtaken:
        raise _taken_over() from None


def alive(journal: Journal, record: Record) -> bool:
    """Whether somebody is at work on the change right now."""
    if journal.state != "running":
        return False
    if journal.host == socket.gethostname() and not _runs(journal.pid):
        return False
    return record.age.total_seconds() < SILENT_SECONDS


def _given_up(journal: Journal) -> tuple[str, Any]:
    given_up = journal.model_copy(update={"state": "abandoned", "ended": now()})
    return f"operations/{journal.id}.json", given_up.model_dump(mode="json")


def _replace(records: Records, journal: Journal, found: Record) -> str:
    return records.write(CURRENT, journal.model_dump(mode="json"), over=found.etag)


def _journal(target: Target, verb: str, arguments: dict[str, Any], reason: str, moment: dt.datetime) -> Journal:
    return Journal(
        id=f"{stamp(moment)}_{verb}",
        verb=verb,
        arguments=arguments,
        argv=sys.argv[1:],
        who=target.cloud.caller(),
        host=socket.gethostname(),
        pid=os.getpid(),
        reason=reason,
        started=moment,
    )


def held(journal: Journal) -> PlinthError:
    """The refusal of a second change: who is at work, since when, and where."""
    return PlinthError(
        f"{journal.who} on {journal.host} is changing this stack: {journal.verb} since {journal.started:%H:%M:%S} UTC, "
        f"now at: {journal.here}",
        "Wait for its end, or look at it: plinth operation show",
        Exit.RESOURCE,
    )


def _unfinished(journal: Journal, how: str) -> str:
    done = ", ".join(journal.done) or "nothing"
    return (
        f"a {journal.verb} of {journal.who}, begun at {journal.started:%Y-%m-%d %H:%M:%S} UTC, was {how} "
        f"at: {journal.here}. Done before that: {done}"
    )


def _how_to_go_on(target: Target) -> str:
    return f"The same command goes on; or: plinth operation abandon --stack {target.stack}"


def _taken_over() -> PlinthError:
    return PlinthError(
        "somebody else took this change over, after it had been silent for a minute",
        "plinth operation show says who",
        Exit.RESOURCE,
    )


def _state_after(error: BaseException) -> State:
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
