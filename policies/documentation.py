"""The rules as docs/policies.md shows them: python -m policies.documentation > docs/policies.md."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Final

from policies import rules
from policies.rule import Rule, View

_INTRODUCTION: Final = """\
# Policies

The guardrails of `docs/requirements.md`, section 7, as a Pulumi policy pack. It judges any Pulumi program for AWS, in
any language: `pulumi up --policy-pack policies`. Every rule is mandatory; a stack that must differ says so in a file,
`pulumi up --policy-pack policies --policy-pack-config exceptions.json`, by the rule's name:

    {"grd-05-redis-failover": {"enforcementLevel": "advisory"}}

What the rules are strict about depends on the effective tag `Tier` of each resource (its own, else the provider's
default): `staging` and `development` are let off some; everything else, and no tag at all, is judged as production.

- A rule that sees one **resource** stops it before it is made, in a preview and in an update.
- A rule that sees the **stack** judges after the preview, so `pulumi up` stops before anything is made. With
  `--skip-preview` Pulumi asks it only after everything was made: the update then fails, and what was made stays.
- What only the update will know (a policy with a new bucket's ARN in it) is said once for each resource, in one
  advisory (`not-judged-yet`), and judged in the update. Resources are linked by Pulumi's dependencies, which every
  preview knows.
- Whether a database's password is a literal cannot be seen by Pulumi's secret marks, because the AWS SDKs mark every
  password. So GRD-04 asks where it comes from: AWS, another resource, or a secret of the stack's configuration,
  unchanged. A password made from such a secret by the program is refused as well.

This page is made from the rules: `python -m policies.documentation > docs/policies.md`.
"""


def document() -> str:
    """The whole page, in Markdown."""
    parts = [_INTRODUCTION]
    for id_, group in groupby(rules.RULES, key=lambda rule: rule.id):
        parts += [f"\n## {id_}\n", *map(_entry, group)]
    return "".join(parts)


def _entry(rule: Rule) -> str:
    sees = "resource" if rule.view is View.RESOURCE else "stack"
    return (
        f"\n**{rule.title}** (`{rule.name}`, {rule.severity.value}, sees the {sees})  \n"
        f"{rule.reason[0].upper()}{rule.reason[1:]} {rule.remedy}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(document())
