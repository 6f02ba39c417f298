"""The escape hatch: properties that the stack file sets on a resource, over what its component sets."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = "aws:ecs/service:Service::backend"


class Customizations:
    """Applies the settings' `customize`: a resource, as its URN ends (``<type>::<name>``), to its properties.

    The merge is shallow, because only then can a value be taken away again. Policies judge the result like any
    other. Registers itself with the stack; call `check` once every resource is declared.
    """

    def __init__(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        self._wanted = wanted
        self._seen: set[str] = set()
        if wanted:
            pulumi.runtime.register_stack_transformation(self._transform)

    def _transform(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        resource = f"{args.type_}::{args.name}"
        self._seen.add(resource)
        properties = self._wanted.get(resource)
        if properties is None:
            return None
        return pulumi.ResourceTransformationResult({**args.props, **properties}, args.opts)

    def check(self) -> None:
        """Raises pulumi.RunError when the stack file customizes a resource that the program does not have."""
        problems = [self._problem(resource) for resource in self._wanted if resource not in self._seen]
        if problems:
            raise pulumi.RunError("\n".join(problems))

    def _problem(self, resource: str) -> str:
        nearest = get_close_matches(resource, self._seen, n=3, cutoff=0.4)
        hint = f"The nearest are {', '.join(nearest)}." if nearest else f"Write it as its URN ends, e.g. {EXAMPLE}."
        return f"plinth:customize.{resource}: the stack has no such resource. {hint}"
