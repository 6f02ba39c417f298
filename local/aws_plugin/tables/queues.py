"""SQS: queues, who may use them, and where messages go that nobody can process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls
from local.aws_plugin.values import UNKNOWN

_URL = {"QueueUrl": "$id"}
_OF = {"QueueUrl": "$queueUrl"}
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_RANGES = {
    "delaySeconds": (0, 900),
    "maxMessageSize": (1024, 1_048_576),
    "messageRetentionSeconds": (60, 1_209_600),
    "receiveWaitTimeSeconds": (0, 20),
    "visibilityTimeoutSeconds": (0, 43_200),
}
_MOST_RECEIVES = 1000


def _values(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The API's model has texts only; what they may hold is in the documentation."""
    problems = [
        (name, f"must be from {low} to {high}")
        for name, (low, high) in _RANGES.items()
        if isinstance(inputs.get(name), int | float) and not low <= inputs[name] <= high
    ]
    policy = inputs.get("redrivePolicy")
    if isinstance(policy, str):
        found = json.loads(policy)
        receives = found.get("maxReceiveCount")
        if not isinstance(receives, int) or not 1 <= receives <= _MOST_RECEIVES or "deadLetterTargetArn" not in found:
            problems.append(("redrivePolicy", f"needs deadLetterTargetArn, and a maxReceiveCount to {_MOST_RECEIVES}"))
    fifo, name = inputs.get("fifoQueue"), inputs.get("name")
    if isinstance(name, str) and fifo is not UNKNOWN and name.endswith(".fifo") != bool(fifo):
        problems.append(("name", "ends with .fifo exactly when fifoQueue is set"))
    return problems


QUEUE = Resource(
    token="aws:sqs/queue:Queue",
    service="sqs",
    create=Call(op="CreateQueue", rename={"tagsAll": "tags"}),
    id="QueueUrl",
    read=(
        Call(op="GetQueueAttributes", params={**_URL, "AttributeNames": ["All"]}),
        Call(op="ListQueueTags", params=_URL, optional=True),
    ),
    update=(Call(op="SetQueueAttributes", params=_URL, omit=("fifoQueue",)),),
    delete=(Call(op="DeleteQueue", params=_URL),),
    name="name",
    rename={"name": "QueueName", "tags": "tags", **{name: f"Attributes.{key}" for name, key in _ATTRIBUTES.items()}},
    local=("namePrefix",),
    defaults={
        "delaySeconds": 0, "maxMessageSize": 262_144, "messageRetentionSeconds": 345_600, "receiveWaitTimeSeconds": 0,
        "visibilityTimeoutSeconds": 30,
    },
    replace=("name", "fifoQueue"),
    json=("policy", "redrivePolicy", "redriveAllowPolicy"),
    outputs={
        "arn": "Attributes.QueueArn", "url": "{id}",
        "name": lambda state, _: str(state["id"]).rpartition("/")[2],
    },
    limits={"name": Limit(pattern=r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo",
                          why="a name has at most 80 letters, digits, - and _")},
    checks=(_values,),
    tags=TagCalls(add="TagQueue", remove="UntagQueue", params=_URL, form="map"),
    gone_codes=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    retry={"AWS.SimpleQueueService.QueueDeletedRecently": 60},
)  # fmt: skip


def _attribute(kind: str, name: str) -> Resource:
    """One attribute of a queue as a resource of its own."""
    attribute = _ATTRIBUTES[name]
    return Resource(
        token=f"aws:sqs/{kind[0].lower()}{kind[1:]}:{kind}",
        service="sqs",
        create=Call(op="SetQueueAttributes", params=_OF),
        id="{queueUrl}",
        read=(Call(op="GetQueueAttributes", params={**_OF, "AttributeNames": [attribute]}),),
        update=(Call(op="SetQueueAttributes", params=_OF),),
        delete=(Call(op="SetQueueAttributes", params={**_OF, "Attributes": {attribute: ""}}),),
        rename={name: f"Attributes.{attribute}"},
        replace=("queueUrl",),
        json=(name,),
        gone=f"!(Attributes.{attribute})",
        gone_codes=QUEUE.gone_codes,
        delete_before_replace=True,
    )


QUEUE_POLICY = _attribute("QueuePolicy", "policy")
REDRIVE_POLICY = _attribute("RedrivePolicy", "redrivePolicy")
REDRIVE_ALLOW_POLICY = _attribute("RedriveAllowPolicy", "redriveAllowPolicy")

RESOURCES = (QUEUE, QUEUE_POLICY, REDRIVE_POLICY, REDRIVE_ALLOW_POLICY)
