"""SNS: topics, and who is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_TOPIC = {"TopicArn": "$id"}
_CREATED_WITH = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}


def _set(operation: str, where: Mapping[str, str], attributes: Mapping[str, str]) -> tuple[Call, ...]:
    """Attributes are set one by one."""
    return tuple(
        Call(
            op=operation,
            params={**where, "AttributeName": attribute, "AttributeValue": f"${name}"},
            props=(),
            uses=(name,),
        )
        for name, attribute in attributes.items()
    )


TOPIC = Resource(
    token="aws:sns/topic:Topic",
    service="sns",
    create=Call(op="CreateTopic"),
    id="TopicArn",
    read=(
        Call(op="GetTopicAttributes", params=_TOPIC),
        Call(op="ListTagsForResource", params={"ResourceArn": "$id"}, optional=True),
    ),
    update=_set(
        "SetTopicAttributes", _TOPIC, {name: key for name, key in _CREATED_WITH.items() if name != "fifoTopic"}
    ),
    delete=(Call(op="DeleteTopic", params=_TOPIC),),
    name="name",
    rename={name: f"Attributes.{key}" for name, key in _CREATED_WITH.items()},
    local=("namePrefix",),
    json=("policy", "deliveryPolicy"),
    outputs={
        "arn": "Attributes.TopicArn", "owner": "Attributes.Owner",
        "name": lambda state, _: str(state["id"]).rpartition(":")[2],
    },
    limits={"name": Limit(pattern=r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo",
                          why="a name has at most 256 letters, digits, - and _")},
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"ResourceArn": "$id"}),
)  # fmt: skip


def _of_account(state: Mapping[str, Any]) -> str:
    allowed = [
        f"SNS:{name}"
        for name in ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic",
                     "Subscribe", "ListSubscriptionsByTopic", "Publish")
    ]  # fmt: skip
    statement = {
        "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": allowed,
        "Resource": state["arn"], "Condition": {"StringEquals": {"AWS:SourceOwner": state["account"]}},
    }  # fmt: skip
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


POLICY = Resource(
    token="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    create=Call(
        op="SetTopicAttributes", params={"TopicArn": "$arn", "AttributeName": "Policy", "AttributeValue": "$policy"},
        uses=("arn", "policy"),
    ),
    id="{arn}",
    import_id="(?P<arn>.+)",
    read=(Call(op="GetTopicAttributes", params={"TopicArn": "$arn"}),),
    update=_set("SetTopicAttributes", {"TopicArn": "$arn"}, {"policy": "Policy"}),
    # A topic always has one: what is left is AWS's own, for the account.
    delete=(
        Call(
            op="SetTopicAttributes",
            params={"TopicArn": "$arn", "AttributeName": "Policy", "AttributeValue": _of_account},
            props=(),
        ),
    ),
    outputs={"arn": "Attributes.TopicArn", "owner": "Attributes.Owner", "policy": "Attributes.Policy"},
    json=("policy",),
)  # fmt: skip


_SUBSCRIPTION = {"SubscriptionArn": "$id"}
_SUBSCRIBED_WITH = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "replayPolicy": "ReplayPolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}

SUBSCRIPTION = Resource(
    token="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    create=Call(op="Subscribe", params={"ReturnSubscriptionArn": True}),
    id="SubscriptionArn",
    read=(Call(op="GetSubscriptionAttributes", params=_SUBSCRIPTION),),
    update=_set("SetSubscriptionAttributes", _SUBSCRIPTION, _SUBSCRIBED_WITH),
    delete=(Call(op="Unsubscribe", params=_SUBSCRIPTION),),
    rename={"topic": "TopicArn", **{name: f"Attributes.{key}" for name, key in _SUBSCRIBED_WITH.items()}},
    local=("confirmationTimeoutInMinutes", "endpointAutoConfirms"),
    json=("deliveryPolicy", "filterPolicy", "redrivePolicy"),
    defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False},
    outputs={
        "arn": "Attributes.SubscriptionArn", "ownerId": "Attributes.Owner", "topic": "Attributes.TopicArn",
        "protocol": "Attributes.Protocol", "endpoint": "Attributes.Endpoint",
    },
)  # fmt: skip

RESOURCES = (TOPIC, POLICY, SUBSCRIPTION)
