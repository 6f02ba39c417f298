"""Going through the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from scripts.check.checks import CHECKS, Checked, Item
from scripts.output import Result, tell

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target

State = Literal["ok", "wrong", "not asked"]


class Asked(BaseModel):
    """How an item of the list came out: what is wrong, and the remedy of each."""

    model_config = ConfigDict(frozen=True)

    item: str
    state: State
    wrong: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


class Checklist(Result):
    """The whole list."""

    ready: bool
    items: tuple[Asked, ...]

    def show(self, console: Console) -> None:
        """Print a line for each item, and for each thing that is wrong."""
        for each in self.items:
            console.print(f"{each.state:9} {each.item}", markup=False)
            for what, remedy in zip(each.wrong, each.remedies, strict=True):
                console.print(f"            {what}", markup=False)
                console.print(f"            next: {remedy}", markup=False)


def check(target: Target, *, fail_fast: bool, items: tuple[Item, ...] = CHECKS) -> Checklist:
    """Go through the list; with `fail_fast`, to the first item that is wrong."""
    stack = Checked(target)
    asked: list[Asked] = []
    for item in items:
        name = item.__name__.replace("_", " ")
        if fail_fast and any(each.state == "wrong" for each in asked):
            asked.append(Asked(item=name, state="not asked"))
            continue
        tell(f"  {name} …")
        wrong = list(item(stack))
        asked.append(
            Asked(
                item=name,
                state="wrong" if wrong else "ok",
                wrong=tuple(each.what for each in wrong),
                remedies=tuple(each.remedy for each in wrong),
            )
        )
    return Checklist(ready=all(each.state == "ok" for each in asked), items=tuple(asked))
