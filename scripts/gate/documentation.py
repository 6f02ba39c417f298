"""``python -m scripts.gate.documentation`` writes docs/risks.md, from the risks themselves."""

from __future__ import annotations

import inspect
import sys
from typing import Final

from scripts.gate.risks import RISKS, Risk

_HEAD: Final = """\
# Risks

<!-- Written by `python -m scripts.gate.documentation` from scripts/gate/risks. Do not edit: make generate. -->

What `plinth gate` stops in a preview, unless an approval lets it through. The policy pack judges what a stack would be;
these are about what is lost, opened or weakened on the way there. [Pull requests](pull-requests.md) says how both are
used, and how a change is approved: by the id in the heading.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *map(_section, RISKS)])


def _section(risk: Risk) -> str:
    kinds = "".join(f"- {_first_sentences(judge)}\n" for judge in risk.judges)
    return f"## {risk.id}\n\n{risk.title}. {risk.why}\n" + (f"\n{kinds}" if len(risk.judges) > 1 else "")


def _first_sentences(judge: object) -> str:
    return " ".join((inspect.getdoc(judge) or "").split())


if __name__ == "__main__":
    sys.stdout.write(page())
