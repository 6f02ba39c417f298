"""What the settings mean: the docstrings below the fields of the models.

Read from the source only when somebody asks (messages, schema, documentation), because pydantic's own way costs every
preview 40 ms.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Name of each field to its docstring, in one line; fields of the model that it extends come first."""
    module = ast.parse(inspect.getsource(sys.modules[model.__module__]))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)
    (base,) = model.__bases__
    found = dict(descriptions(base)) if base is not BaseModel and issubclass(base, BaseModel) else {}
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                found[name] = " ".join(words.split())
    return found
