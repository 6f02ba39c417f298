"""Why tasks end: what ECS says of it, as causes that people know (CRT-OPS-08, AUT-OPS-06, RPH-OPS-06)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Cause:
    """A cause, by what ECS writes; what it means, what to do, how to prevent it."""

    id: str
    pattern: re.Pattern[str]
    means: str
    steps: tuple[str, ...]
    prevention: str


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
CAUSES: Final = (
    Cause(
        "wrong-platform",
        re.compile(r"exec format error", re.IGNORECASE),
        "the image is for another processor than linux/amd64",
        ("build it again with --platform linux/amd64", "plinth rollback"),
        "Plinth's images are built for amd64 alone, and plinth deploy refuses others.",
    ),
    Cause(
        "image-cannot-be-pulled",
        re.compile(r"CannotPull|pull image manifest|image.*not found", re.IGNORECASE),
        "the image is not there, or the task may not or cannot reach the registry",
        ("plinth check: whether the image exists", "see that the subnets reach ECR: NAT or the endpoints ecr and s3"),
        "Deploy by digest, and keep every image that a release names: plinth deploy looks before it begins.",
    ),
    Cause(
        "files-cannot-be-mounted",
        re.compile(r"EFS utils|failed to mount|mount.nfs", re.IGNORECASE),
        "the file system cannot be reached on port 2049, or its access point is gone",
        ("see that the file system's security group lets the service in", "pulumi up --refresh brings both back"),
        "Change security groups through the stack file alone.",
    ),
    Cause(
        "secrets-cannot-be-read",
        re.compile(r"ResourceInitializationError|unable to (pull|retrieve) secret", re.IGNORECASE),
        "a secret is gone, or the execution role may not read it, or Secrets Manager is out of reach",
        ("plinth check: secrets and roles", "pulumi up brings both back", "plinth rollback to a release of this life"),
        "Let secrets be the stack's (plinth:secrets), so that one change renames both ends.",
    ),
    Cause(
        "out-of-memory",
        re.compile(r"OutOfMemory|exit 137\b", re.IGNORECASE),
        "the container used more memory than the task has",
        ("plinth optimize: how much is used", "set a larger services.<name>.memory and pulumi up"),
        "An alarm at 85 percent of memory tells before (monitoring.thresholds.memory_percent).",
    ),
    Cause(
        "health-checks-fail",
        re.compile(r"health check|failed ELB|unhealthy", re.IGNORECASE),
        "the container runs and does not answer its health check in time",
        ("plinth logs --errors", "compare health_check.path and port with the application's", "plinth rollback"),
        "Give slow starts time (health_check.grace_seconds), and let the check ask nothing but the process.",
    ),
    Cause(
        "no-capacity",
        re.compile(r"capacity|RESOURCE:", re.IGNORECASE),
        "Fargate has no room in these zones at the moment, or a quota is reached",
        ("wait: ECS tries again", "ask for a higher quota of Fargate's processors", "spread over more zones"),
        "Three zones have room more often than two.",
    ),
    Cause(
        "variable-missing",
        re.compile(r"KeyError: '[A-Z][A-Z0-9_]+'|variable \S+ (is )?(not set|missing|required)|Field required"),
        "the program lacks a variable that it is told by",
        ("plinth check: secrets", "name it under services.<name>.environment or secrets, and pulumi up"),
        "What `uses:` names, Plinth tells: DATABASE_URL, REDIS_URL and their like need no line of their own.",
    ),
    Cause(
        "store-does-not-answer",
        re.compile(r"OperationalError|could not connect to server|PSQLException|Error \d+ connecting to|redis\S*Error"),
        "the program does not reach its database or its cache, or is not let in",
        ("plinth db probe", "see what else is told here: security groups, stores not available", "plinth check"),
        "Let the program try again for a while when it starts.",
    ),
    Cause(
        "schema-is-behind",
        re.compile(r"Undefined(Table|Column)|(relation|column) \S+ does not exist|Can't locate revision"),
        "the database has not the schema that this version needs",
        ("plinth db probe: migrations", "plinth migrate", "plinth rollback"),
        "plinth migrate goes before plinth deploy.",
    ),
    Cause(
        "container-ends",
        re.compile(r"Essential container|exit [1-9]\d*\b", re.IGNORECASE),
        "the program ends by itself, with an error",
        ("read what it wrote last, below", "plinth logs --errors", "plinth rollback"),
        "Let the suites of staging start what production starts: the same image, the same variables.",
    ),
)


def is_wrong(task: dict[str, Any]) -> bool:
    """Whether it ended because something is wrong, and not because somebody had it stopped."""
    return task.get("stopCode") not in ("ServiceSchedulerInitiated", "UserInitiated") or "health" in told(task).lower()


def cause_of(task: dict[str, Any], wrote: Sequence[str] = ()) -> Cause | None:
    """The first cause that fits what ECS says of a stopped task, and what it `wrote`; None when nobody did wrong."""
    if not is_wrong(task):
        return None
    said = "; ".join([told(task), *wrote])
    return next((cause for cause in CAUSES if cause.pattern.search(said)), None)


def told(task: dict[str, Any]) -> str:
    """What ECS says of a stopped task, in a line."""
    codes = [f"{each['name']} exit {each['exitCode']}" for each in task.get("containers", ()) if each.get("exitCode")]
    reasons = [each["reason"] for each in task.get("containers", ()) if each.get("reason")]
    return "; ".join([task.get("stoppedReason", ""), *reasons, *codes])
