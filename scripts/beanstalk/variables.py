"""What variables the environment has, read back from Beanstalk (UTJ-OPS-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scripts.errors import unknown
from scripts.output import Result

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.beanstalk.deployable import BeanstalkDeployable

_PLAIN: Final = "aws:elasticbeanstalk:application:environment"
_SECRET: Final = "aws:elasticbeanstalk:application:environmentsecrets"  # noqa: S105 - a namespace


class Variables(Result):
    """Name to value; of a secret, its ARN."""

    environment: str
    variables: dict[str, str]

    def show(self, console: Console) -> None:
        """Print a line for each, as a shell reads them."""
        for name, value in self.variables.items():
            console.print(f"{name}={value}", markup=False, highlight=False, soft_wrap=True)


def read(thing: BeanstalkDeployable, name: str | None = None) -> Variables:
    """All, or one; PlinthError with the nearest names when there is none of that name."""
    options = [each for each in thing.settings() if each["Namespace"] in (_PLAIN, _SECRET)]
    found = {each["OptionName"]: each.get("Value", "") for each in options}
    if name is not None and name not in found:
        raise unknown("variable", name, found)
    chosen = {key: found[key] for key in sorted(found) if name in (None, key)}
    return Variables(environment=thing.entry.environment, variables=chosen)
