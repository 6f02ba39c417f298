"""The rules as docs/policies.md shows them: python -m policies.documentation > docs/policies.md."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from typing import Final

from policies import catalogue, rules
from policies.rule import Rule, View

_INTRODUCTION: Final = """\
# Policies

A Pulumi policy pack for AWS that judges any Pulumi program, in any language, of any team:

    pulumi preview --policy-pack policies

{count} rules, {stack} of which look at the whole stack. {mandatory} are mandatory; {strict} are strict, that is: they
ask for what many sound systems do without (a key of one's own, for example) and are off until they are asked for.

A finding is one line: the resource, the property, the value found, and the change to make.

## What a stack may say about the pack

In its own stack file under `<project>:policies`, or in the file of `--policy-pack-config` under `plinth`:

```json
{{
  "plinth": {{
    "tiers": {{"staging": "advisory", "development": "disabled"}},
    "strict": true,
    "exemptions": [
      {{
        "rule": "ECH-4",
        "resource": "*::redis",
        "reason": "a cache that may be lost at any time",
        "owner": "chat team",
        "until": "2027-03-31"
      }}
    ]
  }},
  "rds-10-iam-authentication": "mandatory"
}}
```

- **Tiers**: what the rules are strict about depends on the effective tag `Tier` of each resource (its own, else the
  provider's default): `staging` and `development` are let off some rules, and `tiers` sets the highest level there.
  Everything else, and no tag at all, is judged as production, which is always judged in full.
- **Exemptions** name a rule (its id, or the name that Pulumi prints), a resource (a URN, or a pattern that the URN, or
  the type and name that it ends with, matches), why, who answers for it, and the last day. Those in force are listed by
  every run; one that has ended blocks.
- **Levels** of single rules (`mandatory`, `advisory`, `disabled`, `remediate`) stand beside `plinth`, by their names.
- **Mending**: rules marked as such set the property right by themselves where their level is `remediate`.
- What cannot be understood (an unknown rule, an exemption without a reason or a date) ends the run and says so.

## When a rule judges

- A rule that sees one **resource** stops it before it is made, in a preview and in an update.
- A rule that sees the **stack** judges after the preview, so `pulumi up` stops before anything is made. With
  `--skip-preview` Pulumi asks it only after everything was made: the update then fails, and what was made stays.
- What only the update will know (a policy with a new bucket's ARN in it) is said once for each resource, in one
  advisory (`not-judged-yet`), and judged in the update. Resources are linked by Pulumi's dependencies, which every
  preview knows.
- Whether a database's password is a literal cannot be seen by Pulumi's secret marks, because the AWS SDKs mark every
  password. So RDS-9 asks where it comes from: AWS, another resource, or a secret of the stack's configuration,
  unchanged. A password made from such a secret by the program is refused as well.

This page is made from the rules: `python -m policies.documentation > docs/policies.md`. Guardrails are those of
`docs/requirements.md`; CIS is the CIS AWS Foundations Benchmark 5.0, FSBP the controls of Security Hub (AWS
Foundational Security Best Practices and its neighbours), and the other tools are named where they look at the same
thing, whether or not they find as much.
"""
_SHOWN: Final = {
    "well_architected": "Well-Architected",
    "fsbp": "FSBP",
    "cis": "CIS",
    "checkov": "Checkov",
    "prowler": "Prowler",
    "pulumi": "Pulumi's compliance pack",
    "awsguard": "AWSGuard",
}


def document() -> str:
    """The whole page, in Markdown."""
    counts = Counter(rule.view for rule in rules.RULES)
    strict = sum(rule.strict for rule in rules.RULES)
    introduction = _INTRODUCTION.format(
        count=len(rules.RULES), stack=counts[View.STACK], mandatory=len(rules.RULES) - strict, strict=strict
    )
    parts = [introduction]
    for id_, group in groupby(rules.RULES, key=lambda rule: rule.id):
        parts += [f"\n## {id_}\n", *map(_entry, group), _elsewhere(catalogue.entries()[id_])]
    left_out = [(id_, entry.left_out) for id_, entry in catalogue.entries().items() if entry.left_out]
    if left_out:
        parts += ["\n## Left out\n\n", *(f"- {id_}: {why}\n" for id_, why in left_out)]
    return "".join(parts)


def _entry(rule: Rule) -> str:
    facts = [
        f"`{rule.name}`",
        rule.severity.value,
        "sees the resource" if rule.view is View.RESOURCE else "sees the stack",
        *(["strict"] if rule.strict else []),
        *(["can mend it"] if rule.mend else []),
    ]
    return f"\n**{rule.title}** ({', '.join(facts)})  \n{rule.reason[0].upper()}{rule.reason[1:]} {rule.remedy}\n"


def _elsewhere(entry: catalogue.Entry) -> str:
    """Guardrails, frameworks, peers and AWS's pages, in one line under the rules of an id."""
    told = [f"{_SHOWN[name]} {', '.join(values)}" for name, values in (entry.frameworks | entry.peers).items()]
    links = [f"[{link.rpartition('#')[2] or link}]({link})" for link in entry.links]
    return f"\n{'; '.join([*entry.guardrails, *told, *links])}.\n"


if __name__ == "__main__":
    sys.stdout.write(document())
