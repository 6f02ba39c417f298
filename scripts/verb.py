"""What all verbs that work on a deployed stack have in common."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from scripts.errors import Exit, PlinthError
from scripts.options import Profile, Quiet, Region, Stack

if TYPE_CHECKING:
    from collections.abc import Callable

_TARGET: Final = "target"
_OURS: Final = {"stack": (Stack, None), "region": (Region, None), "profile": (Profile, None), "quiet": (Quiet, False)}


def operates(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb, whose first argument is its `Target`, the options that say which stack that is.

    Typer reads options from a function's signature, so the wrapper has one without the target and with the options.
    """

    @functools.wraps(verb)
    def command(**given: Any) -> None:
        from scripts import output  # noqa: PLC0415 - help needs no AWS
        from scripts.target import Target  # noqa: PLC0415

        stack, region, profile, quiet = (given.pop(name) for name in _OURS)
        output.be_quiet(quiet)
        try:
            verb(Target.open(stack, region=region, profile=profile), **given)
        except KeyboardInterrupt:
            raise PlinthError("interrupted", exit_code=Exit.CANCELLED) from None

    command.__annotations__ = {name: hint for name, hint in verb.__annotations__.items() if name != _TARGET}
    hints = get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[parameter.name])
        for parameter in inspect.signature(verb).parameters.values()
        if parameter.name != _TARGET
    ]
    ours = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _OURS.items()
    ]
    command.__annotations__ |= {parameter.name: parameter.annotation for parameter in ours}
    command.__signature__ = inspect.Signature([*own, *ours])  # type: ignore[attr-defined]
    return command
