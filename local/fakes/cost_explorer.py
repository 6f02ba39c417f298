"""Cost Explorer: keeps monitors, subscriptions, cost categories and which tags are activated, as
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/ describes them. It knows no costs, finds no
anomalies and sends nothing. It takes any tag for known; AWS knows a tag a day after something bore it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.fakes.errors import ApiError

Params = Mapping[str, Any]
_ACCOUNT = "000000000000"
_FIRST_OF_MONTH = "%Y-%m-01T00:00:00Z"
_DAY = "%Y-%m-%d"


class CostExplorer:
    """The state of the service, which is global, and its operations by name."""

    def __init__(self) -> None:
        self._monitors: dict[str, dict[str, Any]] = {}
        self._subscriptions: dict[str, dict[str, Any]] = {}
        self._categories: dict[str, dict[str, Any]] = {}
        self._activated: dict[str, dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def operation(self, name: str) -> Callable[[Params, str], dict[str, Any]] | None:
        """The method for an operation, from its parameters and region to its response."""
        known: dict[str, Callable[[Params, str], dict[str, Any]]] = {
            "CreateAnomalyMonitor": self._create_monitor,
            "GetAnomalyMonitors": self._get_monitors,
            "UpdateAnomalyMonitor": self._update_monitor,
            "DeleteAnomalyMonitor": self._delete_monitor,
            "CreateAnomalySubscription": self._create_subscription,
            "GetAnomalySubscriptions": self._get_subscriptions,
            "UpdateAnomalySubscription": self._update_subscription,
            "DeleteAnomalySubscription": self._delete_subscription,
            "CreateCostCategoryDefinition": self._create_category,
            "DescribeCostCategoryDefinition": self._describe_category,
            "UpdateCostCategoryDefinition": self._update_category,
            "DeleteCostCategoryDefinition": self._delete_category,
            "UpdateCostAllocationTagsStatus": self._activate,
            "ListCostAllocationTags": self._list_activated,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return known.get(name)

    def _create_monitor(self, params: Params, _region: str) -> dict[str, Any]:
        monitor = params["AnomalyMonitor"]
        kind = {"DIMENSIONAL": "MonitorDimension", "CUSTOM": "MonitorSpecification"}[monitor["MonitorType"]]
        if kind not in monitor:
            raise ApiError("ValidationException", f"{kind} is required for a monitor of type {monitor['MonitorType']}")
        arn = self._add("anomalymonitor", params)
        self._monitors[arn] = {**monitor, "MonitorArn": arn, "CreationDate": time.strftime(_DAY, time.gmtime())}
        return {"MonitorArn": arn}

    def _get_monitors(self, params: Params, _region: str) -> dict[str, Any]:
        arns = params.get("MonitorArnList") or list(self._monitors)
        return {"AnomalyMonitors": [self._monitor(arn) for arn in arns]}

    def _update_monitor(self, params: Params, _region: str) -> dict[str, Any]:
        self._monitor(params["MonitorArn"]).update(params)
        return {"MonitorArn": params["MonitorArn"]}

    def _delete_monitor(self, params: Params, _region: str) -> dict[str, Any]:
        self._monitor(params["MonitorArn"])
        del self._monitors[params["MonitorArn"]]
        for subscription in self._subscriptions.values():
            arns = subscription["MonitorArnList"]
            subscription["MonitorArnList"] = [arn for arn in arns if arn != params["MonitorArn"]]
        return {}

    def _monitor(self, arn: str) -> dict[str, Any]:
        if arn not in self._monitors:
            raise ApiError("UnknownMonitorException", f"No anomaly monitor {arn}")
        return self._monitors[arn]

    def _create_subscription(self, params: Params, _region: str) -> dict[str, Any]:
        subscription = params["AnomalySubscription"]
        self._check(subscription)
        arn = self._add("anomalysubscription", params)
        told = [{"Status": "CONFIRMED", **each} for each in subscription["Subscribers"]]
        self._subscriptions[arn] = {
            **subscription,
            "SubscriptionArn": arn,
            "AccountId": _ACCOUNT,
            "Subscribers": told,
        }
        return {"SubscriptionArn": arn}

    def _check(self, subscription: Params) -> None:
        for arn in subscription["MonitorArnList"]:
            self._monitor(arn)
        immediate = subscription["Frequency"] == "IMMEDIATE"
        if any((each["Type"] == "SNS") != immediate for each in subscription["Subscribers"]):
            raise ApiError("ValidationException", "IMMEDIATE is for SNS, DAILY and WEEKLY are for mail")
        if ("Threshold" in subscription) == ("ThresholdExpression" in subscription):
            raise ApiError("ValidationException", "Either Threshold or ThresholdExpression is set")

    def _get_subscriptions(self, params: Params, _region: str) -> dict[str, Any]:
        arns = params.get("SubscriptionArnList") or list(self._subscriptions)
        return {"AnomalySubscriptions": [self._subscription(arn) for arn in arns]}

    def _update_subscription(self, params: Params, _region: str) -> dict[str, Any]:
        subscription = self._subscription(params["SubscriptionArn"])
        changed = {**subscription, **params}
        self._check(changed)
        changed["Subscribers"] = [{"Status": "CONFIRMED", **each} for each in changed["Subscribers"]]
        subscription.update(changed)
        return {"SubscriptionArn": params["SubscriptionArn"]}

    def _delete_subscription(self, params: Params, _region: str) -> dict[str, Any]:
        self._subscription(params["SubscriptionArn"])
        del self._subscriptions[params["SubscriptionArn"]]
        return {}

    def _subscription(self, arn: str) -> dict[str, Any]:
        if arn not in self._subscriptions:
            raise ApiError("UnknownSubscriptionException", f"No anomaly subscription {arn}")
        return self._subscriptions[arn]

    def _create_category(self, params: Params, _region: str) -> dict[str, Any]:
        if any(each["Name"] == params["Name"] for each in self._categories.values()):
            raise ApiError("ValidationException", f"There is a cost category {params['Name']} already")
        arn = self._add("costcategory", params)
        content = {name: value for name, value in params.items() if name != "ResourceTags"}
        start = {"EffectiveStart": time.strftime(_FIRST_OF_MONTH, time.gmtime())}
        self._categories[arn] = {**start, **content, "CostCategoryArn": arn}
        return {"CostCategoryArn": arn, "EffectiveStart": self._categories[arn]["EffectiveStart"]}

    def _describe_category(self, params: Params, _region: str) -> dict[str, Any]:
        return {"CostCategory": self._category(params)}

    def _update_category(self, params: Params, _region: str) -> dict[str, Any]:
        category = self._category(params)
        kept = {name: category[name] for name in ("Name", "CostCategoryArn", "EffectiveStart")}
        self._categories[params["CostCategoryArn"]] = {**kept, **params}
        return {"CostCategoryArn": params["CostCategoryArn"], "EffectiveStart": category["EffectiveStart"]}

    def _delete_category(self, params: Params, _region: str) -> dict[str, Any]:
        self._category(params)
        del self._categories[params["CostCategoryArn"]]
        return {"CostCategoryArn": params["CostCategoryArn"]}

    def _category(self, params: Params) -> dict[str, Any]:
        if params["CostCategoryArn"] not in self._categories:
            raise ApiError("ResourceNotFoundException", f"No cost category {params['CostCategoryArn']}")
        return self._categories[params["CostCategoryArn"]]

    def _activate(self, params: Params, _region: str) -> dict[str, Any]:
        for each in params["CostAllocationTagsStatus"]:
            today = time.strftime(_DAY, time.gmtime())
            self._activated[each["TagKey"]] = {**each, "Type": "UserDefined", "LastUpdatedDate": today}
        return {"Errors": []}

    def _list_activated(self, params: Params, _region: str) -> dict[str, Any]:
        keys, status = params.get("TagKeys"), params.get("Status")
        return {
            "CostAllocationTags": [
                tag
                for key, tag in sorted(self._activated.items())
                if (not keys or key in keys) and (not status or tag["Status"] == status)
            ]
        }

    def _add(self, kind: str, params: Params) -> str:
        """The ARN of a new thing, whose tags are kept."""
        arn = f"arn:aws:ce::{_ACCOUNT}:{kind}/{uuid.uuid4()}"
        self._tags[arn] = {tag["Key"]: tag["Value"] for tag in params.get("ResourceTags", ())}
        return arn

    def _list_tags(self, params: Params, _region: str) -> dict[str, Any]:
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in self._tagged(params).items()]}

    def _tag(self, params: Params, _region: str) -> dict[str, Any]:
        self._tagged(params).update({tag["Key"]: tag["Value"] for tag in params["ResourceTags"]})
        return {}

    def _untag(self, params: Params, _region: str) -> dict[str, Any]:
        for key in params["ResourceTagKeys"]:
            self._tagged(params).pop(key, None)
        return {}

    def _tagged(self, params: Params) -> dict[str, str]:
        arn = params["ResourceArn"]
        if not any(arn in kept for kept in (self._monitors, self._subscriptions, self._categories)):
            raise ApiError("ResourceNotFoundException", f"There is no {arn}")
        return self._tags[arn]
