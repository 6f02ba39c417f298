"""What one section names of another is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from settings.problems import Problem
from settings.rules.report import missing
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack

DATA_STORES: Final = ("postgres", "redis")
STORES: Final = ("buckets", "files", "workers")
"""The sections whose members can be used."""
USERS: Final = ("services", "workers")
"""The sections whose members use stores and secrets."""


def what_is_used_exists(stack: Stack, key: str) -> Iterator[Problem]:
    usable = [name for name in DATA_STORES if getattr(stack, name) is not None]
    usable += [name for field in STORES for name in getattr(stack, field)]
    for at, user in _users(stack, key):
        with suppress(Unknown):
            for used in dict.fromkeys(user.uses):
                if used in DATA_STORES and used not in usable:
                    yield problem(
                        f"{at}.uses",
                        used,
                        f"The stack has no {used}.",
                        "A service uses what the stack has.",
                        f"Add plinth:{used}, or remove it here.",
                    )
                elif used not in usable:
                    yield missing(f"{at}.uses", used, "bucket, file system, worker or data store", usable)


def workers_use_buckets(stack: Stack, key: str) -> Iterator[Problem]:
    for name, worker in stack.workers.items():
        with suppress(Unknown):
            for used in worker.uses:
                if used in (*DATA_STORES, *stack.files, *stack.workers):
                    yield problem(
                        f"{key}workers.{name}.uses",
                        used,
                        f"A worker cannot use {used}.",
                        "Workers use buckets.",
                        "Let a service do what needs more, or hand the result on in a bucket.",
                        why="They run outside the VPC; a worker that feeds another hides where work comes from.",
                    )


def what_is_used_has_one_meaning(stack: Stack, key: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for field in STORES:
        with suppress(Unknown):
            for name in getattr(stack, field):
                if seen.setdefault(name, field) != field:
                    yield problem(
                        f"{key}{field}.{name}",
                        "",
                        f"{name!r} is also one of plinth:{seen[name]}.",
                        "Services name what they use by its key alone.",
                        "Rename one of the two.",
                    )


def secrets_that_are_read_exist(stack: Stack, key: str) -> Iterator[Problem]:
    for at, user in _readers(stack, key):
        with suppress(Unknown):
            for variable, secret in user.secrets.items():
                if secret not in stack.secrets:
                    yield missing(f"{at}.secrets.{variable}", secret, "secret", stack.secrets)


def _readers(stack: Stack, key: str) -> Iterator[tuple[str, Any]]:
    """Everything that reads secrets, and where it is in the file."""
    for at, user in _users(stack, key):
        yield at, user
        for name, sidecar in getattr(user, "sidecars", {}).items():
            yield f"{at}.sidecars.{name}", sidecar


def _users(stack: Stack, key: str) -> Iterator[tuple[str, Any]]:
    """Everything that uses stores and secrets, and where it is in the file."""
    for field in USERS:
        with suppress(Unknown):
            for name, user in getattr(stack, field).items():
                yield f"{key}{field}.{name}", user
    with suppress(Unknown):
        if stack.beanstalk is not None:
            yield f"{key}beanstalk", stack.beanstalk
