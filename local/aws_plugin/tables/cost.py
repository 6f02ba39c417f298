"""Budgets and Cost Explorer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls
from local.aws_plugin.values import UNKNOWN, has_unknown

_BUDGET = {"AccountId": "$account", "BudgetName": "$name"}
_WHO = {"subscriberEmailAddresses": "EMAIL", "subscriberSnsTopicArns": "SNS"}
_WHAT = ("comparisonOperator", "notificationType", "threshold", "thresholdType")


def _notifications(state: Mapping[str, Any]) -> Any:
    """In AWS's form a notification is apart from who is told."""
    if has_unknown(state.get("notifications")):
        return UNKNOWN
    return [
        {
            "Notification": {f"{name[0].upper()}{name[1:]}": each[name] for name in _WHAT if name in each},
            "Subscribers": [
                {"SubscriptionType": kind, "Address": address}
                for name, kind in _WHO.items()
                for address in each.get(name) or ()
            ],
        }
        for each in state.get("notifications") or ()
    ]


def _told(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Changed notifications are made anew: what tells them apart is what they consist of."""
    budget = {"AccountId": lifecycle.aws.account, "BudgetName": state["name"]}
    before, after = _notifications(olds), _notifications(news)
    for each in before:
        if each not in after:
            lifecycle.request("DeleteNotification", {**budget, "Notification": each["Notification"]}, state)
    for each in after:
        if each not in before:
            lifecycle.request("CreateNotification", {**budget, **each}, state)


def _with_subscribers(state: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Each notification with those whom it tells: AWS is asked for each by itself."""
    asked = {"AccountId": state["account"], "BudgetName": state["name"]}
    found = []
    for each in answer.get("Notifications") or ():
        what = {name: value for name, value in each.items() if name != "NotificationState"}
        told = state.aws.read("budgets", "DescribeSubscribersForNotification", {**asked, "Notification": what})
        addresses = {
            kind: [s["Address"] for s in told["Subscribers"] if s["SubscriptionType"] == kind] for kind in _WHO.values()
        }
        found.append({**what, **{name: addresses[kind] for name, kind in _WHO.items() if addresses[kind]}})
    return {"Told": found}


def _in_order(state: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """AWS's order is that in which they were made; the program's is kept."""
    wanted = [(each.get("notificationType"), each.get("threshold")) for each in state.get("notifications") or ()]

    def place(each: Mapping[str, Any]) -> int:
        key = (each["NotificationType"], each["Threshold"])
        return wanted.index(key) if key in wanted else len(wanted)

    return sorted(found.get("Told") or (), key=place)


def _filters(value: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {
        each["name"]: [v for other in value if other["name"] == each["name"] for v in other["values"]] for each in value
    }


BUDGET = Resource(
    token="aws:budgets/budget:Budget",
    service="budgets",
    create=Call(op="CreateBudget", params={"AccountId": "$account", "NotificationsWithSubscribers": _notifications}, uses=("notifications",)),
    id="{account}:{name}",
    import_id=r"(?P<account>\d+):(?P<name>.+)",
    read=(
        Call(op="DescribeBudget", params=_BUDGET, at="Budget"),
        Call(op="DescribeNotificationsForBudget", params=_BUDGET, at=_with_subscribers),
        Call(op="ListTagsForResource", params={"ResourceARN": "arn:aws:budgets::{account}:budget/{name}"}, at="{Tags: ResourceTags}", optional=True),
    ),
    update=(
        Call(
            op="UpdateBudget",
            params={"AccountId": "$account"},
            rename={
                "name": "NewBudget.BudgetName", "budgetType": "NewBudget.BudgetType", "timeUnit": "NewBudget.TimeUnit",
                "limitAmount": "NewBudget.BudgetLimit.Amount", "limitUnit": "NewBudget.BudgetLimit.Unit",
                "costFilters": "NewBudget.CostFilters",
            },
            whole=True,
        ),
    ),
    delete=(Call(op="DeleteBudget", params=_BUDGET),),
    name="name",
    rename={
        "name": "Budget.BudgetName", "budgetType": "Budget.BudgetType", "timeUnit": "Budget.TimeUnit",
        "limitAmount": "Budget.BudgetLimit.Amount", "limitUnit": "Budget.BudgetLimit.Unit",
        "costFilters": "Budget.CostFilters", "tagsAll": "ResourceTags",
    },
    encode={"costFilters": _filters},
    outputs={
        "name": "BudgetName", "budgetType": "BudgetType", "timeUnit": "TimeUnit", "limitAmount": "BudgetLimit.Amount",
        "limitUnit": "BudgetLimit.Unit", "arn": "arn:aws:budgets::{account}:budget/{name}",
        "notifications": _in_order,
        "accountId": lambda state, _: state["account"],
        "costFilters": lambda _, found: [
            {"Name": name, "Values": values} for name, values in sorted((found.get("CostFilters") or {}).items())
        ],
    },
    replace=("name",),
    hooked=("notifications",),
    local=("namePrefix",),
    limits={"name": Limit(pattern=r"[^:\\]{1,100}", why=r"a budget's name has at most 100 characters, no : and no \\")},
    after_update=_told,
    tags=TagCalls(
        add="TagResource", remove="UntagResource", params={"ResourceARN": "arn:aws:budgets::{account}:budget/{name}"},
        member="ResourceTags", keys="ResourceTagKeys",
    ),
)  # fmt: skip


_CE_TAGS = TagCalls(
    add="TagResource",
    remove="UntagResource",
    params={"ResourceArn": "$id"},
    member="ResourceTags",
    keys="ResourceTagKeys",
)
_LIST_TAGS = Call(op="ListTagsForResource", params={"ResourceArn": "$id"}, at="{Tags: ResourceTags}", optional=True)

MONITOR = Resource(
    token="aws:costexplorer/anomalyMonitor:AnomalyMonitor",
    service="ce",
    create=Call(op="CreateAnomalyMonitor"),
    id="MonitorArn",
    read=(Call(op="GetAnomalyMonitors", params={"MonitorArnList": ["$id"]}, at="AnomalyMonitors[0]"), _LIST_TAGS),
    update=(Call(op="UpdateAnomalyMonitor", params={"MonitorArn": "$id"}, rename={"name": "MonitorName"}, props=("name",)),),
    delete=(Call(op="DeleteAnomalyMonitor", params={"MonitorArn": "$id"}),),
    rename={
        "name": "AnomalyMonitor.MonitorName", "monitorType": "AnomalyMonitor.MonitorType",
        "monitorDimension": "AnomalyMonitor.MonitorDimension",
        "monitorSpecification": "AnomalyMonitor.MonitorSpecification", "arn": "MonitorArn", "tagsAll": "ResourceTags",
    },
    encode={"monitorSpecification": json.loads},
    json=("monitorSpecification",),
    outputs={
        "name": "MonitorName", "monitorType": "MonitorType", "monitorDimension": "MonitorDimension",
        "monitorSpecification": lambda _, found: json.dumps(found["MonitorSpecification"]) if "MonitorSpecification" in found else None,
    },
    gone_codes=("UnknownMonitorException",),
    tags=_CE_TAGS,
)  # fmt: skip

SUBSCRIPTION = Resource(
    token="aws:costexplorer/anomalySubscription:AnomalySubscription",
    service="ce",
    create=Call(op="CreateAnomalySubscription"),
    id="SubscriptionArn",
    read=(
        Call(op="GetAnomalySubscriptions", params={"SubscriptionArnList": ["$id"]}, at="AnomalySubscriptions[0]"),
        _LIST_TAGS,
    ),
    update=(
        Call(
            op="UpdateAnomalySubscription",
            params={"SubscriptionArn": "$id"},
            rename={
                "name": "SubscriptionName", "frequency": "Frequency", "monitorArnLists": "MonitorArnList",
                "subscribers": "Subscribers", "thresholdExpression": "ThresholdExpression",
            },
        ),
    ),
    delete=(Call(op="DeleteAnomalySubscription", params={"SubscriptionArn": "$id"}),),
    rename={
        "name": "AnomalySubscription.SubscriptionName", "frequency": "AnomalySubscription.Frequency",
        "monitorArnLists": "AnomalySubscription.MonitorArnList", "subscribers": "AnomalySubscription.Subscribers",
        "thresholdExpression": "AnomalySubscription.ThresholdExpression", "arn": "SubscriptionArn",
        "thresholdExpression.dimension": "Dimensions", "tagsAll": "ResourceTags",
    },
    outputs={
        "name": "SubscriptionName", "frequency": "Frequency", "monitorArnLists": "MonitorArnList",
        "subscribers": "Subscribers[].{Address: Address, Type: Type}", "thresholdExpression": "ThresholdExpression",
    },
    gone_codes=("UnknownSubscriptionException",),
    tags=_CE_TAGS,
)  # fmt: skip

CATEGORY = Resource(
    token="aws:costexplorer/costCategory:CostCategory",
    service="ce",
    create=Call(op="CreateCostCategoryDefinition"),
    id="CostCategoryArn",
    read=(
        Call(op="DescribeCostCategoryDefinition", params={"CostCategoryArn": "$id"}, at="CostCategory"),
        _LIST_TAGS,
    ),
    update=(Call(op="UpdateCostCategoryDefinition", params={"CostCategoryArn": "$id"}, whole=True),),
    delete=(Call(op="DeleteCostCategoryDefinition", params={"CostCategoryArn": "$id"}),),
    rename={"arn": "CostCategoryArn", "tagsAll": "ResourceTags"},
    limits={"name": Limit(min=1, max=50, why="a cost category's name has at most 50 characters")},
    tags=_CE_TAGS,
)

_ONE_TAG = {"CostAllocationTagsStatus": [{"TagKey": "$tagKey", "Status": "$status"}]}

ALLOCATION_TAG = Resource(
    token="aws:costexplorer/costAllocationTag:CostAllocationTag",
    service="ce",
    create=Call(op="UpdateCostAllocationTagsStatus", params=_ONE_TAG, uses=("tagKey", "status")),
    id="{tagKey}",
    import_id="(?P<tagKey>.+)",
    read=(Call(op="ListCostAllocationTags", params={"TagKeys": ["$id"]}, at="CostAllocationTags[0]"),),
    update=(Call(op="UpdateCostAllocationTagsStatus", params=_ONE_TAG, uses=("status",)),),
    delete=(
        Call(
            op="UpdateCostAllocationTagsStatus",
            params={"CostAllocationTagsStatus": [{"TagKey": "$id", "Status": "Inactive"}]},
            props=(),
        ),
    ),
)

RESOURCES = (BUDGET, MONITOR, SUBSCRIPTION, CATEGORY, ALLOCATION_TAG)
