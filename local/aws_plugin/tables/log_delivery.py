"""Logs that AWS services deliver by themselves: from whom, where to, and which fields."""

from __future__ import annotations

from typing import Any

from local.aws_plugin.spec import Call, Resource, TagCalls

_TAGS = TagCalls(
    add="TagResource", remove="UntagResource", params={"resourceArn": "$arn"}, member="tags", keys="tagKeys", form="map"
)
_NAME = {"name": "$id"}


def _put(kind: str, **more: Any) -> Resource:
    """What is put whole, and known by its name."""
    member = f"delivery{kind}"
    return Resource(
        token=f"aws:cloudwatch/logDelivery{kind}:LogDelivery{kind}",
        service="logs",
        create=Call(op=f"PutDelivery{kind}"),
        id="{name}",
        read=(Call(op=f"GetDelivery{kind}", params=_NAME, at=member),),
        delete=(Call(op=f"DeleteDelivery{kind}", params=_NAME),),
        tags=_TAGS,
        **more,
    )


SOURCE = _put("Source", outputs={"resourceArn": "resourceArns[0]"})
DESTINATION = _put("Destination")
DELIVERY = Resource(
    token="aws:cloudwatch/logDelivery:LogDelivery",
    service="logs",
    create=Call(op="CreateDelivery", at="delivery"),
    id="delivery.id",
    read=(Call(op="GetDelivery", params={"id": "$id"}, at="delivery"),),
    update=(Call(op="UpdateDeliveryConfiguration", params={"id": "$id"}),),
    delete=(Call(op="DeleteDelivery", params={"id": "$id"}),),
    rename={"s3DeliveryConfigurations": "s3DeliveryConfiguration"},
    outputs={"s3DeliveryConfigurations": lambda _, found: found.get("s3DeliveryConfiguration") or None},
    tags=_TAGS,
    # Source and destination take a moment to be seen.
    retry={"ConflictException": 30},
)

RESOURCES = (SOURCE, DESTINATION, DELIVERY)
