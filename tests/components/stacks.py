"""The settings of the stack files, as they are or with changes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import yaml

from settings import load
from settings.stack_files import known_as, stack_files
from tests.components.recording import ROOT

if TYPE_CHECKING:
    from settings import Stack

ABSENT = object()
FILES = {known_as(path, ROOT): path for path in stack_files(ROOT)}


def stack(name: str, **changes: Any) -> Stack:
    """The settings of a stack file, with changes by path: ``network__nat="one"``, or ABSENT to leave out.

    `name` is the file's, as `make up STACK=` takes it: prod, utjfc-season.
    """
    config = copy.deepcopy(yaml.safe_load(FILES[name].read_text())["config"])
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = config
        for number, key in enumerate(parents):
            place = place.setdefault(f"plinth:{key}" if number == 0 else key, {})
        last = last if parents else f"plinth:{last}"
        if value is ABSENT:
            place.pop(last, None)
        else:
            place[last] = value
    return load(config, root=ROOT)
