from __future__ import annotations

import pytest

BUDGET = "aws:budgets/budget:Budget"


@pytest.mark.parametrize(
    ("notifications", "good"),
    [
        ([{"threshold": 80, "subscriberEmailAddresses": ["a@example.com"]}], True),
        ([{"threshold": 80, "subscriberSnsTopicArns": ["arn:aws:sns:us-east-1:1:t"]}], True),
        (None, False),
        ([], False),
        ([{"threshold": 80}], False),
        ([{"threshold": 80, "subscriberEmailAddresses": []}], False),
        ([{"subscriberEmailAddresses": ["a@example.com"]}, {"threshold": 100}], False),
    ],
)
def test_a_budget_tells_somebody(program, notifications, good):
    program.add(BUDGET, "budget", {"notifications": notifications})
    assert program.flaws("BUD-1") == (set() if good else {("notifies", "budget")})


def test_notifications_to_what_is_not_known_yet_are_heard(program):
    program.add(BUDGET, "topic", {"notifications": [{"subscriberSnsTopicArns": [program.unknown]}]})
    program.add(BUDGET, "later", {"notifications": program.unknown})
    assert program.flaws("BUD-1", preview=True) == set()
    assert program.unjudged("later") == {("BUD-1", "notifications")}


@pytest.mark.parametrize("budget", [True, False])
def test_strictly_a_stack_has_a_budget(program, budget):
    program.pack = {"strict": True}
    program.add("aws:ec2/vpc:Vpc", "vpc")
    if budget:
        program.add(BUDGET, "budget", {"notifications": [{"subscriberEmailAddresses": ["a@example.com"]}]})
    assert program.flaws("BUD-1") == (set() if budget else {("present", "vpc")})
